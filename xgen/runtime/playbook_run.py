"""Playbooks: `ansible-playbook` as a subprocess that cannot inject, leak, linger or lie.

- Variables travel in a file of the run's private folder, every string marked unsafe, so text
  from the database is never evaluated as a template.
- The run has its own process group and its own mark in the environment; a timeout or a stop of
  the runtime ends all of it, and so does the death of the runtime.
- Only return code 0 without a failed or unreachable host is success. Everything else raises
  `PlaybookFailedException`, whose text names the failing task and ends with the recap.

`xgen.runtime.playbooks` makes a sync step of it.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xgen.runtime import processes
from xgen.runtime.choices import one_of
from xgen.runtime.errors import PermanentException
from xgen.runtime.playbook_result import (
    PlaybookFailedException,
    PlaybookResult,
    failure_text,
    read_result,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

INSTALL_HINT = "install it with: pip install 'xgen[ansible]'"
_SURELY_DEAD = 86_400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class AnsibleSettings:
    """The `ansible` section of config.yaml."""

    #: Inventory file, folder or host list (`a,b,`); by default this machine, without SSH.
    inventory: str = "localhost,"
    #: Connection plugin, or None for what the inventory says.
    connection: str | None = "local"
    #: Python for the modules, or None for Ansible's own discovery.
    interpreter: str | None = sys.executable
    #: Which run folders stay: `failed`, `always` or `never`.
    keep: str = "failed"
    #: Where run folders are made; the system's temporary folder when None.
    folder: str | None = None
    #: How many kept run folders of failed runs stay; older ones are removed.
    keep_runs: int = 20
    #: More arguments for ansible-playbook, such as `--vault-password-file`.
    arguments: tuple[str, ...] = ()
    #: Folder of `roles/`, when it is not beside the playbook.
    roles_path: str | None = None
    #: Extra environment for the subprocess.
    environment: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def from_config(cls, section: Mapping[str, Any] | None) -> AnsibleSettings:
        """Settings from the config's section; lists become tuples, absent keys the defaults."""
        values = dict(section or {})
        if "inventory" in values:  # a real inventory decides how to connect and with what Python
            values.setdefault("connection", None)
            values.setdefault("interpreter", None)
        if "arguments" in values:
            values["arguments"] = tuple(str(item) for item in values["arguments"] or ())
        settings = cls(**values)
        one_of("ansible.keep", settings.keep, ("failed", "always", "never"))
        return settings


def run_playbook(
    playbook: Path,
    variables: Mapping[str, object],
    *,
    settings: AnsibleSettings,
    timeout: float | None = None,
    log: Any = None,
    check: bool = False,
) -> PlaybookResult:
    """Runs a playbook to its end and returns its result; raises unless it succeeded.

    It is stopped shortly before `timeout`, so that who waits for it no longer than that still
    hears which task it was. With `check` nothing is changed: the result says what would be.
    """
    program = _find_program()
    if not playbook.is_file():
        raise PermanentException(f"there is no playbook {playbook}")
    text = unsafe_json(variables)
    started = time.monotonic()
    with _run_folder(settings, playbook.stem) as folder:
        (folder / "vars.json").write_text(text, encoding="utf-8")
        command = _command(program, playbook, folder, settings, check=check)
        environment = _environment(folder, settings)
        if check:
            environment["XGEN_CHANGES"] = "1"
        try:
            with (folder / "output.txt").open("wb") as output:
                returncode = processes.run(
                    command,
                    cwd=playbook.parent,
                    env=environment,
                    output=output,
                    timeout=_shortened(timeout),
                )
        except subprocess.TimeoutExpired:
            result = read_result(folder, playbook, -1, started)
            message = f"playbook {playbook.name} was stopped after its timeout of {timeout:g} s"
            message += f" in task '{result.last_task}'" if result.last_task else ""
            raise PlaybookFailedException(message, result) from None
        result = read_result(folder, playbook, returncode, started)
        if log is not None:
            _log_result(log, result)
        if not result.ok:
            raise PlaybookFailedException(
                failure_text(result, folder, kept=settings.keep != "never"), result
            )
        return result


def _shortened(timeout: float | None) -> float | None:
    return None if timeout is None else timeout - min(timeout / 10, processes.GRACE + 1)


def unsafe_json(variables: Mapping[str, object]) -> str:
    """Variables as the JSON that Ansible's loader reads with every string untrusted.

    Ansible falls back to YAML, where the marks mean nothing, when it cannot read the JSON; so
    what could bring it there (lone surrogates) is refused here, and so are keys of its own.
    """
    for name in variables:
        if not name.isidentifier():
            raise PermanentException(f"{name!r} cannot be the name of an Ansible variable")
    text = json.dumps({name: _unsafe(value, name) for name, value in variables.items()}, indent=1)
    json.loads(text)
    return text


def _unsafe(value: object, where: str) -> object:
    if isinstance(value, str):
        try:
            value.encode("utf-8")
        except UnicodeEncodeError:
            raise PermanentException(f"{where} holds text that is not valid unicode") from None
        # str(): a subclass (a lazy translation, say) is written as the text it stands for
        return {"__ansible_unsafe": str(value)}
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, dict):
        for key in value:
            if not isinstance(key, str) or key.startswith("__ansible_"):
                raise PermanentException(
                    f"{where} has a key that Ansible keeps for itself: {key!r}"
                )
        return {key: _unsafe(item, f"{where}.{key}") for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_unsafe(item, f"{where}[{index}]") for index, item in enumerate(value)]
    if hasattr(value, "isoformat"):
        return {"__ansible_unsafe": value.isoformat()}
    raise PermanentException(f"{where} is a {type(value).__name__}, which JSON cannot carry")


def _find_program() -> str:
    # Beside this interpreter first: a service started as /venv/bin/python has no venv on its PATH.
    beside = Path(sys.executable).with_name("ansible-playbook")
    program = str(beside) if beside.is_file() else shutil.which("ansible-playbook")
    if program is None:
        raise PermanentException(f"ansible-playbook is not installed; {INSTALL_HINT}")
    return program


@contextmanager
def _run_folder(settings: AnsibleSettings, name: str) -> Iterator[Path]:
    """A folder that only we can read; it stays when the config wants to keep what happened."""
    base = Path(settings.folder) if settings.folder else Path(tempfile.gettempdir())
    base.mkdir(parents=True, exist_ok=True)
    prefix = f"xgen-{name}-"
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=base))  # mode 0700
    try:
        yield folder
    except BaseException:
        if settings.keep == "never":
            shutil.rmtree(folder, ignore_errors=True)
        else:
            (folder / "ended").touch()
            _forget_old(base, prefix, settings.keep_runs)
        raise
    if settings.keep == "always":
        (folder / "ended").touch()
        _forget_old(base, prefix, settings.keep_runs)
    else:
        shutil.rmtree(folder, ignore_errors=True)


def _forget_old(base: Path, prefix: str, keep: int) -> None:
    # An object that fails for weeks must not fill the disk; what may still run is left alone.
    def age(path: Path) -> float:
        try:
            return time.time() - path.stat().st_mtime
        except OSError:
            return 0.0

    mine = [path for path in base.glob(prefix + "*") if path.is_dir() and _is_ours(path)]
    for path in sorted(mine, key=age)[keep:]:
        if (path / "ended").exists() or age(path) > _SURELY_DEAD:
            shutil.rmtree(path, ignore_errors=True)


def _is_ours(path: Path) -> bool:
    try:
        return path.stat().st_uid == os.getuid()
    except OSError:
        return False


def _command(
    program: str, playbook: Path, folder: Path, settings: AnsibleSettings, *, check: bool
) -> Sequence[str]:
    command = [program, "--inventory", settings.inventory]
    if settings.connection:
        command += ["--connection", settings.connection]
    if check:
        command += ["--check", "--diff"]
    command += ["--extra-vars", f"@{folder / 'vars.json'}", *settings.arguments]
    return [*command, str(playbook.resolve())]


def _environment(folder: Path, settings: AnsibleSettings) -> dict[str, str]:
    # The operator's own ANSIBLE_* variables would make runs differ between shells; the config's
    # `environment` is the place for them. PYTHON* belongs to us, not to Ansible's modules.
    clean = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("ANSIBLE_", "PYTHON", "XGEN_", "DJANGO_"))
    }
    plugins = Path(__file__).with_name("ansible_callbacks")
    ours = {
        "ANSIBLE_CALLBACK_PLUGINS": str(plugins),
        "ANSIBLE_CALLBACKS_ENABLED": "xgen_events",
        "ANSIBLE_STDOUT_CALLBACK": "default",
        "ANSIBLE_NOCOWS": "1",
        "ANSIBLE_NOCOLOR": "1",
        "ANSIBLE_RETRY_FILES_ENABLED": "False",
        "ANSIBLE_HOST_KEY_CHECKING": "True",
        "ANSIBLE_LOCAL_TEMP": str(folder / "tmp"),
        "ANSIBLE_LOCALHOST_WARNING": "False",
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "False",
        "ANSIBLE_SHOW_CUSTOM_STATS": "False",
        "XGEN_EVENTS": str(folder / "events.jsonl"),
        "LC_ALL": "C.UTF-8",
    }
    if settings.connection == "local":
        ours["ANSIBLE_REMOTE_TEMP"] = str(folder / "tmp")
    if settings.interpreter:
        ours["ANSIBLE_PYTHON_INTERPRETER"] = settings.interpreter
    if settings.roles_path:
        ours["ANSIBLE_ROLES_PATH"] = settings.roles_path
    return {**clean, **ours, **{str(k): str(v) for k, v in settings.environment.items()}}


def _log_result(log: Any, result: PlaybookResult) -> None:
    for failure in result.failures:
        log.error(
            "playbook task failed", task=failure.task, host=failure.host, error=failure.message
        )
    emit = log.info if result.ok else log.error
    emit(
        "playbook succeeded" if result.ok else "playbook failed",
        playbook=result.playbook,
        returncode=result.returncode,
        recap=result.recap_text(),
        seconds=round(result.seconds, 3),
    )

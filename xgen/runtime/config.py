"""The config of a synchronizer: ``config.yaml``, overridden by the environment and by flags.

Each key is a field of a dataclass, whose default and type are the key's. A mistake is reported
with its file, line and column, all mistakes of a run together; nothing here imports Django.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field, fields
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xgen.runtime.config_file import Entry, Section, read
from xgen.runtime.errors import ConfigError, ConfigErrors
from xgen.runtime.limits import NO_LIMITS, USUAL_BREAKER, BreakerConfig, Limits
from xgen.runtime.limits import SCHEMAS as LIMITS
from xgen.runtime.limits import checks as limit_checks

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryConfig:
    """How long to wait after a failure: base * factor ** failures, at most cap, give or take."""

    base: float = 1.0
    """Seconds before the first retry."""
    factor: float = 2.0
    """By how much the wait grows with each failure in a row."""
    cap: float = 600.0
    """The longest wait in seconds."""
    jitter: float = 0.1
    """The part of the wait that is random, so that failures do not come back all at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryConfig:
    """How much of what happened to objects is kept; what exceeds any of these is removed."""

    days: float = 90.0
    """Entries that are older go."""
    per_object: int = 200
    """So many entries an object has at most."""
    entries: int = 100_000
    """So many entries there are at most in all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """What is in force. ``settings`` is the author's own section; the runtime leaves it alone."""

    name: str
    database: str
    workers: int = 8
    """How many steps run at once."""
    timeout: float | None = 300.0
    """Seconds that a step may take unless it says otherwise; none means no limit."""
    quarantine_after: int | None = 20
    """So many runs of an object, each set off by the one before, are enough; none: no limit."""
    retry: RetryConfig = RetryConfig()
    breaker: BreakerConfig = USUAL_BREAKER
    limits: Limits = NO_LIMITS
    history: HistoryConfig = HistoryConfig()
    logging: Mapping[str, Any] = field(default_factory=dict)
    """What the file says for `xgen.runtime.log.LogSettings`."""
    ansible: Mapping[str, Any] = field(default_factory=dict)
    """What the file says for `xgen.runtime.playbook_run.AnsibleSettings`."""
    bus: Mapping[str, Any] = field(default_factory=dict)
    """What the file says for `xgen.runtime.bus.settings.BusSettings`."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    origins: Mapping[str, str] = field(default_factory=dict, compare=False)
    """Where each value that is no default came from: key -> file and line, variable or flag."""


def load(
    package: str,
    *,
    path: str | os.PathLike[str] | None = None,
    database: str | None = None,
    environ: Mapping[str, str] | None = None,
) -> Config:
    """Return the config of ``package``: its file (or ``path``), environment, then flags.

    Raises:
        ConfigErrors: with all that is wrong.
    """
    shown, text = _text_of(package, path)
    environ = os.environ if environ is None else environ
    reader = _Reader(shown, environ)
    root = read(shown, text, reader.errors)
    values = reader.scalars(Config, root, "", skip=(*_TYPED, *_OPEN, "origins"))
    for name, schema in _TYPED.items():
        values[name] = schema(**reader.scalars(schema, reader.section(root, name), f"{name}."))
    for name in ("logging", "ansible", "bus"):
        values[name] = reader.lazy_section(root, name)
    values["limits"] = reader.limits(root)
    values["settings"] = reader.settings(root)
    reader.unknown_keys(root, "", [f.name for f in fields(Config) if f.name != "origins"])
    if database is not None:
        values["database"] = database
        reader.origins["database"] = "--database"
    values.setdefault("name", package)
    values.setdefault("database", f"sqlite:///{package}.db")
    config = Config(**values, origins=reader.origins)
    if not reader.errors:
        _check_ranges(config, reader)
        _check_name(config, package, reader)
    if reader.errors:
        raise ConfigErrors(sorted(reader.errors, key=lambda e: (e.line or 0, e.column or 0)))
    return config


_MOST_WORKERS = 1000

_OPEN = ("logging", "ansible", "bus", "settings", "limits")

#: Sections whose schema is imported when there is something to check: (module, class).
SCHEMAS = {
    "logging": ("xgen.runtime.log", "LogSettings"),
    "logging.elastic": ("xgen.runtime.elastic_http", "ElasticSettings"),
    "ansible": ("xgen.runtime.playbook_run", "AnsibleSettings"),
    "bus": ("xgen.runtime.bus.settings", "BusSettings"),
    "bus.kafka": ("xgen.runtime.bus.settings", "KafkaSettings"),
    "bus.nats": ("xgen.runtime.bus.settings", "NatsSettings"),
}

_TYPED: dict[str, type[Any]] = {
    "retry": RetryConfig,
    "breaker": BreakerConfig,
    "history": HistoryConfig,
}

# Keys that take a second type beside the one of their field.
_ALSO = {"logging.console": "bool"}


def _text_of(package: str, path: str | os.PathLike[str] | None) -> tuple[str, str]:
    """Return the path to show and the text of the config file; a package may do without one."""
    if path is None:
        spec = find_spec(package)
        folders = list(spec.submodule_search_locations or []) if spec else []
        file = Path(folders[0]) / "config.yaml" if folders else None
        if file is None or not file.exists():
            return "config.yaml", ""
    else:
        file = Path(path)
    shown = os.path.relpath(file) if file.is_relative_to(Path.cwd()) else str(file)
    try:
        return shown, file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigError("the file is not UTF-8 text", path=shown) from error
    except OSError as error:
        raise ConfigError(error.strerror or str(error), path=shown) from error


class _Reader:
    """Takes values from the file and the environment; collects what is wrong and what came whence."""

    def __init__(self, path: str, environ: Mapping[str, str]) -> None:
        self.path = path
        self.environ = environ
        self.errors: list[ConfigError] = []
        self.origins: dict[str, str] = {}
        self.entries: dict[str, Entry] = {}

    def scalars(
        self, schema: type[Any], section: Section | None, prefix: str, skip: tuple[str, ...] = ()
    ) -> dict[str, Any]:
        """Return the values of the fields of ``schema`` that the file or the environment gives."""
        values: dict[str, Any] = {}
        names = [f.name for f in fields(schema) if f.name not in skip]
        for f in fields(schema):
            if f.name in skip:
                continue
            key = prefix + f.name
            if key in SCHEMAS:
                if nested := self.lazy_section(section, key):
                    values[f.name] = nested
                continue
            entry = section.get(f.name) if section else None
            variable = "XGEN_" + key.replace(".", "_").upper()
            if variable in self.environ and not str(f.type).startswith(("tuple", "Mapping")):
                self.origins[key] = f"environment variable {variable}"
                entry = Entry.of_text(f.name, self.environ[variable], variable)
            elif entry is not None:
                self.origins[key] = f"{self.path}:{entry.line}"
            if entry is None:
                continue
            self.entries[key] = entry
            types = (str(f.type), *([_ALSO[key]] if key in _ALSO else []))
            try:
                values[f.name] = entry.as_one_of(types)
            except ConfigError as error:
                self.errors.append(error)
        if prefix:
            self.unknown_keys(section, prefix, names)
        return values

    def section(self, root: Section, name: str) -> Section | None:
        """Return the section called ``name``, None if it is empty or not there."""
        entry = root.get(name)
        if entry is None:
            return None
        try:
            return entry.as_section()
        except ConfigError as error:
            self.errors.append(error)
            return None

    def lazy_section(self, root: Section | None, name: str) -> Mapping[str, Any]:
        """Return a section whose schema is imported only if there is something to check.

        ``name`` is that of the section within the file, ``root`` the section that it is in.
        """
        section = self.section(root, name.rpartition(".")[2]) if root is not None else None
        wanted = f"XGEN_{name.upper().replace('.', '_')}_"
        if section is None and not any(key.startswith(wanted) for key in self.environ):
            return {}
        from importlib import import_module

        module, schema = SCHEMAS[name]
        return self.scalars(getattr(import_module(module), schema), section, f"{name}.")

    def limits(self, root: Section) -> Limits:
        """Return the section whose keys are names of models and of back-ends."""
        section = self.section(root, "limits")
        self.unknown_keys(section, "limits.", [*LIMITS])
        found: dict[str, dict[str, Any]] = {}
        for kind, schema in LIMITS.items():
            named = found[kind] = {}
            of_kind = self.section(section, kind) if section else None
            for entry in of_kind.entries if of_kind else ():
                key = f"limits.{kind}.{entry.key}"
                self.origins[key] = f"{self.path}:{entry.key_line}"
                try:
                    values = self.scalars(schema, entry.as_section(), f"{key}.")
                except ConfigError as error:
                    self.errors.append(error)
                    continue
                named[entry.key] = schema(**values)
        return Limits(**found)

    def settings(self, root: Section) -> Mapping[str, Any]:
        """Return the author's own section; the environment overrides the keys that it has."""
        section = self.section(root, "settings")
        if section is None:
            return {}
        values: dict[str, Any] = {}
        for entry in section.entries:
            values[entry.key] = entry.value
            variable = f"XGEN_SETTINGS_{entry.key.upper()}"
            self.origins[f"settings.{entry.key}"] = f"{self.path}:{entry.line}"
            if variable in self.environ:
                values[entry.key] = Entry.of_text(entry.key, self.environ[variable], variable).value
                self.origins[f"settings.{entry.key}"] = f"environment variable {variable}"
        return values

    def unknown_keys(self, section: Section | None, prefix: str, known: list[str]) -> None:
        """Report the keys of ``section`` that mean nothing."""
        for entry in section.entries if section else ():
            if entry.key not in known:
                self.errors.append(entry.unknown(prefix, known))


def _check_name(config: Config, package: str, reader: _Reader) -> None:
    """Refuse a name that is not the package's: what is logged and shown goes by it."""
    if config.name.strip() and config.name not in (package, package.rpartition(".")[2]):
        message = f"`name` must be {package}, the name of the package, not {config.name!r}"
        entry = reader.entries.get("name")
        reader.errors.append(entry.error(message) if entry else ConfigError(message))


def _check_ranges(config: Config, reader: _Reader) -> None:
    """Report numbers that make no sense."""
    retry = config.retry
    timeout = config.timeout
    quarantine = config.quarantine_after
    bus = config.bus
    seconds = {
        "bus.keep": bus.get("keep", 1),
        "bus.kafka.session_timeout": bus.get("kafka", {}).get("session_timeout", 1),
        "bus.nats.ack_wait": bus.get("nats", {}).get("ack_wait", 1),
    }
    checks = (
        *((key, value > 0, "must be more than 0") for key, value in seconds.items()),
        ("name", bool(config.name.strip()), "is empty"),
        ("workers", 1 <= config.workers <= _MOST_WORKERS, f"must be from 1 to {_MOST_WORKERS}"),
        ("timeout", timeout is None or timeout > 0, "must be more than 0, or null for no limit"),
        ("quarantine_after", quarantine is None or quarantine > 1, "must be more than 1, or null"),
        ("retry.base", retry.base > 0, "must be more than 0"),
        ("retry.factor", retry.factor >= 1, "must be at least 1"),
        ("retry.cap", retry.cap >= retry.base, f"must be at least retry.base, {retry.base:g}"),
        ("retry.jitter", 0 <= retry.jitter <= 1, "must be from 0 to 1"),
        ("history.days", config.history.days > 0, "must be more than 0"),
        ("history.per_object", config.history.per_object > 0, "must be more than 0"),
        ("history.entries", config.history.entries > 0, "must be more than 0"),
        *limit_checks(config.limits, config.breaker),
    )
    for key, good, message in checks:
        if not good:
            entry = reader.entries.get(key)
            error = (
                entry.error(f"`{key}` {message}") if entry else ConfigError(f"`{key}` {message}")
            )
            reader.errors.append(error)

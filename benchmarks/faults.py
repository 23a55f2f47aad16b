"""Kill, interrupt and starve a run at every system call that writes: the tree is old or new.

    python benchmarks/faults.py [--every N] [--fault KIND ...]

A run that creates, updates, merges, moves, removes and leaves conflicts is traced once with
strace. Then, for each of its system calls that can change a disk, the same run is made again on a
copy and struck at that call:

    kill      SIGKILL; what was half moved is finished by the next run
    term      SIGTERM
    int       SIGINT, as of ctrl-C
    nospace   the call, and all later ones of its kind, fail: no room on the device. When even
              moving back what was moved fails, the next run finishes it
    denied    the call alone fails: permission denied

Afterwards all files have to be what they were, or all what they are after a run that nothing
disturbed; and a next run has to lead there, with a clean `--check`.
"""

from __future__ import annotations

import argparse
import collections
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import chdir, redirect_stderr
from io import StringIO
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from xgen.cli import run  # noqa: E402  from this checkout
from xgen.output import locked, unfinished  # noqa: E402

CALLS = (
    "write,writev,pwrite64,copy_file_range,sendfile,ftruncate,truncate,fallocate,"
    "rename,renameat,renameat2,link,linkat,symlink,symlinkat,unlink,unlinkat,mkdir,mkdirat,rmdir,"
    "chmod,fchmod,fchmodat,utimensat,fsync,fdatasync,sync,syncfs,flock"
)
FAULTS = {
    "kill": "signal=KILL:when={}",
    "term": "signal=TERM:when={}",
    "int": "signal=INT:when={}",
    "nospace": "error=ENOSPC:when={}+",
    "denied": "error=EACCES:when={}",
}
_CALL = re.compile(r"^(\w+)\(")
_TIMEOUT = 120

MODELS = """\
option name = "p";
message Color (XOSBase) { required string name = 1 [max_length = 9]; }
message Page (XOSBase) { required string text = 1 [max_length = 9]; }
"""
TARGET = """\
{% for m in app.models %}
{% file "p/steps/sync_" ~ m.name.lower() ~ ".py", owner="scaffold" %}
class Sync@m@:
    version = 1

    def sync(self, o):
        raise NotImplementedError

    # the end
{% endfile %}
{% endfor %}
{% file "p/_generated.py" %}
{% for m in app.models %}
class @m@: ...
class Sync@m@: ...
{% endfor %}
{% endfile %}
{% file "p/plain.txt", owner="scaffold" %}one{% endfile %}
{% file "p/clash.txt", owner="scaffold" %}one
{% endfile %}
{% file "p/history/0001.txt", owner="history" %}one
{% endfile %}
{% if app.models | length == 2 %}{% file "old/gone.txt" %}one
{% endfile %}{% endif %}
""".replace("@m@", "{{ m.name }}")


class Fault(NamedTuple):
    """A system call to strike at, the how-manieth of its name, and with what."""

    kind: str
    call: str
    number: int

    def __str__(self) -> str:
        return f"{self.kind} at {self.call} {self.number}"


class FaultError(Exception):
    """Something is left that is neither the old tree nor the new one."""


Tree = dict[str, tuple[int, bytes]]


def tree(folder: Path) -> Tree:
    """Return modes and contents of all files, without what a run keeps while it is at work."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and not name.startswith(".xgen/staging/"):
            found[name] = (path.stat().st_mode, path.read_bytes())
    return found


def prepare(work: Path, cache: Path) -> None:
    """Make a project, run it, edit it as an author does, and change its models and its target."""
    work.mkdir(parents=True)
    (work / "m.xproto").write_text(MODELS)
    (work / "t.xtarget").write_text(TARGET)
    (work / "xgen.yaml").write_text("inputs: m.xproto\ntargets: ./t.xtarget\noutput: out\n")
    command(work, cache, "-o/dev/null")
    for name in ("color", "page"):
        step = work / f"out/p/steps/sync_{name}.py"
        step.write_text(step.read_text().replace("raise NotImplementedError", "return o  # mine"))
        step.chmod(0o755)
    (work / "out/p/clash.txt").write_text("mine\n")
    models = MODELS.replace("message Color", "message Tone")
    (work / "m.xproto").write_text(models + "message New (XOSBase) { }\n")
    changed = TARGET.replace("version = 1", "version = 2").replace("}one", "}two")
    (work / "t.xtarget").write_text(changed)


def again(work: Path, *words: str) -> int:
    """Run xgen in this process."""
    with chdir(work), redirect_stderr(StringIO()):
        return run(["generate", *words])


def command(work: Path, cache: Path, *strace: str) -> subprocess.CompletedProcess[bytes]:
    """Run xgen under strace."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "XGEN_CACHE_DIR": str(cache)}
    words = ["strace", "-qq", f"-etrace={CALLS}", *strace, sys.executable, "-m", "xgen", "generate"]
    return subprocess.run(
        words, cwd=work, env=environment, capture_output=True, check=False, timeout=_TIMEOUT
    )


def calls(work: Path, cache: Path) -> list[tuple[str, int]]:
    """Return the system calls of a run that nothing disturbs, each with its number."""
    log = work.parent / "log"
    done = command(work, cache, f"-o{log}")
    if done.returncode != 4:  # noqa: PLR2004  one file is in conflict
        raise FaultError(f"the run itself exits with {done.returncode}: {done.stderr.decode()}")
    counts: collections.Counter[str] = collections.Counter()
    found = []
    for line in log.read_text(errors="replace").splitlines():
        call = _CALL.match(line)
        if call is not None:
            counts[call[1]] += 1
            found.append((call[1], counts[call[1]]))
    return found


def strike(fault: Fault, work: Path, cache: Path, old: Tree, new: Tree) -> str:
    """Run with a fault; return which tree is left, FaultError when it is neither."""
    out = work / "out"
    inject = f"-einject={fault.call}:{FAULTS[fault.kind].format(fault.number)}"
    done = command(work, cache, "-o/dev/null", inject)
    if b"Traceback" in done.stderr:
        raise FaultError(f"{fault}: {done.stderr.decode()}")
    left = tree(out)
    half = unfinished(str(out))
    if left not in (old, new):
        if fault.kind not in ("kill", "nospace") or not half:
            raise FaultError(
                f"{fault}: the tree is neither old nor new: {_differences(left, old, new)}"
            )
        if any(value not in (old.get(n), new.get(n)) for n, value in left.items()):
            raise FaultError(
                f"{fault}: a file is neither old nor new: {_differences(left, old, new)}"
            )
        with locked(str(out)):
            left = tree(out)
        if left != new:
            raise FaultError(f"{fault}: not finished: {_differences(left, old, new)}")
        found = "finished"
    else:
        found = "new" if left == new else "old"
    _check_end(fault, work, new)
    return found


def _check_end(fault: Fault, work: Path, new: Tree) -> None:
    """The next run leads to the new tree, and leaves nothing else behind."""
    if again(work) != 4 or tree(work / "out") != new:  # noqa: PLR2004
        raise FaultError(f"{fault}: the next run does not lead to the new tree")
    if (work / "out/.xgen/staging").exists():
        raise FaultError(f"{fault}: the next run leaves its staging folder behind")
    if again(work, "--check", "--only", "p/steps/") != 0:
        raise FaultError(f"{fault}: --check is not clean")


def _differences(left: Tree, old: Tree, new: Tree) -> list[str]:
    names = {*left, *old, *new}
    return sorted(n for n in names if left.get(n) != old.get(n) or left.get(n) != new.get(n))


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--every", type=int, default=1, metavar="N", help="only every Nth call")
    parser.add_argument("--fault", choices=list(FAULTS), action="append")
    options = parser.parse_args()
    signal.signal(signal.SIGINT, signal.default_int_handler)  # whoever started this ignored it
    with tempfile.TemporaryDirectory(prefix="xgen-faults-") as name:
        scratch = Path(name)
        work, cache = scratch / "trial/work", scratch / "trial/cache"
        os.environ["XGEN_CACHE_DIR"] = str(cache)
        prepare(work, cache)
        old = tree(work / "out")
        shutil.copytree(scratch / "trial", scratch / "begin")
        places = calls(work, cache)
        new = tree(work / "out")
        failed = False
        for place, kind in enumerate(options.fault or FAULTS):
            results: collections.Counter[str] = collections.Counter()
            # Each kind begins elsewhere, so that few of each see many calls together.
            for call, number in places[place % options.every :: options.every]:
                shutil.rmtree(scratch / "trial")
                shutil.copytree(scratch / "begin", scratch / "trial", copy_function=shutil.copy2)
                try:
                    results[strike(Fault(kind, call, number), work, cache, old, new)] += 1
                except FaultError as error:
                    failed = True
                    results["failed"] += 1
                    print(error, file=sys.stderr)
            told = ", ".join(f"{count} {word}" for word, count in sorted(results.items()))
            print(f"{kind:<8} {sum(results.values()):>4} of {len(places)} calls: {told}")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())

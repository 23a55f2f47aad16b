"""A subprocess with all its descendants: started in its own session, stopped as a whole.

Ansible's workers leave the process group that they were born in (each calls `setsid`), so a
signal to the group is not enough. Every run therefore carries a mark in its environment, which
descendants inherit; on Linux they are found by it, elsewhere the group is what is stopped.
"""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
import uuid
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

#: Seconds between asking a run to end and killing it.
GRACE = 5.0
_MARK = "XGEN_RUN"

_running: dict[str, subprocess.Popen[bytes]] = {}
_lock = threading.Lock()


def run(
    command: Sequence[str],
    *,
    cwd: Path,
    env: Mapping[str, str],
    output: IO[bytes],
    timeout: float | None = None,
) -> int:
    """Runs a command to its end; on timeout stops all of it and raises TimeoutExpired.

    The child can read `XGEN_LIFELINE`, a descriptor that reports end of file when this process
    is gone.
    """
    mark = uuid.uuid4().hex
    lifeline, held_open = os.pipe()
    try:
        process = subprocess.Popen(
            command,
            cwd=cwd,
            env={**env, _MARK: mark, "XGEN_LIFELINE": str(lifeline)},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            pass_fds=(lifeline,),
        )
        with _lock:
            _running[mark] = process
        try:
            return process.wait(timeout)
        except BaseException:
            # Only a run that did not end by itself is swept: one that did may have started a
            # daemon on purpose.
            stop(process, mark)
            raise
        finally:
            with _lock:
                del _running[mark]
    finally:
        os.close(lifeline)
        os.close(held_open)


def stop(process: subprocess.Popen[bytes], mark: str, *, grace: float | None = None) -> None:
    """Ends a run and everything it started: first politely, then by force."""
    if process.poll() is None:
        _signal_group(process, signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(GRACE if grace is None else grace)
    if process.poll() is None:
        _signal_group(process, signal.SIGKILL)
    for pid in _marked(mark):
        with suppress(OSError):
            os.kill(pid, signal.SIGKILL)
    process.wait()


def stop_all(*, grace: float | None = None) -> int:
    """Ends every run of this process, for a shutdown that waits no longer; returns how many."""
    with _lock:
        running = list(_running.items())
    for _, process in running:
        _signal_group(process, signal.SIGTERM)
    deadline = time.monotonic() + (GRACE if grace is None else grace)
    for mark, process in running:
        stop(process, mark, grace=max(0.0, deadline - time.monotonic()))
    return len(running)


def _signal_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    # The child leads its session, so its pid is the group's id for as long as it is not reaped.
    if process.poll() is None:
        with suppress(OSError):
            os.killpg(process.pid, number)


def _marked(mark: str) -> list[int]:
    needle = f"{_MARK}={mark}".encode()
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if needle in (entry / "environ").read_bytes().split(b"\0"):
                found.append(int(entry.name))
    return found

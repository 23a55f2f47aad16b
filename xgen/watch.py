"""Run again and again: whenever a file that the last run depended on changes.

Polling is plain, works on every file system, and costs a fraction of a percent of a processor.
"""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING

from xgen.fingerprint import Footprint, is_pattern, meant

if TYPE_CHECKING:
    from collections.abc import Callable

INTERVAL = 0.25
"""Seconds between two looks."""
_SETTLE = 0.15
"""Seconds without a change after which an editor is taken to be done."""


def watch(run: Callable[[Footprint], int], *, sleep: Callable[[float], None] = time.sleep) -> int:
    """Call ``run``, wait until something that it depended on has changed, and so on.

    Ctrl-C ends it, with the exit code of the last run.
    """
    code = 0
    try:
        while True:
            footprint = Footprint()
            code = run(footprint)
            before = _look(footprint)
            # What changed while the run was on is a change, too.
            if footprint.holds():
                _say("watching; ctrl-C ends it")
                _wait(footprint, before, sleep)
            _say(time.strftime("%H:%M:%S"))
    except KeyboardInterrupt:
        sys.stderr.write("\n")
        return code


def _wait(footprint: Footprint, before: list[object], sleep: Callable[[float], None]) -> None:
    """Return when contents have changed, and nothing has for a moment."""
    seen = before
    while True:
        sleep(INTERVAL)
        now = _look(footprint)
        if now == seen:
            continue
        while True:
            sleep(_SETTLE)
            later = _look(footprint)
            if later == now:
                break
            now = later
        if not footprint.holds():
            return
        seen = now


def _look(footprint: Footprint) -> list[object]:
    """Return what tells cheaply that a file may have changed."""
    return [_identity(path) for path in footprint.files]


def _identity(path: str) -> object:
    if is_pattern(path):
        return meant(path)
    try:
        status = os.stat(path)
    except OSError:
        return None
    return (status.st_size, status.st_ino, status.st_mtime_ns, status.st_ctime_ns)


def _say(text: str) -> None:
    sys.stderr.write(f"--- {text}\n")
    sys.stderr.flush()

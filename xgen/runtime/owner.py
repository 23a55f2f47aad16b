"""Who holds a claim: a name for this synchronizer that tells whether it is still alive.

``host:pid:start:number``. The start time of the process makes the name its own even after the
system has given its number to another one; ``number`` tells synchronizers of one process apart.
"""

from __future__ import annotations

import os
import socket
from functools import cache
from itertools import count
from pathlib import Path

_numbers = count(1)
_STARTTIME = 19  # in /proc/PID/stat, counted after the name in parentheses
_UNKNOWN = "0"


def new_owner() -> str:
    """Return a name that no other synchronizer has."""
    return f"{_host()}:{os.getpid()}:{_start_of(os.getpid()) or _UNKNOWN}:{next(_numbers)}"


def is_surely_dead(owner: str) -> bool:
    """Say whether the process behind ``owner`` ran on this machine and is gone.

    False when in doubt: its claims then expire by themselves.
    """
    parts = owner.rsplit(":", 3)
    if len(parts) != 4 or parts[0] != _host() or not parts[1].isdecimal():  # noqa: PLR2004 - see above
        return False
    pid, start = int(parts[1]), parts[2]
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        pass  # somebody's; whose, its start time tells
    except OSError:
        return False
    now = _start_of(pid)
    return now is not None and start not in (now, _UNKNOWN)


class Owners:
    """Which owners of claims are known to be dead; asked once each, until forgotten."""

    def __init__(self) -> None:
        self._dead: dict[str, bool] = {}

    @property
    def dead(self) -> list[str]:
        """Return those that were found dead."""
        return [owner for owner, is_dead in self._dead.items() if is_dead]

    def is_dead(self, owner: str) -> bool:
        """Say whether the claims of an owner may be taken over before they expire."""
        if owner not in self._dead:
            self._dead[owner] = is_surely_dead(owner)
        return self._dead[owner]

    def forget(self) -> None:
        """Let all be asked about again."""
        self._dead.clear()


@cache
def _host() -> str:
    """Return a name of this machine that changes when it boots, as process numbers do."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()[:8]
    except OSError:
        boot = _UNKNOWN
    try:
        # Containers of one machine share its boot, not their process numbers.
        namespace = str(Path("/proc/self/ns/pid").readlink()).strip("pid:[]")
    except OSError:
        namespace = _UNKNOWN
    return f"{socket.gethostname()[:80]}/{boot}/{namespace}"


def _start_of(pid: int) -> str | None:
    """Return when a process started, in the kernel's own units; None where that is not known."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    return text.rpartition(")")[2].split()[_STARTTIME]

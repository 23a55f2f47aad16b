"""Time, as the engine sees it: behind a small protocol, so that tests need not wait for it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from threading import Event


class Clock(Protocol):
    """What the engine asks of time.

    Times that are kept in the database are ``time()``, unix seconds; durations within a process
    are measured with ``monotonic()``, which never goes backwards.
    """

    def time(self) -> float:
        """Return the unix time in seconds."""
        ...

    def monotonic(self) -> float:
        """Return seconds since some moment that stays the same."""
        ...

    def wait(self, event: Event, timeout: float | None) -> bool:
        """Wait until ``event`` is set, for ``timeout`` seconds at most; say whether it is."""
        ...


class SystemClock:
    """The time of this machine."""

    def time(self) -> float:
        """Return the unix time in seconds."""
        return time.time()

    def monotonic(self) -> float:
        """Return seconds since some moment that stays the same."""
        return time.monotonic()

    def wait(self, event: Event, timeout: float | None) -> bool:
        """Wait until ``event`` is set, for ``timeout`` seconds at most; say whether it is."""
        return event.wait(timeout)

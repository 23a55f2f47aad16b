"""The events of a step that wait: one for its next try, and behind it those of the same key."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from xgen.runtime.alarms import Alarms
from xgen.runtime.reconcile import NEVER

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from xgen.runtime.bus import Event

__all__ = ["Waiting"]


class Waiting:
    """Events by key, in the order in which they came."""

    def __init__(self) -> None:
        self._events: dict[str, deque[Event]] = {}
        self._due = Alarms[str]()
        self._count = 0

    def __len__(self) -> int:
        return self._count

    @property
    def next(self) -> float | None:
        """Return when the next try is due."""
        return None if self._due.next == NEVER else self._due.next

    def join(self, event: Event) -> bool:
        """Let an event wait if another of its key does; say whether it does."""
        events = self._events.get(_order(event))
        if events is None:
            return False
        events.append(event)
        self._count += 1
        return True

    def retry(self, event: Event, at: float) -> None:
        """Let an event wait for its next try."""
        key = _order(event)
        if key not in self._events:
            self._events[key] = deque([event])
            self._count += 1
        self._due.set(key, at)

    def take_due(self, now: float) -> str | None:
        """Return a key whose time has come, which is then the caller's to look after."""
        return next(self._due.due(now), None)

    def first(self, key: str) -> Event | None:
        """Return the event of a key that is to be handled next."""
        events = self._events.get(key)
        return events[0] if events else None

    def drop_first(self, key: str) -> None:
        """Forget that event: it is done with."""
        events = self._events[key]
        events.popleft()
        self._count -= 1
        if not events:
            del self._events[key]

    def forget(self, lanes: AbstractSet[str]) -> None:
        """Drop what waits of lanes that others have taken over."""
        for key, events in list(self._events.items()):
            staying = deque(event for event in events if event.lane not in lanes)
            self._count -= len(events) - len(staying)
            if staying:
                self._events[key] = staying
            else:
                del self._events[key]

    def clear(self) -> None:
        """Forget all."""
        self._events.clear()
        self._due.clear()
        self._count = 0


def _order(event: Event) -> str:
    """Return what events must share to be handled in order."""
    return f"{event.lane}\n{event.id}" if event.key is None else f"{event.topic}\n{event.key}"

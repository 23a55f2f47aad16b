"""The bus within this process: for tests, and for parts of one program that talk to each other.

It keeps its events as long as the process lives and behaves as the others do: groups remember how
far they came, and what is not acknowledged is delivered again to whoever subscribes next.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from itertools import count
from typing import TYPE_CHECKING, Any

from xgen.runtime.bus import BusError, Event, Subscription, id_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

__all__ = ["MemoryBus", "clear"]


@dataclass(slots=True)
class _Log:
    """All events of this process, and what each group has acknowledged of them."""

    events: list[Event] = field(default_factory=list)
    done: dict[str, set[int]] = field(default_factory=dict)
    given: dict[str, dict[int, int]] = field(default_factory=dict)
    taken: dict[str, set[int]] = field(default_factory=dict)
    changed: threading.Condition = field(default_factory=threading.Condition)
    numbers: count[int] = field(default_factory=lambda: count(1))


_log = _Log()


def clear() -> None:
    """Forget all events and groups; for tests."""
    with _log.changed:
        for each in (_log.events, _log.done, _log.given, _log.taken):
            each.clear()


class MemoryBus:
    """A door to the events of this process; all of them are the same bus."""

    shares_keys = False

    def __init__(self, settings: Mapping[str, Any] | None = None) -> None:
        del settings

    def subscribe(self, topics: Sequence[str], group: str) -> Subscription:
        """Listen to topics, in which ``*`` stands for any text."""
        return _MemorySubscription(tuple(topics), group)

    def publish(
        self,
        topic: str,
        value: bytes,
        *,
        key: str | None = None,
        id: str | None = None,  # noqa: A002 - what it is called on an event
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Add an event."""
        with _log.changed:
            number = next(_log.numbers)
            _log.events.append(
                Event(
                    id=id or id_of(headers or {}, f"memory/{number}"),
                    topic=topic,
                    key=key,
                    value=value,
                    headers=dict(headers or {}),
                    time=time.time(),
                    lane=topic,
                    handle=number,
                )
            )
            _log.changed.notify_all()

    def close(self) -> None:
        """Do nothing: the bus lives as long as the process."""


class _MemorySubscription:
    def __init__(self, topics: tuple[str, ...], group: str) -> None:
        self._topics = topics
        self._done = _log.done.setdefault(group, set())
        self._given = _log.given.setdefault(group, {})
        self._taken = _log.taken.setdefault(group, set())
        self._mine: set[int] = set()
        self._closed = False

    def receive(self, timeout: float, most: int) -> list[Event]:
        with _log.changed:
            if self._closed:
                raise BusError("the subscription was closed")
            found = self._next(most)
            if not found and timeout > 0:
                _log.changed.wait(timeout)
                found = self._next(most)
            return found

    def _next(self, most: int) -> list[Event]:
        found: list[Event] = []
        for event in _log.events:
            number = event.handle
            if len(found) >= most:
                break
            if number in self._done or number in self._taken or not self._wants(event.topic):
                continue
            self._taken.add(number)
            self._mine.add(number)
            self._given[number] = self._given.get(number, 0) + 1
            found.append(replace(event, deliveries=self._given[number]))
        return found

    def _wants(self, topic: str) -> bool:
        return any(topic == each or fnmatchcase(topic, each) for each in self._topics)

    def acknowledge(self, events: Sequence[Event]) -> None:
        with _log.changed:
            self._done.update(event.handle for event in events)

    def lost(self) -> Collection[str]:
        return ()

    def close(self) -> None:
        with _log.changed:
            self._closed = True
            self._taken -= self._mine
            _log.changed.notify_all()

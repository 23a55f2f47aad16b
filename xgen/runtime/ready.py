"""Who starts first: by why an object is due, and by how long it has waited.

Each class of reasons has a head start over the next one, in seconds, and no more: what has
waited longer than that goes before what just came, so every class gets its turn in the end.
"""

from __future__ import annotations

from collections import deque
from enum import IntEnum
from typing import NamedTuple

from xgen.runtime.reconcile import Action, Row


class Priority(IntEnum):
    """Why an object is due, the most urgent reason first."""

    USER = 0
    """Something was declared anew; policies too, which nobody waits for long."""
    DEPENDENCY = 1
    """What it depends on was synced."""
    RETRY = 2
    """It failed before, or was deferred."""
    RESYNC = 3
    """Somebody asked for it although nothing was changed."""


#: By so many seconds is the start of a class put behind that of a user's change.
BEHIND = {
    Priority.USER: 0.0,
    Priority.DEPENDENCY: 2.0,
    Priority.RETRY: 10.0,
    Priority.RESYNC: 60.0,
}


class Entry(NamedTuple):
    """An object in line. The smallest ``due`` goes first."""

    due: float
    priority: Priority
    key: int


class Line:
    """Objects in line: by class, and within a class in the order in which they came."""

    def __init__(self) -> None:
        self._queues: tuple[deque[Entry], ...] = tuple(deque() for _ in Priority)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def push(self, key: int, priority: Priority, now: float) -> None:
        """Let an object stand in line from now on."""
        self._queues[priority].append(Entry(now + BEHIND[priority], priority, key))
        self._count += 1

    def take_in(self, entry: Entry) -> None:
        """Let somebody stand in line who stood in another one, with the time spent there."""
        queue = self._queues[entry.priority]
        self._count += 1
        if queue and entry.due < queue[0].due:
            queue.appendleft(entry)
        else:
            queue.append(entry)

    def pop(self) -> Entry:
        """Return whose turn it is."""
        queue = self._next()
        self._count -= 1
        return queue.popleft()

    def next_priority(self) -> Priority:
        """Return the class of the one whose turn it is."""
        return self._next()[0].priority

    def up_to(self, priority: Priority) -> int:
        """Return how many stand in line in this class and in those before it."""
        return sum(len(queue) for queue in self._queues[: priority + 1])

    def _next(self) -> deque[Entry]:
        """Return the queue whose first one goes next; there is one."""
        first: deque[Entry] = self._queues[-1]
        for queue in self._queues[-2::-1]:
            if queue and (not first or queue[0].due <= first[0].due):
                first = queue
        return first


def priority_of(row: Row, action: Action, *, woken: bool) -> Priority:
    """Return the class of an object; ``woken``: what it depends on was synced just now."""
    if action is Action.POLICY:
        return Priority.RETRY if row.policy_attempts or row.policy_retry_at else Priority.USER
    if row.sync_attempts or row.sync_retry_at:
        return Priority.RETRY
    if row.changed:
        return Priority.USER
    return Priority.DEPENDENCY if woken else Priority.RESYNC

"""Who is to be woken when."""

from __future__ import annotations

import heapq
from itertools import count
from typing import TYPE_CHECKING, Generic, TypeVar

from xgen.runtime.reconcile import NEVER

if TYPE_CHECKING:
    from collections.abc import Iterator


K = TypeVar("K")


class Alarms(Generic[K]):
    """Keys with the unix times at which they are due; at the same time, in the order they came."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, K]] = []
        self._serial = count()

    @property
    def next(self) -> float:
        """Return when the first one is due, NEVER if there is none."""
        return self._heap[0][0] if self._heap else NEVER

    def set(self, key: K, when: float) -> None:
        """Let ``key`` be woken; one that is set for NEVER is not kept."""
        if when != NEVER:
            heapq.heappush(self._heap, (when, next(self._serial), key))

    def due(self, now: float) -> Iterator[K]:
        """Yield those whose time has come, and forget them."""
        while self.next <= now:
            yield heapq.heappop(self._heap)[2]

    def clear(self) -> None:
        """Forget all."""
        self._heap.clear()

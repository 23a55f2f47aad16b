"""Lets objects through by a fixed schedule of models, wave by wave.

Objects of a wave are planned when those of earlier waves have come to an end: they are in sync, or
wait for something themselves. Then nobody has to find out which of them they link to; where one
stayed behind, ``static_planner.py`` looks only then who is behind it.

A deletion goes through the same waves the other way round. The two directions know nothing of
each other, as it is with links.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xgen.runtime.clock import Clock
    from xgen.runtime.reconcile import Row
    from xgen.runtime.registry import Registry

# A wave in which nothing ended for so long (in seconds) holds the next ones back no more: a slow
# step must not stall what does not depend on it. Nor does one that goes on for longer than this.
_STILL = 1.0
_LONGEST = 30.0


@dataclass(slots=True, eq=False)
class _Way:
    """The waves in one direction: how many objects of each are at work, and who waits for them."""

    at_work: list[int]
    held: list[list[int]]
    moved: float = 0.0
    since: float = 0.0

    @property
    def first(self) -> int:
        """Return the number of the first wave that is not through."""
        return next((at for at, count in enumerate(self.at_work) if count), len(self.at_work))

    @property
    def end(self) -> float | None:
        """Return when the waiting ends whatever happens, None if nobody waits."""
        return min(self.moved + _STILL, self.since + _LONGEST) if any(self.held) else None


class Waves:
    """Holds objects back while others of earlier waves are at work.

    Without a schedule there are no waves and nothing is held back.
    """

    def __init__(self, registry: Registry, clock: Clock) -> None:
        self._clock = clock
        waves = registry.schedule.waves if registry.schedule else ()
        self._last = len(waves) - 1
        self._wave_of = {m._meta.label: at for at, wave in enumerate(waves) for m in wave}
        self._ways = [_Way([0 for _ in waves], [[] for _ in waves]) for _ in range(2)]
        self._at: dict[int, tuple[int, int]] = {}
        self._let_through: set[int] = set()

    def works(self, key: int, row: Row) -> None:
        """Count an object as one that others may have to wait for."""
        place = self._place(row)
        if place is not None and self._at.get(key) != place:
            self.rests(key)
            self._at[key] = place
            self._ways[place[0]].at_work[place[1]] += 1

    def rests(self, key: int) -> None:
        """Count it no more: it is done, or it waits for something itself."""
        place = self._at.pop(key, None)
        if place is not None:
            way = self._ways[place[0]]
            way.at_work[place[1]] -= 1
            way.moved = self._clock.time()
            self._let_through.discard(key)

    def holds_back(self, key: int, row: Row) -> bool:
        """Say whether an object is not to be planned yet; it is kept then."""
        place = self._place(row)
        if place is None or key in self._let_through:
            return False
        way = self._ways[place[0]]
        if place[1] <= way.first:
            return False
        if not any(way.held):
            way.since = way.moved = self._clock.time()
        way.held[place[1]].append(key)
        return True

    def released(self) -> Iterator[int]:
        """Yield those that are held back no more."""
        for way in self._ways:
            end = way.end
            if end is None:
                continue
            first, is_over = way.first, self._clock.time() >= end
            for wave, held in enumerate(way.held):
                if held and (is_over or wave <= first):
                    if is_over:
                        self._let_through.update(held)
                    yield from held
                    held.clear()

    @property
    def next_release(self) -> float | None:
        """Return the unix time at which somebody's waiting ends, None if nobody waits."""
        return min((way.end for way in self._ways if way.end is not None), default=None)

    def _place(self, row: Row) -> tuple[int, int] | None:
        """Return the direction and the number of the wave there."""
        wave = self._wave_of.get(row.leaf_model_name)
        if wave is None:
            return None
        return (1, self._last - wave) if row.deleted else (0, wave)

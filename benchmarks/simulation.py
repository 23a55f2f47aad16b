"""Simulates a day of operation with virtual time, and looks at what is left of it.

    python benchmarks/simulation.py [--objects 10000] [--hours 24] [--edits 1000] [--seed 1] [--static]

A user edits all day, mostly in working hours. Steps fail at random, and now and then all of them
for a while; some are deferred. The synchronizer is restarted several times, half of the time
without having written what its last steps did. Exits with 1 when something is not in sync, lost
or doubled.
"""

from __future__ import annotations

import argparse
import heapq
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from random import Random
from typing import TYPE_CHECKING, Any

import operation

from xgen.runtime import django as xdjango
from xgen.runtime import log
from xgen.runtime.errors import DeferredException

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from threading import Event

_HOUR = 3600.0
_OUTAGES = 6
_RESTARTS = 8
# Of the runs, so many fail and are deferred when all is well.
_FAIL, _DEFER = 0.02, 0.01
# Of the edits, so many are made in working hours.
_WORKING = 0.67
# So many edits a user makes one after the other.
_AT_ONCE = 6
# So many steps run before their outcomes are written.
_ROOM = 200
# Less does not pass: floats of this size would not notice it.
_TICK = 0.001


class VirtualClock:
    """Time that passes when somebody waits; what is planned for a moment happens then."""

    def __init__(self) -> None:
        self.now = 1_700_000_000.0
        self._next: list[tuple[float, int, Callable[[], object]]] = []

    def at(self, when: float, what: Callable[[], object]) -> None:
        """Let something happen."""
        heapq.heappush(self._next, (when, len(self._next), what))

    def time(self) -> float:
        """Return the time in seconds."""
        return self.now

    def monotonic(self) -> float:
        """Return the same: it never goes backwards."""
        return self.now

    def wait(self, event: Event, timeout: float | None) -> bool:
        """Go on to the next thing that happens, or to the end of the wait."""
        if event.is_set():
            return True
        end = self.now + max(timeout or 0.0, _TICK)
        while self._next and self._next[0][0] <= end and not event.is_set():
            when, _, what = heapq.heappop(self._next)
            self.now = max(self.now, when)
            what()
        if not event.is_set():
            self.now = end
        return event.is_set()


class Crash(BaseException):
    """The process dies at this moment."""


class Backend:
    """Holds what it was told under handles of its own, and notices what is made twice."""

    def __init__(self, clock: VirtualClock, rng: Random) -> None:
        self.clock = clock
        self.rng = rng
        self.there: dict[tuple[str, int], tuple[Any, ...]] = {}
        self.handles: dict[str, tuple[str, int]] = {}
        self.counts: Counter[str] = Counter()
        self.running: set[tuple[str, int]] = set()
        self.wrong: list[str] = []
        self.is_well = True
        self.has_faults = True

    def sync(self, o: Any) -> None:
        """Create or change an object."""
        self._run(o, self._put)

    def delete(self, o: Any) -> None:
        """Remove an object."""
        self._run(o, self._remove)

    def policy(self, _: Any) -> None:
        """Fail now and then."""
        self.counts["policy runs"] += 1
        if self.has_faults and self.rng.random() < _FAIL:
            raise RuntimeError("the policy failed")

    def _run(self, o: Any, what: Callable[[Any, tuple[str, int]], object]) -> None:
        key = (type(o).__name__, o.pk)
        if key in self.running:
            self.wrong.append(f"{key} was run twice at once")
        self.running.add(key)
        try:
            self._fault()
            what(o, key)
            self.counts["step runs: done"] += 1
        finally:
            self.running.discard(key)

    def _fault(self) -> None:
        chance = self.rng.random()
        if self.has_faults and (not self.is_well or chance < _FAIL):
            self.counts["step runs: failed"] += 1
            raise RuntimeError("the back-end is down")
        if self.has_faults and chance > 1 - _DEFER:
            self.counts["step runs: deferred"] += 1
            raise DeferredException("not yet", after=30)

    def _put(self, o: Any, key: tuple[str, int]) -> None:
        if not o.backend_handle:
            o.backend_handle = f"{key[0]}-{len(self.handles) + 1}"
            self.handles[o.backend_handle] = key
        elif self.handles.get(o.backend_handle) != key:
            self.wrong.append(f"{key} does not know its own handle {o.backend_handle}")
        self.there[key] = operation.declared(o, self._names)

    def _names(self, kind: str, ids: Iterable[int]) -> dict[int, str]:
        """Return names as they are here: what an object needs must have come before it."""
        return {pk: self.there[kind, pk][0] for pk in ids if (kind, pk) in self.there}

    def _remove(self, _: Any, key: tuple[str, int]) -> None:
        self.there.pop(key, None)

    def doubled(self) -> list[str]:
        """Return what was made twice."""
        made = Counter(self.handles.values())
        return [f"{key} was made {count} times" for key, count in made.items() if count > 1]


class Day:
    """A day of one synchronizer."""

    def __init__(self, arguments: argparse.Namespace) -> None:
        self.arguments = arguments
        self.rng = Random(arguments.seed)
        self.clock = VirtualClock()
        self.backend = Backend(self.clock, self.rng)
        self.user = operation.User(self.rng, arguments.objects)
        self.crash = False
        self.crashes = 0
        self.is_over = False
        self.sync: Any = None

    def run(self) -> tuple[dict[str, object], list[str]]:
        """Live through the day and the quiet after it; return figures and what was wrong."""
        began, cpu = time.perf_counter(), time.process_time()
        self.user.begin()
        self._plan()
        runs = 0
        while not self.is_over:
            self.sync = self.synchronizer()
            runs += 1
            with suppress(Crash):
                self.sync.run(grace=0)
        settled = self._settle()
        wrong = [
            *operation.violations(self.backend.there),
            *self.backend.wrong,
            *self.backend.doubled(),
        ]
        total = sum(getattr(operation.models(), k).objects.count() for k in operation.KINDS)
        figures: dict[str, object] = {
            "virtual hours": f"{self.arguments.hours:g}",
            "edits": self.user.did.total(),
            **dict(sorted(self.backend.counts.items())),
            "starts of the synchronizer": runs,
            "of these after a crash": self.crashes,
            "outages of the back-end": _OUTAGES,
            "objects in the end": total,
            "virtual seconds until all was in sync": int(settled),
            "not in sync, lost, doubled": len(wrong),
            "real seconds": f"{time.perf_counter() - began:.1f}",
            "seconds of CPU": f"{time.process_time() - cpu:.1f}",
        }
        return figures, wrong

    def _plan(self) -> None:
        """Put into the day what is to happen."""
        start, length = self.clock.now, self.arguments.hours * _HOUR
        for _ in range(self.arguments.edits // _AT_ONCE):
            in_working_hours = self.rng.random() < _WORKING
            share = self.rng.uniform(0.33, 0.75) if in_working_hours else self.rng.random()
            self.clock.at(start + 60 + share * (length - 120), self._edit)
        for n in range(_OUTAGES):
            begin = start + (n + self.rng.random()) / _OUTAGES * length * 0.9
            self.clock.at(begin, lambda: setattr(self.backend, "is_well", False))
            end = begin + self.rng.uniform(0.002, 0.03) * length
            self.clock.at(end, lambda: setattr(self.backend, "is_well", True))
        for n in range(_RESTARTS):
            moment = start + (n + self.rng.random()) / _RESTARTS * length * 0.95
            self.clock.at(moment, self._crash if n % 2 else self._restart)
        self.clock.at(start + length, self._end)

    def _edit(self) -> None:
        for _ in range(_AT_ONCE):
            self.user.act()

    def _restart(self) -> None:
        self.sync.stop()

    def _crash(self) -> None:
        """Die when the next outcomes are about to be written."""
        self.crash = True

    def _end(self) -> None:
        self.is_over = True
        self.sync.stop()

    def _settle(self) -> float:
        """Let the back-end be well and nobody edit; return how long it takes to be in sync."""
        self.crash = self.backend.has_faults = False
        began = self.clock.now
        for _ in range(100):
            if not self.synchronizer().run(once=True).unfinished:
                break
            self.clock.now += 60
        return self.clock.now - began

    def synchronizer(self) -> Any:
        """Return a synchronizer as a new process would make it."""
        import statickit

        from xgen.runtime import executor, registry, synchronizer
        from xgen.runtime.config import Config, RetryConfig
        from xgen.runtime.scheduler import Timing

        class Batches(executor.InlineExecutor):
            """Runs several jobs before their outcomes are written, as threads would."""

            def room(self) -> int:
                return _ROOM if super().room() else 0

        vars(synchronizer)["InlineExecutor"] = Batches
        loaded = registry.make(
            "sampleservice",
            steps=operation.steps(self.backend.sync, self.backend.delete),
            policies=operation.policies(self.backend.policy),
            model_deps=statickit.DEPS,
            fixed=statickit.schedule() if self.arguments.static else None,
        )
        config = Config(
            name="sampleservice",
            database="",
            retry=RetryConfig(base=1.0, factor=2.0, cap=600.0, jitter=0.1),
        )
        made = synchronizer.Synchronizer(
            "sampleservice",
            config,
            loaded=loaded,
            clock=self.clock,
            rng=self.rng,
            timing=Timing(poll=30.0, scan=600.0),
            inline=True,
        )
        write = made.results.record

        def record(ended: Any, now: float) -> Any:
            if self.crash and ended:
                self.crash = False
                self.crashes += 1
                raise Crash
            return write(ended, now)

        made.results.record = record  # type: ignore[method-assign]  # where a process may die
        return made


def main() -> None:
    """Simulate a day; exit with 1 if something was wrong in the end."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--objects", type=int, default=10_000)
    parser.add_argument("--hours", type=float, default=24.0)
    parser.add_argument("--edits", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--static", action="store_true", help="by the fixed schedule of models")
    arguments = parser.parse_args()
    log.configure(log.LogSettings(level="critical"))
    with tempfile.TemporaryDirectory(prefix="xgen-simulation-") as folder:
        xdjango.setup(f"sqlite:///{folder}/day.db", ("sampleservice",))
        xdjango.migrate()
        try:
            figures, wrong = Day(arguments).run()
        finally:
            xdjango.close_connections()
    sys.exit(operation.told(figures, wrong))


if __name__ == "__main__":
    main()

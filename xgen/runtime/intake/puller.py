"""Decides which pull is due, starts it in a thread of its own, and writes how it ended.

One thread runs ``turn``; authors' code runs in others and hands its outcome back. Schedules do not
drift: the next run is at the next point of a grid of intervals, and points that were missed are
not made up for. A pull never runs twice at once, not even when one was given up on.
"""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass, field
from math import floor
from typing import TYPE_CHECKING

from xgen.runtime import retry, secrets
from xgen.runtime.intake.run import AbandonedError, Run
from xgen.runtime.intake.states import ERROR, LEASE, SUCCESS, States, dead_owners
from xgen.runtime.outcome import DONE, Deferred, Done, Failed, Outcome, outcome_of
from xgen.runtime.writer import Writer, writing_as

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from random import Random

    from xgen.runtime.clock import Clock
    from xgen.runtime.intake.pull import PullStep
    from xgen.runtime.registry import Registry
    from xgen.runtime.results import Results
    from xgen.runtime.retry import RetryPolicy

__all__ = ["Puller", "next_point"]

# The first run of a step that never ran starts within this part of its interval, and soon.
_SPREAD = 0.1
_MOST_SPREAD = 10.0
# So often a pull that another process claimed is looked at again.
_LOOK_AGAIN = 5.0


@dataclass(slots=True, eq=False)
class _Slot:
    """A pull step, and its run if there is one."""

    name: str
    step: type[PullStep]
    timeout: float | None
    due: float = 0.0
    attempts: int = 0
    boots: Mapping[str, str] = field(default_factory=dict)
    run: Run | None = None
    late: Failed | None = None
    """That the run at hand was given up on, if that is not in the database yet."""
    began: float = 0.0
    planned: float = 0.0
    """The time for which the run at hand was planned; the grid goes through it."""


def next_point(planned: float, interval: float, now: float) -> float:
    """Return the first point after ``now`` of the grid that goes through ``planned``."""
    return planned + interval * (max(floor((now - planned) / interval), 0) + 1)


def in_thread(name: str, work: Callable[[], None]) -> None:
    """Do ``work`` in a thread of its own."""

    def run() -> None:
        try:
            work()
        finally:
            from xgen.runtime.django import close_connections

            close_connections()

    threading.Thread(target=run, name=name, daemon=True).start()


class Puller:
    """Keeps the pull steps of a package running."""

    def __init__(
        self,
        registry: Registry,
        results: Results,
        clock: Clock,
        bell: threading.Event,
        *,
        policy: RetryPolicy,
        rng: Random,
        timeout: float | None,
        start: Callable[[str, Callable[[], None]], None] = in_thread,
    ) -> None:
        self.registry = registry
        self.results = results
        self.clock = clock
        self.bell = bell
        self.policy = policy
        self.rng = rng
        self.states = States(results.store.owner, results.store.using)
        self._start_work = start
        self._slots = [
            _Slot(name, step, timeout if step.timeout is None else step.timeout)
            for name, step in registry.pulls.items()
        ]
        self._ended: deque[tuple[_Slot, Run, Outcome]] = deque()
        self._next_renewal = 0.0

    def begin(self) -> None:
        """Find out when each step is due."""
        now = self.clock.time()
        self.states.ensure(slot.name for slot in self._slots)
        for slot in self._slots:
            row = self.states.read(slot.name)
            interval = slot.step.interval
            if row.started is None:
                spread = min(interval * _SPREAD, _MOST_SPREAD)
                slot.due = now + self.rng.uniform(0.0, spread)
            else:
                # The interval may be shorter than it was, or the clock have been wrong.
                latest = now + (max(interval, self.policy.cap) if row.attempts else interval)
                slot.due = min(row.due_at, latest)
            if slot.due != row.due_at:
                self.states.postpone(slot.name, slot.due)

    def run_all(self) -> None:
        """Make all pulls due now, whatever their schedule."""
        now = self.clock.time()
        for slot in self._slots:
            slot.due = now
            self.states.postpone(slot.name, now)

    @property
    def is_running(self) -> bool:
        """Say whether a pull runs that may still end in time."""
        return any(slot.run and not slot.run.abandoned.is_set() for slot in self._slots)

    def settle(self) -> None:
        """Write how runs ended, give up on those that take too long, keep the claims of others."""
        while self._ended:
            self._finish(*self._ended[0])
            self._ended.popleft()
        self._give_up_on_late_ones()
        self._renew()

    def turn(self) -> float:
        """Do what there is to do now; return in how many seconds there may be more."""
        self.settle()
        for slot in self._slots:
            if slot.run is None and slot.due <= self.clock.time():
                self._start(slot)
        return self._sleep_time()

    def stop(self, deadline: float) -> None:
        """Tell runs that they are not wanted, and wait for them until a monotonic time."""
        for slot in self._slots:
            if slot.run is not None:
                slot.run.abandoned.set()
        while any(slot.run for slot in self._slots):
            self.bell.clear()
            while self._ended:
                slot = self._ended.popleft()[0]
                slot.run = None
                self.states.release([slot.name])
            left = deadline - self.clock.monotonic()
            if left <= 0 or not any(slot.run for slot in self._slots):
                return  # what still runs leaves a claim that expires
            self.clock.wait(self.bell, min(left, 1.0))

    def _start(self, slot: _Slot) -> None:
        now = self.clock.time()
        row = self.states.read(slot.name)
        if not self.states.claim(slot.name, now=now, until=now + LEASE, dead=dead_owners(row)):
            # Another process does it, or has done it.
            slot.due = row.due_at if row.due_at > now else now + _LOOK_AGAIN
            return
        slot.attempts, slot.boots = row.attempts, row.boots
        slot.planned = slot.due
        slot.began = self.clock.monotonic()
        run = slot.run = self._new_run(slot)

        def work() -> None:
            self._ended.append((slot, run, self._pull(slot, run)))
            self.bell.set()

        try:
            self._start_work(f"xgen-pull-{slot.step.__name__}", work)
        except BaseException:
            slot.run = None  # there is no thread for it; the claim is this process's
            raise

    def _new_run(self, slot: _Slot) -> Run:
        return Run(
            step=slot.name,
            registry=self.registry,
            results=self.results,
            using=self.states.using,
            model=slot.step.observes.__name__ if slot.step.observes else None,
            boots=dict(slot.boots),
        )

    def _pull(self, slot: _Slot, run: Run) -> Outcome:
        """Run an author's code to its end, whatever it does."""
        try:
            with writing_as(Writer.PULL, run):
                slot.step(self.registry.context, run).pull_records()
        except AbandonedError as error:
            return Failed(str(error))
        except Exception as error:
            outcome = outcome_of(error)
            if isinstance(outcome, Failed) and not run.abandoned.is_set():
                run.log.debug("traceback", exc_info=error)
            return outcome
        except BaseException as error:  # noqa: BLE001 - SystemExit in a step ends the step only
            return Failed(f"{type(error).__name__} raised by the step")
        return DONE

    def _finish(self, slot: _Slot, run: Run, outcome: Outcome) -> None:
        if run.abandoned.is_set():
            self._write_late(slot, run)
            self.states.release([slot.name])
        else:
            self._write(slot, run, outcome, release=True)
        slot.run = None

    def _write(self, slot: _Slot, run: Run, outcome: Outcome, *, release: bool) -> None:
        """Write an outcome and find out when the next run is due."""
        now = self.clock.time()
        message = secrets.redact_text(outcome.message)
        interval = slot.step.interval
        moves = {"records": run.records, "bad_records": run.bad, "ended": now, "status": message}
        if isinstance(outcome, Failed):
            attempts = slot.attempts + 1
            wait = retry.delay(attempts, self.policy, self.rng)
            if outcome.permanent:
                wait = max(self.policy.cap, interval)
            due = now + wait
            moves |= {"code": ERROR, "attempts": attempts}
            run.log.error("pull failed", error=message, attempts=attempts, after=round(wait, 3))
        else:
            due = next_point(slot.planned, interval, now)
            if isinstance(outcome, Deferred):
                due = now + (retry.DEFER_SECONDS if outcome.after is None else outcome.after)
            moves |= {"code": SUCCESS, "attempts": 0, "boots": run.boots}
            if isinstance(outcome, Done):
                moves["succeeded"] = now
            if run.bad:
                moves["status"] = f"{run.bad} bad records, the first: {run.first_error}"
            run.log.info("pulled", records=run.records, bad=run.bad)
        self.states.ended(slot.name, release=release, due_at=due, **moves)
        slot.due = due

    def _give_up_on_late_ones(self) -> None:
        now = self.clock.monotonic()
        for slot in self._slots:
            run = slot.run
            if run is None or slot.timeout is None:
                continue
            if now >= slot.began + slot.timeout and not run.abandoned.is_set():
                run.abandoned.set()
                slot.late = Failed(f"timed out after {slot.timeout:g} s; it still runs")
            self._write_late(slot, run)

    def _write_late(self, slot: _Slot, run: Run) -> None:
        """Write that a run was given up on, until it is written."""
        if slot.late is not None:
            self._write(slot, run, slot.late, release=False)
            slot.late = None

    def _renew(self) -> None:
        now = self.clock.monotonic()
        running = [slot.name for slot in self._slots if slot.run]
        if running and now >= self._next_renewal:
            self.states.renew(running, self.clock.time() + LEASE)
            self._next_renewal = now + LEASE / 3

    def _sleep_time(self) -> float:
        wall, now = self.clock.time(), self.clock.monotonic()
        ends = [LEASE / 3]
        for slot in self._slots:
            if slot.run is None:
                ends.append(slot.due - wall)
            elif slot.timeout is not None and not slot.run.abandoned.is_set():
                ends.append(slot.began + slot.timeout - now)
        return max(0.0, min(ends))

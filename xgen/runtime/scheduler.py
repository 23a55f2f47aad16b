"""The loop: lets start what can start, listens to what changed, writes how runs ended.

A ready-queue over objects. One thread runs the loop and does all of the runtime's own reading and
writing, so nothing in memory is locked; workers only run authors' code. Whatever is believed here
is checked against the database before it counts, so wake-ups may be lost, doubled or late.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog
from django.db import InterfaceError, OperationalError, connections

from xgen.runtime import breakers, kept
from xgen.runtime.agenda import Agenda
from xgen.runtime.dbfile import DatabaseFile
from xgen.runtime.outcome import TIMED_OUT, Done, Failed
from xgen.runtime.reconcile import Action
from xgen.runtime.starter import Starter
from xgen.runtime.tally import Counts
from xgen.runtime.unrest import Unrest

if TYPE_CHECKING:
    from collections.abc import Callable

    from xgen.runtime.chores import Chores
    from xgen.runtime.clock import Clock
    from xgen.runtime.ended import Ended
    from xgen.runtime.execution import Job
    from xgen.runtime.executor import Executor
    from xgen.runtime.gates import Gates
    from xgen.runtime.item import Knot
    from xgen.runtime.models import Object
    from xgen.runtime.results import Recorded, Results
    from xgen.runtime.store import Store
    from xgen.runtime.wakeup import Bell

_RECORD_AT_ONCE = 2000
# At most this part of the time goes into scans, and into looking for cycles.
_SHARE = 0.1
# Scans that take less (in seconds) are not worth being put off.
_CHEAP = 0.02
_MOST_TROUBLE = 5.0
# So many steps that still run are named when stopping.
_FEW = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """How often the loop does what, in seconds."""

    poll: float = 1.0
    """Between looks for changes of other processes."""
    scan: float = 30.0
    """Between scans of all that is due when nothing hints at a change."""
    lease: float = 60.0
    """How long a claim holds without being renewed."""
    trouble: float = 0.2
    """Before the first new try when the database fails; doubled with each failure in a row."""


class Scheduler:
    """Keeps work going until told to stop, or until there is none."""

    def __init__(
        self,
        store: Store,
        results: Results,
        executor: Executor,
        clock: Clock,
        bell: Bell,
        *,
        timeout: float | None = None,
        timing: Timing | None = None,
        chores: Chores | None = None,
        gates: Gates | None = None,
        quarantine_after: int | None = None,
    ) -> None:
        self.store = store
        self.results = results
        self.executor = executor
        self.clock = clock
        self.bell = bell
        self.timing = timing or Timing()
        self.chores = chores
        self.agenda = Agenda(store, clock, ask_again=self.timing.poll, gates=gates)
        self.gates = self.agenda.gates
        self.unrest = Unrest(store, quarantine_after)
        self.starter = Starter(
            store,
            self.agenda,
            executor,
            clock,
            self.unrest,
            timeout=timeout,
            lease=self.timing.lease,
        )
        self.counts = Counts()
        self.file = DatabaseFile(store.using)
        self.begin: Callable[[int], object] | None = None
        """Told once, after the first scan, how many objects are due."""
        self.log = structlog.stdlib.get_logger("xgen.runtime")
        self._flight = self.starter.flight
        self._reported: dict[frozenset[int], str] = {}
        self._scan_wanted = False
        self._earliest_scan = self._earliest_cycles = 0.0
        self._next_poll = self._next_scan = self._next_renewal = 0.0
        self._troubles = 0

    def run(self, *, once: bool, stopping: Callable[[], bool]) -> None:
        """Work until told to stop; with ``once`` until there is nothing left to do now."""
        begun = False
        while not stopping():
            before = connections[self.store.using].connection
            try:
                if not begun:
                    self.store.retry_not_implemented()
                    self._scan()
                    begun = True
                busy = self.turn()
                self._troubles = 0
            except (OperationalError, InterfaceError) as error:
                # Before anything ever worked, waiting helps against locks and cut connections only.
                if not (begun or "locked" in str(error) or self._is_cut(before)):
                    raise
                self._pause(error)
                continue
            if busy:
                continue
            if once and self._is_finished():
                return
            self.clock.wait(self.bell.event, self._sleep_time())

    def turn(self) -> bool:
        """Do what there is to do now; say whether there may be more at once."""
        self.bell.event.clear()
        self._collect()
        self._listen()
        planned = self.agenda.plan()
        if not self._flight.running:
            self._next_renewal = self.clock.monotonic() + self.timing.lease / 3
        started = self.starter.start()
        if self.agenda.graph_changed:
            idle = not (planned or started)
            if idle or self.clock.monotonic() >= self._earliest_cycles:
                self._report_cycles()
        return planned or started or bool(self._flight.ended)

    def drain(self, deadline: float, abandoning: Callable[[], bool] = bool) -> None:
        """Start nothing more; wait for what runs until the monotonic time ``deadline``.

        Or until ``abandoning`` says that nobody wants to wait any longer.
        """
        withdrawn = [job.key for job in self.executor.withdraw()]
        for key in withdrawn:
            self._flight.running.pop(key, None)
        self._flight.freed.extend(withdrawn)
        self._tell_what_runs()
        while True:
            self.bell.event.clear()
            try:
                self._collect()
                if not self._is_running():
                    break
                timeout = self._sleep_time()
            except (OperationalError, InterfaceError) as error:
                self._pause(error)
                timeout = 0.0
            left = deadline - self.clock.monotonic()
            if left <= 0 or abandoning():
                break
            self.clock.wait(self.bell.event, min(left, timeout))
        self.executor.close()

    def _tell_what_runs(self) -> None:
        names = [job.name for job in self._flight.running.values() if not job.abandoned]
        if names:
            steps = "1 step" if len(names) == 1 else f"{len(names)} steps"
            shown = ", ".join(names[:_FEW]) + (", ..." if len(names) > _FEW else "")
            text = f"stopping; waiting for {steps} ({shown}); press ctrl-C again to abandon"
            self.log.info(text)

    def _is_running(self) -> bool:
        """Say whether a run may still end in time; those that were given up on do not count."""
        return any(not job.abandoned for job in self._flight.running.values())

    def _is_finished(self) -> bool:
        return self.agenda.is_idle and not (
            self._flight.ended or self._scan_wanted or self._is_running()
        )

    def _sleep_time(self) -> float:
        now = self.clock.monotonic()
        ends = [self._next_poll, self._next_scan]
        if self.agenda.next_wake_up is not None:
            ends.append(now + self.agenda.next_wake_up - self.clock.time())
        if self._flight.running:
            ends.append(self._next_renewal)
            deadline = self.executor.next_deadline()
            if deadline is not None:
                ends.append(deadline)
        return max(0.0, min(ends) - now)

    def _is_cut(self, before: object) -> bool:
        """Say whether a connection that there was works no more.

        Django may have closed it, and after a transaction it has another one by now.
        """
        connection = connections[self.store.using]
        if connection.vendor == "sqlite" or connection.connection is None:
            return before is not None and not connection.is_usable()
        return connection.connection is not before or not connection.is_usable()

    def _pause(self, error: Exception) -> None:
        """Wait a little after the database failed; all that counts is in it, or in our hands."""
        wait = min(self.timing.trouble * 2**self._troubles, _MOST_TROUBLE)
        self._troubles = min(self._troubles + 1, 10)
        self.file.check()
        self.log.warning("the database failed, trying again", error=str(error), after=wait)
        connections[self.store.using].close()
        self._scan_wanted = True
        self.clock.wait(self.bell.event, wait)

    # Finding what is due

    def _scan(self) -> None:
        began = self.clock.monotonic()
        self._scan_wanted = False
        self._heed()
        self.agenda.scan()
        if self.begin is not None:
            self.begin(len(self.agenda.items))
            self.begin = None
        now = self.clock.monotonic()
        took = now - began
        self._earliest_scan = now if took < _CHEAP else now + took / _SHARE
        self._next_scan = max(now + self.timing.scan, self._earliest_scan)
        self._next_poll = now + self.timing.poll

    def _heed(self) -> None:
        """Read what operators paused, and what is known of back-ends."""
        self.agenda.heed(self.store.pauses())
        if self.gates.has_breakers:
            self.gates.adopt(breakers.read(self.store.registry.package, self.store.using))

    def _listen(self) -> None:
        """Look at what is said to have changed."""
        now = self.clock.monotonic()
        ids, scan = self.bell.take()
        self._scan_wanted = self._scan_wanted or scan or now >= self._next_scan
        for root, found in ids.items():
            self.agenda.look(self.store.key(self.store.index[root], pk) for pk in found)
        if now >= self._next_poll:
            self._next_poll = now + self.timing.poll
            self.file.check()
            if self.chores is not None:
                self.chores.turn()
            if self.store.changed_elsewhere():
                self._scan_wanted = True
                self._heed()  # operators do not wait for the scan
        if self._scan_wanted and now >= self._earliest_scan:
            self._scan()
        elif self._scan_wanted:
            self._next_poll = min(self._next_poll, self._earliest_scan)
        if self._flight.running and now >= self._next_renewal:
            self.store.renew(self._flight.running, self.clock.time() + self.timing.lease)
            self._next_renewal = now + self.timing.lease / 3

    def _report_cycles(self) -> None:
        """Put an error on objects that wait for one another."""
        began = self.clock.monotonic()
        reported: dict[frozenset[int], str] = {}
        for knot in self.agenda.knots():
            if self._untie(knot):
                continue
            reported[knot.keys] = knot.message
            if self._reported.get(knot.keys) != knot.message:
                self.results.report_cycle(knot.keys, knot.message)
                self.log.error("objects wait for each other", cycle=" -> ".join(knot.names))
                self.counts.failed += len(knot.keys)
        self._reported = reported
        now = self.clock.monotonic()
        self._earliest_cycles = now + max(self.timing.poll, (now - began) / _SHARE)

    def _untie(self, knot: Knot) -> bool:
        """Drop edges that were cut if they are what makes objects wait for one another."""
        roots = self.store.roots
        ids = {roots[root]: some for root, some in self.store.by_root(knot.keys).items()}
        if not kept.drop_between(ids, self.store.using):
            return False
        text = "deleted objects stood on each other in turn; what is declared now decides"
        self.log.warning(text, cycle=" -> ".join(knot.names))
        for key in knot.keys:
            self.agenda.again(key)
        self._scan_wanted = True
        return True

    # Ending

    def _collect(self) -> None:
        """Take what ended, write it, and let others go on."""
        for job in self.executor.overdue():
            ended = job.ended(Failed(f"{TIMED_OUT}{job.timeout:g} s; it still runs"))
            ended.keep_claim = True
            self._flight.ended.append(ended)
            self.log.error("timed out; it still runs", after=job.timeout, **job.log_fields)
        for job, ended in self.executor.take():
            if job.abandoned:
                self._flight.running.pop(job.key, None)
                self.gates.leave(job.key)
                self._flight.freed.append(job.key)
            else:
                self._flight.ended.append(ended)
        while self._flight.ended:
            batch = self._flight.ended[:_RECORD_AT_ONCE]
            self._settle(batch)
            del self._flight.ended[: len(batch)]
        if self._flight.freed:
            self.store.release(self._flight.freed)
            freed, self._flight.freed = self._flight.freed, []
            for key in freed:
                self.agenda.again(key)
            self.agenda.look(freed)
        if self._flight.unclaimed:
            self.store.release(self._flight.unclaimed)
            self._flight.unclaimed.clear()
        if self.gates.changed:
            self._save_breakers()

    def _save_breakers(self) -> None:
        """Store which breakers opened and closed, and say so."""
        changed, package = dict(self.gates.changed), self.store.registry.package
        opened = breakers.write(package, changed, self.clock.time(), self.store.using)
        self.gates.changed.clear()
        for name, opening in changed.items():
            if opening is None:
                self.log.info("the circuit breaker closed", backend=name)
            elif name in opened:
                text = "the circuit breaker opened: nothing is tried there for a while"
                self.log.error(text, backend=name, error=opening.reason, after=opening.wait)
            else:
                text = "the back-end is still not there"
                self.log.warning(text, backend=name, error=opening.reason, after=opening.wait)

    def _settle(self, batch: list[Ended]) -> None:
        """Write outcomes and act on what the database says then."""
        now = self.clock.time()
        written = [e for e in batch if _is_written(e)]
        recorded = self.results.record([e for e in batch if not _is_written(e)], now)
        rows = recorded.rows
        for row in self.store.rows_of(e.key for e in written):
            rows[self.store.key(row.root, row.pk)] = row
        self._note_causes(batch, recorded)
        for e in batch:
            self.counts.add(e)
            self.gates.heed(e.key, e.outcome, now)
            if e.keep_claim:
                continue
            self.gates.leave(e.key)
            self._flight.running.pop(e.key, None)
            if e.key in rows:
                self.agenda.again(e.key, rows[e.key])
            else:
                self.agenda.finished(e.key)
                self.unrest.settled(e.key)
        for row in recorded.joined:
            self.agenda.join(row, woken=True)

    def _note_causes(self, batch: list[Ended], recorded: Recorded) -> None:
        """Remember which runs set off others; a change of a user's sets off a chain of its own."""
        running = self._flight.running
        self.unrest.heed(self.bell.touches(), running)
        woken = {self.store.key(row.root, row.pk) for row in recorded.joined}
        chained: dict[type[Object], dict[int, Job]] = {}
        for e in batch if woken else ():
            job = running.get(e.key)
            if job is not None and job.cause is not None and e.action is Action.SYNC:
                chained.setdefault(type(e.obj), {})[e.obj.pk] = job
        for model, jobs in chained.items():
            for key, pk in self.agenda.planner.dependents(model, jobs):
                if key in woken:
                    self.unrest.woke(jobs[pk], key)


def _is_written(e: Ended) -> bool:
    """Say whether an outcome is in the database already: policies write theirs themselves."""
    return e.action is Action.POLICY and isinstance(e.outcome, Done)

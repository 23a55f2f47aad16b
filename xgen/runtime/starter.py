"""Starts objects: claims them, loads them, looks once more, and gives them to workers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import structlog

from xgen.runtime.backends import backend_of
from xgen.runtime.execution import Job
from xgen.runtime.outcome import DONE, Quarantined, outcome_of
from xgen.runtime.reconcile import Action

if TYPE_CHECKING:
    from xgen.runtime.agenda import Agenda
    from xgen.runtime.clock import Clock
    from xgen.runtime.ended import Ended
    from xgen.runtime.executor import Executor
    from xgen.runtime.models import Object
    from xgen.runtime.registry import Work
    from xgen.runtime.store import Store
    from xgen.runtime.unrest import Unrest


@dataclass(slots=True)
class Flight:
    """What is under way between the loop and the workers."""

    running: dict[int, Job] = field(default_factory=dict)
    ended: list[Ended] = field(default_factory=list)
    """Runs that ended and are not in the database yet."""
    freed: list[int] = field(default_factory=list)
    """Objects that were claimed and did not start: to be looked at again."""
    unclaimed: list[int] = field(default_factory=list)
    """Objects that were claimed and have to wait for a limit after all."""


class Starter:
    """Takes what the agenda chose to the executor."""

    def __init__(
        self,
        store: Store,
        agenda: Agenda,
        executor: Executor,
        clock: Clock,
        unrest: Unrest,
        *,
        timeout: float | None,
        lease: float,
    ) -> None:
        self.store = store
        self.agenda = agenda
        self.executor = executor
        self.clock = clock
        self.unrest = unrest
        self.timeout = timeout
        self.lease = lease
        self.flight = Flight()
        self.log = structlog.stdlib.get_logger("xgen.runtime")

    def start(self) -> bool:
        """Claim, load and give out as many ready objects as there is room for."""
        chosen = self.agenda.choose(self.executor.room())
        started = bool(chosen)
        try:
            while chosen:
                (leaf, action), keys = next(iter(chosen.items()))
                self._claim(self.store.registry.work[leaf], action, keys)
                del chosen[leaf, action]
        finally:
            for keys in chosen.values():  # the database failed: nothing of these was claimed
                for key in keys:
                    self.agenda.again(key)
        return started

    def _claim(self, work: Work, action: Action, keys: list[int]) -> None:
        now = self.clock.time()
        claimed = self.store.claim(
            action,
            work,
            [self.store.split(key)[1] for key in keys],
            until=now + self.lease,
            now=now,
            dead=self.agenda.owners.dead,
        )
        missed = set(keys)
        jobs: list[Job] = []
        for key, o in claimed:
            missed.discard(key)
            job = self._job(key, action, work, o)
            if job is not None and self._may_run(job):
                jobs.append(job)
        self.executor.submit(jobs)
        self.flight.freed.extend(missed)

    def _job(self, key: int, action: Action, work: Work, o: Object) -> Job | None:
        """Return what to do for an object; None if it changed since it was planned."""
        row = self.store.row_of(key, o)
        if self.agenda.verdict(row).action is not action:
            self.flight.freed.append(key)
            return None
        self.agenda.items[key].row = row
        held = o.__dict__
        return Job(
            key=key,
            action=action,
            obj=o,
            work=work,
            timeout=self.timeout if work.timeout is None else work.timeout,
            token=held["claim_token"],
            generation=held["generation"],
            revision=held["revision"],
        )

    def _may_run(self, job: Job) -> bool:
        """Say whether a worker has something to do; what ended or has to wait is dealt with."""
        flight, action, work = self.flight, job.action, job.work
        if callable(work.backend) and action in (Action.SYNC, Action.DELETE):
            try:
                backend = backend_of(work, job.obj)
            except Exception as error:  # noqa: BLE001 - whatever the author's function raises
                flight.running[job.key] = job
                flight.ended.append(job.ended(outcome_of(error, self.store.registry.folder)))
                return False
            if not self.agenda.is_let_in(job.key, backend):
                flight.unclaimed.append(job.key)
                return False
        flight.running[job.key] = job
        if (message := self.unrest.begins(job)) is not None:
            self.log.error("put into quarantine", reason=message, **job.log_fields)
            flight.ended.append(job.ended(Quarantined(message)))
        elif action is Action.REAP or (work.step is None and action is not Action.POLICY):
            flight.ended.append(job.ended(DONE))
        else:
            return True
        return False

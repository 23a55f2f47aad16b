"""A package at work: what ``python -m exampleservice run`` and the tests of authors use."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass, replace
from random import Random
from typing import TYPE_CHECKING, Any

import structlog
from django.db import connections

from xgen.runtime import backends, handles, limits, registry, signals, wakeup
from xgen.runtime.chores import Chores
from xgen.runtime.clock import Clock, SystemClock
from xgen.runtime.django import shown_database
from xgen.runtime.errors import ConfigErrors, DatabaseGone
from xgen.runtime.execution import Runner
from xgen.runtime.executor import Executor, InlineExecutor, ThreadExecutor
from xgen.runtime.gates import Gates
from xgen.runtime.kinds import is_object
from xgen.runtime.owner import is_surely_dead, new_owner
from xgen.runtime.results import Results
from xgen.runtime.retry import RetryPolicy
from xgen.runtime.scheduler import Scheduler, Timing
from xgen.runtime.step import StepContext
from xgen.runtime.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xgen.runtime.answers import ModelStatus, Why
    from xgen.runtime.config import Config
    from xgen.runtime.intake.states import Status
    from xgen.runtime.intake.supervisor import Supervisor
    from xgen.runtime.models import Object
    from xgen.runtime.reconcile import Row
    from xgen.runtime.registry import Registry
    from xgen.runtime.tally import Counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What a run did, and what is left. ``errors`` counts objects, not runs."""

    synced: int
    deleted: int
    policies: int
    failed: int
    deferred: int
    errors: int
    unfinished: int
    failed_intake: int = 0
    """How many pull and event steps failed in a run that is made once."""
    elsewhere: int = 0
    """How many of those that are unfinished another synchronizer is at work on."""

    @property
    def exit_code(self) -> int:
        """Return 1 if an object is in error or could not be asked for, else 0."""
        return 1 if self.errors or self.failed_intake else 0


class Synchronizer:
    """Keeps the back-end of one package as the database declares it.

    Django is set up for the package and the database migrated already. A synchronizer can be run
    again; it is one owner of claims, so two of them never run one object at once.
    """

    def __init__(
        self,
        package: str,
        config: Config,
        *,
        loaded: Registry | None = None,
        clock: Clock | None = None,
        rng: Random | None = None,
        timing: Timing | None = None,
        inline: bool = False,
    ) -> None:
        self.config = config
        self.clock = clock or SystemClock()
        self.timing = timing or Timing()
        self.registry = loaded or registry.load(package, context=context_of(package, config))
        _check_limits(self.registry, config)
        self.store = Store(self.registry, new_owner())
        policy = RetryPolicy(
            base=config.retry.base,
            factor=config.retry.factor,
            cap=config.retry.cap,
            jitter=config.retry.jitter,
        )
        self.results = Results(self.store, policy, rng or Random())  # noqa: S311 - jitter, no secret
        self._inline = inline
        self._bell = wakeup.Bell()
        self._stopping = threading.Event()
        self._abandoning = threading.Event()
        self._intake: Supervisor | None = None
        for work in self.registry.work.values():
            handles.save_at_once(work.model)

    def run(self, *, once: bool = False, grace: float = 30.0) -> Summary:
        """Work until stopped, or with ``once`` until nothing is left to do now.

        When stopped, what runs has ``grace`` seconds to end; what does not end in time leaves a
        claim that expires.
        """
        log = structlog.stdlib.get_logger("xgen.runtime")
        for warning in self.registry.warnings:
            log.warning(warning)
        self._stopping.clear()
        self._abandoning.clear()
        intake = self._new_intake()
        chores = Chores(self.store, self.clock, self.config.history)
        chores.start()
        scheduler = self._scheduler(chores)
        scheduler.begin = self._tell_start
        wakeup.listen(self._bell)
        failed = 0
        try:
            if intake is not None and once:
                failed = intake.run_once(inline=self._inline)
            elif intake is not None:
                intake.start()
            scheduler.run(once=once, stopping=self._stopping.is_set)
        except (DatabaseGone, KeyboardInterrupt):
            grace = 0.0  # what still ends has nowhere to be written, or nobody waits for it
            raise
        finally:
            wakeup.mute(self._bell)
            deadline = self.clock.monotonic() + grace
            if intake is not None:
                intake.request_stop()
            scheduler.drain(deadline, self._abandoning.is_set)
            if intake is not None:
                intake.stop(self.clock.monotonic() if self._abandoning.is_set() else deadline)
            self._intake = None
            chores.stop()
        if self._abandoning.is_set():
            raise KeyboardInterrupt
        return replace(self._summary(scheduler.counts), failed_intake=failed)

    def _tell_start(self, due: int) -> None:
        structlog.stdlib.get_logger("xgen.runtime").info(
            "synchronizer started",
            synchronizer=self.config.name,
            database=shown_database(connections[self.store.using].settings_dict),
            workers=self.config.workers,
            order="static" if self.registry.schedule else "by links",
            due=due,
        )

    def _new_intake(self) -> Supervisor | None:
        """Return who keeps pull and event steps at work, if there are any."""
        if not (self.registry.pulls or self.registry.events):
            return None
        from xgen.runtime.intake.supervisor import Supervisor

        self._intake = Supervisor(
            self.results,
            self.clock,
            policy=self.results.retry,
            rng=self.results.rng,
            timeout=self.config.timeout,
            bus=self.config.bus,
        )
        return self._intake

    def stop(self) -> None:
        """Let a run end; from any thread, but not from a signal handler."""
        self._stopping.set()
        self._bell.event.set()
        if self._intake is not None:
            self._intake.request_stop()

    @contextmanager
    def stopping_on_signals(self) -> Iterator[None]:
        """Stop the run on SIGTERM and SIGINT while inside; a second one abandons what runs."""

        def ask(number: int) -> None:
            if number > 1:
                self._abandoning.set()
            self.stop()

        with signals.heeded(ask):
            yield

    def status(self) -> list[ModelStatus]:
        """Return how many objects of each model are in which state."""
        from xgen.runtime.explain import Explainer

        return Explainer(self.store, self.clock, self.config.limits).status()

    def intake(self) -> list[Status]:
        """Return how pull and event steps stand."""
        if not (self.registry.pulls or self.registry.events):
            return []
        from xgen.runtime.intake.states import statuses

        return statuses(
            self.registry.pulls,
            self.registry.events,
            now=self.clock.time(),
            using=self.store.using,
        )

    def why(self, o: Object) -> Why:
        """Return why an object is in its state, and what it waits for."""
        from xgen.runtime.explain import Explainer

        return Explainer(self.store, self.clock, self.config.limits).why(o)

    def _scheduler(self, chores: Chores) -> Scheduler:
        runner = Runner(self.registry, self.results)
        executor: Executor
        if self._inline:
            executor = InlineExecutor(runner.run)
        else:
            executor = ThreadExecutor(self.config.workers, runner.run, self.clock, self._bell.event)
        return Scheduler(
            self.store,
            self.results,
            executor,
            self.clock,
            self._bell,
            timeout=self.config.timeout,
            timing=self.timing,
            chores=chores,
            gates=Gates(self.registry, self.config.limits, self.config.breaker),
            quarantine_after=self.config.quarantine_after,
        )

    def _summary(self, counts: Counts) -> Summary:
        errors = unfinished = elsewhere = 0
        for row in {(r.root, r.pk): r for r in self.store.due()}.values():
            unfinished += 1
            if self._is_run_elsewhere(row):
                elsewhere += 1
                continue
            errors += row.backend_code == 2 or row.policy_code == 2  # noqa: PLR2004 - the code of errors
        return Summary(
            synced=counts.synced,
            deleted=counts.deleted,
            policies=counts.policies,
            failed=counts.failed,
            deferred=counts.deferred,
            errors=errors,
            unfinished=unfinished,
            elsewhere=elsewhere,
        )

    def _is_run_elsewhere(self, row: Row) -> bool:
        held = row.claim_owner not in (None, self.store.owner)
        held = held and (row.claim_expires or 0.0) > self.clock.time()
        return held and not is_surely_dead(str(row.claim_owner))


def _check_limits(loaded: Registry, config: Config) -> None:
    """Refuse limits of models and back-ends that are not there: they would limit nothing."""
    works = [work for work in loaded.work.values() if not work.adopted]
    models = {base.__name__ for work in works for base in work.model.__mro__ if _is_model(base)}
    found = list(
        limits.unknown_names(config.limits, models, backends.names(loaded), config.origins)
    )
    if found:
        raise ConfigErrors(found)


def _is_model(base: type[Any]) -> bool:
    return is_object(base) and not base._meta.abstract


def context_of(package: str, config: Config) -> StepContext:
    """Return what the steps of a package may know."""
    return StepContext(
        package=package,
        synchronizer=config.name,
        folder=registry.package_folder(package),
        settings=config.settings,
        ansible=config.ansible,
        timeout=config.timeout,
    )

"""Takes events from a bus to one event step: in order for each key, each until it is done.

An event that fails waits for its next try, and with it those of its key that came after; all
others go on. What is done is acknowledged once the store has committed it, so whatever dies in
between, the bus delivers it again and the inbox knows it.
"""

from __future__ import annotations

from collections import deque
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from django.db import Error, OperationalError, connections

from xgen.runtime import retry, secrets
from xgen.runtime.bus import BusError
from xgen.runtime.intake.inbox import Inbox, Verdict
from xgen.runtime.intake.outage import ERRORS, is_outage
from xgen.runtime.intake.run import Run
from xgen.runtime.intake.states import ERROR, LEASE, SUCCESS, States
from xgen.runtime.intake.waiting import Waiting
from xgen.runtime.outcome import DONE, Deferred, Done, Failed, Outcome, outcome_of
from xgen.runtime.retry import DEFER_SECONDS, RetryPolicy
from xgen.runtime.writer import Writer, writing_as

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable
    from random import Random

    from xgen.runtime.bus import Bus, Event, Subscription
    from xgen.runtime.clock import Clock
    from xgen.runtime.intake.event import EventStep
    from xgen.runtime.registry import Registry
    from xgen.runtime.results import Results

__all__ = ["Pump"]

_AT_ONCE = 64
_MOST_HELD = 1000
_MOST_LANES = 10_000
_LOOK_SECONDS = 10.0
_PRUNE_SECONDS = 600.0


class Pump:
    """One event step at work. ``turn`` is called again and again, by one thread."""

    def __init__(
        self,
        name: str,
        step: type[EventStep],
        registry: Registry,
        results: Results,
        *,
        bus: Callable[[], Bus],
        group: str,
        clock: Clock,
        policy: RetryPolicy,
        rng: Random,
        stopping: threading.Event,
        keep: float,
    ) -> None:
        self.name = name
        self.step = step
        self.registry = registry
        self.results = results
        self.clock = clock
        self.policy = policy
        self.rng = rng
        self.stopping = stopping
        self.keep = keep
        self.states = States(results.store.owner, results.store.using)
        self.inbox = Inbox(name, step.tries, results.store.using)
        self.log = self._run().log
        self.busy_since: float | None = None
        self._bus = bus
        self._group = group
        self._alone = False
        self._renew_at = 0.0
        self._subscription: Subscription | None = None
        self._troubles = 0
        self._resume_at = 0.0
        self._waiting = Waiting()
        self._safe: set[str] = set()
        # What the database was not there for: tries that were none, and how others ended.
        self._owed: deque[Callable[[], object]] = deque()
        self._done: list[Event] = []
        self._boots: dict[str, str] | None = None
        self._handled = self._told = 0
        self._next_look = self._next_prune = 0.0

    def turn(self, wait: float) -> bool:
        """Do what there is to do, waiting for an event at most so long; say whether there was."""
        now = self.clock.monotonic()
        if now < self._resume_at:
            self.clock.wait(self.stopping, min(wait, self._resume_at - now))
            return False
        try:
            return self._turn(wait)
        except BusError as error:
            self.interrupted("the bus failed", error)
        except ERRORS as error:
            connections[self.states.using].close()  # what follows opens another one
            self.interrupted("the database failed", error)
        return False

    def _turn(self, wait: float) -> bool:
        subscription = self._opened()
        if subscription is None:
            self.clock.wait(self.stopping, wait)
            return False
        while self._owed:
            self._owed[0]()
            self._owed.popleft()
        self._look_around()
        before = self._handled
        self._try_again()
        room = max(0, min(_AT_ONCE, _MOST_HELD - len(self._waiting)))
        if (due := self._waiting.next) is not None:
            wait = min(wait, max(0.0, due - self.clock.monotonic()))
        events = subscription.receive(wait, room)
        if lost := set(subscription.lost()):
            self._waiting.forget(lost)
        for event in events:
            if self.stopping.is_set():
                break  # what is not acknowledged comes again
            self._take(event)
        self._acknowledge(subscription)
        self._troubles = 0
        return bool(events) or self._handled != before

    def close(self) -> None:
        """Acknowledge what is done and end the subscription."""
        subscription, self._subscription = self._subscription, None
        try:
            if subscription is not None:
                # Whatever is wrong with it: what is not acknowledged comes again.
                with suppress(Exception):
                    self._acknowledge(subscription)
                with suppress(Exception):
                    subscription.close()
            if self._alone:
                self._renew_at = 0.0
                with suppress(Error):
                    self.states.release([self.name])
        finally:
            self._waiting.clear()
            self._done.clear()

    @property
    def is_interrupted(self) -> bool:
        """Say whether bus or database failed and it has not gone on since."""
        return self._troubles > 0

    @property
    def holds(self) -> int:
        """How many events wait, for their next try or for one before them."""
        return len(self._waiting)

    # The subscription

    def _opened(self) -> Subscription | None:
        """Return the subscription; None while another process is the one that listens."""
        if self._boots is None:
            self.states.ensure([self.name])
            self._boots = dict(self.states.read(self.name).boots)
        if self._subscription is None:
            bus = self._bus()
            self._alone = bus.shares_keys
            if not self._may_listen():
                return None
            self._subscription = bus.subscribe(self.step.topics, self._group)
            self._safe.clear()
            self.log.info("listening", technology=self.step.technology, topics=self.step.topics)
            self.states.report(self.name, code=SUCCESS, status="listening", attempts=0)
        elif not self._may_listen():
            self.log.warning("another process listens now")
            self.close()
        return self._subscription

    def _may_listen(self) -> bool:
        """Say whether this is the one process that listens, where there must be only one."""
        now = self.clock.monotonic()
        if not self._alone or now < self._renew_at:
            return True
        wall = self.clock.time()
        if not self.states.listen(self.name, now=wall, until=wall + LEASE):
            return False
        self._renew_at = now + LEASE / 3
        return True

    def interrupted(self, what: str, error: BaseException) -> None:
        """Start over in a while; all that is not acknowledged is delivered again."""
        self._troubles += 1
        wait = retry.delay(self._troubles, self.policy, self.rng)
        self._resume_at = self.clock.monotonic() + wait
        message = secrets.redact_text(f"{what}: {error}")
        self.log.warning("event step interrupted", error=message, after=round(wait, 3))
        self.close()
        with suppress(Error):
            self.states.ensure([self.name])
            self.states.report(self.name, code=ERROR, status=message, attempts=self._troubles)

    def _acknowledge(self, subscription: Subscription) -> None:
        if self._done:
            subscription.acknowledge(self._done)
            self._done = []

    # Events

    def _take(self, event: Event) -> None:
        """Handle an event now, or put it behind those of its key that wait."""
        if self._waiting.join(event):
            return
        again = self._handle(event)
        if again is not None:
            self._waiting.retry(event, self.clock.monotonic() + again)

    def _try_again(self) -> None:
        """Handle what has waited long enough, and what waited behind it."""
        now, waiting = self.clock.monotonic(), self._waiting
        while not self.stopping.is_set() and (key := waiting.take_due(now)) is not None:
            while (event := waiting.first(key)) is not None:
                again = self._handle(event)
                if again is not None:
                    waiting.retry(event, self.clock.monotonic() + again)
                    break
                waiting.drop_first(key)

    def _handle(self, event: Event) -> float | None:
        """Handle an event; returns in how many seconds to try again, None if it is done with."""
        self.busy_since = self.clock.monotonic()
        try:
            wait = self._judged(event)
        finally:
            self.busy_since = None
        if wait is None:
            self._done.append(event)
            self._handled += 1
        return wait

    def _judged(self, event: Event) -> float | None:
        run = self._run(event)
        step = self.step(self.registry.context, run)
        try:
            event_id = step.event_id(event)
        except ERRORS:
            raise
        except Exception as error:  # noqa: BLE001 - an author's code
            return self._failed(event, event.id, Failed(outcome_of(error).message), run)
        # A try that may bring the process down is counted before it starts. Whatever did so
        # before is the first event of its lane, or was delivered before.
        counted = event.lane not in self._safe or event.deliveries > 1
        if counted:
            verdict = self.inbox.suspect(event, event_id, now=self.clock.time())
            if verdict is not Verdict.AGAIN:
                self._told_of(verdict, event, run)
                return None
        try:
            outcome, verdict = self._outcome(step, event, event_id, run)
        except ERRORS:
            if counted:
                self._owed.append(partial(self.inbox.give_back, event_id))
            raise
        if isinstance(outcome, Failed):
            return self._failed(event, event_id, outcome, run, counted=counted)
        if isinstance(outcome, Deferred):
            if counted:
                self.inbox.give_back(event_id)
            run.log.info("deferred", why=outcome.message, after=outcome.after)
            return DEFER_SECONDS if outcome.after is None else outcome.after
        self._went_well(event, run)
        self._told_of(verdict, event, run)
        return None

    def _went_well(self, event: Event, run: Run) -> None:
        if len(self._safe) > _MOST_LANES:
            self._safe.clear()
        self._safe.add(event.lane)
        self._boots = run.boots

    def _outcome(
        self, step: EventStep, event: Event, event_id: str, run: Run
    ) -> tuple[Outcome, Verdict]:
        """Run an author's code, whatever it does; all of it happens or nothing."""
        remark: list[Outcome] = []
        using, began_on = self.states.using, None

        def work() -> None:
            nonlocal began_on
            began_on = connections[using].connection
            try:
                with writing_as(Writer.EVENT, run):
                    step.process_event(event)
            except Exception as error:
                outcome = outcome_of(error)
                if not isinstance(outcome, Done):
                    raise
                remark.append(outcome)

        try:
            verdict = self.inbox.handle(event, event_id, work, now=self.clock.time())
        except Exception as error:
            if is_outage(error, using, began_on):
                raise OperationalError(str(error)) from error
            run.log.debug("traceback", exc_info=error)
            return outcome_of(error), Verdict.AGAIN
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # noqa: BLE001 - in a step it ends the event and no more
            return Failed(f"{type(error).__name__} raised by the step"), Verdict.AGAIN
        return (remark[0] if remark else DONE), verdict

    def _failed(
        self, event: Event, event_id: str, outcome: Failed, run: Run, *, counted: bool = False
    ) -> float | None:
        outcome = Failed(secrets.redact_text(outcome.message), outcome.permanent)
        now = self.clock.time()
        note = partial(self.inbox.failed, event, event_id, outcome, now=now, counted=counted)
        try:
            verdict, times = note()
        except ERRORS:
            self._owed.append(note)
            raise
        if verdict is not Verdict.AGAIN:
            self._told_of(verdict, event, run, outcome.message)
            return None
        wait = retry.delay(times, self.policy, self.rng)
        run.log.error("event failed", error=outcome.message, times=times, after=round(wait, 3))
        return wait

    def _told_of(self, verdict: Verdict, event: Event, run: Run, error: str = "") -> None:
        if verdict is Verdict.PARKED:
            run.log.error("event parked", error=error or "it ended the process too often")
        elif verdict is Verdict.DUPLICATE:
            run.log.debug("duplicate dropped")
        else:
            run.log.info("event handled", key=event.key)

    def _run(self, event: Event | None = None) -> Run:
        run = Run(
            step=self.name,
            registry=self.registry,
            results=self.results,
            using=self.states.using,
            model=self.step.observes.__name__ if self.step.observes else None,
            boots=dict(self._boots or {}) if event else {},
        )
        if event is not None:
            run.log = run.log.bind(topic=event.topic, event_id=event.id)
        return run

    # Now and then

    def _look_around(self) -> None:
        """Handle what operators want to be handled again, tell how it goes, forget what is old."""
        now = self.clock.monotonic()
        if now < self._next_look:
            return
        self._next_look = now + _LOOK_SECONDS
        for event_id, event in self.inbox.replays():
            run = self._run(event)
            if self.inbox.suspect(event, event_id, now=self.clock.time()) is not Verdict.AGAIN:
                continue
            step = self.step(self.registry.context, run)
            outcome, verdict = self._outcome(step, event, event_id, run)
            if isinstance(outcome, Failed):
                self._failed(event, event_id, outcome, run, counted=True)
            elif isinstance(outcome, Deferred):
                self.inbox.give_back(event_id)
            else:
                self._told_of(verdict, event, run)
        self.tell()
        if now >= self._next_prune:
            self._next_prune = now + _PRUNE_SECONDS
            before = self.clock.time() - self.keep
            while self.inbox.prune(before) and not self.stopping.is_set():
                pass

    def tell(self) -> None:
        """Write how it goes, if it went on since the last time."""
        if self._handled == self._told:
            return
        self._told, at = self._handled, self.clock.time()
        moves = {"code": SUCCESS, "status": "listening", "records": self._handled}
        self.states.report(self.name, **moves, ended=at, succeeded=at, boots=self._boots or {})

    def look_at_once(self) -> None:
        """Let the next turn do what is done only now and then."""
        self._next_look = 0.0

"""Keeps pull and event steps at work beside the scheduler, each in a thread of its own."""

from __future__ import annotations

import threading
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

import structlog
from django.db import connections

from xgen.runtime.bus import Bus, BusError, open_bus
from xgen.runtime.bus.settings import BusSettings
from xgen.runtime.intake.outage import ERRORS
from xgen.runtime.intake.puller import Puller, in_thread
from xgen.runtime.intake.pump import Pump
from xgen.runtime.intake.states import ERROR, States

if TYPE_CHECKING:
    from collections.abc import Mapping
    from random import Random

    from xgen.runtime.clock import Clock
    from xgen.runtime.intake.event import EventStep
    from xgen.runtime.results import Results
    from xgen.runtime.retry import RetryPolicy

__all__ = ["Supervisor"]

_WAIT = 1.0
_QUIET = 1.0
_MOST_TROUBLE = 30.0


class Supervisor:
    """The pull and event steps of one synchronizer."""

    def __init__(
        self,
        results: Results,
        clock: Clock,
        *,
        policy: RetryPolicy,
        rng: Random,
        timeout: float | None = None,
        bus: Mapping[str, Any] | None = None,
    ) -> None:
        self.registry = results.store.registry
        self.results = results
        self.clock = clock
        self.policy = policy
        self.rng = rng
        self.timeout = timeout
        self._bell = threading.Event()
        self._stopping = threading.Event()
        self._alive: set[str] = set()
        self._ended = threading.Condition()
        self._settings = BusSettings(**(bus or {}))
        self._buses: dict[str, Bus] = {}
        self._opening = threading.Lock()
        self._slow: dict[str, float] = {}
        self._unfinished: set[str] = set()
        self._puller = self._new_puller() if self.registry.pulls else None
        # Here, so that a library that is not installed is known before anything starts.
        for step in self.registry.events.values():
            self._bus(step.technology)
        self._pumps = [self._new_pump(name, step) for name, step in self.registry.events.items()]
        self.log = structlog.stdlib.get_logger("xgen.runtime")

    def start(self) -> None:
        """Start the threads."""
        self._stopping.clear()
        self._thread("xgen-pulls", self._watch_forever)
        for pump in self._pumps:
            self._thread(f"xgen-events-{pump.step.__name__}", partial(self._pump_forever, pump))

    def stop(self, deadline: float) -> None:
        """End the threads; wait for what they do until a monotonic time."""
        self._stopping.set()
        self._bell.set()
        with self._ended:
            while self._alive:
                left = deadline - self.clock.monotonic()
                if left <= 0:
                    break
                self._ended.wait(min(left, 1.0))
        if self._puller is not None:
            with suppress(*ERRORS):
                self._puller.stop(deadline)
        self._close_buses()

    def run_once(self, *, inline: bool = False) -> int:
        """Pull everything once and handle the events that wait; return how many steps failed."""
        self._stopping.clear()
        self._unfinished.clear()
        for pump in self._pumps:
            if inline:
                self._drain(pump)
            else:
                self._thread(f"xgen-events-{pump.step.__name__}", partial(self._drain, pump))
        if self._puller is not None:
            self._pull_once(self._new_puller(inline=True) if inline else self._puller)
        with self._ended:
            while self._alive and not self._stopping.is_set():
                self._ended.wait(_WAIT)
        self._close_buses()
        states = States(self.results.store.owner, self.results.store.using)
        names = [*self.registry.pulls, *self.registry.events]
        states.ensure(names)
        return sum(states.read(name).code == ERROR or name in self._unfinished for name in names)

    def request_stop(self) -> None:
        """Let ``run_once`` end early; also from a signal handler."""
        self._stopping.set()
        self._bell.set()

    # Pulls

    def _new_puller(self, *, inline: bool = False) -> Puller:
        return Puller(
            self.registry,
            self.results,
            self.clock,
            self._bell,
            policy=self.policy,
            rng=self.rng,
            timeout=self.timeout,
            start=(lambda _name, work: work()) if inline else in_thread,
        )

    def _watch_forever(self) -> None:
        troubles, begun = 0, False
        while not self._stopping.is_set():
            self._bell.clear()
            wait = _MOST_TROUBLE
            try:
                if self._puller is not None:
                    if not begun:
                        self._puller.begin()
                        begun = True
                    wait = self._puller.turn()
                self._report_slow_events()
                troubles = 0
            except Exception as error:  # whatever it is, there are pulls after it
                wait = min(0.2 * 2**troubles, _MOST_TROUBLE)
                troubles = min(troubles + 1, 10)
                if isinstance(error, ERRORS):
                    self.log.warning("the database failed", error=str(error), after=wait)
                else:
                    self.log.exception("pull steps interrupted", error=str(error), after=wait)
                connections[self.results.store.using].close()
            if not self._stopping.is_set():
                self.clock.wait(self._bell, min(wait, _MOST_TROUBLE))

    def _report_slow_events(self) -> None:
        """Say loudly which event takes longer than its step may; nobody can stop it."""
        now = self.clock.monotonic()
        for pump in self._pumps:
            since, timeout = pump.busy_since, pump.step.timeout or self.timeout
            if since is None or timeout is None or now < since + timeout:
                self._slow.pop(pump.name, None)
            elif self._slow.get(pump.name) != since:
                self._slow[pump.name] = since
                status = f"an event has been handled for more than {timeout:g} s"
                pump.log.error("slow event", error=status)
                pump.states.report(pump.name, code=ERROR, status=status)

    def _pull_once(self, puller: Puller) -> None:
        puller.begin()
        puller.run_all()
        self._bell.clear()
        puller.turn()
        while puller.is_running and not self._stopping.is_set():
            self.clock.wait(self._bell, _WAIT)
            self._bell.clear()
            puller.settle()
        puller.settle()
        puller.stop(self.clock.monotonic())

    # Events

    def _new_pump(self, name: str, step: type[EventStep]) -> Pump:
        return Pump(
            name,
            step,
            self.registry,
            self.results,
            bus=partial(self._bus, step.technology),
            group=step.group or name.replace(".", "-"),
            clock=self.clock,
            policy=self.policy,
            rng=self.rng,
            stopping=self._stopping,
            keep=self._settings.keep,
        )

    def _bus(self, technology: str) -> Bus:
        with self._opening:
            if technology not in self._buses:
                given = getattr(self._settings, technology, None)
                self._buses[technology] = open_bus(technology, given)
            return self._buses[technology]

    def _close_buses(self) -> None:
        for bus in self._buses.values():
            with suppress(BusError):
                bus.close()
        self._buses.clear()

    def _pump_forever(self, pump: Pump) -> None:
        try:
            while not self._stopping.is_set():
                try:
                    pump.turn(_WAIT)
                except BaseException as error:  # whatever it is, there are events after it
                    pump.log.exception("event step interrupted", error=str(error))
                    connections[self.results.store.using].close()
                    pump.interrupted("an unexpected error", error)
        finally:
            pump.close()

    def _drain(self, pump: Pump) -> None:
        """Handle what waits on the bus; what failed is left to another run."""
        try:
            pump.look_at_once()
            while pump.turn(_QUIET) and not self._stopping.is_set():
                pass
            if pump.holds or pump.is_interrupted:
                self._unfinished.add(pump.name)
            pump.tell()
        finally:
            pump.close()

    def _thread(self, name: str, work: Any) -> None:
        with self._ended:
            self._alive.add(name)

        def run() -> None:
            try:
                work()
            except Exception as error:  # a bug of ours: said loudly, the rest goes on
                self.log.exception("a thread of the runtime ended", thread=name, error=str(error))
            finally:
                with self._ended:
                    self._alive.discard(name)
                    self._ended.notify_all()

        in_thread(name, run)

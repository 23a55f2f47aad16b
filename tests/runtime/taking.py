"""What the tests of pull and event steps share."""

from __future__ import annotations

import threading
from random import Random
from typing import TYPE_CHECKING, Any

from enginekit import CONFIG, DEPS, Backend, MadeClock

from xgen.runtime import registry
from xgen.runtime.bus import Bus, memory
from xgen.runtime.intake.pull import PullStep
from xgen.runtime.intake.puller import Puller
from xgen.runtime.intake.pump import Pump
from xgen.runtime.intake.run import Run
from xgen.runtime.retry import RetryPolicy
from xgen.runtime.synchronizer import Synchronizer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from xgen.runtime.intake.base import Intake
    from xgen.runtime.intake.event import EventStep

POLICY = RetryPolicy(base=1.0, factor=2.0, cap=60.0, jitter=0.0)


def world(
    pulls: Sequence[type[PullStep]] = (),
    events: Sequence[type[EventStep]] = (),
    backend: Backend | None = None,
    clock: Any = None,
    *,
    inline: bool = True,
    step_attributes: dict[str, Any] | None = None,
) -> Synchronizer:
    """Return a synchronizer of the sample service with these steps."""
    from sampleservice._generated import models

    backend = backend or Backend()
    kinds = ("Color", "ExampleService", "ExampleServiceInstance", "EmbeddedImage", "Palette")
    steps = {
        getattr(models, k): backend.step(getattr(models, k), **(step_attributes or {}))
        for k in kinds
    }
    loaded = registry.make(
        "sampleservice", steps=steps, pulls=pulls, events=events, model_deps=DEPS
    )
    return Synchronizer(
        "sampleservice", CONFIG, loaded=loaded, clock=clock, rng=Random(1), inline=inline
    )


def intake(service: Synchronizer, kind: type[Intake] = PullStep) -> Any:
    """Return a step at work, for tests that play its author."""
    run = Run(
        step="sampleservice.Test",
        registry=service.registry,
        results=service.results,
        using="default",
    )
    return kind(service.registry.context, run)


class Starter:
    """Starts pulls when told, so that a test decides what runs when."""

    def __init__(self) -> None:
        self.waiting: dict[str, Callable[[], None]] = {}

    def __call__(self, name: str, work: Callable[[], None]) -> None:
        self.waiting[name.removeprefix("xgen-pull-")] = work

    def run(self, name: str) -> None:
        self.waiting.pop(name)()

    def run_all(self) -> list[str]:
        names = list(self.waiting)
        for name in names:
            self.run(name)
        return names


def puller(service: Synchronizer, clock: MadeClock, start: Any, **options: Any) -> Puller:
    given = {"policy": POLICY, "rng": Random(1), "timeout": 100.0, **options}
    return Puller(service.registry, service.results, clock, threading.Event(), start=start, **given)


def pump(
    service: Synchronizer, step: type[EventStep], clock: Any, bus: Bus | None = None, **options: Any
) -> Pump:
    name = f"sampleservice.{step.__name__}"
    bus = bus or memory.MemoryBus()
    given = {"policy": POLICY, "rng": Random(1), "keep": 1000.0, **options}
    return Pump(
        name,
        step,
        service.registry,
        service.results,
        bus=lambda: bus,
        group=name,
        clock=clock,
        stopping=threading.Event(),
        **given,
    )

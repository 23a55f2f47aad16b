"""What the tests of the engine share: steps of many kinds, and a synchronizer with made time."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any

from xgen.runtime import registry
from xgen.runtime.config import Config, RetryConfig
from xgen.runtime.step import SyncStep
from xgen.runtime.synchronizer import Synchronizer

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Mapping

    from xgen.runtime.policy import ModelPolicy
    from xgen.runtime.scheduler import Timing

DEPS = """
ExampleService: []
Color: []
ExampleServiceInstance:
  - [ExampleService, owner, service_instances]
  - [Color, foreground_color, serviceinstance_foreground_colors]
  - [Color, background_color, serviceinstance_background_colors]
EmbeddedImage:
  - [ExampleServiceInstance, serviceinstance, embedded_images]
Palette:
  - [Color, colors, palettes]
  - [Palette, parent, children]
"""


class MadeClock:
    """Time that passes when somebody waits."""

    def __init__(self, now: float = 1_000_000.0) -> None:
        self.now = now
        self.waits: list[float] = []

    def time(self) -> float:
        return self.now

    def monotonic(self) -> float:
        return self.now

    def wait(self, event: threading.Event, timeout: float | None) -> bool:
        if not event.is_set():
            assert timeout is not None
            self.waits.append(timeout)
            self.now += timeout
        return event.is_set()


class Backend:
    """Notes what steps do, and does what tests want them to."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, str, int]] = []
        self.on_sync: dict[str, Callable[[Any], object]] = {}
        self.on_delete: dict[str, Callable[[Any], object]] = {}
        self.times: list[float] = []
        self.clock: MadeClock | None = None

    def note(self, kind: str, o: Any) -> None:
        self.calls.append((kind, type(o).__name__, o.pk))
        if self.clock:
            self.times.append(self.clock.now)

    def step(self, model: type[Any], **attributes: Any) -> type[SyncStep[Any]]:
        backend = self

        class Step(SyncStep[Any]):
            observes = model

            def sync_record(self, o: Any) -> None:
                backend.note("sync", o)
                if model.__name__ in backend.on_sync:
                    backend.on_sync[model.__name__](o)

            def delete_record(self, o: Any) -> None:
                backend.note("delete", o)
                if model.__name__ in backend.on_delete:
                    backend.on_delete[model.__name__](o)

        for name, value in attributes.items():
            setattr(Step, name, value)
        return Step

    def synced(self, model: str | None = None) -> list[int]:
        return [pk for kind, m, pk in self.calls if kind == "sync" and model in (None, m)]

    def deleted(self, model: str | None = None) -> list[int]:
        return [pk for kind, m, pk in self.calls if kind == "delete" and model in (None, m)]


CONFIG = Config(
    name="sampleservice",
    database="sqlite:///unused.db",
    workers=2,
    retry=RetryConfig(base=1.0, factor=2.0, cap=60.0, jitter=0.0),
)


def synchronizer(
    backend: Backend,
    *,
    steps: Mapping[type[Any], type[SyncStep[Any]]] | None = None,
    policies: Mapping[type[Any], type[ModelPolicy[Any]]] | None = None,
    deps: str = DEPS,
    clock: Any = None,
    inline: bool = True,
    config: Config = CONFIG,
    timing: Timing | None = None,
) -> Synchronizer:
    from sampleservice._generated import models

    if steps is None:
        kinds = ("Color", "ExampleService", "ExampleServiceInstance", "EmbeddedImage", "Palette")
        steps = {getattr(models, k): backend.step(getattr(models, k)) for k in kinds}
    loaded = registry.make("sampleservice", steps=steps, policies=policies, model_deps=deps)
    if isinstance(clock, MadeClock):
        backend.clock = clock
    return Synchronizer(
        "sampleservice",
        config,
        loaded=loaded,
        clock=clock,
        rng=Random(1),
        inline=inline,
        timing=timing,
    )

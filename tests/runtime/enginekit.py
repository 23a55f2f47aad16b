"""What the tests of the engine share: steps of many kinds, and a synchronizer with made time."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any

from xgen.runtime import registry
from xgen.runtime.config import Config, RetryConfig
from xgen.runtime.step import SyncStep
from xgen.runtime.synchronizer import Summary, Synchronizer

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
        self.end = float("inf")
        self.at_end: Callable[[], None] = lambda: None
        self.at: list[tuple[float, Callable[[], object]]] = []

    def time(self) -> float:
        return self.now

    def monotonic(self) -> float:
        return self.now

    def wait(self, event: threading.Event, timeout: float | None) -> bool:
        if not event.is_set():
            assert timeout is not None
            self.waits.append(timeout)
            then = self.now + timeout
            for when, what in [a for a in self.at if a[0] <= then]:
                self.at.remove((when, what))
                self.now = max(self.now, when)
                what()
                if event.is_set():
                    return True
            self.now = then
            if self.now >= self.end:
                self.at_end()
        return event.is_set()

    def run(self, sync: Synchronizer, seconds: float) -> Summary:
        """Let a synchronizer run for so long."""
        self.end, self.at_end = self.now + seconds, sync.stop
        try:
            return sync.run()
        finally:
            self.end = float("inf")


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


def world() -> dict[str, Any]:
    """Make one object of each kind: a service, two colours, a page of these, and its image."""
    from sampleservice._generated import models as m

    service = m.ExampleService.objects.create(name="s", service_message="hello")
    red = m.Color.objects.create(name="red", html_code="#f00")
    blue = m.Color.objects.create(name="blue", html_code="#00f")
    page = m.ExampleServiceInstance.objects.create(
        name="page", owner=service, tenant_message="hi", foreground_color=red, background_color=blue
    )
    image = m.EmbeddedImage.objects.create(name="sun", url="sun.svg", serviceinstance=page)
    return {"service": service, "red": red, "blue": blue, "page": page, "image": image}


def fresh(o: Any) -> Any:
    """Return an object as the database has it."""
    return type(o).all_objects.get(pk=o.pk)


def exists(o: Any) -> bool:
    return bool(type(o).all_objects.filter(pk=o.pk).exists())


def fail(message: str = "the back-end is down") -> Callable[[Any], None]:
    def raising(o: Any) -> None:
        raise RuntimeError(message)

    return raising

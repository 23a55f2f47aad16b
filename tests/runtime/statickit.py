"""The tests' service with its schedule fixed, and what must be the same with and without that."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from enginekit import CONFIG, Backend, MadeClock

if TYPE_CHECKING:
    from collections.abc import Callable

    from xgen.runtime.registry import Registry
    from xgen.runtime.schedule import Schedule

# As the models declare it: a palette's parent gives objects an order and models none.
DEPS = """
ExampleServiceInstance:
  - [ExampleService, owner, service_instances]
  - [Color, foreground_color, serviceinstance_foreground_colors]
  - [Color, background_color, serviceinstance_background_colors]
EmbeddedImage:
  - [ExampleServiceInstance, serviceinstance, embedded_images]
Palette:
  - [Color, colors, palettes]
"""
KINDS = ("Color", "ExampleService", "ExampleServiceInstance", "EmbeddedImage", "Palette")


def schedule() -> Schedule:
    from sampleservice._generated import models as m

    from xgen.runtime.schedule import Schedule

    return Schedule(
        waves=(
            (m.ExampleService, m.Color),
            (m.ExampleServiceInstance, m.Palette),
            (m.EmbeddedImage,),
        ),
        edges=(
            (m.ExampleServiceInstance, "owner", m.ExampleService),
            (m.ExampleServiceInstance, "foreground_color", m.Color),
            (m.ExampleServiceInstance, "background_color", m.Color),
            (m.EmbeddedImage, "serviceinstance", m.ExampleServiceInstance),
            (m.Palette, "colors", m.Color),
        ),
    )


def loaded(backend: Any, *, static: bool, deps: str = DEPS) -> Registry:
    from sampleservice._generated import models

    from xgen.runtime import registry

    steps = {getattr(models, kind): backend.step(getattr(models, kind)) for kind in KINDS}
    fixed = schedule() if static else None
    return registry.make("sampleservice", steps=steps, model_deps=deps, fixed=fixed)


def synchronizer(backend: Any, *, static: bool, clock: Any = None, inline: bool = True) -> Any:
    from random import Random

    from xgen.runtime.synchronizer import Synchronizer

    return Synchronizer(
        "sampleservice",
        CONFIG,
        loaded=loaded(backend, static=static),
        clock=clock,
        rng=Random(1),
        inline=inline,
    )


class World:
    """Objects of all kinds, a back-end that fails now and then, and what must hold meanwhile."""

    def __init__(self, *, static: bool) -> None:
        from sampleservice._generated import models as m

        self.m: Any = m
        self.static = static
        self.clock = MadeClock()
        self.backend = Backend()
        self.broken: set[tuple[str, str, int]] = set()
        self.there: dict[tuple[str, int], Any] = {}
        self.wrong: list[str] = []
        self.seen: list[Any] = []
        self.numbers = Counter[str]()
        for kind in KINDS:
            self.backend.on_sync[kind] = self.on_sync
            self.backend.on_delete[kind] = self.on_delete
        self.sync = synchronizer(self.backend, static=static, clock=self.clock)
        self.service = m.ExampleService.objects.create(name="s", service_message="x")

    # What must hold

    def on_sync(self, o: Any) -> None:
        for peer in self.needs(o):
            if peer.enacted_generation != peer.generation:
                self.wrong.append(f"{o} ran before {peer}")
        self._may_fail("sync", o)
        self.there[type(o).__name__, o.pk] = o.name

    def on_delete(self, o: Any) -> None:
        for later in self.holders(o):
            if later.deleted:
                self.wrong.append(f"{o} went before {later}")
        self._may_fail("delete", o)
        self.there.pop((type(o).__name__, o.pk), None)

    def _may_fail(self, kind: str, o: Any) -> None:
        if (kind, type(o).__name__, o.pk % 4) in self.broken:
            raise RuntimeError("broken")

    def needs(self, o: Any) -> list[Any]:
        """Return all that an object waits for, through others too."""
        m = self.m
        if isinstance(o, m.EmbeddedImage):
            page = m.ExampleServiceInstance.objects.get(pk=o.serviceinstance_id)
            return [page, *self.needs(page)]
        if isinstance(o, m.ExampleServiceInstance):
            colors = (o.foreground_color_id, o.background_color_id)
            peers: list[Any] = list(m.Color.objects.filter(pk__in=[pk for pk in colors if pk]))
            return [*peers, m.ExampleService.objects.get(pk=o.owner_id)]
        return list(m.Color.objects.filter(palettes=o.pk)) if isinstance(o, m.Palette) else []

    def holders(self, o: Any) -> list[Any]:
        """Return what must be gone before an object."""
        m = self.m
        if isinstance(o, m.Color):
            return list(m.Palette.all_objects.filter(colors=o.pk))
        if isinstance(o, m.ExampleServiceInstance):
            return list(m.EmbeddedImage.all_objects.filter(serviceinstance=o.pk))
        if isinstance(o, m.ExampleService):
            return list(m.ExampleServiceInstance.all_objects.filter(owner=o.pk))
        return []

    # What happens

    def name(self) -> str:
        self.numbers["name"] += 1
        return f"n{self.numbers['name']}"

    def pick(self, kind: str, number: int) -> Any:
        """Return the object of a number, made if there are not so many."""
        model = getattr(self.m, kind)
        found = list(model.objects.order_by("pk")[number : number + 1])
        return found[0] if found else self.make(kind, number)

    def make(self, kind: str, number: int) -> Any:
        more: dict[str, Any] = {
            "Color": lambda: {"html_code": "#000"},
            "Palette": dict,
            "ExampleServiceInstance": lambda: {
                "owner": self.pick_service(),
                "tenant_message": "x",
                "foreground_color": self.pick("Color", number % 3),
                "background_color": self.pick("Color", number % 2) if number % 2 else None,
            },
            "EmbeddedImage": lambda: {
                "url": "u",
                "serviceinstance": self.pick("ExampleServiceInstance", number % 3),
            },
        }[kind]()
        o = getattr(self.m, kind).objects.create(name=self.name(), **more)
        if kind == "Palette":
            o.colors.set([self.pick("Color", number % 3)])
        return o

    def pick_service(self) -> Any:
        found = self.m.ExampleService.objects.first()
        return found or self.m.ExampleService.objects.create(name=self.name(), service_message="x")

    def do(self, op: tuple[Any, ...]) -> None:  # noqa: C901 - a table of what may happen
        match op:
            case ("make", kind, number):
                self.make(kind, number)
            case ("edit", kind, number):
                o = self.pick(kind, number)
                o.name = self.name()
                o.save()
            case ("paint", number, color):
                page = self.pick("ExampleServiceInstance", number)
                page.foreground_color = self.pick("Color", color)
                page.save()
            case ("delete", kind, number):
                self.pick(kind, number).delete()
            case ("resync", kind, number):
                self.pick(kind, number).resync()
            case ("delete all",):
                self.pick_service().delete()
            case ("break", how, kind, number):
                self.broken.add((how, kind, number))
            case ("mend",):
                self.broken.clear()
            case ("pass", seconds):
                self.clock.now += seconds
            case ("restart",):
                self.sync = synchronizer(self.backend, static=self.static, clock=self.clock)
            case ("run",):
                self.run()

    def run(self) -> None:
        """Run, and note what was called and how everything stands then."""
        self.backend.calls.clear()
        self.sync.run(once=True)
        self.seen.append((sorted(self.backend.calls), self.state()))

    def settle(self) -> None:
        self.broken.clear()
        for _ in range(2):
            self.clock.now += 1000
            self.run()

    def state(self) -> dict[str, list[Any]]:
        """Return all that the engine keeps of each object, but for times of this machine."""
        columns = (
            *("pk", "name", "generation", "enacted_generation", "revision", "policed_revision"),
            *("deleted", "backend_code", "backend_status", "backend_need_delete"),
            *("sync_attempts", "sync_retry_at", "claim_owner", "claim_expires"),
        )
        found: dict[str, list[Any]] = {
            kind: list(getattr(self.m, kind).all_objects.order_by("pk").values_list(*columns))
            for kind in KINDS
        }
        return {**found, "there": sorted(self.there.items())}


def counting_links(monkeypatch: Any) -> Callable[[], int]:
    """Return a function that says how often links were looked up to put objects in order."""
    from xgen.runtime import edges

    count = [0]
    pairs = edges.pairs

    def counted(*arguments: Any, **options: Any) -> Any:
        count[0] += 1
        return pairs(*arguments, **options)

    monkeypatch.setattr(edges, "pairs", counted)
    return lambda: count[0]

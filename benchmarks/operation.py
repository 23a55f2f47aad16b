"""What the simulation and the soak share: a user who edits at random, and what must be in the end.

The service is that of the runtime's tests. What a back-end is told of an object includes names of
what it links to, so a change that does not reach the dependents of its object is found.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "runtime")]

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from random import Random
    from typing import TypeAlias

    Names: TypeAlias = Callable[[str, Iterable[int]], dict[int, str]]

KINDS = ("ExampleService", "Color", "ExampleServiceInstance", "EmbeddedImage", "Palette")
_SERVICES = 3
_COLORS = 0.1
_PAGES = 0.3
_TWO_COLORED = 0.5
# With this the names of palettes begin that a policy makes.
_OF = "of "
# So many mistakes are printed.
_SHOWN = 20
# What a user does, and how often: mostly changes, and about as many new objects as deleted ones.
_HABITS = {
    "edit": 50,
    "make": 15,
    "delete": 10,
    "resync": 5,
}


def models() -> Any:
    """Return the module with the models; Django has to be set up before."""
    from sampleservice._generated import models as found

    return found


def names_now(kind: str, ids: Iterable[int]) -> dict[int, str]:
    """Return the names of live objects, as the database has them now."""
    found = getattr(models(), kind).objects.filter(pk__in=ids)
    return dict(found.values_list("pk", "name"))


def declared(o: Any, names: Names = names_now) -> tuple[Any, ...]:
    """Return what the back-end is told of an object; ``names`` finds those of its peers."""
    m = models()
    if isinstance(o, m.Color):
        return (o.name, o.html_code)
    if isinstance(o, m.ExampleServiceInstance):
        colors = [o.foreground_color_id, o.background_color_id]
        found = names("Color", [pk for pk in colors if pk])
        owner = names("ExampleService", [o.owner_id])
        return (o.name, owner.get(o.owner_id), *(found.get(pk) for pk in colors))
    if isinstance(o, m.EmbeddedImage):
        page = o.serviceinstance_id
        return (o.name, names("ExampleServiceInstance", [page]).get(page))
    if isinstance(o, m.Palette):
        colors = list(o.colors.values_list("pk", flat=True))
        found = names("Color", colors)
        return (o.name, *sorted(found[pk] for pk in colors if pk in found))
    return (o.name,)


def steps(sync: Callable[[Any], object], delete: Callable[[Any], object]) -> dict[Any, Any]:
    """Return a step for each model that hands its objects on."""
    from xgen.runtime.step import SyncStep

    def step(kind: type[Any]) -> type[Any]:
        class Step(SyncStep[Any]):
            observes = kind

            def sync_record(self, o: Any) -> None:
                sync(o)

            def delete_record(self, o: Any) -> None:
                delete(o)

        return Step

    return {getattr(models(), kind): step(getattr(models(), kind)) for kind in KINDS}


def policies(before: Callable[[Any], object]) -> dict[Any, Any]:
    """Return a policy that keeps one palette for each colour; ``before`` is told of each run."""
    from xgen.runtime.policy import ModelPolicy

    m = models()

    class OnePalette(ModelPolicy[Any]):
        model = m.Color

        def handle_create(self, o: Any) -> None:
            before(o)
            m.Palette.objects.create(name=f"{_OF}{o.pk}").colors.set([o])

        def handle_update(self, o: Any) -> None:
            before(o)

        def handle_delete(self, o: Any) -> None:
            before(o)
            m.Palette.objects.filter(name=f"{_OF}{o.pk}").delete()

    return {m.Color: OnePalette}


class User:
    """Makes objects and changes them at random."""

    def __init__(self, rng: Random, objects: int) -> None:
        self.rng = rng
        self.objects = objects
        self.did: Counter[str] = Counter()
        self._number = 0
        self._top: Counter[str] = Counter()  # the highest id that was made, by kind

    def begin(self) -> None:
        """Make the first objects."""
        for _ in range(_SERVICES):
            made = models().ExampleService.objects.create(name=self._name(), service_message="x")
            self._top["ExampleService"] = made.pk
        rest = self.objects - _SERVICES
        colors, pages = int(rest * _COLORS), int(rest * _PAGES)
        self._make("Color", colors)
        self._make("ExampleServiceInstance", pages)
        self._make("EmbeddedImage", rest - 2 * colors - pages)  # each colour gets a palette

    def act(self) -> None:
        """Do one thing."""
        (what,) = self.rng.choices(list(_HABITS), list(_HABITS.values()))
        kind = self.rng.choices(KINDS[:4], (1, 6, 12, 20))[0]
        if what == "make":
            self._make("Color" if kind == "ExampleService" else kind, 1)
        elif (o := self._any(kind)) is not None:
            if what == "edit":
                self._edit(o)
            elif what == "resync":
                o.resync()
            elif kind != "ExampleService":
                o.delete()
        self.did[what] += 1

    def _edit(self, o: Any) -> None:
        o.name = self._name()
        if isinstance(o, models().ExampleServiceInstance):
            o.foreground_color = self._any("Color")
        o.save()

    def _name(self) -> str:
        self._number += 1
        return f"n{self._number}"

    def _any(self, kind: str) -> Any:
        """Return an object of a kind, None if there is none."""
        rows = getattr(models(), kind).objects.order_by("pk")
        start = self.rng.randint(1, max(self._top[kind], 1))
        return rows.filter(pk__gte=start).first() or rows.first()

    def _make(self, kind: str, count: int) -> None:
        m = models()
        model = getattr(m, kind)
        pools = [self._peers(peer, count) for peer in KINDS[:3]]
        if kind == "EmbeddedImage" and not pools[2]:
            return
        made = [model(name=self._name(), **self._values(kind, *pools)) for _ in range(count)]
        made = model.objects.bulk_create(made, batch_size=200)
        self._top[kind] = max((o.pk for o in made), default=self._top[kind])

    def _peers(self, kind: str, count: int) -> list[int]:
        """Return ids to link ``count`` new objects to."""
        if count == 1:
            found = self._any(kind)
            return [] if found is None else [found.pk]
        return list(getattr(models(), kind).objects.values_list("pk", flat=True))

    def _values(
        self, kind: str, services: list[int], colors: list[int], pages: list[int]
    ) -> Mapping[str, Any]:
        pick = self.rng.choice
        if kind == "Color":
            return {"html_code": f"#{self.rng.randrange(4096):03x}"}
        if kind == "EmbeddedImage":
            return {"url": "u", "serviceinstance_id": pick(pages) if pages else None}
        return {
            "owner_id": pick(services),
            "tenant_message": "x",
            "foreground_color_id": pick(colors) if colors else None,
            "background_color_id": pick(colors)
            if colors and self.rng.random() < _TWO_COLORED
            else None,
        }


def violations(there: Mapping[tuple[str, int], tuple[Any, ...]]) -> Iterator[str]:
    """Yield what is not as it must be when all is quiet; ``there`` is what the back-end has."""
    m = models()
    alive: set[tuple[str, int]] = set()
    all_names = {kind: dict(getattr(m, kind).objects.values_list("pk", "name")) for kind in KINDS}
    for kind in KINDS:
        for o in getattr(m, kind).all_objects.all():
            what = (kind, o.pk)
            if o.deleted:
                yield f"{kind} {o.pk} is still to be deleted: {o.backend_status}"
                continue
            alive.add(what)
            brought_in = kind == "Palette" and not o.name.startswith(_OF)
            if o.enacted_generation != o.generation or o.policed_revision < _policed(o):
                yield f"{kind} {o.pk} is not in sync: {o.backend_status}; {o.policy_status}"
            elif brought_in:
                pass  # by a pull or an event: the back-end was never told of it
            elif what not in there:
                yield f"{kind} {o.pk} was lost: the back-end does not have it"
            elif there[what] != (told := declared(o, lambda peer, _: all_names[peer])):
                yield f"{kind} {o.pk}: a change was lost: {there[what]}, not {told}"
            if o.claim_owner is not None:
                yield f"{kind} {o.pk} is still claimed"
    for kind, pk in there.keys() - alive:
        yield f"{kind} {pk} is left at the back-end, and nobody wants it"
    yield from _palettes()


def _policed(o: Any) -> int:
    return int(o.revision) if isinstance(o, models().Color) else 0


def _palettes() -> Iterator[str]:
    """Yield what policies did not do, or took away too little of; names of palettes are unique."""
    m = models()
    names = set(m.Palette.objects.filter(name__startswith=_OF).values_list("name", flat=True))
    wanted = {f"{_OF}{pk}" for pk in m.Color.objects.values_list("pk", flat=True)}
    for name in sorted(names ^ wanted):
        yield f"palette `{name}` is {'missing' if name in wanted else 'left over'}"


def told(figures: Mapping[str, object], wrong: list[str]) -> int:
    """Print a table and what is wrong; return the exit code."""
    for what, figure in figures.items():
        shown = f"{figure:,}" if isinstance(figure, int) else str(figure)
        print(f"{what:54} {shown:>18}", flush=True)
    for text in wrong[:_SHOWN]:
        print(f"WRONG: {text}", flush=True)
    if len(wrong) > _SHOWN:
        print(f"WRONG: and {len(wrong) - _SHOWN} more", flush=True)
    return 1 if wrong else 0

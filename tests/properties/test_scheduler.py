"""The scheduler on random graphs, edits, deletions, failures, restarts: it always converges.

While it runs, every call of a step is checked: what the object depends on is in sync, nothing that
depends on a deleted object is left. Time is made, so nothing here waits.
"""

from __future__ import annotations

import shutil
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xgen.runtime import django as xdjango
from xgen.runtime import log

RUNTIME = Path(__file__).parents[1] / "runtime"
COLORS = 4
PALETTES = 7

COLOR = st.integers(0, COLORS - 1)
PALETTE = st.integers(0, PALETTES - 1)
EDITS = st.one_of(
    st.tuples(st.just("edit color"), COLOR),
    st.tuples(st.just("edit palette"), PALETTE),
    st.tuples(st.just("parent"), PALETTE, st.integers(-1, PALETTES - 1)),
    st.tuples(st.just("add"), PALETTE, COLOR),
    st.tuples(st.just("remove"), PALETTE, COLOR),
    st.tuples(st.just("delete color"), COLOR),
    st.tuples(st.just("delete palette"), PALETTE),
    st.tuples(st.just("delete branch"), PALETTE),
    st.tuples(st.just("resync color"), COLOR),
    st.tuples(st.just("resync palette"), PALETTE),
)
EVENTS = st.one_of(
    st.tuples(st.just("break"), st.sampled_from(("sync", "delete")), st.integers(0, 5)),
    st.tuples(st.just("mend")),
    st.tuples(st.just("run")),
    st.tuples(st.just("restart")),
    st.tuples(st.just("pass"), st.integers(1, 100)),
    st.tuples(st.just("meanwhile"), PALETTE, EDITS),
)
# What there is at first: the parent and the colours of each palette.
FIRST = st.lists(
    st.tuples(st.integers(-1, PALETTES - 1), st.sets(COLOR, max_size=2)),
    min_size=PALETTES,
    max_size=PALETTES,
)
OPS = st.lists(st.one_of(EDITS, EVENTS), max_size=25)
# What happens while the first of all runs goes on.
MEANWHILE = st.lists(st.tuples(st.just("meanwhile"), PALETTE, EDITS), max_size=3)


class World:
    """Colours and palettes, their back-end, and what must hold whenever a step is called."""

    def __init__(self) -> None:
        from enginekit import Backend, MadeClock, synchronizer
        from sampleservice._generated import models as m

        self.m = m
        self.start = synchronizer
        self.clock = MadeClock()
        self.backend = Backend()
        self.broken: set[tuple[str, int]] = set()
        self.meanwhile: dict[int, tuple[Any, ...]] = {}
        self.there: dict[tuple[str, int], tuple[Any, ...]] = {}
        self.wrong: list[str] = []
        self.names = Counter[str]()
        for name in ("Color", "Palette"):
            self.backend.on_sync[name] = self.on_sync
            self.backend.on_delete[name] = self.on_delete
        self.sync = self.start(self.backend, clock=self.clock)

    # What must hold

    def expect(self, holds: bool, what: str) -> None:
        """Note what does not hold: an exception here would be taken for a step's."""
        if not holds:
            self.wrong.append(what)

    def on_sync(self, o: Any) -> None:
        self.expect(not o.deleted, f"{o} is deleted and was synced")
        for peer in self.needs(o) if isinstance(o, self.m.Palette) else ():
            in_sync = peer.enacted_generation == peer.generation
            self.expect(in_sync, f"{o} {o.pk} ran before {peer} {peer.pk}")
        if isinstance(o, self.m.Palette) and o.pk in self.meanwhile:
            self.as_user(lambda: self.do(self.meanwhile.pop(o.pk)))
        if ("sync", o.pk % 6) in self.broken:
            raise RuntimeError("broken")
        self.there[type(o).__name__, o.pk] = self.seen(o)

    def on_delete(self, o: Any) -> None:
        self.expect(o.deleted, f"{o} is not deleted")
        if isinstance(o, self.m.Color):
            left = self.m.Palette.all_objects.filter(colors=o.pk, deleted=True)
        else:
            left = self.m.Palette.all_objects.filter(parent=o.pk, deleted=True).exclude(pk=o.pk)
        self.expect(not left.exists(), f"{o} went before {list(left)}")
        if ("delete", o.pk % 6) in self.broken:
            raise RuntimeError("broken")
        self.there.pop((type(o).__name__, o.pk), None)

    def needs(self, o: Any) -> list[Any]:
        """Return all that an object depends on, through others too."""
        found: dict[Any, None] = {}
        todo = [o]
        while todo:
            palette = todo.pop()
            peers: list[Any] = list(self.m.Color.objects.filter(palettes=palette.pk))
            for parent in self.m.Palette.objects.filter(pk=palette.parent_id).exclude(pk=o.pk):
                if parent not in found:
                    todo.append(parent)
                peers.append(parent)
            found.update(dict.fromkeys(peers))
        return list(found)

    def seen(self, o: Any) -> tuple[Any, ...]:
        """Return what a back-end is told: what is declared, and the names of what it links to."""
        if isinstance(o, self.m.Color):
            return (o.name,)
        parent = self.m.Palette.objects.filter(pk=o.parent_id).values_list("name", flat=True)
        return (o.name, *parent, *sorted(o.colors.values_list("name", flat=True)))

    # What happens

    def name(self) -> str:
        self.names["n"] += 1
        return f"n{self.names['n']}"

    def as_user(self, what: Any) -> Any:
        from xgen.runtime.writer import Writer, writing_as

        with writing_as(Writer.USER):
            return what()

    def pick(self, model: Any, number: int) -> Any:
        """Return the object of a number, made if there is none."""
        found = list(model.objects.order_by("pk")[number : number + 1])
        if found:
            return found[0]
        more = {"html_code": "#000"} if model is self.m.Color else {}
        return model.objects.create(name=self.name(), **more)

    def do(self, op: tuple[Any, ...]) -> None:  # noqa: C901, PLR0912 - a table of what may happen
        m = self.m
        match op:
            case ("edit color", number):
                color = self.pick(m.Color, number)
                color.name = self.name()
                color.save()
            case ("edit palette", number):
                palette = self.pick(m.Palette, number)
                palette.name = self.name()
                palette.save()
            case ("parent", number, peer):
                palette = self.pick(m.Palette, number)
                palette.parent = None if peer < 0 else self.pick(m.Palette, peer)
                palette.save()
            case ("add", number, color):
                self.pick(m.Palette, number).colors.add(self.pick(m.Color, color))
            case ("remove", number, color):
                self.pick(m.Palette, number).colors.remove(self.pick(m.Color, color))
            case ("delete color", number):
                self.pick(m.Color, number).delete()
            case ("delete palette", number):
                self.pick(m.Palette, number).delete()
            case ("delete branch", number):
                palette = self.pick(m.Palette, number)
                for child in m.Palette.objects.filter(parent=palette.pk):
                    child.delete()
                m.Palette.objects.filter(pk=palette.pk).delete()
            case ("resync color", number):
                self.pick(m.Color, number).resync()
            case ("resync palette", number):
                self.pick(m.Palette, number).resync()
            case ("break", kind, number):
                self.broken.add((kind, number))
            case ("mend",):
                self.broken.clear()
            case ("run",):
                self.sync.run(once=True)
            case ("restart",):
                self.sync = self.start(self.backend, clock=self.clock)
            case ("pass", seconds):
                self.clock.now += seconds
            case ("meanwhile", number, edit):
                self.meanwhile[self.pick(m.Palette, number).pk] = edit

    def begin(self, first: list[tuple[int, set[int]]]) -> None:
        """Make the first objects."""
        for number in range(COLORS):
            self.pick(self.m.Color, number)
        palettes = [self.pick(self.m.Palette, number) for number in range(PALETTES)]
        for number, (parent, colors) in enumerate(first):
            # Towards smaller numbers: no cycle at first.
            palettes[number].parent = palettes[parent] if 0 <= parent < number else None
            palettes[number].save()
            palettes[number].colors.set([self.pick(self.m.Color, color) for color in colors])

    # How it must end

    def settle(self) -> None:
        self.broken.clear()
        self.meanwhile.clear()
        for _ in range(3):
            self.clock.now += 1000
            self.sync.run(once=True)

    def stuck(self) -> set[int]:
        """Return the palettes in a cycle, and those below one."""
        parents = dict(self.m.Palette.objects.values_list("pk", "parent_id"))
        found = set()
        for start in parents:
            seen, node = set(), start
            while node is not None and node not in seen:
                seen.add(node)
                following = parents.get(node)
                node = None if following == node else following
            if node is not None:
                found.add(start)
        return found

    def held(self, stuck: set[int]) -> set[tuple[str, int]]:
        """Return what cannot be deleted, since what is stuck may still have it at the back-end."""
        from xgen.runtime.core.models import KeptEdge

        m = self.m
        found: set[tuple[str, int]] = set()
        users = {("Palette", pk) for pk in stuck}
        seen: set[tuple[str, int]] = set()
        while users:
            seen |= users
            kind_of = {m.Color._meta.label: "Color", m.Palette._meta.label: "Palette"}
            kept = KeptEdge.objects.filter(source_id__in=[pk for _, pk in users])
            more = {(kind_of[e.target_root], e.target_id) for e in kept}
            for palette in m.Palette.all_objects.filter(pk__in=[pk for k, pk in users & found]):
                more.add(("Palette", palette.parent_id))
                more |= {("Color", pk) for pk in palette.colors.values_list("pk", flat=True)}
            found |= more
            users = {one for one in more if one[0] == "Palette"} - seen
        return found

    def check(self) -> None:
        m = self.m
        assert self.wrong == []
        stuck = self.stuck()
        held = self.held(stuck)
        for model in (m.Color, m.Palette):
            left = set(model.all_objects.filter(deleted=True).values_list("pk", flat=True))
            assert {(model.__name__, pk) for pk in left} <= held
        for model in (m.Color, m.Palette):
            for o in model.objects.all():
                assert o.claim_owner is None
                if model is m.Palette and o.pk in stuck and o.enacted_generation < o.generation:
                    continue
                assert (o.enacted_generation, o.backend_code) == (o.generation, 1), o
                assert self.there[model.__name__, o.pk] == self.seen(o), o
        alive = {("Color", pk) for pk in m.Color.objects.values_list("pk", flat=True)}
        alive |= held
        alive |= {("Palette", pk) for pk in m.Palette.objects.values_list("pk", flat=True)}
        assert set(self.there) <= alive, "nothing is left at the back-end that nobody wants"

    def rest(self) -> None:
        """Let all come into sync, and look at what is left."""
        self.settle()
        self.check()
        before = len(self.backend.calls)
        self.sync.run(once=True)
        assert len(self.backend.calls) == before, "and then it rests"


def drop(path: Path) -> None:
    """Take the database of a world away."""
    xdjango.close_connections()
    for suffix in ("", "-wal", "-shm"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if str(RUNTIME) not in sys.path:
        sys.path.insert(0, str(RUNTIME))
    log.configure(log.LogSettings(console="plain"))
    path = tmp_path_factory.mktemp("properties") / "template.db"
    xdjango.setup(f"sqlite:///{path}", ("xgen.runtime.platform", "sampleservice"))
    xdjango.migrate()
    xdjango.close_connections()
    return path


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(first=FIRST, meanwhile=MEANWHILE, ops=OPS)
def test_whatever_happens_it_converges_and_the_order_is_kept(
    template: Path, first: Any, meanwhile: Any, ops: Any
) -> None:
    path = template.with_name("run.db")
    shutil.copy(template, path)
    xdjango.use_database(f"sqlite:///{path}")
    try:
        world = World()
        world.begin(first)
        for op in [*meanwhile, ("run",), *ops]:
            world.do(op)
        world.rest()
    finally:
        drop(path)

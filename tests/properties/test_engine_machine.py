"""A state machine over the engine: graphs, edits, deletions, failures, crashes, replicas, limits.

Whatever the order of events: it converges, no step ever runs before what its object needs, nothing
is deleted below what stands on it, no change is lost, no object runs twice at once, and nothing
is tried at a back-end whose breaker is open. Time is made, so nothing here waits.
"""

from __future__ import annotations

import shutil
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from tests.properties.engine_scenes import SCENES
from tests.properties.test_scheduler import (
    COLOR,
    COLORS,
    EDITS,
    FIRST,
    PALETTE,
    PALETTES,
    World,
    drop,
    template,
)
from xgen.runtime import django as xdjango
from xgen.runtime.errors import DeferredException
from xgen.runtime.limits import BackendLimit, BreakerConfig, Limits, ModelLimit

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["template"]


class Killed(BaseException):
    """The process ends in the middle of things."""


class Busy(World):
    """The world of the scheduler's test with limits, a policy, replicas and sudden ends."""

    def __init__(self) -> None:
        super().__init__()
        self.inside: set[tuple[str, int]] = set()
        self.uses: dict[tuple[str, int], set[tuple[str, int]]] = {}
        self.policed: set[int] = set()
        self.replica_in: set[int] = set()
        self.replicas = False
        self.then: dict[int, Any] = {}
        """What users do at the very end of a palette's run."""
        self.deferring: set[int] = set()
        self.defer_seconds = 30.0
        self.paused_until = 0.0
        self.sync = self.synchronizer()

    def synchronizer(self) -> Any:
        from enginekit import CONFIG

        from xgen.runtime.policy import ModelPolicy

        m = self.m

        class ColorPolicy(ModelPolicy[Any]):
            """Derives a field from another one, on its own object and once."""

            model = m.Color

            def handle_create(self, o: Any) -> None:
                o.html_code = f"#{o.name}"

            handle_update = handle_create

        steps = {
            m.Color: self.backend.step(m.Color, backend="colors"),
            m.Palette: self.backend.step(m.Palette, backend=staticmethod(self.backend_of)),
        }
        limits = Limits(
            models={"Palette": ModelLimit(concurrency=2, rate=3.0, burst=2)},
            backends={
                "p0": BackendLimit(concurrency=1, failures=3),
                "colors": BackendLimit(rate=9),
            },
        )
        breaker = BreakerConfig(failures=2, wait=7, cap=30)
        config = replace(CONFIG, limits=limits, breaker=breaker)
        return self.start(
            self.backend,
            steps=steps,
            policies={m.Color: ColorPolicy},
            clock=self.clock,
            config=config,
        )

    @staticmethod
    def backend_of(o: Any) -> str:
        return f"p{o.pk % 2}"

    # What must hold

    def enter(self, o: Any) -> tuple[str, int]:
        key = (type(o).__name__, o.pk)
        self.expect(key not in self.inside, f"{key} runs twice at once")
        self.expect(self.clock.now >= self.paused_until, f"{key} runs although it is paused")
        if not self.replicas:
            self.expect_no_open_breaker(o)
        self.inside.add(key)
        return key

    def expect_no_open_breaker(self, o: Any) -> None:
        from xgen.runtime import breakers

        name = "colors" if isinstance(o, self.m.Color) else self.backend_of(o)
        opening = breakers.read("sampleservice").get(name)
        closed = opening is None or opening.until <= self.clock.now
        self.expect(closed, f"{o} was tried although the breaker of {name} is open")

    def on_sync(self, o: Any) -> None:
        key = self.enter(o)
        try:
            if o.pk in self.replica_in and isinstance(o, self.m.Palette):
                self.replica_in.discard(o.pk)
                self.run_beside()
            peers = {("Color", pk) for pk in self.colors_of(o)}
            if isinstance(o, self.m.Palette) and o.parent_id not in (None, o.pk):
                peers.add(("Palette", o.parent_id))
            if isinstance(o, self.m.Palette) and o.pk in self.deferring:
                raise DeferredException("not yet", after=self.defer_seconds)
            super().on_sync(o)
            self.uses[key] = peers
            if isinstance(o, self.m.Palette) and o.pk in self.then:
                self.as_user(self.then.pop(o.pk))
        finally:
            self.inside.discard(key)

    def on_delete(self, o: Any) -> None:
        key = self.enter(o)
        try:
            # What it stands on now goes after it, even if that stood on it before.
            below = self.below(o)
            on_top = [user for user, peers in self.uses.items() if key in peers]
            on_top = [user for user in on_top if user != key and user not in below]
            self.expect(not on_top, f"{key} is deleted below {on_top}")
            super().on_delete(o)
            self.uses.pop(key, None)
        finally:
            self.inside.discard(key)

    def below(self, o: Any) -> set[tuple[str, int]]:
        """Return the palettes that one is made from, deleted or not."""
        found: set[tuple[str, int]] = set()
        parent = getattr(o, "parent_id", None)
        while parent is not None and ("Palette", parent) not in found:
            found.add(("Palette", parent))
            row = self.m.Palette.all_objects.filter(pk=parent).values_list("parent_id", flat=True)
            parent = row.first()
        return found

    def colors_of(self, o: Any) -> list[int]:
        if not isinstance(o, self.m.Palette):
            return []
        return list(o.colors.values_list("pk", flat=True))

    # What happens

    def run_beside(self) -> None:
        """Let another process run to its end, while this one is inside a step."""
        self.replicas = True
        self.as_user(lambda: self.synchronizer().run(once=True))

    def is_left(self, edge: Any) -> bool:
        """Say whether one end of an edge could not be deleted yet."""
        ends = {(edge.source_root, edge.source_id), (edge.target_root, edge.target_id)}
        models = (self.m.Color, self.m.Palette)
        left = {
            (model._meta.label, pk)
            for model in models
            for pk in model.all_objects.filter(deleted=True).values_list("pk", flat=True)
        }
        return not ends.isdisjoint(left)

    def restart(self) -> None:
        self.sync = self.synchronizer()

    def crash(self, after: int) -> None:
        """End the process when it writes for the n-th time; what it claimed stays claimed."""
        results, left = self.sync.results, [after]
        write = results.record

        def record(*arguments: Any) -> Any:
            left[0] -= 1
            if left[0] < 0:
                raise Killed
            return write(*arguments)

        results.record = record
        with suppress(Killed):
            self.sync.run(once=True)
        self.sync = self.synchronizer()
        # Nobody can tell that this process, which goes on, is dead: its claims have to expire.
        self.clock.now += 61

    def settle(self) -> None:
        for each in (self.replica_in, self.then, self.deferring):
            each.clear()
        super().settle()
        for _ in range(3):
            self.clock.now += 1000
            self.sync.run(once=True)

    def check(self) -> None:
        from xgen.runtime.core.models import KeptEdge

        super().check()
        stuck = self.stuck()
        for edge in KeptEdge.objects.all():
            assert edge.source_id in stuck or self.is_left(edge), "an edge is kept for ever"
        for color in self.m.Color.objects.all():
            assert color.html_code == f"#{color.name}"
            assert color.policed_revision == color.revision


class Engine(RuleBasedStateMachine):
    """What may happen, in any order."""

    template: Path

    def __init__(self) -> None:
        super().__init__()
        self.path = self.template.with_name("machine.db")
        shutil.copy(self.template, self.path)
        xdjango.use_database(f"sqlite:///{self.path}")
        self.world = Busy()

    @initialize(first=FIRST)
    def begin(self, first: Any) -> None:
        self.world.begin(first)

    @rule(edit=EDITS)
    def edit(self, edit: Any) -> None:
        self.world.do(edit)

    @rule(number=PALETTE, edit=EDITS)
    def edit_meanwhile(self, number: int, edit: Any) -> None:
        self.world.do(("meanwhile", number, edit))

    @rule(kind=st.sampled_from(("sync", "delete")), number=st.integers(0, 5))
    def break_some(self, kind: str, number: int) -> None:
        self.world.do(("break", kind, number))

    @rule(kind=st.sampled_from(("sync", "delete")))
    def break_all(self, kind: str) -> None:
        for number in range(6):
            self.world.do(("break", kind, number))
        self.world.do(("run",))

    @rule()
    def mend(self) -> None:
        self.world.do(("mend",))

    @rule()
    def run_once(self) -> None:
        self.world.do(("run",))

    @rule(seconds=st.integers(1, 90))
    def run_for(self, seconds: int) -> None:
        self.world.clock.run(self.world.sync, seconds)

    @rule(seconds=st.integers(1, 100))
    def wait(self, seconds: int) -> None:
        self.world.do(("pass", seconds))

    @rule()
    def restart(self) -> None:
        self.world.restart()

    @rule(after=st.integers(0, 4))
    def crash(self, after: int) -> None:
        self.world.crash(after)

    @rule(number=PALETTE)
    def replica_runs_meanwhile(self, number: int) -> None:
        self.world.replica_in.add(self.world.pick(self.world.m.Palette, number).pk)

    @rule(number=COLOR)
    def retry(self, number: int) -> None:
        from xgen.runtime import operations
        from xgen.runtime.queries import all_rows

        world = self.world
        rows = all_rows(world.m.Color, None).filter(pk=world.pick(world.m.Color, number).pk)
        by = operations.By(who="ann", now=world.clock.now)
        operations.retry(rows, by, synchronizer="sampleservice")

    @rule(scene=st.sampled_from(SCENES), number=st.integers(0, 5))
    def play(self, scene: Any, number: int) -> None:
        scene(self.world, number)

    def teardown(self) -> None:
        end(self.world, self.path)


def end(world: Busy, path: Path) -> None:
    """Look at what is left when all is quiet."""
    try:
        world.rest()
    finally:
        drop(path)


def test_all_scenes_one_after_another(template: Path) -> None:
    path = template.with_name("scenes.db")
    shutil.copy(template, path)
    xdjango.use_database(f"sqlite:///{path}")
    world = Busy()
    try:
        world.begin([(number - 1, {number % COLORS}) for number in range(PALETTES)])
        for number, scene in enumerate(SCENES):
            scene(world, number)
            assert world.wrong == [], scene.__name__
    finally:
        end(world, path)


@pytest.mark.usefixtures("template")
def test_the_engine_keeps_its_promises(template: Path) -> None:
    Engine.template = template
    run_state_machine_as_test(
        Engine,
        settings=settings(
            max_examples=6,
            stateful_step_count=12,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )

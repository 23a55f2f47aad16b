"""Defects of the loop: threads, waiting, the cost of dependencies, what is shared."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from defectkit import SOON, Defect, as_user, make_color
from django.db import connection
from django.test.utils import CaptureQueriesContext
from enginekit import CONFIG, Backend, MadeClock, synchronizer, world

if TYPE_CHECKING:
    import pytest


def _threads_are_bounded() -> None:
    for n in range(12):
        make_color(f"c{n}")
    backend, lock = Backend(), threading.Lock()
    inside, most, crowd = Counter[str](), [0], threading.Event()

    def run(_: Any) -> None:
        with lock:
            inside["now"] += 1
            most[0] = max(most[0], inside["now"])
            if most[0] > CONFIG.workers:
                crowd.set()
        crowd.wait(0.02)
        with lock:
            inside["now"] -= 1

    backend.on_sync["Color"] = run
    synchronizer(backend, inline=False).run(once=True)
    assert most[0] <= CONFIG.workers


def _a_thread_for_each(patch: pytest.MonkeyPatch) -> None:
    from xgen.runtime.executor import ThreadExecutor

    make = ThreadExecutor.__init__
    patch.setattr(ThreadExecutor, "__init__", lambda self, _, *rest: make(self, 1000, *rest))


def _slow_steps_stall_nobody() -> None:
    make_color("slow")
    backend, done, stalled = Backend(), threading.Event(), []

    def run(o: Any) -> None:
        if o.name == "slow":
            as_user(lambda: make_color("other"))
            stalled.append(not done.wait(SOON if not stalled else 0))
        else:
            done.set()

    backend.on_sync["Color"] = run
    synchronizer(backend, inline=False).run(once=True)
    assert stalled == [False]


def _all_are_waited_for(patch: pytest.MonkeyPatch) -> None:
    from xgen.runtime.starter import Starter

    start = Starter.start
    patch.setattr(Starter, "start", lambda self: not self.flight.running and start(self))
    patch.setattr(f"{__name__}.SOON", 0.5)


def _dependencies_cost_their_number() -> None:
    queries = []
    for count in (5, 100):
        w = world()
        from sampleservice._generated import models as m

        m.EmbeddedImage.objects.bulk_create(
            m.EmbeddedImage(name=f"i{n}", url="u", serviceinstance=w["page"]) for n in range(count)
        )
        sync = synchronizer(Backend())
        from xgen.runtime.planner import Planner

        rows = list(sync.store.due())
        with CaptureQueriesContext(connection) as asked:
            plan = Planner(sync.store).plan(rows)
        assert len(plan.waits) == count + 2
        queries.append(len(asked))
        for name in ("service", "red", "blue"):
            w[name].delete()
        sync.run(once=True)
    assert queries[0] == queries[1]


def _a_query_for_each(patch: pytest.MonkeyPatch) -> None:
    from xgen.runtime import edges

    pairs = edges.pairs

    def one_by_one(*link: Any, ids: Any, **more: Any) -> Any:
        return [row for pk in ids for row in pairs(*link, ids=[pk], **more)]

    patch.setattr(edges, "pairs", one_by_one)


def _steps_are_not_shared() -> None:
    from sampleservice._generated import models as m

    from xgen.runtime.step import SyncStep

    both, mixed_up = threading.Barrier(2, timeout=SOON), []

    class Step(SyncStep[Any]):
        observes = m.Color
        at_work_on: int

        def sync_record(self, o: Any) -> None:
            self.at_work_on = o.pk
            both.wait()
            mixed_up.append(self.at_work_on != o.pk)
            both.wait()

    make_color("a")
    make_color("b")
    synchronizer(Backend(), steps={m.Color: Step}, inline=False).run(once=True)
    assert mixed_up == [False, False]


def _one_instance(patch: pytest.MonkeyPatch) -> None:
    from xgen.runtime.execution import Runner

    run, made = Runner._run_step, {}

    def shared(self: Runner, job: Any) -> Any:
        step = made.setdefault(job.work.model, job.work.step(self.registry.context))
        job.work = replace(job.work, step=lambda _: step)
        return run(self, job)

    patch.setattr(Runner, "_run_step", shared)


def _every_pull_step_runs() -> None:
    from xgen.runtime import registry
    from xgen.runtime.intake.pull import PullStep
    from xgen.runtime.synchronizer import Synchronizer

    ran: list[str] = []

    class First(PullStep):
        def pull_records(self) -> None:
            ran.append("first")

    class Second(PullStep):
        def pull_records(self) -> None:
            ran.append("second")

    loaded = registry.make("sampleservice", steps={}, pulls=[First, Second])
    Synchronizer("sampleservice", CONFIG, loaded=loaded, clock=MadeClock(), inline=True).run(
        once=True
    )
    assert sorted(ran) == ["first", "second"]


def _only_the_first(patch: pytest.MonkeyPatch) -> None:
    from xgen.runtime.intake import declared

    named = declared.named
    patch.setattr(declared, "named", lambda *words: dict(list(named(*words).items())[:1]))


DEFECTS = (
    Defect("one unbounded thread for each", _threads_are_bounded, _a_thread_for_each),
    Defect("one slow step stalls everything", _slow_steps_stall_nobody, _all_are_waited_for),
    Defect("a query for each object", _dependencies_cost_their_number, _a_query_for_each),
    Defect("only the first pull step runs", _every_pull_step_runs, _only_the_first),
    Defect("a step instance shared between threads", _steps_are_not_shared, _one_instance),
)

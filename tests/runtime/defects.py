"""The defects that this runtime must never have: a check for each, and a way to bring it in.

A check runs in an empty database and raises AssertionError when the defect is there. ``breaks``
puts the defect into the engine's own code, to show that the check would notice.
"""

from __future__ import annotations

import threading
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import connection
from django.test.utils import CaptureQueriesContext
from enginekit import CONFIG, Backend, MadeClock, exists, fail, fresh, synchronizer, world

from xgen.runtime.outcome import DONE, Failed
from xgen.runtime.reconcile import Action
from xgen.runtime.writer import Writer, writing_as

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest import MonkeyPatch  # noqa: PT013 - only the type

_FUSE = 60
_SOON = 10.0


class Defect(NamedTuple):
    """What must not be."""

    name: str
    check: Callable[[], None]
    breaks: Callable[[MonkeyPatch], None]


def _color(name: str) -> Any:
    from sampleservice._generated import models as m

    return m.Color.objects.create(name=name, html_code="#000")


def _as_user(what: Callable[[], object]) -> None:
    with writing_as(Writer.USER):
        what()


def _fused(backend: Backend, clock: MadeClock, sync: Any, seconds: float) -> None:
    """Run for a while; a defect that makes steps run without end ends here."""
    sound = backend.note

    def note(kind: str, o: Any) -> None:
        sound(kind, o)
        if len(backend.calls) > _FUSE:
            sync.stop()

    backend.note = note  # type: ignore[method-assign]  # of this one
    clock.run(sync, seconds)


# Errors


def _backoff_is_read() -> None:
    backend, clock = Backend(), MadeClock()
    _color("c")
    backend.on_sync["Color"] = fail()
    start = clock.now
    _fused(backend, clock, synchronizer(backend, clock=clock), 20)
    assert [round(at - start) for at in backend.times] == [0, 1, 3, 7, 15]


def _never_read(patch: MonkeyPatch) -> None:
    patch.setattr("xgen.runtime.reconcile._not_before", lambda attempts, retry_at: None)


def _first_failure_waits() -> None:
    backend, clock = Backend(), MadeClock()
    color = _color("c")
    backend.on_sync["Color"] = fail()
    synchronizer(backend, clock=clock).run(once=True)
    assert fresh(color).sync_retry_at == clock.now + CONFIG.retry.base
    assert len(backend.calls) == 1


def _first_at_once(patch: MonkeyPatch) -> None:
    from xgen.runtime import retry

    delay = retry.delay

    def eager(attempts: int, *rest: Any) -> float:
        return 0.0 if attempts == 1 else delay(attempts, *rest)

    patch.setattr(retry, "delay", eager)


def _blocked_pay_nothing() -> None:
    backend, clock = Backend(), MadeClock()
    w = world()
    backend.on_sync["Color"] = fail()
    backend.on_sync["ExampleServiceInstance"] = fail("the colour is not there")
    synchronizer(backend, clock=clock).run(once=True)
    page = fresh(w["page"])
    assert (page.backend_code, page.sync_attempts, page.sync_retry_at) == (0, 0, None)
    assert not backend.synced("ExampleServiceInstance")


def _live_objects_wait_for_nobody(patch: MonkeyPatch) -> None:
    patch.setattr("xgen.runtime.planner.Planner._plan_live", lambda self, live, plan: None)


def _error_is_saved() -> None:
    color = _color("c")
    backend = Backend()
    backend.on_sync["Color"] = fail("no answer")
    synchronizer(backend, clock=MadeClock()).run(once=True)
    color = fresh(color)
    assert (color.backend_code, color.backend_status) == (2, "RuntimeError: no answer")


def _code_is_not_saved(patch: MonkeyPatch) -> None:
    from xgen.runtime.results import Results

    sql = Results._sql

    def without(self: Results, root: int, e: Any, moves: Any, *rest: Any, **more: Any) -> Any:
        kept = {name: value for name, value in moves.items() if name != "backend_code"}
        return sql(self, root, e, kept, *rest, **more)

    patch.setattr(Results, "_sql", without)


def _failure_is_ones_own() -> None:
    colors = [_color(f"c{n}") for n in range(5)]
    backend = Backend()
    backend.on_sync["Color"] = lambda o: fail()(o) if o.pk == colors[1].pk else None
    synchronizer(backend, clock=MadeClock()).run(once=True)
    assert [fresh(o).backend_code for o in colors] == [1, 2, 1, 1, 1]


def _failure_marks_the_rest(patch: MonkeyPatch) -> None:
    from xgen.runtime.execution import Runner

    run, failure = Runner.run, [DONE]

    def infectious(self: Runner, job: Any) -> Any:
        ended = run(self, job)
        if isinstance(ended.outcome, Failed):
            failure[0] = ended.outcome
        ended.outcome = failure[0]
        return ended

    patch.setattr(Runner, "run", infectious)


def _policies_back_off() -> None:
    from sampleservice._generated import models as m

    from xgen.runtime.policy import ModelPolicy

    clock, times = MadeClock(), []

    class Policy(ModelPolicy[Any]):
        model = m.Color

        def handle_create(self, _: Any) -> None:
            times.append(clock.now)
            raise RuntimeError("no")

    color = _color("c")
    start = clock.now
    clock.run(synchronizer(Backend(), clock=clock, policies={m.Color: Policy}), 50)
    assert [round(at - start) for at in times] == [0, 1, 3, 7, 15, 31]
    assert fresh(color).policy_attempts == 6


def _every_five_seconds(patch: MonkeyPatch) -> None:
    patch.setattr("xgen.runtime.retry.delay", lambda *_: 5.0)


def _cycles_are_errors() -> None:
    from sampleservice._generated import models as m

    a = m.Palette.objects.create(name="a")
    b = m.Palette.objects.create(name="b", parent=a)
    a.parent = b
    a.save()
    synchronizer(Backend(), clock=MadeClock()).run(once=True)
    for o in (fresh(a), fresh(b)):
        assert o.backend_code == 2
        assert o.backend_status.startswith("these objects wait for each other: Palette")


def _cycles_are_log_lines(patch: MonkeyPatch) -> None:
    patch.setattr("xgen.runtime.results.Results.report_cycle", lambda self, keys, message: None)


# The loop


def _threads_are_bounded() -> None:
    for n in range(12):
        _color(f"c{n}")
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


def _a_thread_for_each(patch: MonkeyPatch) -> None:
    from xgen.runtime.executor import ThreadExecutor

    make = ThreadExecutor.__init__
    patch.setattr(ThreadExecutor, "__init__", lambda self, _, *rest: make(self, 1000, *rest))


def _slow_steps_stall_nobody() -> None:
    _color("slow")
    backend, done, stalled = Backend(), threading.Event(), []

    def run(o: Any) -> None:
        if o.name == "slow":
            _as_user(lambda: _color("other"))
            stalled.append(not done.wait(_SOON if not stalled else 0))
        else:
            done.set()

    backend.on_sync["Color"] = run
    synchronizer(backend, inline=False).run(once=True)
    assert stalled == [False]


def _all_are_waited_for(patch: MonkeyPatch) -> None:
    from xgen.runtime.scheduler import Scheduler

    start = Scheduler._start
    patch.setattr(Scheduler, "_start", lambda self: not self._running and start(self))
    patch.setattr(f"{__name__}._SOON", 0.5)


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


def _a_query_for_each(patch: MonkeyPatch) -> None:
    from xgen.runtime import edges

    pairs = edges.pairs

    def one_by_one(*link: Any, ids: Any, **more: Any) -> Any:
        return [row for pk in ids for row in pairs(*link, ids=[pk], **more)]

    patch.setattr(edges, "pairs", one_by_one)


def _steps_are_not_shared() -> None:
    from sampleservice._generated import models as m

    from xgen.runtime.step import SyncStep

    both, mixed_up = threading.Barrier(2, timeout=_SOON), []

    class Step(SyncStep[Any]):
        observes = m.Color
        at_work_on: int

        def sync_record(self, o: Any) -> None:
            self.at_work_on = o.pk
            both.wait()
            mixed_up.append(self.at_work_on != o.pk)
            both.wait()

    _color("a")
    _color("b")
    synchronizer(Backend(), steps={m.Color: Step}, inline=False).run(once=True)
    assert mixed_up == [False, False]


def _one_instance(patch: MonkeyPatch) -> None:
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
    Synchronizer(
        "sampleservice", CONFIG, loaded=loaded, clock=MadeClock(), inline=True
    ).run(once=True)
    assert sorted(ran) == ["first", "second"]


def _only_the_first(patch: MonkeyPatch) -> None:
    from xgen.runtime.intake import declared

    named = declared.named
    patch.setattr(declared, "named", lambda *words: dict(list(named(*words).items())[:1]))


# State


def _failed_playbooks_delete_nothing() -> None:
    from sampleservice._generated import models as m

    from xgen.runtime import playbooks

    class Step(playbooks.AnsibleStep[Any]):
        observes = m.Color
        playbook = "sync_color.yaml"

    def run_playbook(_: Any, variables: Any, **more: Any) -> None:
        if variables["state"] == "absent":
            raise playbooks.PlaybookFailedException("the host is unreachable")

    color = _color("c")
    found, playbooks.run_playbook = playbooks.run_playbook, run_playbook  # type: ignore[assignment]
    finished, Step.finished = Step.finished, lambda *_: None  # type: ignore[method-assign]
    try:
        sync = synchronizer(Backend(), steps={m.Color: Step}, clock=MadeClock())
        sync.run(once=True)
        color.delete()
        sync.run(once=True)
    finally:
        playbooks.run_playbook, Step.finished = found, finished  # type: ignore[method-assign]
    assert exists(color)
    color = fresh(color)
    assert (color.backend_code, color.backend_need_reap) == (2, False)


def _failures_are_swallowed(patch: MonkeyPatch) -> None:
    from xgen.runtime.playbooks import AnsibleStep

    run = AnsibleStep.run

    def silent(self: Any, *words: Any, **more: Any) -> Any:
        with suppress(Exception):
            return run(self, *words, **more)

    patch.setattr(AnsibleStep, "run", silent)


def _clocks_may_go_back() -> None:
    from django.utils import timezone

    color, backend = _color("c"), Backend()
    synchronizer(backend).run(once=True)
    now = timezone.now
    timezone.now = lambda: now() - timedelta(hours=1)
    try:
        color = fresh(color)
        color.html_code = "#111"
        color.save()
        synchronizer(backend).run(once=True)
    finally:
        timezone.now = now
    assert backend.synced() == [color.pk, color.pk]


def _times_decide(patch: MonkeyPatch) -> None:
    from django.db.models import F, Q

    late = Q(enacted=None) | Q(enacted__lt=F("updated"))
    patch.setattr("xgen.runtime.store.BEHIND", late)


def _deletion_runs_in_reverse() -> None:
    backend = Backend()
    w = world()
    sync = synchronizer(backend)
    sync.run(once=True)
    for name in ("service", "red", "blue"):
        w[name].delete()
    sync.run(once=True)
    models = [model for kind, model, _ in backend.calls if kind == "delete"]
    assert models[:2] == ["EmbeddedImage", "ExampleServiceInstance"]
    assert sorted(models[2:]) == ["Color", "Color", "ExampleService"]


def _deleted_objects_wait_for_nobody(patch: MonkeyPatch) -> None:
    patch.setattr("xgen.runtime.planner.Planner._plan_going", lambda self, going, plan: None)


def _changes_meanwhile_are_kept() -> None:
    page, backend = world()["page"], Backend()
    seen: list[str] = []

    def run(o: Any) -> None:
        seen.append(o.tenant_message)
        o.page_url = f"http://{len(seen)}"
        if len(seen) == 1:
            rows = type(o).objects.filter(pk=o.pk)
            _as_user(lambda: rows.update(tenant_message="changed meanwhile"))

    backend.on_sync["ExampleServiceInstance"] = run
    synchronizer(backend).run(once=True)
    page = fresh(page)
    assert (page.tenant_message, page.page_url) == ("changed meanwhile", "http://2")
    assert seen == ["hi", "changed meanwhile"]


def _writes_all_that_it_read(patch: MonkeyPatch) -> None:
    from xgen.runtime.execution import Runner
    from xgen.runtime.kinds import Kind, shape_of
    from xgen.runtime.queries import all_rows

    run = Runner._run_step

    def overwriting(self: Runner, job: Any) -> Any:
        ended, kind = run(self, job), type(job.obj)
        names = [c.attname for c in shape_of(kind).columns if c.kind is Kind.DECLARATIVE]
        values = {name: job.obj.__dict__[name] for name in names}
        if job.action is Action.SYNC:
            all_rows(kind, "default").filter(pk=job.obj.pk).plain_update(values)
        return ended

    patch.setattr(Runner, "_run_step", overwriting)


def _marks_done_what_it_did_not_see(patch: MonkeyPatch) -> None:
    from xgen.runtime.results import Results

    done = Results._done_statement

    def latest(self: Results, root: int, e: Any) -> Any:
        e.generation = fresh(e.obj).generation
        return done(self, root, e)

    patch.setattr(Results, "_done_statement", latest)


DEFECTS = (
    Defect("backoff computed and never read", _backoff_is_read, _never_read),
    Defect("first failure without delay", _first_failure_waits, _first_at_once),
    Defect(
        "blocked dependents paying for their root's failure",
        _blocked_pay_nothing,
        _live_objects_wait_for_nobody,
    ),
    Defect("backend_code not saved with the error", _error_is_saved, _code_is_not_saved),
    Defect("one unbounded thread for each", _threads_are_bounded, _a_thread_for_each),
    Defect("one slow step stalls everything", _slow_steps_stall_nobody, _all_are_waited_for),
    Defect(
        "a failure marks unrelated objects that follow in the list",
        _failure_is_ones_own,
        _failure_marks_the_rest,
    ),
    Defect("a query for each object", _dependencies_cost_their_number, _a_query_for_each),
    Defect("a cycle ends in a log line", _cycles_are_errors, _cycles_are_log_lines),
    Defect("policies retried every 5 s for ever", _policies_back_off, _every_five_seconds),
    Defect("only the first pull step runs", _every_pull_step_runs, _only_the_first),
    Defect(
        "deleted although the playbook failed",
        _failed_playbooks_delete_nothing,
        _failures_are_swallowed,
    ),
    Defect("timestamps that go backwards", _clocks_may_go_back, _times_decide),
    Defect("a step instance shared between threads", _steps_are_not_shared, _one_instance),
    Defect(
        "no reverse order on deletion", _deletion_runs_in_reverse, _deleted_objects_wait_for_nobody
    ),
    Defect(
        "a write of synced state overwrites a change made meanwhile",
        _changes_meanwhile_are_kept,
        _writes_all_that_it_read,
    ),
    Defect(
        "a change made meanwhile counts as synced",
        _changes_meanwhile_are_kept,
        _marks_done_what_it_did_not_see,
    ),
)

"""Defects in what becomes of errors: backoff, who pays for them, what is told of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from defectkit import Defect, make_color
from enginekit import CONFIG, Backend, MadeClock, fail, fresh, synchronizer, world

from xgen.runtime.outcome import DONE, Failed

if TYPE_CHECKING:
    import pytest


_FUSE = 60


def _fused(backend: Backend, clock: MadeClock, sync: Any, seconds: float) -> None:
    """Run for a while; a defect that makes steps run without end ends here."""
    sound = backend.note

    def note(kind: str, o: Any) -> None:
        sound(kind, o)
        if len(backend.calls) > _FUSE:
            sync.stop()

    backend.note = note  # type: ignore[method-assign]  # of this one
    clock.run(sync, seconds)


def _backoff_is_read() -> None:
    backend, clock = Backend(), MadeClock()
    make_color("c")
    backend.on_sync["Color"] = fail()
    start = clock.now
    _fused(backend, clock, synchronizer(backend, clock=clock), 20)
    assert [round(at - start) for at in backend.times] == [0, 1, 3, 7, 15]


def _never_read(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("xgen.runtime.reconcile._not_before", lambda *_: None)


def _first_failure_waits() -> None:
    backend, clock = Backend(), MadeClock()
    color = make_color("c")
    backend.on_sync["Color"] = fail()
    synchronizer(backend, clock=clock).run(once=True)
    assert fresh(color).sync_retry_at == clock.now + CONFIG.retry.base
    assert len(backend.calls) == 1


def _first_at_once(patch: pytest.MonkeyPatch) -> None:
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


def _live_objects_wait_for_nobody(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("xgen.runtime.planner.Planner._plan_live", lambda *_: None)


def _error_is_saved() -> None:
    color = make_color("c")
    backend = Backend()
    backend.on_sync["Color"] = fail("no answer")
    synchronizer(backend, clock=MadeClock()).run(once=True)
    color = fresh(color)
    assert (color.backend_code, color.backend_status) == (2, "RuntimeError: no answer")


def _code_is_not_saved(patch: pytest.MonkeyPatch) -> None:
    from xgen.runtime.statements import Statements

    update = Statements._update

    def without(self: Statements, root: int, e: Any, moves: Any, *rest: Any, **more: Any) -> Any:
        kept = {name: value for name, value in moves.items() if name != "backend_code"}
        return update(self, root, e, kept, *rest, **more)

    patch.setattr(Statements, "_update", without)


def _failure_is_ones_own() -> None:
    colors = [make_color(f"c{n}") for n in range(5)]
    backend = Backend()
    backend.on_sync["Color"] = lambda o: fail()(o) if o.pk == colors[1].pk else None
    synchronizer(backend, clock=MadeClock()).run(once=True)
    assert [fresh(o).backend_code for o in colors] == [1, 2, 1, 1, 1]


def _failure_marks_the_rest(patch: pytest.MonkeyPatch) -> None:
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

    color = make_color("c")
    start = clock.now
    clock.run(synchronizer(Backend(), clock=clock, policies={m.Color: Policy}), 50)
    assert [round(at - start) for at in times] == [0, 1, 3, 7, 15, 31]
    assert fresh(color).policy_attempts == 6


def _every_five_seconds(patch: pytest.MonkeyPatch) -> None:
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


def _cycles_are_log_lines(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("xgen.runtime.results.Results.report_cycle", lambda *_: None)


DEFECTS = (
    Defect("backoff computed and never read", _backoff_is_read, _never_read),
    Defect("first failure without delay", _first_failure_waits, _first_at_once),
    Defect(
        "blocked dependents paying for their root's failure",
        _blocked_pay_nothing,
        _live_objects_wait_for_nobody,
    ),
    Defect("backend_code not saved with the error", _error_is_saved, _code_is_not_saved),
    Defect(
        "a failure marks unrelated objects that follow in the list",
        _failure_is_ones_own,
        _failure_marks_the_rest,
    ),
    Defect("a cycle ends in a log line", _cycles_are_errors, _cycles_are_log_lines),
    Defect("policies retried every 5 s for ever", _policies_back_off, _every_five_seconds),
)

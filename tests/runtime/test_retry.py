"""Errors: what is stored, when the next try is, and who pays for it."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from enginekit import CONFIG, Backend, MadeClock, fail, fresh, synchronizer, world
from hypothesis import given
from hypothesis import strategies as st

from xgen.runtime.errors import (
    DeferredException,
    InnocuousException,
    PermanentException,
)
from xgen.runtime.outcome import DONE, Deferred, Failed, fit
from xgen.runtime.retry import RetryPolicy, decide, delay
from xgen.runtime.step import SyncStep


@pytest.fixture
def backend() -> Backend:
    return Backend()


@pytest.fixture
def clock() -> MadeClock:
    return MadeClock()


def a_color(name: str = "c") -> Any:
    from sampleservice._generated import models as m

    return m.Color.objects.create(name=name, html_code="x")


# The decision by itself

POLICIES = st.builds(
    RetryPolicy,
    base=st.floats(0.01, 10),
    factor=st.floats(1, 10),
    cap=st.floats(10, 1000),
    jitter=st.floats(0, 1),
)


@given(POLICIES, st.integers(0, 10_000), st.integers())
def test_the_delay_is_within_its_jitter_and_its_cap(
    policy: RetryPolicy, attempts: int, seed: int
) -> None:
    decision = decide(attempts, Failed("x"), policy, Random(seed), 1000.0)
    assert decision.attempts == attempts + 1
    wait = (decision.retry_at or 0) - 1000.0
    wanted = min(policy.base * policy.factor ** min(attempts, 60), policy.cap)
    assert wanted * (1 - policy.jitter) - 1e-6 <= wait <= wanted * (1 + policy.jitter) + 1e-6


@given(POLICIES, st.integers(1, 100))
def test_without_jitter_the_delay_never_shrinks(policy: RetryPolicy, attempts: int) -> None:
    plain = RetryPolicy(base=policy.base, factor=policy.factor, cap=policy.cap, jitter=0.0)
    assert delay(attempts, plain, Random()) <= delay(attempts + 1, plain, Random())


@given(st.integers(0, 100), st.floats(0, 1e6))
def test_deferring_spends_no_attempt(attempts: int, after: float) -> None:
    decision = decide(attempts, Deferred("later", after), RetryPolicy(), Random(), 5.0)
    assert decision == (attempts, 5.0 + after)


def test_success_resets_and_a_permanent_error_has_no_next_time() -> None:
    assert decide(7, DONE, RetryPolicy(), Random(), 5.0) == (0, None)
    assert decide(7, Failed("x", permanent=True), RetryPolicy(), Random(), 5.0) == (8, None)


def test_long_messages_keep_both_ends() -> None:
    text = fit("start " + "x" * 5000 + " end\x00")
    assert len(text) == 1024
    assert text.startswith("start ")
    assert text.endswith(" end")


# In the store


@pytest.mark.usefixtures("db")
class TestSteps:
    def test_the_error_and_its_code_are_stored_together(self, backend: Backend) -> None:
        color = a_color()
        backend.on_sync["Color"] = fail("no route to host")
        summary = synchronizer(backend).run(once=True)
        assert summary.exit_code == 1
        color = fresh(color)
        assert (color.backend_code, color.backend_status) == (2, "RuntimeError: no route to host")
        assert color.enacted_generation == 0
        assert color.backend_need_delete
        assert color.claim_owner is None

    def test_retries_come_when_the_backoff_says(self, backend: Backend, clock: MadeClock) -> None:
        a_color()
        backend.on_sync["Color"] = fail()
        start = clock.now
        clock.run(synchronizer(backend, clock=clock), 100)
        # The first failure waits too; the cap of 60 is next.
        assert [t - start for t in backend.times] == [0, 1, 3, 7, 15, 31, 63]

    def test_the_backoff_survives_restarts(self, backend: Backend, clock: MadeClock) -> None:
        a_color()
        backend.on_sync["Color"] = fail()
        start = clock.now
        for _ in range(100):
            synchronizer(backend, clock=clock).run(once=True)
            clock.now += 1
        assert [t - start for t in backend.times] == [0, 1, 3, 7, 15, 31, 63]

    def test_a_new_generation_is_tried_at_once(self, backend: Backend, clock: MadeClock) -> None:
        color = a_color()
        backend.on_sync["Color"] = fail()
        sync = synchronizer(backend, clock=clock)
        sync.run(once=True)
        sync.run(once=True)
        assert len(backend.calls) == 1
        color = fresh(color)
        color.html_code = "y"
        color.save()
        sync.run(once=True)
        assert len(backend.calls) == 2
        assert fresh(color).sync_attempts == 1

    def test_a_change_during_a_failing_step_does_not_pay_for_it(
        self, backend: Backend, clock: MadeClock
    ) -> None:
        from sampleservice._generated import models as m

        from xgen.runtime.writer import Writer, writing_as

        color = a_color()

        def change_and_fail(o: Any) -> None:
            if len(backend.calls) == 1:
                with writing_as(Writer.USER):
                    m.Color.objects.filter(pk=o.pk).update(html_code="y")
                raise RuntimeError("old")

        backend.on_sync["Color"] = change_and_fail
        synchronizer(backend, clock=clock).run(once=True)
        assert len(backend.calls) == 2
        assert fresh(color).backend_code == 1

    def test_success_resets(self, backend: Backend, clock: MadeClock) -> None:
        color = a_color()
        backend.on_sync["Color"] = fail()
        sync = synchronizer(backend, clock=clock)
        sync.run(once=True)
        assert (fresh(color).sync_attempts, fresh(color).sync_retry_at) == (1, clock.now + 1)
        backend.on_sync.clear()
        clock.now += 1
        sync.run(once=True)
        assert (fresh(color).sync_attempts, fresh(color).sync_retry_at) == (0, None)

    def test_an_operator_can_ask_for_a_retry(self, backend: Backend, clock: MadeClock) -> None:
        color = a_color()
        backend.on_sync["Color"] = fail()
        sync = synchronizer(backend, clock=clock)
        sync.run(once=True)
        assert sync.store.retry(type(color), [color.pk]) == 1
        assert sync.store.retry(type(color)) == 0
        sync.run(once=True)
        assert len(backend.calls) == 2

    def test_blocked_dependents_pay_nothing_and_start_at_once_when_the_root_recovers(
        self, backend: Backend, clock: MadeClock
    ) -> None:
        w = world()
        backend.on_sync["Color"] = lambda o: fail()(o) if o.name == "red" else None
        sync = synchronizer(backend, clock=clock)
        clock.run(sync, 100)
        page = fresh(w["page"])
        assert (page.sync_attempts, page.sync_retry_at, page.backend_code) == (0, None, 0)
        assert not page.backend_need_delete
        assert backend.synced("ExampleServiceInstance") == []
        backend.on_sync.clear()
        red = fresh(w["red"])
        red.html_code = "y"
        red.save()
        before = clock.now
        clock.run(sync, 1)
        assert backend.synced("ExampleServiceInstance") == [page.pk]
        assert backend.times[-1] == before

    def test_a_failure_marks_nothing_else(self, backend: Backend) -> None:
        from sampleservice._generated import models as m

        colors = [a_color(f"c{i}") for i in range(10)]
        bad = colors[4]
        backend.on_sync["Color"] = lambda o: fail()(o) if o.pk == bad.pk else None
        synchronizer(backend).run(once=True)
        assert list(m.Color.objects.filter(backend_code=2)) == [bad]
        assert m.Color.objects.filter(backend_code=1).count() == 9

    def test_a_dependents_own_backoff_ends_when_its_dependency_recovers(
        self, backend: Backend, clock: MadeClock
    ) -> None:
        w = world()
        sync = synchronizer(backend, clock=clock)
        sync.run(once=True)
        backend.on_sync["ExampleServiceInstance"] = fail()
        w["page"].resync()
        for _ in range(5):
            sync.run(once=True)
            clock.now += 20
        assert fresh(w["page"]).sync_attempts > 2
        backend.on_sync["Color"] = fail()
        w["red"].resync()
        sync.run(once=True)
        clock.now += 2
        backend.on_sync.clear()
        backend.calls.clear()
        sync.run(once=True)
        assert [m for _, m, _ in backend.calls] == ["Color", "ExampleServiceInstance"]
        assert fresh(w["page"]).backend_code == 1

    def test_deferred_is_no_error_and_grows_no_backoff(
        self, backend: Backend, clock: MadeClock
    ) -> None:
        color = a_color()
        backend.on_sync["Color"] = _raising(DeferredException("the switch is booting", after=7))
        sync = synchronizer(backend, clock=clock)
        start = clock.now
        summary = clock.run(sync, 30)
        assert [t - start for t in backend.times] == [0, 7, 14, 21, 28]
        assert (summary.errors, summary.unfinished) == (0, 1)
        color = fresh(color)
        assert (color.backend_code, color.backend_status) == (0, "the switch is booting")
        assert color.sync_attempts == 0
        assert sync.why(color).state == "deferred"

    def test_innocuous_is_shown_and_counts_as_done(self, backend: Backend) -> None:
        color = a_color()
        backend.on_sync["Color"] = _raising(InnocuousException("was there already"))
        summary = synchronizer(backend).run(once=True)
        assert summary.exit_code == 0
        color = fresh(color)
        assert (color.backend_code, color.backend_status) == (1, "was there already")
        assert color.enacted_generation == color.generation

    def test_a_permanent_error_waits_for_a_change(self, backend: Backend, clock: MadeClock) -> None:
        color = a_color()
        backend.on_sync["Color"] = _raising(PermanentException("quota exceeded"))
        sync = synchronizer(backend, clock=clock)
        clock.run(sync, 10_000)
        synchronizer(backend, clock=clock).run(once=True)
        assert len(backend.calls) == 1
        why = sync.why(fresh(color))
        assert (why.state, why.next_attempt) == ("error", None)
        assert "until it changes" in why.notes[0]
        color = fresh(color)
        color.html_code = "y"
        color.save()
        sync.run(once=True)
        assert len(backend.calls) == 2

    def test_a_step_that_is_not_written_says_so_and_is_tried_by_the_next_start(
        self, backend: Backend, clock: MadeClock
    ) -> None:
        from sampleservice._generated import models as m

        class SyncColor(SyncStep[Any]):
            observes = m.Color

        color = a_color()
        other = m.Palette.objects.create(name="p")
        steps = {m.Color: SyncColor, m.Palette: backend.step(m.Palette)}
        synchronizer(backend, steps=steps, clock=clock, deps="").run(once=True)
        color = fresh(color)
        assert color.backend_code == 2
        assert color.backend_status.startswith("not implemented: SyncColor.sync_record in ")
        assert "test_retry.py" in color.backend_status
        assert fresh(other).backend_code == 1
        synchronizer(backend, clock=clock).run(once=True)
        assert fresh(color).backend_code == 1

    def test_what_a_step_raises_that_is_no_exception_does_not_end_the_worker(
        self, backend: Backend
    ) -> None:
        color = a_color()
        backend.on_sync["Color"] = _raising(SystemExit(3))
        synchronizer(backend).run(once=True)
        assert fresh(color).backend_code == 2

    def test_a_retry_of_something_does_not_hold_new_changes_up(
        self, backend: Backend, clock: MadeClock
    ) -> None:
        for i in range(20):
            a_color(f"bad{i}")
        backend.on_sync["Color"] = lambda o: fail()(o) if o.name.startswith("bad") else None
        sync = synchronizer(backend, clock=clock, config=CONFIG)
        sync.run(once=True)
        clock.now += 1.5
        good = [a_color(f"good{i}") for i in range(20)]
        backend.calls.clear()
        sync.run(once=True)
        order = [pk in {g.pk for g in good} for _, _, pk in backend.calls]
        assert len(order) == 40
        assert all(order[:20]), "new changes first; that nobody starves is for test_ready.py"


def _raising(error: BaseException) -> Any:
    def run(o: Any) -> None:
        raise error

    return run

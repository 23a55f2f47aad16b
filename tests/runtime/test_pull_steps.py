"""When pull steps run: each by its own schedule, never twice at once, with backoff after errors."""

from __future__ import annotations

import itertools
import threading
from typing import Any

import pytest
from enginekit import Backend, MadeClock
from sampleservice._generated.models import Color
from taking import Starter, puller, world

from xgen.runtime.core.intake import IntakeState
from xgen.runtime.errors import DeferredException
from xgen.runtime.intake.pull import PullStep
from xgen.runtime.intake.puller import next_point
from xgen.runtime.intake.states import States, statuses

pytestmark = pytest.mark.usefixtures("db")


class PullColors(PullStep):
    interval = 10.0
    observes = Color
    found: Any = ("red",)
    runs = 0

    def pull_records(self) -> None:
        type(self).runs += 1
        if isinstance(self.found, Exception):
            raise self.found
        for name in self.found:
            with self.record(name):
                self.upsert(Color, name=name, html_code="#")


class PullOthers(PullStep):
    interval = 60.0
    runs = 0

    def pull_records(self) -> None:
        type(self).runs += 1


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    for kind in (PullColors, PullOthers):
        monkeypatch.setattr(kind, "runs", 0)
    monkeypatch.setattr(PullColors, "found", ("red",))


@pytest.fixture
def clock() -> MadeClock:
    return MadeClock()


def state(step: type[PullStep]) -> IntakeState:
    return IntakeState.objects.get(step=f"sampleservice.{step.__name__}")


def go(pulls: Any, clock: MadeClock, start: Starter, seconds: float) -> list[float]:
    """Let time pass; return when a pull of colours started."""
    began = []
    end = clock.now + seconds
    wait = pulls.turn()
    while True:
        if "PullColors" in start.waiting:
            began.append(clock.now)
        if start.run_all():
            wait = pulls.turn()
            continue
        if clock.now + wait > end:
            break
        clock.now += max(wait, 0.001)
        wait = pulls.turn()
    clock.now = end
    return began


def test_every_pull_step_runs(clock: MadeClock) -> None:
    start = Starter()
    pulls = puller(world([PullColors, PullOthers], clock=clock), clock, start)
    pulls.begin()
    go(pulls, clock, start, 127.0)
    assert (PullColors.runs, PullOthers.runs) == (13, 3)


def test_intervals_do_not_drift(clock: MadeClock) -> None:
    start = Starter()
    pulls = puller(world([PullColors], clock=clock), clock, start)
    pulls.begin()
    began = go(pulls, clock, start, 100.0)
    first = began[0]
    assert clock.now - 100.0 <= first <= clock.now - 100.0 + 1.0  # jittered
    assert began == pytest.approx([first + 10.0 * n for n in range(10)], abs=0.01)


@pytest.mark.parametrize(
    ("now", "point"), [(100.0, 110.0), (104.0, 110.0), (110.0, 120.0), (1004.0, 1010.0)]
)
def test_points_that_were_missed_are_not_made_up_for(now: float, point: float) -> None:
    assert next_point(100.0, 10.0, now) == point


def test_a_slow_pull_holds_no_other(clock: MadeClock) -> None:
    start = Starter()
    pulls = puller(world([PullOthers, PullColors], clock=clock), clock, start, timeout=None)
    pulls.begin()
    clock.now += 6.0
    pulls.turn()
    assert set(start.waiting) == {"PullOthers", "PullColors"}
    for _ in range(5):  # PullOthers stays where it is
        start.run("PullColors")
        pulls.turn()
        clock.now += 10.0
        pulls.turn()
    assert (PullColors.runs, PullOthers.runs) == (5, 0)
    start.run("PullOthers")
    pulls.turn()
    assert state(PullOthers).code == 1


def test_a_pull_never_runs_twice_at_once(clock: MadeClock) -> None:
    start = Starter()
    pulls = puller(world([PullColors], clock=clock), clock, start, timeout=25.0)
    pulls.begin()
    clock.now += 1.0
    pulls.turn()
    stuck = start.waiting.pop("PullColors")
    for _ in range(20):
        clock.now += 10.0
        pulls.turn()
    assert start.waiting == {}
    row = state(PullColors)
    assert (row.code, row.status) == (2, "timed out after 25 s; it still runs")
    assert row.attempts == 1
    stuck()  # it comes back at last; what it says is not wanted any more
    pulls.turn()
    assert not Color.objects.exists()
    assert "PullColors" in start.waiting
    start.run("PullColors")
    pulls.turn()
    assert state(PullColors).code == 1
    assert Color.objects.count() == 1


def test_errors_back_off_and_are_there_to_be_seen(clock: MadeClock) -> None:
    PullColors.found = RuntimeError("no answer, password=abc")
    start = Starter()
    pulls = puller(world([PullColors], clock=clock), clock, start)
    pulls.begin()
    began = go(pulls, clock, start, 40.0)
    waits = [later - earlier for earlier, later in itertools.pairwise(began)]
    assert waits == pytest.approx([1.0, 2.0, 4.0, 8.0, 16.0], abs=0.01)
    (shown,) = statuses(pulls.registry.pulls, (), now=clock.now, using="default")
    assert (shown.state, shown.attempts) == ("error", 6)
    assert shown.message == "RuntimeError: no answer, password=***"
    PullColors.found = ("red",)
    go(pulls, clock, start, 60.0)
    (shown,) = statuses(pulls.registry.pulls, (), now=clock.now, using="default")
    assert (shown.state, shown.message, shown.attempts, shown.records) == ("ok", "OK", 0, 1)


def test_a_backoff_survives_a_restart(clock: MadeClock) -> None:
    PullColors.found = RuntimeError("no answer")
    start = Starter()
    first = puller(world([PullColors], clock=clock), clock, start)
    first.begin()
    go(first, clock, start, 20.0)
    due, runs = state(PullColors).due_at, PullColors.runs
    second = puller(world([PullColors], clock=clock), clock, start)
    second.begin()
    second.turn()
    assert start.waiting == {}
    clock.now = due
    second.turn()
    start.run_all()
    assert PullColors.runs == runs + 1
    second.turn()
    assert state(PullColors).attempts == runs + 1


def test_a_pull_can_be_deferred(clock: MadeClock) -> None:
    PullColors.found = DeferredException("warming up", after=3.0)
    start = Starter()
    pulls = puller(world([PullColors], clock=clock), clock, start)
    pulls.begin()
    began = go(pulls, clock, start, 8.0)
    assert began[1] - began[0] == pytest.approx(3.0, abs=0.01)
    assert state(PullColors).attempts == 0


def test_bad_records_are_told(clock: MadeClock) -> None:
    PullColors.found = ("red", "x" * 300, "blue")
    start = Starter()
    pulls = puller(world([PullColors], clock=clock), clock, start)
    pulls.begin()
    go(pulls, clock, start, 2.0)
    assert Color.objects.count() == 2
    (shown,) = statuses(pulls.registry.pulls, (), now=clock.now, using="default")
    assert (shown.state, shown.records, shown.bad_records) == ("bad records", 3, 1)
    assert shown.message.startswith("1 bad records, the first: ")


def test_of_two_processes_one_pulls(clock: MadeClock) -> None:
    starts = Starter(), Starter()
    both = [puller(world([PullColors], clock=clock), clock, start) for start in starts]
    for each in both:
        each.begin()
    for _ in range(40):
        clock.now += 1.0
        for each in both:
            each.turn()
        running = [name for start in starts for name in start.waiting]
        assert len(running) <= 1
        for start in starts:
            start.run_all()
        for each in both:
            each.turn()
    assert 4 <= PullColors.runs <= 5


def test_the_claim_of_a_process_that_died_is_taken_over(clock: MadeClock) -> None:
    start = Starter()
    pulls = puller(world([PullColors], clock=clock), clock, start)
    pulls.begin()
    other = States("elsewhere:1:1:1", "default")
    clock.now += 2.0
    assert other.claim("sampleservice.PullColors", now=clock.now, until=clock.now + 60.0)
    pulls.turn()
    assert start.waiting == {}
    clock.now += 61.0
    pulls.turn()
    assert list(start.waiting) == ["PullColors"]


def test_a_pull_that_ends_after_stop_leaves_no_claim(clock: MadeClock) -> None:
    start = Starter()
    pulls = puller(world([PullColors], clock=clock), clock, start)
    pulls.begin()
    clock.now += 2.0
    pulls.turn()
    assert state(PullColors).claim_owner is not None
    start.run_all()
    pulls.stop(clock.now + 10.0)
    assert state(PullColors).claim_owner is None


def test_once_pulls_everything_first(clock: MadeClock) -> None:
    backend = Backend()
    service = world([PullColors, PullOthers], backend=backend, clock=clock)
    summary = service.run(once=True)
    assert (PullColors.runs, PullOthers.runs) == (1, 1)
    assert (summary.exit_code, backend.calls) == (0, [])
    PullColors.found = RuntimeError("no answer")
    summary = service.run(once=True)
    assert (summary.failed_intake, summary.exit_code) == (1, 1)


def test_pulls_run_beside_the_scheduler() -> None:
    """With real threads: one pull never returns, the other one and the scheduler go on."""
    release, pulled = threading.Event(), threading.Event()

    class Stuck(PullStep):
        interval = 1.0

        def pull_records(self) -> None:
            release.wait(30)

    class Quick(PullStep):
        interval = 0.01

        def pull_records(self) -> None:
            self.upsert(Color, name="red", html_code="#")
            pulled.set()

    backend = Backend()
    synced = threading.Event()
    backend.on_sync["Color"] = lambda _o: synced.set()
    service = world([Stuck, Quick], backend=backend, inline=False)
    thread = threading.Thread(target=lambda: service.run(grace=5.0))
    thread.start()
    try:
        assert pulled.wait(20)
        Color.objects.create(name="blue", html_code="#")
        assert synced.wait(20)
    finally:
        release.set()
        service.stop()
        thread.join(30)
    assert not thread.is_alive()
    assert [kind for kind, _, _ in backend.calls] == ["sync"]

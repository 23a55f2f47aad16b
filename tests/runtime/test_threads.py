"""The loop with threads: side by side, never twice at once, timeouts, stops, several of us.

Events, not sleeps, say when something has happened; a test that would hang fails instead.
"""

from __future__ import annotations

import threading
from collections import Counter
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from enginekit import CONFIG, Backend, fresh, synchronizer

from xgen.runtime.clock import SystemClock
from xgen.runtime.executor import ThreadExecutor
from xgen.runtime.scheduler import Timing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from xgen.runtime.synchronizer import Synchronizer

pytestmark = pytest.mark.usefixtures("db")
SOON = 20.0


@pytest.fixture
def backend() -> Backend:
    return Backend()


def color(name: str) -> Any:
    from sampleservice._generated import models as m

    return m.Color.objects.create(name=name, html_code="x")


def test_workers_may_start_more_while_somebody_looks_for_what_is_late() -> None:
    clock = SystemClock()
    executor = ThreadExecutor(1, lambda job: job, clock, threading.Event())  # type: ignore[arg-type, return-value]

    class Job:
        abandoned = False

        @property
        def timeout(self) -> float:
            executor._started[len(executor._started)] = (Job(), clock.monotonic())  # type: ignore[assignment]
            return 60.0

    executor._started[0] = (Job(), clock.monotonic())  # type: ignore[assignment]
    assert executor.overdue() == []
    assert executor.next_deadline() is not None


@contextmanager
def running(*syncs: Synchronizer, grace: float = 5.0) -> Iterator[None]:
    """Run synchronizers, each in a thread of its own, while inside."""
    from xgen.runtime.django import close_connections

    def run(sync: Synchronizer) -> None:
        try:
            sync.run(grace=grace)
        finally:
            close_connections()

    threads = [threading.Thread(target=run, args=(sync,)) for sync in syncs]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        for sync in syncs:
            sync.stop()
        for thread in threads:
            thread.join(SOON)
            assert not thread.is_alive()


def wait_for(what: Callable[[], bool]) -> None:
    """Wait until something is true; there is no event for what is only in the database."""
    pause = threading.Event()
    for _ in range(int(SOON / 0.01)):
        if what():
            return
        pause.wait(0.01)
    raise AssertionError("it did not happen")


def test_one_slow_step_stalls_nothing_else(backend: Backend) -> None:
    slow = color("slow")
    release, blocked = threading.Event(), threading.Event()

    def run(o: Any) -> None:
        if o.name == "slow":
            blocked.set()
            assert release.wait(SOON)

    backend.on_sync["Color"] = run
    with running(synchronizer(backend, inline=False)):
        assert blocked.wait(SOON)
        others = [color(f"c{i}") for i in range(20)]
        wait_for(lambda: all(fresh(o).backend_code == 1 for o in others))
        assert fresh(slow).backend_code == 0
        release.set()
        wait_for(lambda: fresh(slow).backend_code == 1)


def test_independent_objects_run_side_by_side(backend: Backend) -> None:
    color("a")
    color("b")
    both = threading.Barrier(2, timeout=SOON)
    backend.on_sync["Color"] = lambda _: both.wait()
    summary = synchronizer(backend, inline=False).run(once=True)
    assert summary.synced == 2


def test_one_object_never_runs_twice_at_once(backend: Backend) -> None:
    from sampleservice._generated import models as m

    o = color("a")
    inside: Counter[int] = Counter()
    most: list[int] = []
    started = threading.Semaphore(0)
    go_on = threading.Semaphore(0)

    def run(o: Any) -> None:
        inside[o.pk] += 1
        most.append(inside[o.pk])
        started.release()
        assert go_on.acquire(timeout=SOON)
        inside[o.pk] -= 1

    backend.on_sync["Color"] = run
    two = [synchronizer(backend, inline=False) for _ in range(2)]
    with running(*two):
        for i in range(5):
            assert started.acquire(timeout=SOON)
            m.Color.objects.filter(pk=o.pk).resync()
            color(f"wake both {i}")
            go_on.release()
        go_on.release(1000)
        wait_for(lambda: not m.Color.objects.exclude(backend_code=1).exists())
        wait_for(lambda: fresh(o).enacted_generation == 6)
    assert max(most) == 1


def test_two_synchronizers_split_the_work(backend: Backend) -> None:
    from sampleservice._generated import models as m

    for i in range(60):
        color(f"c{i}")
    with running(*[synchronizer(backend, inline=False) for _ in range(2)]):
        wait_for(lambda: not m.Color.objects.exclude(backend_code=1).exists())
    assert Counter(backend.synced()) == Counter(m.Color.objects.values_list("pk", flat=True))


def test_a_step_that_takes_too_long_is_an_error_and_its_worker_is_replaced(
    backend: Backend,
) -> None:
    from sampleservice._generated import models as m

    stuck = color("stuck")
    release = threading.Event()

    def run(o: Any) -> None:
        if o.name == "stuck" and not release.is_set():
            release.wait(SOON)

    backend.on_sync["Color"] = run
    config = replace(CONFIG, workers=1, timeout=0.3)
    with running(synchronizer(backend, inline=False, config=config)):
        wait_for(lambda: fresh(stuck).backend_code == 2)
        assert fresh(stuck).backend_status == "timed out after 0.3 s; it still runs"
        other = color("other")
        wait_for(lambda: fresh(other).backend_code == 1)
        # Its thread still runs, so nobody may start it again, whatever is asked for.
        m.Color.objects.filter(pk=stuck.pk).update(html_code="y")
        third = color("third")
        wait_for(lambda: fresh(third).backend_code == 1)
        assert backend.synced().count(stuck.pk) == 1
        assert fresh(stuck).claim_owner is not None
        release.set()
        wait_for(lambda: fresh(stuck).backend_code == 1)
    assert fresh(stuck).enacted_generation == 2


def test_once_does_not_wait_for_a_thread_that_was_given_up(backend: Backend) -> None:
    color("stuck")
    release = threading.Event()
    backend.on_sync["Color"] = lambda _: release.wait(SOON)
    config = replace(CONFIG, workers=1, timeout=0.2)
    summary = synchronizer(backend, inline=False, config=config).run(once=True, grace=0.1)
    release.set()
    assert summary.errors == 1


def test_stopping_lets_what_runs_end_and_starts_nothing_more(backend: Backend) -> None:
    from sampleservice._generated import models as m

    colors = [color(f"c{i}") for i in range(10)]
    started, release = threading.Event(), threading.Event()

    def run(o: Any) -> None:
        started.set()
        assert release.wait(SOON)

    backend.on_sync["Color"] = run
    sync = synchronizer(backend, inline=False)
    with running(sync):
        assert started.wait(SOON)
        sync.stop()
        release.set()
    ran = set(backend.synced())
    assert len(ran) <= CONFIG.workers
    for o in colors:
        assert fresh(o).backend_code == (1 if o.pk in ran else 0)
    assert not m.Color.objects.exclude(claim_owner=None).exists()


def test_what_does_not_end_in_time_leaves_a_claim_that_expires(backend: Backend) -> None:
    o = color("slow")
    started, release = threading.Event(), threading.Event()

    def run(o: Any) -> None:
        started.set()
        release.wait(SOON)

    backend.on_sync["Color"] = run
    sync = synchronizer(backend, inline=False)
    with running(sync, grace=0.1):
        assert started.wait(SOON)
    o = fresh(o)
    assert o.claim_owner == sync.store.owner
    assert o.claim_expires is not None
    release.set()


def test_a_claim_of_somebody_alive_is_respected_until_it_expires(backend: Backend) -> None:
    from enginekit import MadeClock

    from xgen.runtime.queries import all_rows

    clock = MadeClock()
    o = color("c")
    rows = all_rows(type(o), "default").filter(pk=o.pk)
    rows.plain_update({"claim_owner": "elsewhere:1:1:1", "claim_expires": clock.now + 50})
    sync = synchronizer(backend, clock=clock)
    assert sync.run(once=True).synced == 0
    assert sync.why(fresh(o)).state == "running"
    start = clock.now
    clock.run(sync, 60)
    assert [t - start for t in backend.times] == [pytest.approx(50, abs=1.1)]


def test_long_runs_keep_their_claims(backend: Backend) -> None:
    o = color("slow")
    started, release = threading.Event(), threading.Event()

    def run(o: Any) -> None:
        started.set()
        assert release.wait(SOON)

    backend.on_sync["Color"] = run
    timing = Timing(lease=0.3, poll=0.05)
    with running(synchronizer(backend, inline=False, timing=timing)):
        assert started.wait(SOON)
        first = fresh(o).claim_expires
        wait_for(lambda: fresh(o).claim_expires > first + 0.3)
        release.set()
        wait_for(lambda: fresh(o).backend_code == 1)
    assert len(backend.calls) == 1


def test_deferred_objects_hold_no_worker(backend: Backend) -> None:
    from xgen.runtime.errors import DeferredException

    for i in range(10):
        color(f"deferred{i}")

    def run(o: Any) -> None:
        if o.name.startswith("deferred"):
            raise DeferredException("later", after=1000)

    backend.on_sync["Color"] = run
    config = replace(CONFIG, workers=1)
    with running(synchronizer(backend, inline=False, config=config)):
        wait_for(lambda: len(backend.calls) == 10)
        other = color("other")
        wait_for(lambda: fresh(other).backend_code == 1)


def test_threads_are_bounded_and_end(backend: Backend) -> None:
    before = threading.active_count()
    most: list[int] = []
    backend.on_sync["Color"] = lambda _: most.append(threading.active_count())
    for i in range(200):
        color(f"c{i}")
    synchronizer(backend, inline=False).run(once=True)
    assert max(most) - before <= CONFIG.workers
    wait_for(lambda: threading.active_count() <= before)

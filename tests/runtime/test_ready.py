"""Who starts first: users' changes, then dependents, retries, resyncs; and nobody for ever last."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from enginekit import CONFIG, Backend, MadeClock, fail, fresh, synchronizer
from hypothesis import given
from hypothesis import strategies as st

from xgen.runtime.ready import BEHIND, Line, Priority

OPS = st.lists(
    st.one_of(
        st.tuples(st.just("push"), st.sampled_from(Priority)),
        st.tuples(st.just("pass"), st.integers(1, 40)),
        st.tuples(st.just("pop")),
    )
)


@pytest.fixture
def backend(db: str) -> Backend:
    return Backend()


@pytest.fixture
def clock() -> MadeClock:
    return MadeClock()


@given(OPS)
def test_nobody_is_overtaken_by_who_came_later_than_a_head_start(ops: list[Any]) -> None:
    line, now = Line(), 0.0
    waiting: dict[int, tuple[float, Priority]] = {}
    for number, op in enumerate(ops):
        match op:
            case ("push", priority):
                line.push(number, priority, now)
                waiting[number] = (now, priority)
            case ("pass", seconds):
                now += seconds
            case ("pop",) if line:
                entry = line.pop()
                came, priority = waiting.pop(entry.key)
                for since, other in waiting.values():
                    # The head start is all that a class has over another one.
                    assert came + BEHIND[priority] <= since + BEHIND[other]
                    assert other >= priority or since + BEHIND[other] >= came
    assert len(line) == len(waiting)


def as_user(what: Any) -> None:
    from xgen.runtime.writer import Writer, writing_as

    with writing_as(Writer.USER):
        what()


def test_classes_in_their_order(backend: Backend, clock: MadeClock) -> None:
    from sampleservice._generated import models as m

    first, resynced, failed, base, changed = (
        m.Color.objects.create(name=name, html_code="x")
        for name in ("first", "resynced", "failed", "base", "changed")
    )
    dependent = m.Palette.objects.create(name="dependent")
    dependent.colors.add(base)
    sync = synchronizer(backend, clock=clock)
    sync.run(once=True)
    # Something is made to fail and to come back when all the rest is due, too.
    failed.resync()
    backend.on_sync["Color"] = fail()
    sync.run(once=True)
    backend.calls.clear()
    clock.now += 2

    def make_all_due() -> None:
        backend.on_sync.clear()
        resynced.resync()
        for peer in (base, changed):
            m.Color.objects.filter(pk=peer.pk).update(html_code="new")

    backend.on_sync["Color"] = lambda o: as_user(make_all_due) if o.pk == first.pk else None
    m.Color.objects.filter(pk=first.pk).update(html_code="new")
    sync.run(once=True)
    assert [pk for _, model, pk in backend.calls if model == "Color"] == [
        o.pk for o in (first, base, changed, failed, resynced)
    ]
    assert [model for _, model, _ in backend.calls][3] == "Palette"


@pytest.mark.parametrize("kind", ["retry", "resync"])
def test_a_stream_of_changes_starves_nobody(backend: Backend, clock: MadeClock, kind: str) -> None:
    from sampleservice._generated import models as m

    one, two, low = (
        m.Color.objects.create(name=name, html_code="x") for name in ("one", "two", "low")
    )
    sync = synchronizer(backend, clock=clock)
    sync.run(once=True)
    low.resync()
    if kind == "retry":
        backend.on_sync["Color"] = fail()
        sync.run(once=True)
        clock.now += 1.5
    backend.calls.clear()
    other = {one.pk: two.pk, two.pk: one.pk}
    ran: dict[int, float] = {}
    start = clock.now

    def another(o: Any) -> None:
        """Take a second, while a user changes the next one: there is always something to do."""
        ran.setdefault(o.pk, clock.now)
        clock.now += 1.0
        if o.pk in other:
            rows = m.Color.objects.filter(pk=other[o.pk])
            as_user(lambda: rows.update(html_code=str(clock.now)))
        if low.pk in ran or len(backend.calls) > 200:
            sync.stop()

    backend.on_sync["Color"] = another
    as_user(lambda: m.Color.objects.filter(pk=one.pk).update(html_code="go"))
    sync.run()
    behind = BEHIND[Priority.RETRY if kind == "retry" else Priority.RESYNC]
    assert ran[low.pk] - start == pytest.approx(behind, abs=2.0)


def test_failing_objects_are_no_burden_to_the_healthy(backend: Backend, clock: MadeClock) -> None:
    """Counted, not timed: what fails takes no start from a new object, and no query."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    from sampleservice._generated import models as m

    backend.on_sync["Color"] = lambda o: fail()(o) if o.name.startswith("bad") else None
    sync = synchronizer(backend, clock=clock, config=replace(CONFIG, workers=1))

    def healthy(tag: str) -> list[Any]:
        return [m.Color.objects.create(name=f"{tag}{i}", html_code="x") for i in range(30)]

    def cost(tag: str) -> int:
        healthy(tag)
        with CaptureQueriesContext(connection) as queries:
            assert sync.run(once=True).synced == 30
        return len(queries)

    without = cost("a")
    m.Color.objects.bulk_create(m.Color(name=f"bad{i}", html_code="x") for i in range(100))
    assert sync.run(once=True).failed == 100
    assert cost("b") <= without + 5
    # All of them are due again: the new ones go first, then each of the others once.
    backend.calls.clear()
    clock.now += 5
    good = {o.pk for o in healthy("c")}
    assert sync.run(once=True).failed == 100
    assert set(backend.synced()[:30]) == good
    assert len(backend.calls) == 130
    assert fresh(m.Color.objects.get(name="bad1")).sync_attempts == 2

"""The loop: order, who waits for whom, and what is synced again when something changes."""

from __future__ import annotations

from typing import Any

import pytest
from enginekit import Backend, MadeClock, exists, fail, fresh, synchronizer, world

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def backend() -> Backend:
    return Backend()


@pytest.fixture
def clock() -> MadeClock:
    return MadeClock()


def names(backend: Backend) -> list[str]:
    found = [model for _, model, _ in backend.calls]
    backend.calls.clear()
    return found


def test_everything_is_synced_in_the_order_of_its_dependencies(backend: Backend) -> None:
    w = world()
    summary = synchronizer(backend).run(once=True)
    models = names(backend)
    assert sorted(models[:3]) == ["Color", "Color", "ExampleService"]
    assert models[3:] == ["ExampleServiceInstance", "EmbeddedImage"]
    assert (summary.synced, summary.errors, summary.unfinished) == (5, 0, 0)
    page = fresh(w["page"])
    assert (page.backend_code, page.backend_status) == (1, "OK")
    assert page.claim_owner is None
    assert page.backend_need_delete
    assert page.enacted_generation == page.generation


def test_nothing_runs_again_when_nothing_changed(backend: Backend) -> None:
    world()
    sync = synchronizer(backend)
    sync.run(once=True)
    names(backend)
    assert sync.run(once=True).synced == 0
    assert backend.calls == []


def test_a_synced_change_makes_dependents_run_again_but_not_theirs(backend: Backend) -> None:
    w = world()
    sync = synchronizer(backend)
    sync.run(once=True)
    names(backend)
    red = fresh(w["red"])
    red.html_code = "#e00"
    red.save()
    sync.run(once=True)
    assert names(backend) == ["Color", "ExampleServiceInstance"]


def test_a_change_of_a_base_row_reaches_dependents_by_the_derived_model(backend: Backend) -> None:
    w = world()
    sync = synchronizer(backend)
    sync.run(once=True)
    names(backend)
    service = fresh(w["service"])
    service.service_message = "new"
    service.save()
    sync.run(once=True)
    assert names(backend) == ["ExampleService", "ExampleServiceInstance"]


def test_a_resync_does_not_spread(backend: Backend) -> None:
    w = world()
    sync = synchronizer(backend)
    sync.run(once=True)
    names(backend)
    w["red"].resync()
    sync.run(once=True)
    assert names(backend) == ["Color"]


def test_a_failed_resync_does_not_spread_when_it_recovers(
    backend: Backend, clock: MadeClock
) -> None:
    w = world()
    sync = synchronizer(backend, clock=clock)
    sync.run(once=True)
    w["red"].resync()
    backend.on_sync["Color"] = fail()
    sync.run(once=True)
    names(backend)
    backend.on_sync.clear()
    clock.now += 100
    sync.run(once=True)
    assert names(backend) == ["Color"]


def test_objects_wait_through_clean_ones_on_the_way(backend: Backend, clock: MadeClock) -> None:
    w = world()
    sync = synchronizer(backend, clock=clock)
    sync.run(once=True)
    names(backend)
    backend.on_sync["Color"] = fail()
    w["red"].resync()
    w["image"].resync()
    summary = sync.run(once=True)
    assert names(backend) == ["Color"]
    assert (summary.errors, summary.unfinished) == (1, 2)
    why = sync.why(fresh(w["image"]))
    assert why.state == "blocked"
    assert str(why) == "blocked by Color red: RuntimeError: the back-end is down"
    assert [b.name for b in why.waits_for] == ["Color red"]
    backend.on_sync.clear()
    clock.now += 100
    sync.run(once=True)
    assert names(backend) == ["Color", "EmbeddedImage"]


def test_many_valued_links_and_trees_order_too(backend: Backend) -> None:
    from sampleservice._generated import models as m

    leaf = m.Palette.objects.create(name="leaf")
    root = m.Palette.objects.create(name="root")
    leaf.parent = root
    leaf.save()
    colors = [m.Color.objects.create(name=f"c{i}", html_code="x") for i in range(3)]
    root.colors.add(*colors)
    synchronizer(backend).run(once=True)
    assert names(backend) == ["Color"] * 3 + ["Palette"] * 2
    assert fresh(leaf).backend_code == 1


def test_the_other_side_of_a_link_can_be_an_accessor(backend: Backend) -> None:
    from sampleservice._generated import models as m

    deps = """
Color:
  - [Palette, palettes, colors]
Palette:
  - [Palette, children, parent]
"""
    color = m.Color.objects.create(name="c", html_code="x")
    parent = m.Palette.objects.create(name="parent")
    child = m.Palette.objects.create(name="child", parent=parent)
    parent.colors.add(color)
    sync = synchronizer(backend, deps=deps)
    sync.run(once=True)
    assert backend.calls == [
        ("sync", "Palette", child.pk),
        ("sync", "Palette", parent.pk),
        ("sync", "Color", color.pk),
    ]
    backend.calls.clear()
    child = fresh(child)
    child.delete()
    sync.run(once=True)
    # The parent does without before the child goes.
    assert backend.calls[:2] == [("sync", "Palette", parent.pk), ("delete", "Palette", child.pk)]


def test_what_cannot_be_evaluated_is_assumed_to_depend(
    backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sampleservice._generated import models as m

    monkeypatch.setattr(m.Palette, "favourite", property(lambda _: None), raising=False)
    palette = m.Palette.objects.create(name="p")
    color = m.Color.objects.create(name="c", html_code="x")
    deps = "Palette:\n  - [Color, favourite, null]\n"
    sync = synchronizer(backend, deps=deps)
    sync.run(once=True)
    assert names(backend) == ["Color", "Palette"]
    backend.on_sync["Color"] = fail()
    color.resync()
    palette.resync()
    sync.run(once=True)
    assert names(backend) == ["Color"]
    assert sync.why(fresh(palette)).root_causes[0].name == "Color c"


def test_an_edge_that_was_removed_is_gone(backend: Backend) -> None:
    w = world()
    backend.on_sync["Color"] = fail()
    sync = synchronizer(backend, deps="")
    sync.run(once=True)
    assert fresh(w["page"]).backend_code == 1


def test_new_objects_join_while_others_run(backend: Backend) -> None:
    from sampleservice._generated import models as m

    first = m.Color.objects.create(name="first", html_code="x")

    def make_another(o: Any) -> None:
        if o.pk == first.pk:
            from xgen.runtime.writer import Writer, writing_as

            with writing_as(Writer.USER):
                m.Color.objects.create(name="second", html_code="x")

    backend.on_sync["Color"] = make_another
    summary = synchronizer(backend).run(once=True)
    assert summary.synced == 2


def test_a_peer_that_gets_dirty_while_its_dependent_waits_in_line_goes_first(
    backend: Backend, clock: MadeClock
) -> None:
    from sampleservice._generated import models as m

    w = world()
    synchronizer(backend).run(once=True)
    backend.calls.clear()
    pages = [
        m.ExampleServiceInstance.objects.create(
            name=f"p{i}", owner=w["service"], tenant_message="x", foreground_color=w["red"]
        )
        for i in range(5)
    ]
    done: list[int] = []

    def touch_red(o: Any) -> None:
        if not done:
            m.Color.objects.filter(pk=w["red"].pk).resync()
        done.append(o.pk)

    backend.on_sync["ExampleServiceInstance"] = lambda o: _as_user(touch_red, o)
    synchronizer(backend, clock=clock).run(once=True)
    order = [(model, pk) for _, model, pk in backend.calls]
    assert order[1] == ("Color", w["red"].pk)
    assert {pk for _, pk in order[2:]} <= {p.pk for p in pages}


def _as_user(what: Any, o: Any) -> None:
    from xgen.runtime.writer import Writer, writing_as

    with writing_as(Writer.USER):
        what(o)


def test_a_change_during_a_step_leads_to_another_run(backend: Backend) -> None:
    from sampleservice._generated import models as m

    color = m.Color.objects.create(name="c", html_code="#000")
    seen: list[str] = []

    def change_once(o: Any) -> None:
        seen.append(o.html_code)
        if len(seen) == 1:
            _as_user(lambda _: m.Color.objects.filter(pk=o.pk).update(html_code="#111"), o)

    backend.on_sync["Color"] = change_once
    synchronizer(backend).run(once=True)
    assert seen == ["#000", "#111"]
    color = fresh(color)
    assert (color.generation, color.enacted_generation) == (2, 2)


def test_objects_that_wait_for_one_another_get_an_error_and_stop_nothing(
    backend: Backend,
) -> None:
    from sampleservice._generated import models as m

    a = m.Palette.objects.create(name="a")
    b = m.Palette.objects.create(name="b", parent=a)
    c = m.Palette.objects.create(name="c", parent=b)
    behind = m.Palette.objects.create(name="behind", parent=c)
    a.parent = c
    a.save()
    color = m.Color.objects.create(name="c", html_code="x")
    other = m.Palette.objects.create(name="other")
    sync = synchronizer(backend)
    summary = sync.run(once=True)
    assert summary.errors == 3
    assert fresh(color).backend_code == 1
    assert fresh(other).backend_code == 1
    for o in map(fresh, (a, b, c)):
        assert o.backend_code == 2
        assert f"Palette {a.pk} -> Palette {c.pk} -> Palette {b.pk} -> Palette {a.pk}" in (
            o.backend_status
        )
        assert o.sync_attempts == 0
    assert fresh(behind).backend_code == 0
    a = fresh(a)
    a.parent = None
    a.save()
    assert sync.run(once=True).unfinished == 0
    assert [fresh(o).backend_code for o in (a, b, c, behind)] == [1, 1, 1, 1]


def test_a_cycle_that_is_cut_while_it_runs_is_no_longer_one(
    backend: Backend, clock: MadeClock
) -> None:
    from sampleservice._generated import models as m

    a = m.Palette.objects.create(name="a")
    b = m.Palette.objects.create(name="b", parent=a)
    a.parent = b
    a.save()
    cut = m.Palette.objects.filter(pk=a.pk)
    clock.at.append((clock.now + 5, lambda: cut.update(parent=None)))
    clock.run(synchronizer(backend, clock=clock), 20)
    assert [pk for _, _, pk in backend.calls] == [a.pk, b.pk]


def test_an_object_that_links_to_itself_is_no_cycle(backend: Backend) -> None:
    from sampleservice._generated import models as m

    a = m.Palette.objects.create(name="a")
    a.parent = a
    a.save()
    assert synchronizer(backend).run(once=True).unfinished == 0


def test_models_without_a_step_are_in_sync_by_themselves(backend: Backend) -> None:
    from sampleservice._generated import models as m

    color = m.Color.objects.create(name="c", html_code="x")
    sync = synchronizer(backend, steps={m.Palette: backend.step(m.Palette)})
    sync.run(once=True)
    color = fresh(color)
    assert (color.backend_code, color.backend_need_delete) == (1, False)
    color.delete()
    sync.run(once=True)
    assert not exists(color)


def test_a_derived_model_uses_the_step_of_its_nearest_base(backend: Backend) -> None:
    from sampleservice._generated import models as m

    from xgen.runtime.core.models import ServiceInstance

    world()
    sync = synchronizer(backend, steps={ServiceInstance: backend.step(ServiceInstance)})
    sync.run(once=True)
    assert ("sync", "ExampleServiceInstance") in [c[:2] for c in backend.calls]
    assert sync.registry.work[m.ExampleServiceInstance._meta.label].step is not None


def test_switches_hold_objects_back(backend: Backend, clock: MadeClock) -> None:
    w = world()
    type(w["red"]).objects.filter(pk=w["red"].pk).update(lazy_blocked=True)
    type(w["blue"]).objects.filter(pk=w["blue"].pk).update(no_sync=True)
    sync = synchronizer(backend, clock=clock)
    summary = sync.run(once=True)
    # Who depends on what waits for its operator waits too; what is never synced is no reason to.
    assert names(backend) == ["ExampleService"]
    assert summary.errors == 0
    assert str(sync.why(fresh(w["page"]))) == "blocked by Color red: lazy_blocked is set"
    assert sync.why(fresh(w["red"])).state == "held back"
    type(w["red"]).objects.filter(pk=w["red"].pk).update(lazy_blocked=False)
    sync.run(once=True)
    assert names(backend) == ["Color", "ExampleServiceInstance", "EmbeddedImage"]


def test_status_counts_each_object_once(backend: Backend, clock: MadeClock) -> None:
    from sampleservice._generated import models as m

    w = world()
    backend.on_sync["Color"] = lambda o: fail()(o) if o.name == "red" else None
    sync = synchronizer(backend, clock=clock)
    before = {s.model: s for s in sync.status()}
    assert before["Color"].due == 2
    assert before["ExampleServiceInstance"].blocked == 1
    sync.run(once=True)
    m.Palette.objects.create(name="new")
    after = {s.model: s for s in sync.status()}
    assert (after["Color"].error, after["Color"].in_sync, after["Color"].total) == (1, 1, 2)
    assert after["ExampleServiceInstance"].blocked == 1
    assert after["EmbeddedImage"].blocked == 1
    assert after["Palette"].due == 1
    assert "ServiceInstanceLink" not in after
    w["blue"].delete()
    assert {s.model: s for s in sync.status()}["Color"].deleting == 1


def test_what_an_object_no_longer_depends_on_holds_it_no_more(
    backend: Backend, clock: MadeClock
) -> None:
    w = world()
    backend.on_sync["Color"] = lambda o: fail()(o) if o.name == "red" else None
    sync = synchronizer(backend, clock=clock)

    def paint() -> None:
        page = fresh(w["page"])
        page.foreground_color = None
        page.save()

    clock.at.append((clock.now + 10, paint))
    clock.at.append((clock.now + 20, w["service"].delete))
    clock.run(sync, 15)
    assert fresh(w["page"]).backend_code == 1
    clock.run(sync, 15)
    assert not any(exists(w[name]) for name in ("service", "page", "image"))


def test_what_waited_for_its_owner_goes_before_it(backend: Backend, clock: MadeClock) -> None:
    w = world()
    backend.on_sync["ExampleServiceInstance"] = fail()
    sync = synchronizer(backend, clock=clock)
    clock.at.append((clock.now + 10, w["service"].delete))
    clock.run(sync, 15)
    assert not any(exists(w[name]) for name in ("service", "page", "image"))


def test_an_idle_loop_sleeps_until_there_is_a_reason(backend: Backend, clock: MadeClock) -> None:
    from sampleservice._generated import models as m

    m.Color.objects.create(name="c", html_code="x")
    backend.on_sync["Color"] = fail()
    sync = synchronizer(backend, clock=clock)
    clock.run(sync, 120)
    # A poll a second and the retries; never a wait of nothing.
    assert 120 <= len(clock.waits) <= 140
    assert min(clock.waits) > 0


def test_changes_of_other_processes_are_found_by_the_poll(
    backend: Backend, clock: MadeClock, db: str
) -> None:
    import sqlite3

    from sampleservice._generated import models as m

    m.Color.objects.create(name="c", html_code="x")
    sync = synchronizer(backend, clock=clock)

    def elsewhere() -> None:
        with sqlite3.connect(db.removeprefix("sqlite:///")) as other:
            other.execute("UPDATE sampleservice_color SET generation = generation + 1")
        other.close()

    start = clock.now
    clock.at.append((clock.now + 10.5, elsewhere))
    clock.run(sync, 20)
    assert [t - start for t in backend.times] == [0.0, pytest.approx(11.5, abs=1.0)]

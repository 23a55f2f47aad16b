"""Deletion: against the edges, policies first, rows last, and never before the back-end confirmed."""

from __future__ import annotations

from typing import Any

import pytest
from enginekit import Backend, MadeClock, exists, fail, fresh, synchronizer, world

from xgen.runtime.policy import ModelPolicy

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def backend() -> Backend:
    return Backend()


@pytest.fixture
def clock() -> MadeClock:
    return MadeClock()


def test_dependents_go_first_and_rows_only_after_them(backend: Backend) -> None:
    w = world()
    sync = synchronizer(backend)
    sync.run(once=True)
    backend.calls.clear()
    there: list[tuple[str, bool, bool]] = []

    def look(o: Any) -> None:
        there.append((type(o).__name__, exists(w["service"]), exists(w["page"])))

    backend.on_delete = dict.fromkeys(
        ("ExampleService", "ExampleServiceInstance", "EmbeddedImage"), look
    )
    w["service"].delete()
    summary = sync.run(once=True)
    assert there == [
        ("EmbeddedImage", True, True),
        ("ExampleServiceInstance", True, True),
        ("ExampleService", True, False),
    ]
    assert summary.deleted == 3
    assert not any(exists(w[name]) for name in ("service", "page", "image"))
    assert exists(w["red"])


def test_a_failed_deletion_keeps_the_object_and_what_it_needs(
    backend: Backend, clock: MadeClock
) -> None:
    w = world()
    sync = synchronizer(backend, clock=clock)
    sync.run(once=True)
    backend.on_delete["ExampleServiceInstance"] = fail("playbook failed")
    w["service"].delete()
    sync.run(once=True)
    page = fresh(w["page"])
    assert page.deleted
    assert (page.backend_code, page.backend_status) == (2, "RuntimeError: playbook failed")
    assert not page.backend_need_reap
    assert page.sync_retry_at == clock.now + 1
    assert not exists(w["image"])
    assert backend.deleted("ExampleService") == []
    assert str(sync.why(fresh(w["service"]))).startswith(
        "blocked by ExampleServiceInstance page: RuntimeError: playbook failed"
    )
    backend.on_delete.clear()
    clock.now += 1
    sync.run(once=True)
    assert not exists(w["service"])


def test_what_was_never_synced_just_goes(backend: Backend) -> None:
    w = world()
    w["service"].delete()
    w["red"].delete()
    synchronizer(backend).run(once=True)
    assert not any(exists(w[name]) for name in ("service", "page", "image", "red"))
    assert [call[:2] for call in backend.calls] == [("sync", "Color")]


def test_what_a_failed_step_may_have_made_is_deleted(backend: Backend, clock: MadeClock) -> None:
    w = world()
    backend.on_sync["Color"] = fail()
    sync = synchronizer(backend, clock=clock)
    sync.run(once=True)
    w["red"].delete()
    sync.run(once=True)
    assert ("delete", "Color", w["red"].pk) in backend.calls
    assert not exists(w["red"])


def test_a_colour_that_goes_is_taken_from_its_pages(backend: Backend) -> None:
    w = world()
    sync = synchronizer(backend)
    sync.run(once=True)
    backend.calls.clear()
    w["red"].delete()
    sync.run(once=True)
    assert ("delete", "Color", w["red"].pk) in backend.calls
    assert ("sync", "ExampleServiceInstance", w["page"].pk) in backend.calls
    assert fresh(w["page"]).foreground_color is None


def test_links_that_model_deps_does_not_name_hold_rows_too(backend: Backend) -> None:
    from xgen.runtime.core.models import ServiceInstanceLink

    w = world()
    link = ServiceInstanceLink.objects.create(provider_service_instance=w["page"])
    sync = synchronizer(backend, deps="")
    sync.run(once=True)
    # Nobody has a step for the link; it must not keep the page's row for ever.
    assert fresh(link).enacted_generation == 0
    w["page"].delete()
    sync.run(once=True)
    assert not any(exists(o) for o in (link, w["page"], w["image"]))


def test_the_delete_policy_comes_before_the_delete_step(backend: Backend, clock: MadeClock) -> None:
    from sampleservice._generated import models as m

    class Policy(ModelPolicy[Any]):
        model = m.Color

        def handle_delete(self, o: Any) -> None:
            backend.note("policy", o)
            if len(backend.calls) < 3:
                raise RuntimeError("not yet")

    color = m.Color.objects.create(name="c", html_code="x")
    sync = synchronizer(backend, policies={m.Color: Policy}, clock=clock)
    sync.run(once=True)
    assert fresh(color).backend_need_delete_policy
    color.delete()
    sync.run(once=True)
    assert [kind for kind, _, _ in backend.calls] == ["sync", "policy"]
    assert fresh(color).policy_status == "RuntimeError: not yet"
    clock.now += 1
    sync.run(once=True)
    assert [kind for kind, _, _ in backend.calls] == ["sync", "policy", "policy", "delete"]
    assert not exists(color)


def test_a_delete_policy_runs_only_for_what_a_policy_ever_saw(backend: Backend) -> None:
    from sampleservice._generated import models as m

    class Policy(ModelPolicy[Any]):
        model = m.Color

        def handle_delete(self, o: Any) -> None:
            backend.note("policy", o)

    color = m.Color.objects.create(name="c", html_code="x")
    color.delete()
    synchronizer(backend, policies={m.Color: Policy}).run(once=True)
    assert backend.calls == []
    assert not exists(color)


def test_a_row_that_could_not_go_yet_needs_no_second_delete_step(
    backend: Backend, clock: MadeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sampleservice._generated import models as m

    from xgen.runtime import results

    color = m.Color.objects.create(name="c", html_code="x")
    sync = synchronizer(backend, clock=clock)
    sync.run(once=True)
    color.delete()
    with monkeypatch.context() as patch:
        patch.setattr(results, "reap", lambda *_, **__: frozenset())
        sync.run(once=True)
    color = fresh(color)
    assert color.backend_need_reap
    assert color.backend_status == results.STILL_NEEDED
    sync.run(once=True)
    assert exists(color)
    clock.now += 10
    sync.run(once=True)
    assert backend.deleted() == [color.pk]
    assert not exists(color)


def test_a_tree_goes_leaves_first(backend: Backend) -> None:
    from sampleservice._generated import models as m

    root = m.Palette.objects.create(name="root")
    child = m.Palette.objects.create(name="child", parent=root)
    leaf = m.Palette.objects.create(name="leaf", parent=child)
    sync = synchronizer(backend)
    sync.run(once=True)
    # All at once, with the links as they were: as a cascade over optional links would not be.
    from xgen.runtime.queries import all_rows

    all_rows(m.Palette, "default").plain_update({"deleted": True, "generation": 2})
    sync.run(once=True)
    assert backend.deleted() == [leaf.pk, child.pk, root.pk]


def test_an_object_without_sync_is_deleted_without_a_step(backend: Backend) -> None:
    w = world()
    sync = synchronizer(backend)
    sync.run(once=True)
    red = fresh(w["red"])
    red.no_sync = True
    red.save()
    red.delete()
    sync.run(once=True)
    assert backend.deleted() == []
    assert not exists(red)


def test_deletion_waits_for_its_backoff_and_a_restart_keeps_it(
    backend: Backend, clock: MadeClock
) -> None:
    from sampleservice._generated import models as m

    color = m.Color.objects.create(name="c", html_code="x")
    synchronizer(backend, clock=clock).run(once=True)
    backend.on_delete["Color"] = fail()
    color.delete()
    backend.times.clear()
    start = clock.now
    for _ in range(20):
        synchronizer(backend, clock=clock).run(once=True)
        clock.now += 1
    assert [t - start for t in backend.times] == [0, 1, 3, 7, 15]

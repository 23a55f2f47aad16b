"""What pulls and events bring in: not pushed back, no user's change lost, each record by itself."""

from __future__ import annotations

from typing import Any

import pytest
from enginekit import Backend
from sampleservice._generated.models import (
    Color,
    EmbeddedImage,
    ExampleService,
    ExampleServiceInstance,
    Palette,
)
from taking import intake, world

from xgen.runtime.errors import BadKey, PendingChange
from xgen.runtime.writer import Writer, writing_as

pytestmark = pytest.mark.usefixtures("store")


@pytest.fixture
def backend() -> Backend:
    return Backend()


@pytest.fixture
def service(backend: Backend) -> Any:
    return world(backend=backend)


def page_with(color: Any) -> Any:
    owner = ExampleService.objects.create(name="s", service_message="hello")
    return ExampleServiceInstance.objects.create(
        name="page", owner=owner, tenant_message="hi", foreground_color=color
    )


def test_what_is_pulled_is_not_pushed_back(service: Any, backend: Backend) -> None:
    red = intake(service).upsert(Color, name="red", html_code="#f00")
    assert (red.generation, red.enacted_generation, red.backend_code) == (1, 1, 1)
    intake(service).upsert(Color, name="red", html_code="#f11")
    red.refresh_from_db()
    assert red.html_code == "#f11"
    assert red.generation == red.enacted_generation == 2
    assert red.enacted == red.updated
    service.run(once=True)
    assert backend.calls == []


def test_pulling_the_same_again_changes_nothing(service: Any) -> None:
    first = intake(service).upsert(Color, name="red", html_code="#f00")
    before = Color.objects.values().get()
    assert intake(service).upsert(Color, name="red", html_code="#f00").pk == first.pk
    assert Color.objects.values().get() == before


def test_a_change_of_a_users_that_waits_is_not_lost(service: Any, backend: Backend) -> None:
    step = intake(service)
    red = step.upsert(Color, name="red", html_code="#f00")
    Color.objects.filter(pk=red.pk).update(html_code="#user")
    step.upsert(Color, name="red", html_code="#f00")
    red.refresh_from_db()
    assert red.html_code == "#user"
    assert red.enacted_generation < red.generation
    service.run(once=True)
    assert backend.synced("Color") == [red.pk]


def test_feedback_is_pulled_while_a_change_waits(service: Any) -> None:
    page = page_with(None)
    pulled = intake(service).upsert(
        ExampleServiceInstance, ("name",), name="page", page_url="http://x", tenant_message="old"
    )
    assert pulled.pk == page.pk
    page.refresh_from_db()
    assert page.tenant_message == "hi"
    assert page.page_url == "http://x"


def test_a_plain_save_in_a_pull_is_not_pushed_back_either(service: Any, backend: Backend) -> None:
    red = intake(service).upsert(Color, name="red", html_code="#f00")
    with writing_as(Writer.PULL):
        red.html_code = "#f22"
        red.save()
        red.html_code = "#f33"
        red.save()
        Color.objects.filter(name="red").update(html_code="#f44")
    service.run(once=True)
    assert backend.calls == []
    assert Color.objects.get().html_code == "#f44"


def test_a_plain_save_in_a_pull_undoes_no_users_change(service: Any) -> None:
    red = intake(service).upsert(Color, name="red", html_code="#f00")
    Color.objects.filter(pk=red.pk).update(html_code="#user")
    with writing_as(Writer.PULL):
        red.html_code = "#f22"
        with pytest.raises(PendingChange, match="not synced yet"):
            red.save()
        assert Color.objects.filter(pk=red.pk).update(html_code="#f33") == 0
    assert Color.objects.get().html_code == "#user"


def test_what_depends_on_a_pulled_change_is_synced_again(service: Any, backend: Backend) -> None:
    red = intake(service).upsert(Color, name="red", html_code="#f00")
    page = page_with(red)
    service.run(once=True)
    backend.calls.clear()
    intake(service).upsert(Color, name="red", html_code="#f11")
    service.run(once=True)
    assert backend.calls == [("sync", "ExampleServiceInstance", page.pk)]
    backend.calls.clear()
    red.refresh_from_db()
    with writing_as(Writer.PULL, intake(service).run):
        red.html_code = "#f22"
        red.save()
    service.run(once=True)
    assert backend.calls == [("sync", "ExampleServiceInstance", page.pk)]


def test_many_links_are_pulled(service: Any, backend: Backend) -> None:
    step = intake(service)
    red, blue = (step.upsert(Color, name=n, html_code="#") for n in ("red", "blue"))
    palette = step.upsert(Palette, name="both", colors=[red, blue])
    assert set(palette.colors.all()) == {red, blue}
    step.upsert(Palette, name="both", colors=[red])
    assert set(palette.colors.all()) == {red}
    palette.refresh_from_db()
    assert palette.enacted_generation == palette.generation
    service.run(once=True)
    assert backend.calls == []


def test_an_object_that_is_being_deleted_does_not_come_back(service: Any) -> None:
    step = intake(service)
    red = step.upsert(Color, name="red", html_code="#f00")
    red.delete()
    assert step.upsert(Color, name="red", html_code="#f11") is None
    assert Color.all_objects.get().deleted


def test_deleting_what_was_pulled_reaches_the_back_end(service: Any, backend: Backend) -> None:
    red = intake(service).upsert(Color, name="red", html_code="#f00")
    red.delete()
    service.run(once=True)
    assert backend.deleted("Color") == [red.pk]
    assert not Color.all_objects.exists()


def test_one_bad_record_stops_nothing_else(service: Any) -> None:
    step = intake(service)
    for raw in ({"name": "red", "html_code": "#f00"}, {"name": "x" * 300}, {"name": "blue"}, None):
        with step.record(raw):
            step.upsert(Palette, name="of " + raw["name"][:200])
            step.upsert(Color, html_code="#", **{k: v for k, v in raw.items() if k == "name"})
    assert sorted(Color.objects.values_list("name", flat=True)) == ["blue", "red"]
    # All of a record or nothing of it.
    assert Palette.objects.count() == 2
    assert (step.run.records, step.run.bad) == (4, 2)
    assert "name" in step.run.first_error


def test_a_record_that_would_undo_a_change_is_no_bad_one(service: Any) -> None:
    step = intake(service)
    red = step.upsert(Color, name="red", html_code="#f00")
    Color.objects.filter(pk=red.pk).update(html_code="#user")
    with writing_as(Writer.PULL, step.run), step.record("red"):
        red.html_code = "#f22"
        red.save()
    assert step.run.bad == 0


def test_keys_are_asked_for(service: Any) -> None:
    with pytest.raises(BadKey, match="found by name: name is missing"):
        intake(service).upsert(Color, html_code="#f00")


def test_what_vanished_is_deleted_only_when_said(service: Any, backend: Backend) -> None:
    first = intake(service)
    for name in ("red", "blue"):
        first.upsert(Color, name=name, html_code="#")
    Color.objects.create(name="new", html_code="#")  # the back-end does not know it yet
    second = intake(service)
    second.upsert(Color, name="red", html_code="#")
    assert Color.objects.count() == 3
    assert second.delete_missing(Color) == 1
    service.run(once=True)
    assert sorted(Color.all_objects.values_list("name", flat=True)) == ["new", "red"]
    assert backend.deleted() == []  # the back-end does not have it


def test_what_cannot_be_without_it_is_deleted_at_the_back_end(
    service: Any, backend: Backend
) -> None:
    page = page_with(None)
    image = EmbeddedImage.objects.create(name="sun", url="sun.svg", serviceinstance=page)
    service.run(once=True)
    step = intake(service)
    assert step.delete_missing(ExampleServiceInstance, empty_ok=True, name="page") == 1
    service.run(once=True)
    assert backend.calls[-1] == ("delete", "EmbeddedImage", image.pk)
    assert backend.deleted("ExampleServiceInstance") == []
    assert not ExampleServiceInstance.all_objects.exists()


def test_nothing_is_deleted_when_a_record_was_bad_or_there_was_none(service: Any) -> None:
    intake(service).upsert(Color, name="red", html_code="#")
    assert intake(service).delete_missing(Color) == 0
    step = intake(service)
    step.upsert(Color, name="blue", html_code="#")
    with step.record("?"):
        raise ValueError("what is this")
    assert step.delete_missing(Color) == 0
    assert Color.objects.count() == 2


def test_what_was_lost_can_be_synced_again(service: Any, backend: Backend) -> None:
    first = intake(service)
    _, blue = (first.upsert(Color, name=n, html_code="#") for n in ("red", "blue"))
    second = intake(service)
    second.upsert(Color, name="red", html_code="#")
    assert second.resync_missing(Color) == 1
    service.run(once=True)
    assert backend.synced() == [blue.pk]


def test_a_back_end_that_restarted_gets_all_that_is_behind_it(backend: Backend) -> None:
    service = world(backend=backend, step_attributes={"backend": "web"})
    red = Color.objects.create(name="red", html_code="#")
    page_with(red)
    service.run(once=True)
    backend.calls.clear()
    assert intake(service).backend_restarted("web") == 3
    service.run(once=True)
    assert sorted(kind for _, kind, _ in backend.calls) == [
        "Color",
        "ExampleService",
        "ExampleServiceInstance",
    ]
    with pytest.raises(ValueError, match="known: web"):
        intake(service).backend_restarted("wep")


def test_a_restart_is_seen_by_what_the_back_end_says_of_itself(backend: Backend) -> None:
    service = world(backend=backend, step_attributes={"backend": "web"})
    Color.objects.create(name="red", html_code="#")
    service.run(once=True)
    step = intake(service)
    assert not step.backend_runs_since("web", "monday")
    assert not step.backend_runs_since("web", "monday")
    assert step.backend_runs_since("web", "tuesday")
    service.run(once=True)
    assert len(backend.synced("Color")) == 2


def test_waiting_for_a_retry_ends_when_the_back_end_restarted(backend: Backend) -> None:
    service = world(backend=backend, step_attributes={"backend": "web"})
    red = Color.objects.create(name="red", html_code="#")

    def refuse(_o: Any) -> None:
        raise RuntimeError("down")

    backend.on_sync["Color"] = refuse
    service.run(once=True)
    red.refresh_from_db()
    assert red.sync_attempts == 1
    intake(service).backend_restarted("web")
    before, _ = red.generation, red.refresh_from_db()
    assert (red.sync_attempts, red.sync_retry_at, red.generation) == (0, None, before)

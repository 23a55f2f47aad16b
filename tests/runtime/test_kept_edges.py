"""Links that were cut order deletions until the back-end has heard of the cut."""

from __future__ import annotations

from typing import Any

import pytest
from enginekit import Backend, MadeClock, exists, fail, fresh, synchronizer, world

from xgen.runtime.core.models import KeptEdge

pytestmark = pytest.mark.usefixtures("db")
PAGE = "ExampleServiceInstance"


@pytest.fixture
def backend() -> Backend:
    return Backend()


@pytest.fixture
def clock() -> MadeClock:
    return MadeClock()


@pytest.fixture
def w(backend: Backend, clock: MadeClock) -> dict[str, Any]:
    """Return a world that is in sync."""
    made = world()
    synchronizer(backend, clock=clock).run(once=True)
    backend.calls.clear()
    return {name: fresh(o) for name, o in made.items()}


def save(w: dict[str, Any], value: Any) -> None:
    w["page"].foreground_color = value
    w["page"].save()


def update(w: dict[str, Any], value: Any) -> None:
    type(w["page"]).objects.filter(pk=w["page"].pk).update(foreground_color=value)


def bulk_update(w: dict[str, Any], value: Any) -> None:
    w["page"].foreground_color = value
    type(w["page"]).objects.bulk_update([w["page"]], ["foreground_color"])


def nothing(w: dict[str, Any], value: Any) -> None:
    """Leave the link to the deletion, which clears it."""


WAYS = [save, update, bulk_update, nothing]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("instead", ["nothing", "blue"])
def test_a_colour_goes_after_what_was_made_with_it_was_synced_without(
    backend: Backend, clock: MadeClock, w: dict[str, Any], way: Any, instead: str
) -> None:
    sync = synchronizer(backend, clock=clock)
    way(w, w["blue"] if instead == "blue" else None)
    backend.on_sync[PAGE] = fail("the pages are locked")
    w["red"].delete()
    sync.run(once=True)
    assert backend.calls == [("sync", PAGE, w["page"].pk)]
    why = sync.why(fresh(w["red"]))
    assert str(why) == "blocked by ExampleServiceInstance page: RuntimeError: the pages are locked"
    backend.calls.clear()
    backend.on_sync.clear()
    # A restart has not forgotten it.
    clock.now += 100
    synchronizer(backend, clock=clock).run(once=True)
    calls = [call for call in backend.calls if call[1] != "EmbeddedImage"]
    assert calls == [("sync", PAGE, w["page"].pk), ("delete", "Color", w["red"].pk)]
    assert not KeptEdge.objects.exists()


@pytest.mark.parametrize("way", WAYS[:3])
def test_what_is_deleted_too_goes_first(
    backend: Backend, clock: MadeClock, w: dict[str, Any], way: Any
) -> None:
    way(w, None)
    w["red"].delete()
    fresh(w["page"]).delete()
    backend.on_delete[PAGE] = fail()
    sync = synchronizer(backend, clock=clock)
    sync.run(once=True)
    assert ("delete", "Color", w["red"].pk) not in backend.calls
    backend.on_delete.clear()
    clock.now += 100
    sync.run(once=True)
    assert [c for c in backend.calls if c[0] == "delete"][-2:] == [
        ("delete", PAGE, w["page"].pk),
        ("delete", "Color", w["red"].pk),
    ]
    assert not any(exists(w[name]) for name in ("page", "image", "red"))
    assert not KeptEdge.objects.exists()


@pytest.mark.parametrize("how", ["remove", "reverse", "clear", "set", "delete"])
def test_many_valued_links_too(backend: Backend, clock: MadeClock, how: str) -> None:
    from sampleservice._generated import models as m

    red, blue = (m.Color.objects.create(name=n, html_code="x") for n in ("red", "blue"))
    palette = m.Palette.objects.create(name="p")
    palette.colors.add(red, blue)
    sync = synchronizer(backend, clock=clock)
    sync.run(once=True)
    backend.calls.clear()
    if how == "remove":
        palette.colors.remove(red)
    elif how == "reverse":
        red.palettes.remove(palette)
    elif how == "clear":
        palette.colors.clear()
    elif how == "set":
        palette.colors.set([blue])
    backend.on_sync["Palette"] = fail()
    fresh(red).delete()
    sync.run(once=True)
    assert backend.deleted() == []
    backend.on_sync.clear()
    clock.now += 100
    sync.run(once=True)
    assert backend.deleted() == [red.pk]
    assert not KeptEdge.objects.exists()


def test_a_run_that_began_before_the_cut_does_not_end_it(
    backend: Backend, clock: MadeClock, w: dict[str, Any]
) -> None:
    from xgen.runtime.writer import Writer, writing_as

    def meanwhile(o: Any) -> None:
        backend.on_sync[PAGE] = fail()
        with writing_as(Writer.USER):
            type(o).objects.filter(pk=o.pk).update(foreground_color=None)
            w["red"].delete()

    w["page"].resync()
    backend.on_sync[PAGE] = meanwhile
    sync = synchronizer(backend, clock=clock)
    sync.run(once=True)
    assert backend.synced(PAGE) == [w["page"].pk] * 2
    assert backend.deleted() == []
    backend.on_sync.clear()
    clock.now += 100
    sync.run(once=True)
    assert backend.deleted() == [w["red"].pk]


def test_what_no_run_ever_saw_is_not_kept(backend: Backend) -> None:
    from sampleservice._generated import models as m

    w = world()
    save(w, None)
    palette = m.Palette.objects.create(name="p")
    palette.colors.add(w["red"])
    palette.colors.clear()
    assert not KeptEdge.objects.exists()


def test_an_edge_that_its_owner_removed_holds_nothing(
    backend: Backend, clock: MadeClock, w: dict[str, Any]
) -> None:
    save(w, None)
    backend.on_sync[PAGE] = fail()
    w["red"].delete()
    synchronizer(backend, deps="", clock=clock).run(once=True)
    assert backend.deleted() == [w["red"].pk]
    assert not KeptEdge.objects.exists()


def test_what_is_never_synced_again_holds_nothing(
    backend: Backend, clock: MadeClock, w: dict[str, Any]
) -> None:
    type(w["page"]).objects.filter(pk=w["page"].pk).update(no_sync=True)
    update(w, None)
    w["red"].delete()
    synchronizer(backend, clock=clock).run(once=True)
    assert backend.deleted() == [w["red"].pk]


def test_cuts_of_many_objects_take_few_queries(
    backend: Backend, clock: MadeClock, w: dict[str, Any]
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    from sampleservice._generated import models as m

    def cost(count: int) -> int:
        m.ExampleServiceInstance.objects.update(foreground_color=w["blue"])
        have = m.ExampleServiceInstance.objects.count()
        for i in range(have, count):
            m.ExampleServiceInstance.objects.create(
                name=f"p{i}", owner=w["service"], tenant_message="x", foreground_color=w["blue"]
            )
        sync = synchronizer(backend, clock=clock)
        sync.run(once=True)
        with CaptureQueriesContext(connection) as queries:
            m.ExampleServiceInstance.objects.update(foreground_color=None)
            fresh(w["blue"])
            list(sync.store.due())
        assert KeptEdge.objects.count() == count
        return len(queries)

    assert cost(20) == cost(60)


def test_edges_that_contradict_each_other_hold_nothing_for_ever(
    backend: Backend, clock: MadeClock
) -> None:
    from sampleservice._generated import models as m

    below = m.Palette.objects.create(name="below")
    above = m.Palette.objects.create(name="above", parent=below)
    sync = synchronizer(backend, clock=clock)
    sync.run(once=True)
    above.parent = None
    above.save()
    below = fresh(below)
    below.parent = above
    below.save()
    above, below = fresh(above), fresh(below)
    below.delete()
    # Deleted together, so nothing clears the link between them first.
    from xgen.runtime.queries import all_rows

    rows = all_rows(m.Palette, "default").filter(pk=above.pk)
    rows.plain_update({"deleted": True, "generation": above.generation + 1})
    assert KeptEdge.objects.count() == 1
    sync.run(once=True)
    assert backend.deleted() == [below.pk, above.pk]
    assert not KeptEdge.objects.exists()

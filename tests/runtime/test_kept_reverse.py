"""Edges that are declared from the other side of a link: who waits is not the one that has it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from enginekit import Backend, MadeClock, exists, fail, fresh, synchronizer

from xgen.runtime import reverse
from xgen.runtime.core.models import KeptEdge

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.usefixtures("store")
PAGE = "ExampleServiceInstance"
# A colour is made from the palettes and the pages that use it.
DEPS = """
Color:
  - [Palette, palettes, colors]
  - [ExampleServiceInstance, serviceinstance_foreground_colors, foreground_color]
"""


class Setting:
    """A red and a blue colour, a page and a palette that use the red one; all in sync."""

    def __init__(self) -> None:
        from sampleservice._generated import models as m

        self.m = m
        self.backend, self.clock = Backend(), MadeClock()
        self.sync = synchronizer(self.backend, deps=DEPS, clock=self.clock)
        self.red, self.blue = (m.Color.objects.create(name=n, html_code="#") for n in ("r", "b"))
        service = m.ExampleService.objects.create(name="s", service_message="x")
        self.page = m.ExampleServiceInstance.objects.create(
            name="p", owner=service, tenant_message="x", foreground_color=self.red
        )
        self.palette = m.Palette.objects.create(name="p")
        self.palette.colors.add(self.red)
        self.run()

    def run(self) -> list[tuple[str, str, int]]:
        self.clock.now += 100
        self.backend.calls.clear()
        self.sync.run(once=True)
        return list(self.backend.calls)


@pytest.fixture
def s() -> Iterator[Setting]:
    yield Setting()
    reverse.heed("sampleservice", synchronizer(Backend()).registry.links)


def save(s: Setting) -> None:
    page = fresh(s.page)
    page.foreground_color = s.blue
    page.save()


def update(s: Setting) -> None:
    s.m.ExampleServiceInstance.objects.filter(pk=s.page.pk).update(foreground_color=None)


def bulk_update(s: Setting) -> None:
    page = fresh(s.page)
    page.foreground_color = s.blue
    s.m.ExampleServiceInstance.objects.bulk_update([page], ["foreground_color"])


def nothing(s: Setting) -> None:
    """Leave the edge to the deletion of the page, which has it to its end."""


@pytest.mark.parametrize("way", [save, update, bulk_update, nothing])
def test_a_page_goes_after_the_colour_that_was_made_from_it_was_synced(
    s: Setting, way: Any
) -> None:
    way(s)
    s.backend.on_sync["Color"] = lambda o: fail()(o) if o.pk == s.red.pk else None
    fresh(s.page).delete()
    calls = s.run()
    assert ("sync", "Color", s.red.pk) in calls, "what it is made from is another now"
    assert ("delete", PAGE, s.page.pk) not in calls
    assert str(s.sync.why(fresh(s.page))).startswith("blocked by Color r: RuntimeError")
    # Neither after a restart.
    s.sync = synchronizer(s.backend, deps=DEPS, clock=s.clock)
    assert ("delete", PAGE, s.page.pk) not in s.run()
    del s.backend.on_sync["Color"]
    calls = [call for call in s.run() if call[1:] != ("Color", s.blue.pk)]
    assert calls[:2] == [("sync", "Color", s.red.pk), ("delete", PAGE, s.page.pk)]
    assert not exists(s.page)
    assert not KeptEdge.objects.exists()
    assert s.run() == []


@pytest.mark.parametrize("how", ["remove", "reverse", "clear", "set", "delete"])
def test_many_valued_links_too(s: Setting, how: str) -> None:
    if how == "remove":
        s.palette.colors.remove(s.red)
    elif how == "reverse":
        s.red.palettes.remove(s.palette)
    elif how == "clear":
        s.palette.colors.clear()
    elif how == "set":
        s.palette.colors.set([s.blue])
    s.backend.on_sync["Color"] = lambda o: fail()(o) if o.pk == s.red.pk else None
    fresh(s.palette).delete()
    assert ("delete", "Palette", s.palette.pk) not in s.run()
    del s.backend.on_sync["Color"]
    assert ("delete", "Palette", s.palette.pk) in s.run()
    assert not KeptEdge.objects.exists()
    assert s.run() == []


def test_who_waited_and_is_deleted_goes_first(s: Setting) -> None:
    """The deletion of the colour clears the link; the page is deleted after that."""
    fresh(s.red).delete()
    fresh(s.page).delete()
    s.backend.on_delete["Color"] = fail()
    assert ("delete", PAGE, s.page.pk) not in s.run()
    s.backend.on_delete.clear()
    calls = [call for call in s.run() if call[0] == "delete"]
    assert calls == [("delete", "Color", s.red.pk), ("delete", PAGE, s.page.pk)]
    assert not KeptEdge.objects.exists()


def test_a_cut_alone_makes_who_waited_due(s: Setting) -> None:
    """It was made from the page, so it is out of date without."""
    save(s)
    assert ("sync", "Color", s.red.pk) in s.run()
    assert not KeptEdge.objects.exists()
    assert s.run() == []


def test_a_run_that_began_before_the_cut_does_not_end_it(s: Setting) -> None:
    from xgen.runtime.writer import Writer, writing_as

    def meanwhile(o: Any) -> None:
        if o.pk != s.red.pk:
            return
        s.backend.on_sync["Color"] = fail()
        with writing_as(Writer.USER):
            update(s)
            fresh(s.page).delete()

    s.red.resync()
    s.backend.on_sync["Color"] = meanwhile
    assert ("delete", PAGE, s.page.pk) not in s.run()
    del s.backend.on_sync["Color"]
    assert ("delete", PAGE, s.page.pk) in s.run()


def test_what_was_never_made_holds_nothing(s: Setting) -> None:
    green = s.m.Color.objects.create(name="g", html_code="#")
    page = fresh(s.page)
    page.foreground_color = green
    page.save()
    update(s)
    colors = KeptEdge.objects.filter(source_root=s.m.Color._meta.label)
    assert set(colors.values_list("source_id", flat=True)) == {s.red.pk}


def test_links_of_which_nothing_is_declared_make_nobody_due(s: Setting) -> None:
    synchronizer(s.backend, clock=s.clock)  # with the usual edges, from the links' own side
    generation = fresh(s.red).generation
    update(s)
    s.palette.colors.clear()
    assert fresh(s.red).generation == generation

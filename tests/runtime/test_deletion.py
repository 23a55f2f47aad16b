"""Marking what goes, and taking the rows away later."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from sampleservice._generated.models import (
    Color,
    EmbeddedImage,
    ExampleService,
    ExampleServiceInstance,
    Palette,
)

from xgen.runtime.core.models import Service, ServiceInstance
from xgen.runtime.errors import WriteProtected
from xgen.runtime.reaper import reap
from xgen.runtime.writer import Writer, writing_as

pytestmark = pytest.mark.usefixtures("store")


def row(o, *names):
    return type(o).all_objects.values_list(*names).get(pk=o.pk)


@pytest.fixture
def red():
    return Color.objects.create(name="red", html_code="#f00")


@pytest.fixture
def service():
    return ExampleService.objects.create(name="web", service_message="hello")


@pytest.fixture
def page(service, red):
    return ExampleServiceInstance.objects.create(
        name="page", tenant_message="hi", foreground_color=red
    )


@pytest.fixture
def image(page):
    return EmbeddedImage.objects.create(name="sun", url="sun.svg", serviceinstance=page)


def test_deletion_marks_and_makes_due(red):
    assert red.delete() == (1, {"sampleservice.Color": 1})
    assert red.deleted
    assert row(red, "deleted", "generation", "revision", "enacted") == (True, 2, 2, None)
    assert not Color.objects.exists()
    assert Color.all_objects.count() == 1


def test_deleting_twice_is_harmless(red):
    red.delete()
    assert red.delete() == (0, {})
    assert Color.all_objects.all().delete() == (0, {})
    assert row(red, "generation") == (2,)


def test_required_links_cascade_and_optional_ones_are_cleared(service, page, image, red):
    other = ExampleServiceInstance.objects.create(
        name="child", tenant_message="x", master_serviceinstance=page, background_color=red
    )
    total, counts = page.delete()
    assert (total, counts) == (
        2,
        {"sampleservice.ExampleServiceInstance": 1, "sampleservice.EmbeddedImage": 1},
    )
    assert row(image, "deleted", "generation") == (True, 2)
    assert row(other, "deleted", "generation", "master_serviceinstance") == (False, 2, None)
    assert row(page, "foreground_color") == (red.pk,), "its delete step may need it"
    red.delete()
    assert row(other, "background_color", "generation", "revision") == (None, 3, 3)
    assert row(page, "foreground_color") == (red.pk,)
    total, _ = service.delete()
    assert total == 2
    assert not Service.objects.exists()
    assert not ServiceInstance.objects.exists()


def test_deletion_through_a_base_model_is_the_same(page, image):
    ServiceInstance.objects.all().delete()
    assert row(page, "deleted") == (True,)
    assert row(image, "deleted") == (True,)


def test_related_managers_hide_and_forward_links_load(page, image, red):
    palette = Palette.objects.create(name="p")
    palette.colors.add(red)
    image.delete()
    assert list(page.embedded_images.all()) == []
    prefetched = ExampleServiceInstance.objects.prefetch_related("embedded_images").get()
    assert list(prefetched.embedded_images.all()) == []
    page.delete()
    assert EmbeddedImage.all_objects.get().serviceinstance == page
    red.delete()
    assert list(palette.colors.all()) == []


def test_deleted_peers_leave_many_to_many_links(red):
    blue = Color.objects.create(name="blue", html_code="b")
    stays, goes = (Palette.objects.create(name=name) for name in ("stays", "goes"))
    for palette in (stays, goes):
        palette.colors.set([red, blue])
    goes.delete()
    red.delete()
    through = Palette.colors.through.objects
    assert set(through.values_list("palette_id", "color_id")) == {
        (stays.pk, blue.pk),
        (goes.pk, red.pk),
        (goes.pk, blue.pk),
    }
    assert row(stays, "generation") == (3,)
    assert row(goes, "generation") == (3,)
    assert reap(Color, [red.pk]) == {red.pk}
    assert reap(Palette, [stays.pk, goes.pk]) == {goes.pk}
    assert through.count() == 1


def test_a_tree_is_cut_below_what_goes():
    top = Palette.objects.create(name="top")
    middle = Palette.objects.create(name="middle", parent=top)
    leaf = Palette.objects.create(name="leaf", parent=middle)
    middle.delete()
    assert row(leaf, "parent", "deleted") == (None, False)
    assert row(middle, "parent", "deleted") == (top.pk, True)


def test_write_protection_holds_the_whole_deletion(service, page, image):
    image.write_protect = True
    image.save()
    with pytest.raises(WriteProtected, match="EmbeddedImage"):
        service.delete()
    assert not ServiceInstance.all_objects.filter(deleted=True).exists()
    assert row(service, "deleted", "generation") == (False, 1)
    image.write_protect = False
    image.save()
    assert service.delete()[0] == 3


def test_a_policy_may_delete(page):
    with writing_as(Writer.POLICY, page):
        page.delete()
    assert row(page, "deleted", "generation", "revision") == (True, 2, 2)


def make_pages(count):
    return [
        EmbeddedImage(name=f"i{n}", url="u", serviceinstance=page)
        for n, page in enumerate(
            ExampleServiceInstance.objects.bulk_create(
                [ExampleServiceInstance(name=f"p{n}", tenant_message="m") for n in range(count)]
            )
        )
    ]


def test_the_number_of_queries_does_not_grow_with_the_objects(service):
    counts = []
    for count in (3, 60):
        EmbeddedImage.objects.bulk_create(make_pages(count))
        with CaptureQueriesContext(connection) as queries:
            total, _ = ServiceInstance.objects.all().delete()
        assert total == 2 * count
        counts.append(len(queries.captured_queries))
    assert counts[0] == counts[1]
    ids = list(ServiceInstance.all_objects.values_list("pk", flat=True))
    reap(EmbeddedImage, EmbeddedImage.all_objects.values_list("pk", flat=True))
    with CaptureQueriesContext(connection) as queries:
        assert len(reap(ServiceInstance, ids)) == 63
    assert len(queries.captured_queries) < 25


def test_more_objects_than_fit_a_query(service):
    Color.objects.bulk_create([Color(name=f"c{n}", html_code="x") for n in range(2500)])
    assert Color.objects.all().delete()[0] == 2500
    assert len(reap(Color, Color.all_objects.values_list("pk", flat=True))) == 2500
    assert not Color.all_objects.exists()


def test_only_marked_rows_are_reaped(red):
    assert reap(Color, [red.pk, 4711]) == frozenset()
    assert Color.objects.exists()


def test_reaping_waits_for_what_still_needs_the_row(service, page, image):
    service.delete()
    assert reap(ExampleService, [service.pk]) == frozenset()
    assert reap(ExampleServiceInstance, [page.pk]) == frozenset()
    assert reap(EmbeddedImage, [image.pk]) == {image.pk}
    assert reap(ServiceInstance, [page.pk]) == {page.pk}
    assert not ExampleServiceInstance.all_objects.exists()
    assert not ServiceInstance.all_objects.exists()
    assert reap(Service, [service.pk]) == {service.pk}
    assert not ExampleService.all_objects.exists()


def test_reaping_lets_go_of_optional_links(page, red):
    page.delete()
    red.delete()
    assert reap(Color, [red.pk]) == {red.pk}
    assert row(page, "foreground_color", "generation") == (None, 2)


def test_the_rows_of_a_tree_go_together():
    top = Palette.objects.create(name="top")
    Palette.objects.create(name="leaf", parent=top)
    Palette.objects.all().delete()
    ids = set(Palette.all_objects.values_list("pk", flat=True))
    assert reap(Palette, ids) == ids


def test_an_instance_knows_that_it_was_deleted_by_another(red):
    Color.objects.get().delete()
    red.html_code = "late"
    red.save()
    assert row(red, "deleted", "html_code", "generation") == (True, "late", 3)

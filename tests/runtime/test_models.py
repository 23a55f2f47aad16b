"""Saving: what moves the counters, what is refused, and that a save writes what was changed."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from sampleservice._generated.models import (
    Color,
    EmbeddedImage,
    ExampleService,
    ExampleServiceInstance,
    Palette,
)

from xgen.runtime.core.models import Service, ServiceInstance
from xgen.runtime.errors import DeletedPeer

pytestmark = pytest.mark.usefixtures("store")


def counters(o):
    return tuple(
        type(o)
        .all_objects.values_list("generation", "enacted_generation", "revision", "policed_revision")
        .get(pk=o.pk)
    )


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


def test_a_new_object_is_due(red):
    assert counters(red) == (1, 0, 1, 0)
    assert red.leaf_model_name == "sampleservice.Color"
    assert red.created
    assert red.updated


def test_a_declarative_change_moves_both_counters(red):
    before = red.updated
    red.html_code = "#e00"
    red.save()
    assert (red.generation, red.revision) == (2, 2)
    assert counters(red) == (2, 0, 2, 0)
    assert red.updated > before


def test_a_save_without_a_change_writes_nothing(red):
    loaded = Color.objects.get(pk=red.pk)
    for o in (red, loaded):
        o.html_code = "#f00"
        with CaptureQueriesContext(connection) as queries:
            o.save()
        assert not queries.captured_queries
    assert counters(red) == (1, 0, 1, 0)


def test_counters_move_from_what_the_database_holds(red):
    one, other = Color.objects.get(pk=red.pk), Color.objects.get(pk=red.pk)
    one.html_code = "#001"
    one.save()
    other.name = "crimson"
    other.save()
    assert other.generation == 3
    red.refresh_from_db()
    assert (red.html_code, red.name) == ("#001", "crimson"), "neither save undid the other"


def test_a_change_of_a_derived_model_moves_the_counters_of_its_base(page):
    page.tenant_message = "ho"
    page.save()
    assert ServiceInstance.objects.get(pk=page.pk).generation == 2
    page.name = "front page"
    page.save()
    assert page.generation == 3
    page.foreground_color = None
    page.save()
    assert page.generation == 4


def test_update_fields_leaves_other_changes_unsaved(red):
    red.name, red.html_code = "rot", "#a00"
    red.save(update_fields=["name"])
    assert Color.objects.values_list("name", "html_code").get() == ("rot", "#f00")
    red.save()
    assert Color.objects.values_list("name", "html_code").get() == ("rot", "#a00")
    assert red.generation == 3


def test_a_deferred_field_is_loaded_and_changed(red):
    lazy = Color.objects.only("name").get()
    lazy.save()
    assert counters(red) == (1, 0, 1, 0)
    assert lazy.html_code == "#f00"
    lazy.save()
    assert counters(red) == (1, 0, 1, 0)
    lazy.html_code = "#0f0"
    lazy.save()
    assert counters(red) == (2, 0, 2, 0)
    never_loaded = Color.objects.only("name").get()
    never_loaded.html_code = "#00f"
    never_loaded.save()
    assert Color.objects.get().html_code == "#00f"


def test_refreshing_forgets_changes(red):
    red.html_code = "#123"
    red.refresh_from_db()
    red.save()
    assert counters(red) == (1, 0, 1, 0)


def test_an_expression_can_be_saved(red):
    from django.db.models import Value
    from django.db.models.functions import Concat

    red.name = Concat(F("name"), Value("!"))
    red.save()
    assert Color.objects.get().name == "red!"
    assert counters(red)[0] == 2


def test_saving_what_was_reaped_says_so(red):
    Color.all_objects.all()._raw_delete("default")
    red.html_code = "#1"
    with pytest.raises(Color.DoesNotExist):
        red.save()
    assert red.generation == 1


def test_a_failed_save_leaves_the_instance_as_it_was(red):
    Color.objects.create(name="blue", html_code="#00f")
    red.name = "blue"
    with pytest.raises(IntegrityError):
        red.save()
    assert (red.generation, red.revision) == (1, 1)
    red.name = "red"
    red.save()
    assert counters(red) == (1, 0, 1, 0)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": "x" * 257}, "name"),
        ({"name": ""}, "name"),
        ({"name": None}, "name"),
        ({"html_code": None}, "html_code"),
    ],
)
def test_bad_values_are_refused_with_their_field(red, values, field):
    for name, value in values.items():
        setattr(red, name, value)
    with pytest.raises(ValidationError) as caught:
        red.save()
    assert list(caught.value.message_dict) == [field]
    with pytest.raises(ValidationError) as caught:
        Color.objects.create(**({"name": "new", "html_code": "x"} | values))
    assert list(caught.value.message_dict) == [field]
    with pytest.raises(ValidationError):
        Color.objects.update(**values)
    assert Color.objects.count() == 1


def test_choices_are_checked(service):
    service.kind = "strange"
    with pytest.raises(ValidationError, match="strange"):
        service.save()


def test_text_is_stripped_where_the_model_says_so(service):
    service.name = "  web "
    service.save()
    assert counters(service)[0] == 1
    service.name = " net\n"
    service.save()
    assert service.name == "net"
    assert Service.objects.filter(name=" net").exists()


def test_text_of_another_type_is_converted(service):
    service.enabled = "False"
    service.save()
    service.refresh_from_db()
    assert service.enabled is False


def test_an_instance_gets_the_only_service_as_its_owner(service):
    page = ExampleServiceInstance.objects.create(name="p", tenant_message="m")
    assert page.owner_id == service.pk
    ExampleService.objects.create(name="b", service_message="m")
    with pytest.raises(ValidationError, match="more than one ExampleService"):
        ExampleServiceInstance.objects.create(name="q", tenant_message="m")


def test_an_instance_without_any_service_is_refused():
    with pytest.raises(ValidationError, match="there is no ExampleService"):
        ExampleServiceInstance.objects.create(name="p", tenant_message="m")


def test_a_link_to_a_deleted_or_missing_object_is_refused(red, page):
    red.delete()
    blue = Color.objects.create(name="blue", html_code="b")
    for peer in (red.pk, 4711):
        page.background_color_id = peer
        with pytest.raises(DeletedPeer, match="background_color"):
            page.save()
        page.refresh_from_db()
        with pytest.raises(DeletedPeer):
            ExampleServiceInstance.objects.update(background_color=peer)
        with pytest.raises(DeletedPeer):
            Palette.objects.bulk_create([Palette(name="p", parent_id=4711)])
    page.background_color = blue
    page.save()
    with pytest.raises(ValidationError, match="null"):
        EmbeddedImage.objects.create(name="i", url="u")


def test_leaf_is_the_most_derived_instance(page):
    base = ServiceInstance.objects.get()
    assert isinstance(base.leaf, ExampleServiceInstance)
    assert base.leaf is base.leaf
    assert page.leaf is page


def test_a_query_set_update_moves_only_what_it_changes(red):
    blue = Color.objects.create(name="blue", html_code="#00f")
    assert Color.objects.update(html_code="#00f") == 1
    assert counters(red) == (2, 0, 2, 0)
    assert counters(blue) == (1, 0, 1, 0)
    assert Color.objects.filter(name="blue").update(html_code=F("name")) == 1
    assert counters(blue)[0] == 2


def test_a_query_set_update_of_a_derived_model(page, red):
    blue = Color.objects.create(name="blue", html_code="#00f")
    changed = ExampleServiceInstance.objects.update(
        name="x", tenant_message="y", foreground_color=blue, background_color=None
    )
    assert changed == 1
    assert counters(page)[0] == 2
    page.refresh_from_db()
    assert (page.name, page.tenant_message, page.foreground_color) == ("x", "y", blue)


def test_related_managers_move_the_counters_too(page, red):
    red.serviceinstance_background_colors.add(page)
    assert counters(page)[0] == 2
    red.serviceinstance_background_colors.clear()
    page.refresh_from_db()
    assert page.background_color is None
    assert counters(page)[0] == 3


def test_bulk_create_and_bulk_update(service):
    made = Color.objects.bulk_create(Color(name=f"c{i}", html_code="x") for i in range(5))
    assert {c.leaf_model_name for c in made} == {"sampleservice.Color"}
    pages = ExampleServiceInstance.objects.bulk_create(
        [ExampleServiceInstance(name=f"p{i}", tenant_message="m") for i in range(2)]
    )
    assert [p.owner_id for p in pages] == [service.pk] * 2
    for c in made[:3]:
        c.html_code = "y"
    assert Color.objects.bulk_update(made, ["html_code"]) == 3
    assert [c.generation for c in made] == [2, 2, 2, 1, 1]
    assert [counters(c)[0] for c in made] == [2, 2, 2, 1, 1]
    made[0].html_code = "x" * 300
    with pytest.raises(ValidationError):
        Color.objects.bulk_update(made, ["html_code"])


def test_get_or_create_and_update_or_create():
    red, created = Color.objects.get_or_create(name="red", defaults={"html_code": "r"})
    assert created
    assert Color.objects.get_or_create(name="red", defaults={"html_code": "q"}) == (red, False)
    Color.objects.update_or_create(name="red", defaults={"html_code": "r"})
    assert counters(red)[0] == 1
    Color.objects.update_or_create(name="red", defaults={"html_code": "s"})
    assert counters(red)[0] == 2


def test_many_to_many_links_move_their_holder_from_both_sides(red):
    blue = Color.objects.create(name="blue", html_code="b")
    palette = Palette.objects.create(name="p")
    steps = [
        (lambda: palette.colors.add(red), 2),
        (lambda: palette.colors.add(red), 2),
        (lambda: blue.palettes.add(palette), 3),
        (lambda: palette.colors.set([red, blue]), 3),
        (lambda: palette.colors.remove(red), 4),
        (lambda: palette.colors.remove(red), 4),
        (blue.palettes.clear, 5),
        (palette.colors.clear, 5),
    ]
    for change, generation in steps:
        change()
        assert counters(palette) == (generation, 0, generation, 0)
    assert counters(red) == counters(blue) == (1, 0, 1, 0)
    red.delete()
    with pytest.raises(DeletedPeer):
        palette.colors.add(red)


def test_resync_asks_for_a_step_and_not_for_a_policy(red, page):
    red.resync()
    assert red.generation == 2
    assert counters(red) == (2, 0, 1, 0)
    page.resync()
    assert counters(page)[0] == 2
    assert Color.objects.all().resync() == 1


def test_a_new_generation_is_a_new_chance(red):
    from xgen.runtime.writer import Writer, writing_as

    with writing_as(Writer.RUNTIME):
        Color.objects.update(sync_attempts=4, sync_retry_at=1e12, policy_attempts=2)
    red.refresh_from_db()
    red.html_code = "new"
    red.save()
    assert (red.sync_attempts, red.sync_retry_at, red.policy_attempts) == (0, None, 0)


def test_a_name_can_be_used_again_after_deletion(red):
    red.delete()
    again = Color.objects.create(name="red", html_code="#f00")
    assert again.pk != red.pk

"""Who may write what, and which counters move for whom."""

from __future__ import annotations

import pickle
import threading

import pytest
from sampleservice._generated.models import (
    Color,
    ExampleService,
    ExampleServiceInstance,
    Palette,
)

from xgen.runtime.errors import ForbiddenWrite
from xgen.runtime.writer import Writer, current, writing_as

pytestmark = pytest.mark.usefixtures("store")


def due(o):
    return tuple(type(o).all_objects.values_list("generation", "revision").get(pk=o.pk))


@pytest.fixture
def page():
    ExampleService.objects.create(name="web", service_message="hello")
    return ExampleServiceInstance.objects.create(name="page", tenant_message="hi")


@pytest.fixture
def red():
    return Color.objects.create(name="red", html_code="#f00")


@pytest.mark.parametrize(
    ("writer", "field", "value"),
    [
        (Writer.USER, "page_url", "x"),
        (Writer.USER, "backend_status", "x"),
        (Writer.USER, "backend_handle", "x"),
        (Writer.USER, "generation", 7),
        (Writer.USER, "deleted", True),
        (Writer.USER, "leaf_model_name", "x"),
        (Writer.POLICY, "enacted_generation", 7),
        (Writer.POLICY, "claim_owner", "x"),
        (Writer.STEP, "tenant_message", "x"),
        (Writer.STEP, "name", "x"),
        (Writer.STEP, "enacted_generation", 7),
        (Writer.STEP, "no_sync", True),
    ],
)
def test_a_forbidden_write_names_model_and_field(page, writer, field, value):
    setattr(page, field, value)
    with writing_as(writer, page):
        with pytest.raises(ForbiddenWrite) as caught:
            page.save()
        with pytest.raises(ForbiddenWrite):
            ExampleServiceInstance.objects.update(**{field: value})
        with pytest.raises(ForbiddenWrite):
            ExampleServiceInstance.objects.bulk_update([page], [field])
    assert (caught.value.model, caught.value.field) == ("ExampleServiceInstance", field)
    assert f"ExampleServiceInstance.{field}" in str(caught.value)
    assert due(page) == (1, 1)


@pytest.mark.parametrize("field", ["no_sync", "no_policy", "lazy_blocked", "write_protect"])
def test_switches_are_for_users_and_make_nothing_due(page, field):
    setattr(page, field, True)
    page.save()
    assert due(page) == (1, 1)
    assert getattr(ExampleServiceInstance.objects.get(), field) is True


def test_a_user_cannot_create_with_feedback():
    with pytest.raises(ForbiddenWrite, match="backend_status"):
        Color.objects.create(name="red", html_code="x", backend_status="OK")
    with pytest.raises(ForbiddenWrite, match="generation"):
        Color.objects.bulk_create([Color(name="red", html_code="x", generation=4)])


def test_steps_neither_create_nor_delete(red):
    with writing_as(Writer.STEP, red):
        for forbidden in (
            lambda: Color.objects.create(name="blue", html_code="b"),
            lambda: Color.objects.bulk_create([Color(name="blue", html_code="b")]),
            red.delete,
            Color.objects.all().delete,
            red.resync,
        ):
            with pytest.raises(ForbiddenWrite):
                forbidden()


def test_steps_do_not_change_many_to_many_links(red):
    palette = Palette.objects.create(name="p")
    with writing_as(Writer.STEP, palette), pytest.raises(ForbiddenWrite, match=r"Palette\.colors"):
        palette.colors.add(red)
    assert not palette.colors.exists()


def test_a_step_writes_feedback_and_only_policies_become_due(page):
    with writing_as(Writer.STEP, page):
        page.page_url = "http://x"
        page.save()
        assert due(page) == (1, 2)
        page.backend_handle = "h"
        page.backend_status = "working"
        page.save()
        assert due(page) == (1, 2)
        ExampleServiceInstance.objects.update(page_url="http://y")
    assert due(page) == (1, 3)
    assert page.changed_by_step is not None


def test_a_step_never_claims_a_generation_that_it_did_not_load(page):
    in_step = ExampleServiceInstance.objects.get()
    page.tenant_message = "changed meanwhile"
    page.save()
    with writing_as(Writer.STEP, in_step):
        in_step.page_url = "http://x"
        in_step.save()
    assert in_step.generation == 1
    assert due(page) == (2, 3)
    page.refresh_from_db()
    assert (page.tenant_message, page.page_url) == ("changed meanwhile", "http://x")


def test_a_policy_does_not_set_itself_off(page, red):
    with writing_as(Writer.POLICY, page):
        page.foreground_color = red
        page.page_url = "http://x"
        page.save()
        assert due(page) == (2, 1)
        ExampleServiceInstance.objects.update(tenant_message="set by policy")
        assert due(page) == (3, 1)
        red.html_code = "#e00"
        red.save()
        Color.objects.update(name="crimson")
        assert due(red) == (3, 3)
    assert page.changed_by_policy is not None


def test_a_policy_knows_its_object_as_any_of_its_models(page):
    from xgen.runtime.core.models import ServiceInstance

    with writing_as(Writer.POLICY, ServiceInstance.objects.get()):
        page.tenant_message = "x"
        page.save()
        assert due(page) == (2, 1)


def test_a_policy_changes_the_links_of_its_object(red):
    palette = Palette.objects.create(name="p")
    with writing_as(Writer.POLICY, palette):
        palette.colors.add(red)
        assert due(palette) == (2, 1)
    with writing_as(Writer.POLICY, red):
        red.palettes.clear()
        assert due(palette) == (3, 2)


def test_the_runtime_writes_all_and_moves_nothing(red):
    with writing_as(Writer.RUNTIME):
        red.enacted_generation = 1
        red.backend_status = "OK"
        red.html_code = "x"
        red.save()
        Color.objects.update(backend_code=1)
    assert due(red) == (1, 1)
    red.refresh_from_db()
    assert (red.backend_status, red.backend_code, red.html_code) == ("OK", 1, "x")


def test_the_writer_nests_and_stays_in_its_thread():
    seen = []
    with writing_as(Writer.STEP, "a"):
        with writing_as(Writer.POLICY, "b"):
            assert current().writer is Writer.POLICY
        assert current() == (Writer.STEP, "a")
        thread = threading.Thread(target=lambda: seen.append(current().writer))
        thread.start()
        thread.join()
    assert seen == [Writer.USER]
    assert current().writer is Writer.USER


def test_objects_and_errors_can_be_pickled(red):
    again = pickle.loads(pickle.dumps(red))
    again.html_code = "#1"
    again.save()
    assert due(red) == (2, 2)
    error = pickle.loads(pickle.dumps(ForbiddenWrite("M", "f", "a step", "why")))
    assert str(error) == "a step may not write M.f: why"

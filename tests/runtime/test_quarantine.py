"""Objects that never come to rest: found, named, left alone until a user does something."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from enginekit import CONFIG, Backend, MadeClock, fresh, synchronizer, world

from xgen.runtime import history
from xgen.runtime.policy import ModelPolicy
from xgen.runtime.writer import Writer, writing_as

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def backend() -> Backend:
    return Backend()


@pytest.fixture
def clock() -> MadeClock:
    return MadeClock()


def policies(*pairs: tuple[Any, Any]) -> dict[Any, type[ModelPolicy[Any]]]:
    """Return policies that call a function whenever their object is new or was changed."""
    found: dict[Any, type[ModelPolicy[Any]]] = {}
    for kind, what in pairs:

        class Policy(ModelPolicy[Any]):
            model = kind
            run = staticmethod(what)

            def handle_create(self, o: Any) -> None:
                self.run(o)

            def handle_update(self, o: Any) -> None:
                self.run(o)

        Policy.__name__ = Policy.__qualname__ = f"ModelPolicy{kind.__name__}"
        found[kind] = Policy
    return found


def next_value(o: Any, field: str) -> None:
    """Give a field of an object another value."""
    before = getattr(o, field) or ""
    setattr(o, field, str(int(before) + 1 if before.isdigit() else 1))
    o.save()


def once_more(backend: Backend, clock: MadeClock, *pairs: tuple[Any, Any], after: int = 5) -> Any:
    config = replace(CONFIG, quarantine_after=after)
    return synchronizer(backend, policies=policies(*pairs), clock=clock, config=config)


def test_a_step_and_a_policy_that_set_each_other_off(backend: Backend, clock: MadeClock) -> None:
    from sampleservice._generated import models as m

    page = world()["page"]
    backend.on_sync["ExampleServiceInstance"] = lambda o: next_value(o, "page_url")
    sync = once_more(
        backend, clock, (m.ExampleServiceInstance, lambda o: next_value(o, "tenant_message"))
    )
    summary = sync.run(once=True)
    assert len(backend.synced("ExampleServiceInstance")) <= 6
    why = sync.why(fresh(page))
    assert why.state == "quarantined"
    text = why.policy_status if "quarantined" in why.policy_status else why.status
    assert "5 runs each set off by itself" in text
    assert f"changed tenant_message of ExampleServiceInstance {page.pk}" in text
    assert f"changed page_url of ExampleServiceInstance {page.pk}" in text
    assert why.attempts == 0
    assert summary.errors == 1
    assert {s.model: s.quarantined for s in sync.status()}["ExampleServiceInstance"] == 1
    entries = history.of_object("xgen_core.ServiceInstance", page.pk, [], most=100)
    assert [e.what for e in entries] == ["quarantine"]
    # Nothing but a user ends it: no time, no restart, no other object.
    calls = len(backend.calls)
    clock.run(sync, 5000)
    once_more(backend, clock).run(once=True)
    w = fresh(page).foreground_color
    w.html_code = "#123"
    w.save()
    assert sync.run(once=True).synced == 1
    assert len(backend.calls) == calls + 1
    assert sync.why(fresh(page)).state == "quarantined"


@pytest.mark.parametrize("how", ["change", "retry", "resync", "delete"])
def test_a_user_ends_a_quarantine(backend: Backend, clock: MadeClock, how: str) -> None:
    from sampleservice._generated import models as m

    from xgen.runtime import operations
    from xgen.runtime.queries import all_rows

    page = world()["page"]
    backend.on_sync["ExampleServiceInstance"] = lambda o: next_value(o, "page_url")
    pair = (m.ExampleServiceInstance, lambda o: next_value(o, "tenant_message"))
    sync = once_more(backend, clock, pair)
    sync.run(once=True)
    backend.on_sync.clear()
    page = fresh(page)
    rows = all_rows(m.ExampleServiceInstance, None).filter(pk=page.pk)
    by = operations.By(who="ann", now=clock.now)
    if how == "change":
        page.name = "new"
        page.save()
    elif how == "retry":
        assert operations.retry(rows, by) == 1
    elif how == "resync":
        # It asks for the step; the policy has something to do only if that writes something.
        assert operations.resync(rows, by) == 1
        operations.retry(rows, by)
    else:
        page.delete()
    assert sync.run(once=True).unfinished == 0


def test_policies_of_two_objects_that_set_each_other_off(
    backend: Backend, clock: MadeClock
) -> None:
    from sampleservice._generated import models as m

    w = world()

    def of_page(o: Any) -> None:
        next_value(m.Color.objects.get(pk=o.foreground_color_id), "html_code")

    def of_color(o: Any) -> None:
        for page in m.ExampleServiceInstance.objects.filter(foreground_color=o.pk):
            next_value(page, "tenant_message")

    sync = once_more(backend, clock, (m.ExampleServiceInstance, of_page), (m.Color, of_color))
    sync.run(once=True)
    states = {sync.why(fresh(w[name])).state for name in ("page", "red")}
    assert "quarantined" in states
    assert sync.why(fresh(w["blue"])).state == "in sync"


def test_a_cycle_through_a_dependency(backend: Backend, clock: MadeClock) -> None:
    from sampleservice._generated import models as m

    w = world()
    backend.on_sync["ExampleServiceInstance"] = lambda o: next_value(o, "page_url")

    def of_page(o: Any) -> None:
        if o.page_url:
            m.Color.objects.filter(pk=w["red"].pk).update(html_code=o.page_url)

    sync = once_more(backend, clock, (m.ExampleServiceInstance, of_page))
    sync.run(once=True)
    assert len(backend.synced("ExampleServiceInstance")) < 12
    states = {sync.why(fresh(w[name])).state for name in ("page", "red")}
    assert "quarantined" in states


def test_what_settles_in_time_is_left_alone(backend: Backend, clock: MadeClock) -> None:
    from sampleservice._generated import models as m

    page = world()["page"]

    def feedback(o: Any) -> None:
        if int(o.page_url or 0) < 4:
            next_value(o, "page_url")

    def policy(o: Any) -> None:
        if o.tenant_message != f"at {o.page_url}":
            o.tenant_message = f"at {o.page_url}"

    backend.on_sync["ExampleServiceInstance"] = feedback
    sync = once_more(backend, clock, (m.ExampleServiceInstance, policy))
    assert sync.run(once=True).unfinished == 0
    assert fresh(page).tenant_message == "at 4"


def test_many_changes_are_no_chain(backend: Backend, clock: MadeClock) -> None:
    """Users, retries, dependencies, and many policies that write to one object: all is well."""
    from sampleservice._generated import models as m

    w = world()
    pages = [
        m.ExampleServiceInstance.objects.create(
            name=f"p{i}", owner=w["service"], tenant_message="x", foreground_color=w["red"]
        )
        for i in range(12)
    ]

    def of_page(o: Any) -> None:
        next_value(m.ExampleService.objects.get(pk=w["service"].pk), "service_message")

    def of_service(o: Any) -> None:
        if o.service_message == "go":
            m.ExampleServiceInstance.objects.update(tenant_message="gone")

    pairs = ((m.ExampleServiceInstance, of_page), (m.ExampleService, of_service))
    sync = once_more(backend, clock, *pairs, after=3)
    assert sync.run(once=True).unfinished == 0
    for i in range(10):
        page = fresh(pages[0])
        page.tenant_message = f"edit {i}"
        page.save()
        assert sync.run(once=True).unfinished == 0
    service = fresh(w["service"])
    service.service_message = "go"
    service.save()
    assert sync.run(once=True).unfinished == 0
    assert int(fresh(service).service_message) >= 13


def test_what_users_change_all_the_time_is_innocent(backend: Backend, clock: MadeClock) -> None:
    from sampleservice._generated import models as m

    page = world()["page"]
    count: list[int] = []

    def feedback(o: Any) -> None:
        count.append(1)
        if len(count) < 12:
            next_value(o, "page_url")
            with writing_as(Writer.USER, None):
                m.ExampleServiceInstance.objects.filter(pk=o.pk).update(name=f"n{len(count)}")

    backend.on_sync["ExampleServiceInstance"] = feedback

    def policy(o: Any) -> None:
        if len(count) < 12:
            next_value(o, "tenant_message")

    sync = once_more(backend, clock, (m.ExampleServiceInstance, policy), after=3)
    assert sync.run(once=True).unfinished == 0
    assert sync.why(fresh(page)).state == "in sync"
    assert len(count) >= 12


def test_it_can_be_switched_off(backend: Backend, clock: MadeClock) -> None:
    from sampleservice._generated import models as m

    world()
    count: list[int] = []

    def feedback(o: Any) -> None:
        count.append(1)
        if len(count) < 40:
            next_value(o, "page_url")

    backend.on_sync["ExampleServiceInstance"] = feedback
    pair = (m.ExampleServiceInstance, lambda o: setattr(o, "tenant_message", f"{o.page_url}"))
    config = replace(CONFIG, quarantine_after=None)
    sync = synchronizer(backend, policies=policies(pair), clock=clock, config=config)
    assert sync.run(once=True).unfinished == 0
    assert len(count) == 40

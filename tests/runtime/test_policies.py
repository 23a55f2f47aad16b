"""Model policies in the loop, and what steps may write."""

from __future__ import annotations

from typing import Any

import pytest
from enginekit import Backend, MadeClock, fail, fresh, synchronizer, world

from xgen.runtime.policy import ModelPolicy

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def backend() -> Backend:
    return Backend()


@pytest.fixture
def clock() -> MadeClock:
    return MadeClock()


def policy_for(backend: Backend, **handlers: Any) -> dict[Any, Any]:
    """Return a policy for colours that notes its calls and runs ``handlers``."""
    from sampleservice._generated import models as m

    class ColorPolicy(ModelPolicy[Any]):
        model = m.Color

        def handle_create(self, o: Any) -> None:
            backend.note("create", o)
            handlers.get("create", lambda _: None)(o)

        def handle_update(self, o: Any) -> None:
            backend.note("update", o)
            handlers.get("update", lambda _: None)(o)

    return {m.Color: ColorPolicy}


def a_color(**values: Any) -> Any:
    from sampleservice._generated import models as m

    return m.Color.objects.create(**{"name": "c", "html_code": "x", **values})


def kinds(backend: Backend) -> list[str]:
    found = [kind for kind, _, _ in backend.calls]
    backend.calls.clear()
    return found


def test_a_due_policy_runs_before_the_step(backend: Backend) -> None:
    color = a_color()
    sync = synchronizer(backend, policies=policy_for(backend))
    sync.run(once=True)
    assert kinds(backend) == ["create", "sync"]
    assert (fresh(color).policy_code, fresh(color).policy_status) == (1, "OK")
    color = fresh(color)
    color.html_code = "y"
    color.save()
    sync.run(once=True)
    assert kinds(backend) == ["update", "sync"]
    color.resync()
    sync.run(once=True)
    assert kinds(backend) == ["sync"]


def test_a_policy_may_change_its_object_and_comes_to_rest(backend: Backend) -> None:
    def brighten(o: Any) -> None:
        o.html_code = "#fff"

    seen: list[str] = []
    backend.on_sync["Color"] = lambda o: seen.append(o.html_code)
    color = a_color()
    policies = policy_for(backend, create=brighten, update=brighten)
    synchronizer(backend, policies=policies).run(once=True)
    assert kinds(backend) == ["create", "sync"]
    assert seen == ["#fff"]
    assert fresh(color).generation == 2


def test_a_policy_may_create_objects_which_are_synced_at_once(backend: Backend) -> None:
    from sampleservice._generated import models as m

    policies = policy_for(backend, create=lambda o: m.Palette.objects.create(name=o.name))
    a_color()
    summary = synchronizer(backend, policies=policies).run(once=True)
    assert summary.synced == 2
    assert backend.synced("Palette") == [m.Palette.objects.get().pk]


def test_a_failed_policy_takes_its_writes_back_and_the_step_goes_on(
    backend: Backend, clock: MadeClock
) -> None:
    from sampleservice._generated import models as m

    def half(o: Any) -> None:
        m.Palette.objects.create(name="half")
        raise RuntimeError("no service yet")

    color = a_color()
    start = clock.now
    sync = synchronizer(backend, policies=policy_for(backend, create=half), clock=clock)
    clock.run(sync, 40)
    assert not m.Palette.objects.exists()
    color = fresh(color)
    assert (color.policy_code, color.policy_status) == (2, "RuntimeError: no service yet")
    assert color.backend_code == 1
    # Retried with backoff, not for ever every few seconds.
    runs = zip(backend.calls, backend.times, strict=True)
    assert [t - start for call, t in runs if call[0] == "create"] == [0, 1, 3, 7, 15, 31]
    assert sync.run(once=True).exit_code == 1


def test_a_policy_that_was_created_stays_create_until_it_succeeds(
    backend: Backend, clock: MadeClock
) -> None:
    policies = policy_for(backend, create=lambda o: len(backend.calls) < 2 and fail()(o))
    a_color()
    sync = synchronizer(backend, policies=policies, clock=clock)
    sync.run(once=True)
    clock.now += 1
    sync.run(once=True)
    assert kinds(backend) == ["create", "sync", "create"]


def test_feedback_of_a_step_sets_the_policy_off_but_not_the_step(backend: Backend) -> None:
    from sampleservice._generated import models as m

    class PagePolicy(ModelPolicy[Any]):
        model = m.ExampleServiceInstance

        def handle_update(self, o: Any) -> None:
            backend.note("update", o)

    service = m.ExampleService.objects.create(name="s", service_message="x")
    page = m.ExampleServiceInstance.objects.create(name="p", owner=service, tenant_message="x")

    def publish(o: Any) -> None:
        o.page_url = "http://page"

    backend.on_sync["ExampleServiceInstance"] = publish
    sync = synchronizer(backend, policies={m.ExampleServiceInstance: PagePolicy})
    sync.run(once=True)
    assert [c[:2] for c in backend.calls[1:]] == [
        ("sync", "ExampleServiceInstance"),
        ("update", "ExampleServiceInstance"),
    ]
    assert fresh(page).page_url == "http://page"
    assert fresh(page).generation == 1


# What steps may write


def a_page() -> Any:
    from sampleservice._generated import models as m

    service = m.ExampleService.objects.create(name="s", service_message="x")
    return m.ExampleServiceInstance.objects.create(name="p", owner=service, tenant_message="x")


@pytest.mark.parametrize("save", [True, False])
def test_a_step_that_writes_declarative_state_fails_and_the_error_names_the_field(
    backend: Backend, save: bool
) -> None:
    def write(o: Any) -> None:
        o.tenant_message = "mine"
        if save:
            o.save()

    backend.on_sync["ExampleServiceInstance"] = write
    page = a_page()
    synchronizer(backend).run(once=True)
    page = fresh(page)
    assert page.backend_code == 2
    assert "a sync step may not write ExampleServiceInstance.tenant_message" in page.backend_status
    assert (page.tenant_message, page.generation) == ("x", 1)


def test_feedback_of_a_failing_step_is_kept(backend: Backend) -> None:
    def write_and_fail(o: Any) -> None:
        o.page_url = "http://half"
        raise RuntimeError("half-way")

    backend.on_sync["ExampleServiceInstance"] = write_and_fail
    page = a_page()
    synchronizer(backend).run(once=True)
    page = fresh(page)
    assert (page.page_url, page.backend_code) == ("http://half", 2)


def test_a_handle_is_in_the_database_before_the_step_goes_on(backend: Backend) -> None:
    held: list[str | None] = []

    def create(o: Any) -> None:
        o.backend_handle = "vm-7"
        held.append(fresh(o).backend_handle)

    backend.on_sync["ExampleServiceInstance"] = create
    page = a_page()
    synchronizer(backend).run(once=True)
    assert held == ["vm-7"]
    assert fresh(page).backend_code == 1
    assert fresh(page).generation == 1


def test_feedback_that_does_not_fit_is_the_steps_error(backend: Backend) -> None:
    def write(o: Any) -> None:
        o.page_url = "x" * 1000

    backend.on_sync["ExampleServiceInstance"] = write
    page = a_page()
    synchronizer(backend).run(once=True)
    page = fresh(page)
    assert page.backend_code == 2
    assert "page_url" in page.backend_status
    assert page.page_url is None


def test_a_users_write_during_a_step_is_not_overwritten_by_feedback(backend: Backend) -> None:
    from sampleservice._generated import models as m

    from xgen.runtime.writer import Writer, writing_as

    def write(o: Any) -> None:
        o.page_url = "http://page"
        if o.tenant_message == "x":
            with writing_as(Writer.USER):
                m.ExampleServiceInstance.objects.filter(pk=o.pk).update(tenant_message="new")

    backend.on_sync["ExampleServiceInstance"] = write
    page = a_page()
    synchronizer(backend).run(once=True)
    page = fresh(page)
    assert (page.tenant_message, page.page_url) == ("new", "http://page")
    assert backend.synced("ExampleServiceInstance") == [page.pk] * 2


def test_a_step_gets_an_instance_of_its_own_each_time(backend: Backend) -> None:
    from sampleservice._generated import models as m

    from xgen.runtime.step import SyncStep

    steps: list[Any] = []

    class SyncColor(SyncStep[Any]):
        observes = m.Color

        def sync_record(self, _: Any) -> None:
            steps.append(self)

    for i in range(5):
        a_color(name=f"c{i}")
    synchronizer(backend, steps={m.Color: SyncColor}).run(once=True)
    assert len({id(step) for step in steps}) == 5


def test_dependents_do_not_wait_for_a_policy(backend: Backend, clock: MadeClock) -> None:
    from sampleservice._generated import models as m

    w = world()

    class Policy(ModelPolicy[Any]):
        model = m.ExampleServiceInstance
        handle_create = staticmethod(fail("no"))

    synchronizer(backend, policies={m.ExampleServiceInstance: Policy}, clock=clock).run(once=True)
    assert fresh(w["page"]).policy_code == 2
    assert fresh(w["image"]).backend_code == 1


def test_a_change_between_the_claim_and_the_policy_is_looked_at_again(
    backend: Backend, clock: MadeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sampleservice._generated import models as m

    from xgen.runtime.execution import Runner

    seen: list[str] = []
    color = m.Color.objects.create(name="old", html_code="x")
    policies = policy_for(backend, create=lambda o: seen.append(o.name))
    run = Runner._run_policy

    def changed_before(self: Runner, job: Any) -> Any:
        if not seen:
            m.Color.objects.filter(pk=color.pk).update(name="new")
        return run(self, job)

    monkeypatch.setattr(Runner, "_run_policy", changed_before)
    handlers = policies[m.Color]
    monkeypatch.setattr(handlers, "handle_update", handlers.handle_create)
    synchronizer(backend, policies=policies, clock=clock).run(once=True)
    assert seen == ["old", "new"]
    color = fresh(color)
    assert color.policed_revision == color.revision

"""Defects of what is kept: deletions, changes made meanwhile, what decides."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from defectkit import Defect, as_user, make_color
from enginekit import Backend, MadeClock, exists, fresh, synchronizer, world

from xgen.runtime.reconcile import Action

if TYPE_CHECKING:
    import pytest


def _failed_playbooks_delete_nothing() -> None:
    from sampleservice._generated import models as m

    from xgen.runtime import playbooks

    class Step(playbooks.AnsibleStep[Any]):
        observes = m.Color
        playbook = "sync_color.yaml"

    def run_playbook(_: Any, variables: Any, **more: Any) -> None:
        if variables["state"] == "absent":
            raise playbooks.PlaybookFailedException("the host is unreachable")

    color = make_color("c")
    found, playbooks.run_playbook = playbooks.run_playbook, run_playbook  # type: ignore[assignment]
    finished, Step.finished = Step.finished, lambda *_: None  # type: ignore[method-assign]
    try:
        sync = synchronizer(Backend(), steps={m.Color: Step}, clock=MadeClock())
        sync.run(once=True)
        color.delete()
        sync.run(once=True)
    finally:
        playbooks.run_playbook, Step.finished = found, finished  # type: ignore[method-assign]
    assert exists(color)
    color = fresh(color)
    assert (color.backend_code, color.backend_need_reap) == (2, False)


def _failures_are_swallowed(patch: pytest.MonkeyPatch) -> None:
    from xgen.runtime.playbooks import AnsibleStep

    run = AnsibleStep.run

    def silent(self: Any, *words: Any, **more: Any) -> Any:
        with suppress(Exception):
            return run(self, *words, **more)

    patch.setattr(AnsibleStep, "run", silent)


def _clocks_may_go_back() -> None:
    from django.utils import timezone

    color, backend = make_color("c"), Backend()
    synchronizer(backend).run(once=True)
    now = timezone.now
    timezone.now = lambda: now() - timedelta(hours=1)
    try:
        color = fresh(color)
        color.html_code = "#111"
        color.save()
        synchronizer(backend).run(once=True)
    finally:
        timezone.now = now
    assert backend.synced() == [color.pk, color.pk]


def _times_decide(patch: pytest.MonkeyPatch) -> None:
    from django.db.models import F, Q

    late = Q(enacted=None) | Q(enacted__lt=F("updated"))
    patch.setattr("xgen.runtime.store.BEHIND", late)


def _deletion_runs_in_reverse() -> None:
    backend = Backend()
    w = world()
    sync = synchronizer(backend)
    sync.run(once=True)
    for name in ("service", "red", "blue"):
        w[name].delete()
    sync.run(once=True)
    models = [model for kind, model, _ in backend.calls if kind == "delete"]
    assert models[:2] == ["EmbeddedImage", "ExampleServiceInstance"]
    assert sorted(models[2:]) == ["Color", "Color", "ExampleService"]


def _deleted_objects_wait_for_nobody(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("xgen.runtime.planner.Planner._plan_going", lambda *_: None)


def _changes_meanwhile_are_kept() -> None:
    page, backend = world()["page"], Backend()
    seen: list[str] = []

    def run(o: Any) -> None:
        seen.append(o.tenant_message)
        o.page_url = f"http://{len(seen)}"
        if len(seen) == 1:
            rows = type(o).objects.filter(pk=o.pk)
            as_user(lambda: rows.update(tenant_message="changed meanwhile"))

    backend.on_sync["ExampleServiceInstance"] = run
    synchronizer(backend).run(once=True)
    page = fresh(page)
    assert (page.tenant_message, page.page_url) == ("changed meanwhile", "http://2")
    assert seen == ["hi", "changed meanwhile"]


def _writes_all_that_it_read(patch: pytest.MonkeyPatch) -> None:
    from xgen.runtime.execution import Runner
    from xgen.runtime.kinds import Kind, shape_of
    from xgen.runtime.queries import all_rows

    run = Runner._run_step

    def overwriting(self: Runner, job: Any) -> Any:
        ended, kind = run(self, job), type(job.obj)
        names = [c.attname for c in shape_of(kind).columns if c.kind is Kind.DECLARATIVE]
        values = {name: job.obj.__dict__[name] for name in names}
        if job.action is Action.SYNC:
            all_rows(kind, "default").filter(pk=job.obj.pk).plain_update(values)
        return ended

    patch.setattr(Runner, "_run_step", overwriting)


def _marks_done_what_it_did_not_see(patch: pytest.MonkeyPatch) -> None:
    from xgen.runtime.statements import Statements

    done = Statements._done

    def latest(self: Statements, root: int, e: Any) -> Any:
        e.generation = fresh(e.obj).generation
        return done(self, root, e)

    patch.setattr(Statements, "_done", latest)


DEFECTS = (
    Defect(
        "deleted although the playbook failed",
        _failed_playbooks_delete_nothing,
        _failures_are_swallowed,
    ),
    Defect("timestamps that go backwards", _clocks_may_go_back, _times_decide),
    Defect(
        "no reverse order on deletion", _deletion_runs_in_reverse, _deleted_objects_wait_for_nobody
    ),
    Defect(
        "a write of synced state overwrites a change made meanwhile",
        _changes_meanwhile_are_kept,
        _writes_all_that_it_read,
    ),
    Defect(
        "a change made meanwhile counts as synced",
        _changes_meanwhile_are_kept,
        _marks_done_what_it_did_not_see,
    ),
)

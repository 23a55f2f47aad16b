"""`plan`: what would run, in which order, why and how surely; it never writes."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from enginekit import Backend, MadeClock, fail, fresh, synchronizer, world

from xgen.runtime import cli, operations
from xgen.runtime.forecast import CERTAIN, CONDITIONAL, HELD, LATER, Forecast, Planned
from xgen.runtime.operations import By
from xgen.runtime.playbooks import AnsibleStep
from xgen.runtime.policy import ModelPolicy
from xgen.runtime.preview import preview, read_only
from xgen.runtime.selection import select

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def backend() -> Backend:
    return Backend()


@pytest.fixture
def clock() -> MadeClock:
    return MadeClock()


def planned(sync: Any) -> list[Planned]:
    return Forecast(sync.store, sync.clock).runs()


def short(sync: Any) -> list[tuple[int, str, str, str]]:
    return [(one.wave, one.action, one.name, one.certainty) for one in planned(sync)]


def test_new_objects_are_created_in_waves(backend, clock):
    world()
    sync = synchronizer(backend, clock=clock)
    runs = planned(sync)
    assert [(one.wave, one.action, one.name, one.certainty) for one in runs] == [
        (1, "create", "ExampleService s", CERTAIN),
        (1, "create", "Color red", CERTAIN),
        (1, "create", "Color blue", CERTAIN),
        (2, "create", "ExampleServiceInstance page", CONDITIONAL),
        (3, "create", "EmbeddedImage sun,page", CONDITIONAL),
    ]
    assert runs[3].why == "it is new; after ExampleService s, Color red, Color blue"
    assert runs[0].why == "it is new"


def test_waves_have_no_gaps_where_there_are_policies(backend, clock):
    from sampleservice._generated import models as m

    class Policy(ModelPolicy[Any]):
        model = m.Color

    class PagePolicy(ModelPolicy[Any]):
        model = m.ExampleServiceInstance

    world()
    policies = {m.Color: Policy, m.ExampleServiceInstance: PagePolicy}
    runs = planned(synchronizer(backend, clock=clock, policies=policies))
    assert {one.wave for one in runs if one.action == "policy"} == {1}
    waves = {one.name: one.wave for one in runs if one.action == "create"}
    assert waves == {
        "ExampleService s": 1,
        "Color red": 2,
        "Color blue": 2,
        "ExampleServiceInstance page": 3,
        "EmbeddedImage sun,page": 4,
    }


def test_the_plan_is_what_then_happens(backend, clock):
    w = world()
    sync = synchronizer(backend, clock=clock)
    runs = [(one.model, one.id) for one in planned(sync)]
    sync.run(once=True)
    assert [(model, pk) for _, model, pk in backend.calls] == runs
    assert planned(sync) == []
    w["red"].html_code = "maroon"
    w["red"].save()
    before = len(backend.calls)
    runs = [(one.model, one.id) for one in planned(sync)]
    sync.run(once=True)
    assert [(model, pk) for _, model, pk in backend.calls[before:]] == runs


def test_what_depends_on_a_change_follows(backend, clock):
    w = world()
    sync = synchronizer(backend, clock=clock)
    sync.run(once=True)
    w["red"].html_code = "maroon"
    w["red"].save()
    assert [(one.name, one.action, one.certainty, one.why) for one in planned(sync)] == [
        ("Color red", "update", CERTAIN, "it changed"),
        (
            "ExampleServiceInstance page",
            "update",
            CONDITIONAL,
            "it depends on Color red, which changes; after Color red",
        ),
    ]
    sync.run(once=True)
    w["red"].resync()
    (only,) = planned(sync)  # a resync changes nothing, so nothing follows
    assert only.why == "a resync was asked for, or something that it depends on changed"


def test_deletions_run_against_the_edges(backend, clock):
    w = world()
    sync = synchronizer(backend, clock=clock)
    sync.run(once=True)
    w["page"].delete()
    assert short(sync) == [
        (1, "delete", "EmbeddedImage sun,page", CERTAIN),
        (2, "delete", "ExampleServiceInstance page", CONDITIONAL),
    ]
    green = type(w["red"]).objects.create(name="green", html_code="x")
    green.delete()
    forget = next(one for one in planned(sync) if one.name == "Color green")
    assert (forget.action, forget.why) == ("forget", "it was never synced")


def test_what_failed_comes_later_and_so_does_what_waits_for_it(backend, clock):
    w = world()
    backend.on_sync["ExampleService"] = fail("down")
    sync = synchronizer(backend, clock=clock)
    sync.run(once=True)
    runs = planned(sync)
    assert [(one.name, one.certainty) for one in runs] == [
        ("ExampleService s", LATER),
        ("ExampleServiceInstance page", LATER),
        ("EmbeddedImage sun,page", LATER),
    ]
    assert {one.not_before for one in runs} == {fresh(w["service"]).sync_retry_at}
    assert runs[0].why.startswith("it is new; it failed once; not before ")
    operations.pause("sampleservice", None, By(who="ann", now=clock.now), None)
    assert {one.certainty for one in planned(sync)} == {HELD}
    assert "everything is paused by ann" in planned(sync)[0].why


def test_what_is_not_tried_again_is_held(backend, clock):
    from xgen.runtime import PermanentException

    def never(_: Any) -> None:
        raise PermanentException("no")

    world()
    backend.on_sync["ExampleService"] = never
    sync = synchronizer(backend, clock=clock)
    sync.run(once=True)
    first = planned(sync)[0]
    assert (first.certainty, first.not_before) == (HELD, None)
    assert first.why == "it is new; it failed once; it is not tried again until it changes"


def test_policies_come_first(backend, clock):
    from sampleservice._generated.models import Color

    class Policy(ModelPolicy[Color]):
        model = Color

    world()
    sync = synchronizer(backend, clock=clock, policies={Color: Policy})
    runs = [one for one in planned(sync) if one.name == "Color red"]
    assert [(one.wave, one.action, one.certainty) for one in runs] == [
        (1, "policy", CERTAIN),
        (2, "create", CONDITIONAL),
    ]
    assert runs[1].why == "it is new; after its policy"


def test_objects_that_wait_for_each_other_are_held(backend, clock):
    from sampleservice._generated.models import Palette

    one = Palette.objects.create(name="one")
    two = Palette.objects.create(name="two", parent=one)
    one.parent = two
    one.save()
    runs = planned(synchronizer(backend, clock=clock))
    assert {run.certainty for run in runs} == {HELD}
    assert all("wait for each other" in run.why for run in runs)


# Previews


def previewed(backend: Backend, clock: MadeClock, plan: Any) -> Planned:
    from sampleservice._generated.models import Color

    red = Color.objects.create(name="red", html_code="#f00")
    step = backend.step(Color, plan=plan)
    sync = synchronizer(backend, clock=clock, steps={Color: step}, deps="Color: []")
    (run,) = planned(sync)
    preview(sync.store, [run])
    assert backend.calls == []
    after = fresh(red)
    assert (after.backend_handle, after.html_code, after.generation) == (None, "#f00", 1)
    red.html_code = "maroon"  # the database can be written to again
    red.save()
    return run


def test_a_step_says_what_it_would_change(backend, clock):
    run = previewed(backend, clock, lambda _self, o: [f"paint {o.name}", "password=swordfish"])
    assert run.changes == ["paint red", "password=***"]


def test_a_step_that_cannot_say(backend, clock):
    assert previewed(backend, clock, lambda _self, _o: None).changes is None


def _updates(_self: Any, o: Any) -> list[str]:
    type(o).objects.filter(pk=o.pk).resync()
    return []


def _saves(_self: Any, o: Any) -> list[str]:
    o.backend_status = "here"
    o.save()
    return []


@pytest.mark.parametrize("writes", [_updates, _saves])
@pytest.mark.usefixtures("store")
def test_a_plan_cannot_write(backend, clock, writes):
    (line,) = previewed(backend, clock, writes).changes
    assert line.startswith("cannot tell: ")


@pytest.mark.usefixtures("store")
def test_the_database_refuses_what_we_would_not(clock, backend):
    from django.db import DatabaseError

    w = world()
    with read_only("default"), pytest.raises(DatabaseError):
        type(w["red"]).all_objects.filter(pk=w["red"].pk).resync()
    w["red"].resync()


def test_a_handle_that_is_assigned_is_not_kept(backend, clock):
    def assigns(_self: Any, o: Any) -> list[str]:
        o.backend_handle = "new"
        return [f"create {o.backend_handle}"]

    assert previewed(backend, clock, assigns).changes == ["create new"]


def test_a_step_that_breaks_while_it_plans(backend, clock):
    run = previewed(backend, clock, lambda _self, _o: 1 / 0)
    assert run.changes == ["cannot tell: ZeroDivisionError: division by zero"]


PLAYBOOK = """
- hosts: localhost
  gather_facts: false
  tasks:
    - name: write the colour
      ansible.builtin.copy: {content: "{{ html_code }}\\n", dest: "{{ target }}"}
      when: state == "present"
    - name: write what is secret
      ansible.builtin.copy: {content: hush-hush, dest: "{{ target }}.secret"}
      no_log: true
    - name: nothing to do
      ansible.builtin.debug: {msg: hello}
"""


def test_a_playbook_says_what_it_would_change(backend, clock, tmp_path):
    from sampleservice._generated.models import Color

    pytest.importorskip("ansible")
    (tmp_path / "playbooks").mkdir()
    (tmp_path / "playbooks" / "color.yaml").write_text(PLAYBOOK)
    target = tmp_path / "color.txt"

    class Step(AnsibleStep[Color]):
        observes = Color
        playbook = "color.yaml"

        def variables(self, o: Color) -> dict[str, object]:
            return {"html_code": o.html_code, "target": str(target)}

    Color.objects.create(name="red", html_code="#f00")
    sync = synchronizer(backend, clock=clock, steps={Color: Step}, deps="Color: []")
    context = replace(sync.registry.context, folder=tmp_path)
    sync.store.registry = replace(sync.registry, context=context)
    (run,) = planned(sync)
    preview(sync.store, [run])
    assert run.changes is not None
    assert run.changes[0] == "task 'write the colour' would change localhost"
    assert "  +#f00" in run.changes
    assert "task 'write what is secret' would change localhost" in run.changes
    assert "hush" not in str(run.changes)
    assert "nothing to do" not in str(run.changes)
    assert not target.exists()


# As operators type it


@pytest.fixture
def xgen(db, capfd):
    def run(*words: str) -> tuple[int, str, str]:
        code = cli.invoke("sampleservice", [*words, "--database", db])
        out, err = capfd.readouterr()
        return code, out, err

    return run


def test_plan_on_the_command_line(xgen):
    assert xgen("plan") == (0, "there is nothing to do\n", "")
    world()
    code, out, err = xgen("plan")
    assert (code, err) == (1, "")
    rows = out.splitlines()
    assert rows[0].split() == ["WAVE", "ACTION", "OBJECT", "CERTAINTY", "WHY"]
    assert rows[-1] == "5 runs: 5 create"
    code, out, _ = xgen("plan", "Color", "where", "name~=r", "-o", "json")
    data = json.loads(out)
    assert (code, data["total"]) == (1, 1)
    assert data["runs"][0]["key"] == "red"
    assert "obj" not in data["runs"][0]
    out = xgen("plan", "-n", "2")[1]
    assert "and 3 more\n" in out
    assert select(["Color"], "sampleservice").rows().filter(generation=1).count() == 2

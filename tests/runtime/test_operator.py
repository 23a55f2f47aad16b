"""What operators do and see: pauses, retries, the history, releases, selections."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from enginekit import Backend, MadeClock, exists, fail, fresh, synchronizer, world

from xgen.runtime import chores, cli, history, operations, pauses, selection
from xgen.runtime.config import HistoryConfig
from xgen.runtime.core.operation import HistoryEntry, Pause, Running
from xgen.runtime.errors import DataError
from xgen.runtime.operations import By, ReleaseError
from xgen.runtime.selection import SelectionError, select

PACKAGE = "sampleservice"


@pytest.fixture
def backend() -> Backend:
    return Backend()


@pytest.fixture
def clock() -> MadeClock:
    return MadeClock()


def by(clock: MadeClock, why: str = "maintenance") -> By:
    return By(who="ann@desk", now=clock.now, why=why)


def chosen(*words: str) -> selection.Selection:
    return select(words, PACKAGE)


def past(o: Any) -> list[tuple[str, str]]:
    rows = HistoryEntry.objects.filter(object_id=o.pk, model=type(o)._meta.label).order_by("id")
    return [(row.what, row.text) for row in rows]


# Pauses


def test_a_paused_object_holds_what_depends_on_it_and_nothing_else(store, backend, clock):
    w = world()
    operations.pause(PACKAGE, chosen("Color", "red"), by(clock), None)
    sync = synchronizer(backend, clock=clock)
    sync.run(once=True)
    assert backend.synced("Color") == [w["blue"].pk]
    assert backend.synced("ExampleServiceInstance") == []
    why = sync.why(w["red"])
    assert (why.state, why.paused.who, why.paused.why) == ("paused", "ann@desk", "maintenance")
    assert str(why) == "paused by ann@desk: maintenance"
    assert next(m for m in sync.status() if m.model == "Color").paused == 1
    assert operations.resume(PACKAGE, chosen("Color", "red"), by(clock)) == 1
    sync.run(once=True)
    assert len(backend.calls) == 5
    assert past(w["red"]) == [("pause", "maintenance"), ("resume", "maintenance")]


@pytest.mark.usefixtures("db")
def test_a_pause_of_a_model_is_for_objects_to_come_and_for_derived_models(backend, clock):
    operations.pause(PACKAGE, chosen("ServiceInstance"), by(clock), None)
    world()
    synchronizer(backend, clock=clock).run(once=True)
    assert backend.synced("ExampleServiceInstance") == []
    assert len(backend.synced("Color")) == 2
    assert operations.resume(PACKAGE, chosen("ServiceInstance"), by(clock)) == 1


@pytest.mark.usefixtures("db")
def test_a_pause_of_everything_ends_by_itself(backend, clock):
    world()
    operations.pause(PACKAGE, None, by(clock), clock.now + 60)
    sync = synchronizer(backend, clock=clock)
    assert sync.run(once=True).synced == 0
    assert backend.calls == []
    clock.now += 61
    assert sync.run(once=True).synced == 5


@pytest.mark.usefixtures("db")
def test_a_running_synchronizer_notices_pauses_and_their_end_promptly(backend, clock):
    w = world()
    began = clock.now
    operations.pause(PACKAGE, None, by(clock), clock.now + 45)
    sync = synchronizer(backend, clock=clock)
    backend.on_sync["EmbeddedImage"] = lambda _: sync.stop()
    sync.run()  # until the image, the last of all, has been synced
    assert clock.now == began + 45
    assert fresh(w["image"]).backend_code == 1

    def then_pause(_: Any) -> None:
        operations.pause(PACKAGE, None, by(clock), None)
        w["image"].resync()

    backend.on_sync.clear()
    backend.on_sync["Color"] = then_pause
    w["red"].resync()
    sync.run(once=True)
    assert backend.calls[-1][1] == "Color"  # the image is due, and left alone


@pytest.mark.usefixtures("db")
def test_pauses_of_others_and_pauses_that_are_over_do_not_count(backend, clock):
    world()
    operations.pause("otherservice", None, by(clock), None)
    operations.pause(PACKAGE, chosen("Color"), by(clock), clock.now - 1)
    assert synchronizer(backend, clock=clock).run(once=True).synced == 5
    assert [one.what for one in pauses.listed(PACKAGE, clock.now)] == []


@pytest.mark.usefixtures("db")
def test_pausing_again_replaces_the_pause(clock):
    world()
    operations.pause(PACKAGE, chosen("Color", "red"), by(clock), None)
    operations.pause(PACKAGE, chosen("Color", "red"), by(clock, "longer"), clock.now + 9)
    (row,) = Pause.objects.all()
    assert (row.why, row.until, row.name) == ("longer", clock.now + 9, "Color red")
    operations.pause(PACKAGE, chosen("Color"), by(clock), None)
    assert operations.resume(PACKAGE, chosen("Color"), by(clock)) == 2


def test_reading_pauses_is_one_query(db, clock):
    w = world()
    operations.pause(PACKAGE, chosen("Color where html_code~=#"), by(clock), None)
    with CaptureQueriesContext(connection) as queries:
        found = pauses.read(PACKAGE)
    assert len(queries) == 1
    assert set(found.objects) == {("sampleservice.Color", w[name].pk) for name in ("red", "blue")}


# Retry and resync


@pytest.mark.usefixtures("db")
def test_retry_does_not_wait_for_the_backoff(backend, clock):
    w = world()
    backend.on_sync["Color"] = fail()
    sync = synchronizer(backend, clock=clock)
    sync.run(once=True)
    tries = len(backend.synced("Color"))
    assert fresh(w["red"]).sync_retry_at > clock.now
    backend.on_sync.clear()
    assert operations.retry(chosen("Color").rows(), by(clock)) == 2
    assert operations.retry(chosen("Color").rows(), by(clock)) == 0
    before = clock.now
    sync.run(once=True)
    assert len(backend.synced("Color")) == tries + 2
    assert clock.now == before
    whats = [what for what, _ in past(w["red"])]
    assert whats == ["error", "retry"]


@pytest.mark.usefixtures("db")
def test_retry_wakes_what_was_deferred(backend, clock):
    from xgen.runtime import DeferredException

    def later(_: Any) -> None:
        raise DeferredException("not yet", after=3600)

    w = world()
    backend.on_sync["ExampleService"] = later
    sync = synchronizer(backend, clock=clock)
    sync.run(once=True)
    backend.on_sync.clear()
    assert operations.retry(chosen("ExampleService", "s").rows(), by(clock)) == 1
    sync.run(once=True)
    assert fresh(w["service"]).backend_code == 1


@pytest.mark.usefixtures("db")
def test_resync_of_what_fits_a_condition(backend, clock):
    w = world()
    sync = synchronizer(backend, clock=clock)
    sync.run(once=True)
    backend.calls.clear()
    assert operations.resync(chosen("Color", "where", "name~=RE").rows(), by(clock)) == 1
    sync.run(once=True)
    assert backend.calls == [("sync", "Color", w["red"].pk)]
    w["red"].delete()
    assert operations.resync(chosen("Color where name=red").rows(), by(clock)) == 0


def test_thousands_are_retried_and_noted_with_few_statements(db, clock):
    from sampleservice._generated.models import Color

    from xgen.runtime.writer import Writer, writing_as

    Color.objects.bulk_create([Color(name=f"c{n}", html_code="x") for n in range(1200)])
    with writing_as(Writer.RUNTIME):
        Color.objects.update(sync_attempts=1)
    with CaptureQueriesContext(connection) as queries:
        assert operations.retry(chosen("Color").rows(), by(clock)) == 1200
    assert len(queries) < 30
    assert HistoryEntry.objects.filter(what="retry").count() == 1200


# Selections


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (["Color where name=red"], ["red"]),
        (["colors", "where", "name!=red"], ["blue"]),
        (["Color", "WHERE", "name~=R,html_code=#f00"], ["red"]),
        (["Color", "red", "blue"], ["red", "blue"]),
        (["Color where backend_handle=null"], ["red", "blue"]),
        (["Color where generation=1"], ["red", "blue"]),
        (["Color where deleted=true"], []),
        (["ExampleServiceInstance where foreground_color=red"], ["page"]),
        (["ExampleServiceInstance where foreground_color~=LU"], []),
        (["ExampleServiceInstance where foreground_color=#1,owner=s"], ["page"]),
        (["ServiceInstance"], ["page"]),
    ],
)
@pytest.mark.usefixtures("db")
def test_a_selection(words, names):
    world()
    assert [o.name for o in chosen(*words).objects()] == names


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["Color where nmae=red"], "Color has no field 'nmae'; did you mean name?"),
        (["Color where name>red"], "cannot read the condition 'name>red'; write FIELD=VALUE"),
        (["Color where"], "there is no condition after `where`"),
        (["Color where name=red,"], "cannot read the condition ''"),
        (["Color where generation=many"], "generation: “many” value must be an integer"),
        (["Color where generation~=1"], "`~=` looks into text, and Color.generation is none"),
        (["Palette where secret=x"], "Palette.secret is secret"),
        (["Colour where name=red"], "there is no model 'Colour'; did you mean Color?"),
        (["ExampleServiceInstance where owner=#x"], "owner: 'x' is no id"),
        (["Color where generation=null"], "generation always has a value"),
        (["User"], "objects of User are not synced"),
    ],
)
@pytest.mark.usefixtures("db")
def test_a_selection_that_cannot_be_read(words, text):
    with pytest.raises(DataError) as caught:
        chosen(*words)
    assert text in str(caught.value)
    assert issubclass(SelectionError, DataError)


# History


@pytest.mark.usefixtures("db")
def test_the_history_has_each_error_once_and_its_end(backend, clock):
    w = world()
    backend.on_sync["ExampleService"] = fail("down")
    sync = synchronizer(backend, clock=clock)
    for seconds in (0, 2, 4, 8):
        clock.now += seconds
        sync.run(once=True)
    backend.on_sync["ExampleService"] = fail("on fire")
    clock.now += 60
    sync.run(once=True)
    began = HistoryEntry.objects.order_by("id")[0].at
    assert sync.why(w["service"]).failing_since == began
    backend.on_sync.clear()
    clock.now += 60
    sync.run(once=True)
    assert past(w["service"]) == [
        ("error", "RuntimeError: down"),
        ("error", "RuntimeError: on fire"),
        ("recovered", f"after {len(backend.synced('ExampleService')) - 1} failures"),
    ]
    assert HistoryEntry.objects.exclude(model="sampleservice.ExampleService").count() == 0
    assert sync.why(w["service"]).failing_since is None


@pytest.mark.usefixtures("db")
def test_deletions_stay_in_the_history_when_the_rows_are_gone(backend, clock):
    w = world()
    sync = synchronizer(backend, clock=clock)
    sync.run(once=True)
    w["image"].delete()
    sync.run(once=True)
    assert not exists(w["image"])
    (entry,) = history.of_the_gone("sampleservice.EmbeddedImage", "sun", most=10)
    assert (entry.what, entry.who) == ("deleted", "")


def test_the_history_is_bounded(store, clock):
    notes = [
        history.Note(root="r", pk=n % 3, model="m", name=str(n), what="error") for n in range(30)
    ]
    history.write(notes[:10], clock.now - 10 * 86_400)
    history.write(notes[10:], clock.now)
    config = HistoryConfig(days=5, per_object=4, entries=100)
    assert history.prune(config, clock.now, "default") == 18
    assert {row.name for row in HistoryEntry.objects.all()} == {str(n) for n in range(18, 30)}
    history.prune(HistoryConfig(days=5, per_object=4, entries=5), clock.now, "default")
    assert HistoryEntry.objects.count() == 5


# Release


@pytest.mark.usefixtures("db")
def test_release_gives_up_on_a_back_end_that_never_answers(backend, clock):
    w = world()
    sync = synchronizer(backend, clock=clock)
    sync.run(once=True)
    with pytest.raises(ReleaseError, match="is not being deleted; delete it first"):
        operations.release(w["image"], by(clock))
    backend.on_delete["EmbeddedImage"] = fail("no answer")
    w["image"].delete()
    sync.run(once=True)
    assert exists(w["image"])
    assert operations.release(w["image"], by(clock, "the host is scrap"))
    assert not exists(w["image"])
    found = past(w["image"])
    assert found[-2:] == [("release", "the host is scrap"), ("deleted", "")]
    with pytest.raises(ReleaseError, match="gone already"):
        operations.release(w["image"], by(clock))


@pytest.mark.usefixtures("db")
def test_a_released_object_that_others_need_goes_after_them(backend, clock):
    w = world()
    sync = synchronizer(backend, clock=clock)
    sync.run(once=True)
    backend.on_delete["EmbeddedImage"] = backend.on_delete["ExampleServiceInstance"] = fail()
    w["page"].delete()  # takes the image along
    sync.run(once=True)
    assert not operations.release(w["page"], by(clock))
    assert operations.release(w["image"], by(clock))
    calls = len(backend.calls)
    sync.run(once=True)
    assert not exists(w["page"])
    assert len(backend.calls) == calls  # its back-end was not asked again


@pytest.mark.usefixtures("db")
def test_what_is_worked_on_is_not_released(clock):
    from xgen.runtime.writer import Writer, writing_as

    w = world()
    w["red"].delete()
    with writing_as(Writer.RUNTIME):
        type(w["red"]).all_objects.filter(pk=w["red"].pk).update(
            claim_owner="elsewhere:1:1:1", claim_expires=clock.now + 60
        )
    with pytest.raises(ReleaseError, match="being worked on by elsewhere:1:1:1"):
        operations.release(w["red"], by(clock))


# Who runs


@pytest.mark.usefixtures("db")
def test_a_synchronizer_says_that_it_runs_and_what_became_of_its_log(backend, clock, monkeypatch):
    monkeypatch.setattr(chores, "_log_lines", lambda: {"sent": 5, "dropped": 2})
    sync = synchronizer(backend, clock=clock)
    w = world()
    seen: list[chores.Presence] = []

    def look(_: Any) -> None:
        seen.extend(chores.presences(PACKAGE, clock.now))

    backend.on_sync["ExampleService"] = look
    sync.run(once=True)
    assert [(one.state, one.since) for one in seen] == [("running", clock.now)]
    assert "process" in seen[0].place
    (after,) = chores.presences(PACKAGE, clock.now)
    assert (after.state, after.log_lines) == ("stopped", {"sent": 5, "dropped": 2})
    Running.objects.update(stopped=None)
    assert chores.presences(PACKAGE, clock.now)[0].state == "running"
    assert chores.presences(PACKAGE, clock.now + 3600)[0].state == "lost"
    assert w


@pytest.mark.usefixtures("db")
def test_an_idle_synchronizer_writes_once_a_minute_and_prunes(backend, clock):
    history.write([history.Note(root="r", pk=1, model="m", name="", what="error")], clock.now - 1e9)
    Pause.objects.create(
        synchronizer=PACKAGE, model="x", object_id=1, who="a", since=0, until=clock.now + 30
    )
    sync = synchronizer(backend, clock=clock)
    began = clock.now
    seen: list[float] = []

    class Stopping(MadeClock):
        def wait(self, event: Any, timeout: float | None) -> bool:
            seen.append(Running.objects.get().seen)
            if self.now > began + 200:
                sync.stop()
            return super().wait(event, timeout)

    stopping = Stopping(began)
    sync = synchronizer(backend, clock=stopping)
    sync.run()
    assert len(set(seen)) == 4  # at the start, and each minute after
    assert HistoryEntry.objects.count() == 0
    assert Pause.objects.count() == 0


# As operators type it


@pytest.fixture
def xgen(db, capfd):
    def run(*words: str) -> tuple[int, str, str]:
        code = cli.invoke(PACKAGE, [*words, "--database", db])
        out, err = capfd.readouterr()
        return code, out, err

    return run


@pytest.fixture
def filled(xgen):
    world()
    return xgen


def test_pause_and_resume_on_the_command_line(filled, monkeypatch):
    monkeypatch.setenv("XGEN_WHO", "ann@desk")
    assert filled("pause", "Color", "red", "--why", "moving", "--for", "1h30m")[1].startswith(
        "Color red: 1 object paused until 20"
    )
    assert filled("pause", "ExampleService", "--who", "bob") == (0, "ExampleService: paused\n", "")
    code, out, _ = filled("status")
    assert code == 0
    assert "\nPaused:\n  Color red, by ann@desk at 20" in out
    assert ": moving\n  ExampleService, by bob at 20" in out
    assert "PAUSED" in out.splitlines()[0]
    data = json.loads(filled("status", "-o", "json")[1])
    assert [one["what"] for one in data["pauses"]] == ["Color red", "ExampleService"]
    out = filled("why", "Color", "red")[1]
    assert out.startswith("Color red (id 1)\nState: paused\nNext: sync\nPaused: Color red, by ann@")
    assert json.loads(filled("why", "Color", "red", "-o", "json")[1])["paused"]["why"] == "moving"
    code, out, _ = filled("resume", "-o", "json")
    assert (code, json.loads(out)["count"]) == (0, 2)
    assert filled("resume") == (0, "everything: nothing to do\n", "")


def test_history_on_the_command_line(filled):
    filled("pause", "Color", "red", "--why", "moving", "--who", "ann")
    filled("pause", "Color", "--who", "bob")
    filled("pause", "--who", "carl")
    out = filled("history", "Color", "red")[1]
    rows = [line.split() for line in out.splitlines()]
    assert rows[0] == ["TIME", "WHAT", "WHO", "TEXT"]
    assert [row[2:4] for row in rows[1:]] == [["pause", "ann"], ["pause", "bob"], ["pause", "carl"]]
    data = json.loads(filled("history", "-o", "json")[1])
    assert [(one["name"], one["who"]) for one in data] == [
        ("red", "ann"),
        ("Color", "bob"),
        ("sampleservice", "carl"),
    ]
    assert filled("history", "EmbeddedImage", "sun", "-n", "1")[1].count("\n") == 2


def test_history_of_what_is_gone(filled):
    o = world_color("green")
    o.delete()
    assert filled("release", "Color", "green", "--why", "scrap", "--yes") == (
        0,
        "Color green released: gone\n",
        "",
    )
    assert "release" in filled("history", "Color", "green")[1]
    assert "scrap" in filled("history", "Color", f"#{o.pk}")[1]
    code, _, err = filled("history", "Color", "purple")
    assert (code, err) == (3, "error: there is no Color 'purple'\n")


def world_color(name: str) -> Any:
    from sampleservice._generated.models import Color

    return Color.objects.create(name=name, html_code="#0f0")


def test_release_asks_first(filled, monkeypatch):
    o = world_color("green")
    o.delete()
    code, _, err = filled("release", "Color", "green", "--why", "scrap")
    assert (code, exists(o)) == (2, True)
    assert "confirm with --yes" in err
    code, _, err = filled("release", "Color", "green", "--yes")
    assert code == 2
    assert "Missing option '--why'" in err
    code, _, err = filled("release", "Color", "red", "--why", "x", "--yes")
    assert (code, err) == (3, "error: Color red is not being deleted; delete it first\n")


def test_retry_and_resync_on_the_command_line(filled):
    assert filled("retry", "Color") == (0, "Color: nothing to do\n", "")
    assert filled("resync", "Color", "red") == (0, "Color red: 1 object resynced\n", "")
    assert filled("resync", "--all") == (0, "everything: 5 objects resynced\n", "")
    code, out, _ = filled("resync", "Color where name~=e", "-o", "json")
    assert (code, json.loads(out)["count"]) == (0, 2)
    for words in (["retry"], ["resync"], ["retry", "--all", "Color"]):
        code, _, err = filled(*words)
        assert code == 2
        assert "or else --all" in err


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["pause", "--for", "soon"], "'soon' is no duration; 90s, 30m"),
        (["pause", "--until", "soon"], "'soon' is no time"),
        (["pause", "--until", "2001-01-01T00:00"], "is over already"),
        (["pause", "--for", "1h", "--until", "2001-01-01T00:00"], "not both"),
        (["history", "Color"], "give MODEL and KEY, or neither"),
    ],
)
def test_a_mistake_of_the_operator_is_a_line(filled, words, text):
    code, out, err = filled(*words)
    assert (code, out) == (2, "")
    assert text in err


def test_pause_until_a_moment(filled):
    code, out, _ = filled("pause", "--until", "2099-05-01T18:00Z", "-o", "json")
    assert (code, json.loads(out)["until"]) == (0, "2099-05-01T18:00:00+00:00")


# status --watch


def watch(looks: list[dict[str, Any]], output: str, *, on_terminal: bool) -> None:
    from xgen.runtime.cli.state import watching

    left = iter(looks)
    remaining = [len(looks)]

    def wait() -> bool:
        remaining[0] -= 1
        return remaining[0] > 0

    watching(lambda: next(left), output, wait, on_terminal=on_terminal)


def look(**counts: int) -> dict[str, Any]:
    from xgen.runtime.answers import ModelStatus

    models = [ModelStatus(model="Color", **counts)]
    empty = ("errors", "pauses", "synchronizers", "intake")
    return {"models": models, "breakers": {}, **{name: [] for name in empty}}


def test_watch_redraws_a_terminal(capsys):
    watch([look(due=1), look(in_sync=1)], "table", on_terminal=True)
    out = capsys.readouterr().out
    first, second = out.split("\x1b[H\x1b[J")[1:]
    assert "Color  0        1" in first
    assert "Color  1        0" in second


def test_watch_writes_a_line_for_each_change_elsewhere(capsys):
    watch([look(due=1), look(due=1), look(in_sync=1)], "table", on_terminal=False)
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(" ", 2)[2] for line in lines] == ["0 in sync, 1 due", "1 in sync"]
    watch([look(due=1), look(in_sync=1)], "json", on_terminal=False)
    documents = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [one["models"][0]["due"] for one in documents] == [1, 0]


def test_watch_ends_with_ctrl_c(capsys):
    from xgen.runtime.cli.state import watching

    def pressed() -> bool:
        raise KeyboardInterrupt

    watching(lambda: look(due=1), "table", pressed, on_terminal=False)
    assert capsys.readouterr().out.count("\n") == 1


def test_status_tells_who_runs_and_what_the_log_lost(filled):
    now = time.time()
    Running.objects.create(
        owner="host/b/n:12:1:1",
        synchronizer=PACKAGE,
        since=now,
        seen=now,
        log_lines={"sent": 5, "dropped": 2, "refused": 1, "problem": "HTTP 503"},
    )
    out = filled("status")[1]
    assert "Running: host, process 12, since 20" in out
    assert "  3 log lines did not reach Elastic, 5 did\n" in out
    assert "  Elastic takes no log lines: HTTP 503\n" in out

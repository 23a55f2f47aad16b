"""What a user of a synchronizer is told when things are not as they should be."""

from __future__ import annotations

import os
import signal
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
import structlog
from enginekit import CONFIG, Backend, MadeClock, fresh, synchronizer

from xgen.runtime import cli

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from xgen.runtime.testing import Harness

    Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def service(db: str) -> Harness:
    from xgen.runtime import config
    from xgen.runtime.testing import FakeClock, Harness

    loaded = config.load("sampleservice", database=db, environ={})
    return Harness("sampleservice", loaded, FakeClock())


@pytest.fixture
def xgen(db: str, capfd: Any) -> Command:
    """Run a command in this process; returns exit code, output and errors."""

    def run(*words: str) -> tuple[int, str, str]:
        code = cli.invoke("sampleservice", [*words, "--database", db])
        out, err = capfd.readouterr()
        return code, out, err

    return run


def test_objects_that_nobody_here_syncs_do_not_count(service: Harness, xgen: Command) -> None:
    site = service.make("Site", name="east")
    service.make("Color", name="red")
    service.converge()
    assert list(service.errors()) == []
    assert "State: not synced by this service\n" in xgen("why", "Site", site.name)[1]
    assert "not synced by this service" in xgen("get", "Site")[1]
    assert "not synced by this service" in xgen("describe", "Site", site.name)[1]
    site.delete()
    assert "State: deleting\n" in xgen("why", "Site", site.name)[1]
    service.converge()
    assert not service.exists(site)


def test_a_missing_step_is_told(service: Harness, xgen: Command) -> None:
    service.make("Color", name="red")
    text = (
        "Color has no step, so its objects count as synced with nothing done: "
        "steps/sync_color.py is not there"
    )
    assert f"warning: {text}\n" in xgen("status")[2]
    assert f"Note: {text}\n" in xgen("why", "Color", "red")[1]
    assert text in xgen("run", "--once")[2]


def test_a_step_that_takes_too_long_is_an_error(service: Harness, xgen: Command) -> None:
    from xgen.runtime import present
    from xgen.runtime.explain import Explainer

    red = service.make("Color", name="red")
    backend, go_on = Backend(), threading.Event()
    backend.on_sync["Color"] = lambda _: go_on.wait(30)
    config = replace(CONFIG, timeout=0.1)
    sync = synchronizer(backend, config=config, inline=False)
    with structlog.testing.capture_logs() as lines:
        sync.run(once=True, grace=0.0)
    try:
        (line,) = [one for one in lines if one["log_level"] == "error"]
        assert (line["event"], line["model"], line["id"]) == (
            "timed out; it still runs",
            "Color",
            1,
        )
        counts = next(one for one in sync.status() if one.model == "Color")
        assert (counts.running, counts.error) == (0, 1)
        assert present.state_of(fresh(red)) == "error"
        why = sync.why(red)
        assert (why.state, why.status) == ("error", "timed out after 0.1 s; it still runs")
        assert "timed out after 0.1 s" in xgen("status")[1]
        assert why.claimed_by == sync.store.owner
        explainer = Explainer(sync.store, sync.clock)
        explainer._dead[sync.store.owner] = True
        gone = explainer.why(red)
        assert gone.claimed_by is None
        assert any("is gone" in note for note in gone.notes)
    finally:
        go_on.set()


def test_deletion_says_what_goes_along(service: Harness, xgen: Command) -> None:
    image = service.make("EmbeddedImage", name="sun")
    page = image.serviceinstance
    code, out, _ = xgen("delete", "ExampleServiceInstance", str(page.pk), "--dry-run")
    gone = f"deleted (with EmbeddedImage sun,{page})"
    assert (code, "(with EmbeddedImage sun," in out) == (0, True), gone
    assert out.endswith(" (dry run)\n")
    assert not fresh(page).deleted
    assert "(with EmbeddedImage sun," in xgen("delete", "ExampleServiceInstance", str(page.pk))[1]
    assert fresh(image).deleted


def test_files_that_delete_say_what_goes_along(
    service: Harness, xgen: Command, tmp_path: Path
) -> None:
    page = service.make("ExampleServiceInstance", name="one")
    service.make("EmbeddedImage", name="sun", serviceinstance=page)
    file = tmp_path / "gone.yaml"
    file.write_text("ExampleServiceInstance: {name: one}\n")
    out = xgen("delete", "-f", str(file))[1]
    assert out == "ExampleServiceInstance one deleted (with EmbeddedImage sun,one)\n"


def test_a_user_that_is_needed_stays_and_those_that_need_it_are_named(
    service: Harness, xgen: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db.models import ProtectedError

    from xgen.runtime.core.models import User

    User.objects.create(email="ann@example.org")
    red, blue = service.make("Color", name="red"), service.make("Color", name="blue")
    blue.delete()

    def refuse(_: object) -> None:
        raise ProtectedError("as Django says it", {red, fresh(blue)})

    monkeypatch.setattr(User, "delete", refuse)
    code, out, err = xgen("delete", "User", "ann@example.org")
    assert (code, out) == (3, "")
    users = "Color blue (which is being deleted), Color red"
    assert err == f"error: User ann@example.org is used by {users}\n"


def test_a_mistake_in_a_step_is_told_with_its_place(service: Harness) -> None:
    from pathlib import Path

    from xgen.runtime.outcome import outcome_of

    red = service.make("Color", name="red")
    backend = Backend()
    backend.on_sync["Color"] = lambda _: {}["nokey"]
    sync = synchronizer(backend)
    context = replace(sync.registry.context, folder=Path(__file__).parent)
    sync.registry = replace(sync.registry, context=context)
    sync.run(once=True)
    assert fresh(red).backend_status.startswith("KeyError: 'nokey' (test_what_users_see.py:")
    assert outcome_of(OSError("no route"), Path(__file__).parent).message == "OSError: no route"


def test_a_run_says_where_it_works(service: Harness) -> None:
    service.make("Color", name="red")
    with structlog.testing.capture_logs() as lines:
        service.run()
    (line,) = [one for one in lines if one["event"] == "synchronizer started"]
    assert line["database"] == service.config.database.replace("sqlite:///", "SQLite ")
    assert (line["workers"], line["due"]) == (service.config.workers, 1)


def test_databases_are_shown_without_passwords() -> None:
    from xgen.runtime.django import database_settings, shown_database

    pytest.importorskip("psycopg")
    settings = database_settings("postgresql://me:secret@db:5433/x")
    assert shown_database(settings) == "PostgreSQL db:5433/x"


def test_stopping_says_what_it_waits_for_and_a_second_signal_abandons(service: Harness) -> None:
    service.make("Color", name="red")
    backend, go_on, started = Backend(), threading.Event(), threading.Event()

    def slow(_: object) -> None:
        started.set()
        go_on.wait(30)

    backend.on_sync["Color"] = slow
    sync = synchronizer(backend, inline=False)

    def press() -> None:
        started.wait(10)
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(1)
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=press).start()
    began = time.monotonic()
    try:
        with (
            structlog.testing.capture_logs() as lines,
            pytest.raises(KeyboardInterrupt),
            sync.stopping_on_signals(),
        ):
            sync.run()
    finally:
        go_on.set()
    assert time.monotonic() - began < 10
    text = "stopping; waiting for 1 step (Step on Color 1); press ctrl-C again to abandon"
    assert text in [line["event"] for line in lines]


@pytest.mark.parametrize("replaced", [False, True])
def test_a_database_that_is_taken_away_ends_the_run(
    service: Harness, tmp_path: Path, *, replaced: bool
) -> None:
    from xgen.runtime.cli import errors
    from xgen.runtime.errors import DatabaseGone

    path = tmp_path / "test.db"
    clock = MadeClock()
    sync = synchronizer(Backend(), clock=clock)

    def take_away() -> None:
        (tmp_path / "other.db").write_bytes(b"")
        path.unlink()
        if replaced:
            (tmp_path / "other.db").rename(path)

    clock.at.append((clock.now + 5, take_away))
    wanted = "was replaced" if replaced else "was removed"
    with pytest.raises(DatabaseGone, match=f"test.db {wanted}") as caught:
        clock.run(sync, 60)
    assert errors.report(caught.value, "sampleservice") == 3


def test_commands_that_read_make_no_database(tmp_path: Path, capfd: Any) -> None:
    path = tmp_path / "folder" / "none.db"
    assert cli.invoke("sampleservice", ["status", "--database", f"sqlite:///{path}"]) == 3
    text = "error: the database is empty; run first: python -m sampleservice migrate\n"
    assert capfd.readouterr().err == text
    assert not path.parent.exists()


def test_what_another_synchronizer_runs_is_no_error(service: Harness, xgen: Command) -> None:
    from xgen.runtime.owner import new_owner
    from xgen.runtime.writer import Writer, writing_as

    service.make("Color", name="red")
    claim = {"claim_owner": new_owner(), "claim_expires": time.time() + 600}
    with writing_as(Writer.RUNTIME):
        service.model("Color").objects.update(backend_code=2, backend_status="down", **claim)
    code, _, err = xgen("run", "--once")
    assert code == 0
    assert "nothing to do; 1 object is being run by another synchronizer\n" in err


def test_apply_takes_files_without_an_option(xgen: Command, tmp_path: Path) -> None:
    file = tmp_path / "objects.yaml"
    file.write_text('Color: {name: red, html_code: "#f00"}\n')
    assert xgen("apply", str(file)) == (0, "Color red created\n", "")


def test_a_config_of_another_name_is_refused_with_its_place(tmp_path: Path) -> None:
    from xgen.runtime import config
    from xgen.runtime.errors import ConfigErrors

    file = tmp_path / "c.yaml"
    file.write_text("workers: 2\nname: other\n")
    with pytest.raises(ConfigErrors, match=r"c\.yaml:2:7: `name` must be sampleservice"):
        config.load("sampleservice", path=file, environ={})


def test_objects_show_their_key_and_ask_nothing_for_it(service: Harness) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    page = service.make("ExampleServiceInstance", name="one")
    image = service.make("EmbeddedImage", name="sun", serviceinstance=page)
    assert str(image) == "EmbeddedImage sun,one"
    loaded = fresh(image)
    with CaptureQueriesContext(connection) as queries:
        assert str(loaded) == f"EmbeddedImage {image.pk}"
    assert len(queries) == 0


def test_choices_are_taken_by_their_names_too(
    service: Harness, xgen: Command, tmp_path: Path
) -> None:
    site = service.make("Site", name="east")
    service.model("User").objects.create_user("ann@x")
    file = tmp_path / "slices.yaml"
    text = "Slice: {name: east_a, site: east, creator: ann@x, default_isolation: %s}\n"
    file.write_text(text % "Virtual Machine")
    code, _, err = xgen("apply", str(file))
    assert (code, err) == (0, "")
    assert service.model("Slice").objects.get(site=site).default_isolation == "vm"
    file.write_text(text % "boat")
    assert "choose from vm (Virtual Machine), container (Container)" in xgen("apply", str(file))[2]


def test_enums_are_shown_by_name_and_texts_as_they_are(service: Harness, xgen: Command) -> None:
    from django.db.models import CharField, IntegerField

    from xgen.runtime import enums

    mode = IntegerField(choices=[(0, "OFF"), (1, "ON")])
    assert [enums.name_of(mode, value) for value in (0, 1, 2, None)] == ["OFF", "ON", 2, None]
    assert [enums.value_of(mode, name) for name in ("off", "ON", "1")] == [0, 1, None]
    assert enums.name_of(CharField(choices=[("vm", "Virtual Machine")]), "vm") == "vm"

    ann = service.model("User").objects.create_user("ann@x")
    service.make("Slice", name="a", creator=ann, default_isolation="vm")
    chosen = xgen("resync", "Slice", "where", "default_isolation=virtual machine")
    assert chosen[0] == 0, chosen
    assert "1 object" in chosen[1], chosen

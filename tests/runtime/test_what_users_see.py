"""What a user of a synchronizer is told when things are not as they should be."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
import structlog
from enginekit import CONFIG, Backend, fresh, synchronizer

from xgen.runtime import cli

if TYPE_CHECKING:
    from collections.abc import Callable

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

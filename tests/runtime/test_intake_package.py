"""Pull and event steps as files of a package, in its config and in the operator's commands."""

from __future__ import annotations

import importlib
import json
import sys
from typing import TYPE_CHECKING, Any

import pytest

from xgen.runtime import cli, config, registry
from xgen.runtime.bus import memory
from xgen.runtime.errors import ConfigError, ConfigErrors

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

PULL = """
from sampleservice._generated.models import Color
from xgen.runtime import PullStep

class PullColors(PullStep):
    interval = 5
    observes = Color

    def pull_records(self) -> None:
        for name in self.config.get("colors", ["red"]):
            with self.record(name):
                self.upsert(Color, name=name, html_code="#")
"""
EVENT = """
from xgen.runtime import Event, EventStep

class OnColor(EventStep):
    technology = "memory"
    topics = ("colors",)
    tries = 1

    def process_event(self, event: Event) -> None:
        raise ValueError(f"what is {event.text}")
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Adds files to the sample service."""
    import sampleservice

    folder = tmp_path / "more"
    monkeypatch.setattr(sampleservice, "__path__", [*sampleservice.__path__, str(folder)])

    def add(**files: str) -> None:
        for name, text in files.items():
            kind, _, module = name.partition("__")
            (folder / kind).mkdir(parents=True, exist_ok=True)
            (folder / kind / f"{module}.py").write_text(text)
        importlib.invalidate_caches()

    yield add
    memory.clear()
    for name in [n for n in sys.modules if n.startswith("sampleservice.")]:
        if name.split(".")[1] in ("pull_steps", "event_steps"):
            del sys.modules[name]
    for name in ("pull_steps", "event_steps"):
        vars(sampleservice).pop(name, None)


@pytest.fixture
def xgen(db: str, capfd: Any) -> Callable[..., tuple[int, str, str]]:
    def run(*words: str) -> tuple[int, str, str]:
        code = cli.invoke("sampleservice", [*words, "--database", db])
        return (code, *capfd.readouterr())

    return run


def test_steps_are_found_in_their_folders(db: str, package: Any) -> None:
    package(pull_steps__colors=PULL, event_steps__colors=EVENT)
    loaded = registry.load("sampleservice")
    assert list(loaded.pulls) == ["sampleservice.PullColors"]
    assert list(loaded.events) == ["sampleservice.OnColor"]


def test_a_package_without_such_folders_is_fine(db: str) -> None:
    loaded = registry.load("sampleservice")
    assert (loaded.pulls, loaded.events) == ({}, {})


def test_mistakes_name_their_file(db: str, package: Any) -> None:
    package(
        pull_steps__colors=PULL.replace("interval = 5", "interval = 0"),
        event_steps__colors=EVENT.replace('("colors",)', '"colors"')
        .replace('"memory"', '"memroy"')
        .replace("tries = 1", 'tries = 0\n    restarts = "olt"'),
    )
    with pytest.raises(ConfigErrors) as caught:
        registry.load("sampleservice")
    text = str(caught.value)
    for part in (
        "pull_steps/colors.py: PullColors.interval must be a number of seconds above 0, not 0",
        "OnColor.topics must be a tuple of texts such as (\"events\",), not 'colors'",
        "OnColor.technology must be one of kafka, memory, nats, not 'memroy'",
        "OnColor.tries must be a whole number above 0, not 0",
        "OnColor.restarts: no sync step has backend = 'olt'",
    ):
        assert part in text


def test_an_operator_sees_and_decides(xgen: Any, package: Any) -> None:
    package(pull_steps__colors=PULL, event_steps__colors=EVENT)
    memory.MemoryBus().publish("colors", b"mauve", key="k", id="id-1")
    code, _, err = xgen("run", "--once")
    assert code == 0
    assert "everything is in sync" in err
    _, out, _ = xgen("status")
    (pull,) = [line.split() for line in out.splitlines() if "PullColors" in line]
    assert pull[:4] == ["PullColors", "pull", "ok", "1"]
    (event,) = [line.split() for line in out.splitlines() if "OnColor" in line]
    assert event[:5] == ["OnColor", "event", "parked", "events", "1"]

    code, out, _ = xgen("events", "parked")
    assert code == 1
    assert "ValueError: what is mauve" in out
    code, out, _ = xgen("events", "parked", "-o", "json")
    (shown,) = json.loads(out)
    assert (shown["value"], shown["key"], shown["event"]) == ("mauve", "k", "id-1")
    number = str(shown["id"])
    code, out, _ = xgen("events", "replay", number)
    assert (code, out) == (0, f"event {number} will be handled again by sampleservice.OnColor\n")
    assert "to be handled again" in xgen("events", "parked")[1]
    assert xgen("events", "drop", number)[:2] == (0, f"event {number} was dropped\n")
    assert xgen("events", "parked")[:2] == (0, "no event is parked\n")
    code, _, err = xgen("events", "drop", number)
    assert code == 3
    assert f"there is no parked event {number}" in err


def test_the_command_takes_the_common_options_anywhere(xgen: Any) -> None:
    code, out, _ = xgen("events", "--help")
    assert code == 0
    assert all(name in out for name in ("parked", "replay", "drop"))


def test_buses_in_the_config(tmp_path: Path) -> None:
    file = tmp_path / "c.yaml"
    file.write_text(
        "bus:\n"
        "  keep: 60\n"
        "  kafka: {bootstrap_servers: 'a:1,b:2', options: {security.protocol: SSL}}\n"
        "  nats: {servers: [nats://a, nats://b], create: true}\n"
    )
    environ = {"XGEN_BUS_NATS_STREAM": "events"}
    assert config.load("p", path=file, environ=environ).bus == {
        "keep": 60.0,
        "kafka": {"bootstrap_servers": "a:1,b:2", "options": {"security.protocol": "SSL"}},
        "nats": {"servers": ("nats://a", "nats://b"), "create": True, "stream": "events"},
    }


def test_mistakes_in_the_config_have_their_place(tmp_path: Path) -> None:
    file = tmp_path / "c.yaml"
    file.write_text(
        "bus:\n  keep: 0\n  kafak: {}\n  kafka: {bootstrap_server: a}\n  nats: {ack_wait: soon}\n"
    )
    with pytest.raises(ConfigError) as caught:
        config.load("p", path=file, environ={})
    assert [line.removeprefix(f"{file}:") for line in str(caught.value).splitlines()] == [
        "3:3: unknown key `bus.kafak` (did you mean `bus.kafka`?)",
        (
            "4:11: unknown key `bus.kafka.bootstrap_server` "
            "(did you mean `bus.kafka.bootstrap_servers`?)"
        ),
        "5:20: `bus.nats.ack_wait` must be a number, not `soon`",
    ]
    file.write_text("bus: {keep: 0}\n")
    with pytest.raises(ConfigError, match=r":1:13: `bus.keep` must be more than 0"):
        config.load("p", path=file, environ={})

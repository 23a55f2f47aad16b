"""docs/runtime.md knows every command, state, config key and ECS field, and its defaults are true."""

from __future__ import annotations

import re
from pathlib import Path
from random import Random

import pytest

from xgen.runtime import answers, elastic
from xgen.runtime.cli.group import COMMANDS
from xgen.runtime.config import Config
from xgen.runtime.config_shown import keys, shown
from xgen.runtime.retry import RetryPolicy, delay

TEXT = (Path(__file__).parents[2] / "docs" / "runtime.md").read_text(encoding="utf-8")


def rows(heading: str) -> list[list[str]]:
    """Return the cells of the first table under a heading."""
    part = TEXT.partition(f"\n## {heading}\n")[2]
    table = re.search(r"(?:^\|.*\n)+", part, re.MULTILINE)
    assert table is not None
    return [
        [cell.strip() for cell in line.strip("|\n").split("|")]
        for line in table.group().splitlines()[2:]
    ]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_in_the_table(command):
    assert any(f"`{command}" in row[0] for row in rows("Commands"))


def test_every_key_is_in_the_table():
    table = rows("Config")
    named = " ".join(row[0] + row[2] for row in table)
    missing = [key for key in keys() if not key.startswith("bus.") and f"`{key}`" not in named]
    assert missing == []
    told = set(re.findall(r"`((?:retry|breaker|history|logging|ansible)\.[a-z_.]+)`", TEXT))
    assert told - set(keys()) == set()


def test_the_defaults_are_true():
    real = {one.key: one.value for one in shown(Config(name="", database=""))}
    for names, values, _ in rows("Config"):
        found = [name.strip(" `") for name in names.split(",")]
        told = [value.strip(" `") for value in values.split(",")]
        for name, value in zip(found, told, strict=False):
            if re.fullmatch(r"\d+(\.\d+)?", value):
                assert real[name] == float(value), name


def test_every_state_is_in_the_table():
    names = ("IN_SYNC", "DUE", "RUNNING", "IN_ERROR", "BLOCKED", "DEFERRED", "DELETING", "HELD")
    more = ("PAUSED", "LIMITED", "QUARANTINED")
    states = {getattr(answers, name) for name in (*names, *more)}
    assert {row[0] for row in rows("The states of an object")} >= states


def test_the_waits_are_those_of_the_backoff():
    policy = RetryPolicy(jitter=0.0)
    waits = [int(delay(attempts, policy, Random(1))) for attempts in range(1, 13)]
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600]
    assert "1, 2, 4, 8, ... 512, 600, 600 seconds" in TEXT


def test_every_ecs_field_is_named():
    event = {
        "event": "x",
        "timestamp": "t",
        "level": "error",
        "logger": "l",
        "error": "e",
        "error_type": "E",
        "exception": "trace",
        "synchronizer": "s",
        **dict.fromkeys(
            ("model", "id", "step", "generation", "playbook", "task", "host", "recap"), 1
        ),
        "other": 1,
    }
    for name in elastic.document(event, "s"):
        if name != "ecs.version":
            assert f"`{name}`" in TEXT

"""The simulated day and the soak of ``benchmarks/``, in small; and that they would notice."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from enginekit import Backend, fresh, synchronizer, world

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


def run(script: str, *words: str) -> str:
    done = subprocess.run(
        [sys.executable, str(BENCHMARKS / script), *words],
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("order", [[], ["--static"]], ids=["by-links", "static"])
def test_a_day_with_edits_failures_outages_crashes_and_restarts(order: list[str]) -> None:
    told = run("simulation.py", "--objects", "40", "--edits", "60", "--hours", "1", *order)
    figures = {line[:54].strip(): line[54:].strip() for line in told.splitlines()}
    assert figures["not in sync, lost, doubled"] == "0"
    assert int(figures["starts of the synchronizer"]) > 4
    assert int(figures["of these after a crash"]) > 0
    assert int(figures["step runs: failed"]) > 0


def test_a_soak_of_a_few_seconds() -> None:
    told = run("soak.py", "sqlite", "--minutes", "0.1", "--objects", "30")
    figures = {line[:54].strip(): line[54:].strip() for line in told.splitlines()}
    assert figures["not in sync, lost, doubled, grown"] == "0"
    assert int(figures["edits"]) > 0


@pytest.mark.usefixtures("db")
def test_what_is_wrong_is_noticed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.syspath_prepend(BENCHMARKS)
    import operation
    import soak
    from sampleservice._generated import models as m
    from soak_backend import Health

    w = world()
    there = {(type(o).__name__, o.pk): operation.declared(fresh(o)) for o in w.values()}

    def wrong() -> str:
        return "\n".join(operation.violations(there))

    assert "Color 1 is not in sync" in wrong()
    assert "palette `of 1` is missing" in wrong()
    synchronizer(Backend(), policies=operation.policies(lambda _: None)).run(once=True)
    for palette in m.Palette.objects.all():
        there["Palette", palette.pk] = operation.declared(palette)
    assert wrong() == ""
    image = ("EmbeddedImage", w["image"].pk)
    told = there.pop(image)
    assert "the back-end does not have it" in wrong()
    there[image] = ("old", *told[1:])
    assert "a change was lost" in wrong()
    there[image] = told
    there["Color", 99] = ("gone", "#000")
    assert wrong() == "Color 99 is left at the back-end, and nobody wants it"
    assert operation.told({"figure": 1}, [wrong()]) == 1
    assert "WRONG: Color 99" in capsys.readouterr().out

    warm = Health(process=1, memory=50, threads=5, files=30, connections=5, workers=6)
    fat = Health(process=1, memory=90, threads=50, files=300, connections=50, workers=6)
    assert list(soak.grown(warm, warm)) == []
    assert len(list(soak.grown(warm, fat))) == 4

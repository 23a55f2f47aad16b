"""Watching: run again when, and only when, something that a run depended on has changed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests import golden
from xgen.watch import watch

if TYPE_CHECKING:
    from collections.abc import Callable

    from xgen.fingerprint import Footprint

ROOT = Path(__file__).parent.parent


def watched(folder: Path, edits: list[Callable[[], object]]) -> list[int]:
    """Watch `folder/a` and its `*.x`; do one edit after each look. Return at which looks it ran."""
    looks = 0
    runs: list[int] = []

    def run(footprint: Footprint) -> int:
        runs.append(looks)
        footprint.saw(str(folder / "a"))
        footprint.saw_matches(str(folder), "*.x")
        return 7

    def sleep(_: float) -> None:
        nonlocal looks
        looks += 1
        if not edits:
            raise KeyboardInterrupt
        edits.pop(0)()

    assert watch(run, sleep=sleep) == 7
    return runs


def nothing() -> None:
    """Change nothing."""


def test_a_change_leads_to_one_run(tmp_path: Path) -> None:
    a = tmp_path / "a"
    a.write_text("1")
    assert watched(tmp_path, [nothing, lambda: a.write_text("2"), nothing, nothing]) == [0, 3]


def test_a_burst_of_changes_leads_to_one_run(tmp_path: Path) -> None:
    a = tmp_path / "a"
    a.write_text("1")
    edits = [lambda: a.write_text("2"), lambda: a.write_text("3"), lambda: a.write_text("4")]
    assert watched(tmp_path, [*edits, nothing, nothing]) == [0, 4]


def test_what_is_touched_or_changed_back_leads_to_none(tmp_path: Path) -> None:
    a = tmp_path / "a"
    a.write_text("1")
    edits = [lambda: os.utime(a, ns=(1, 1)), nothing, lambda: a.write_text("1"), nothing]
    assert watched(tmp_path, edits) == [0]


def test_files_that_come_and_go(tmp_path: Path) -> None:
    a, x = tmp_path / "a", tmp_path / "n.x"
    edits = [x.touch, nothing, a.touch, nothing, x.unlink, nothing]
    assert len(watched(tmp_path, edits)) == 4


@pytest.mark.parametrize(
    "what", ["m.xproto", "lib/base.xproto", "t.xtarget", "part.jinja", "xgen.yaml", "new.xproto"]
)
def test_as_a_process(tmp_path: Path, what: str) -> None:
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib/base.xproto").write_text("message Base {\n  option abstract = True;\n}\n")
    (tmp_path / "m.xproto").write_text(
        'option name = "p";\nimport "base.xproto";\nmessage A (Base) {\n}\n'
    )
    (tmp_path / "t.xtarget").write_text('{% file "x" %}{% include "part.jinja" %}{% endfile %}')
    (tmp_path / "part.jinja").write_text("{{ app.models | map(attribute='name') | join(' ') }}\n")
    (tmp_path / "xgen.yaml").write_text(
        'inputs: ["*.xproto"]\ninclude: [lib]\ntargets: [./t.xtarget]\nname: p\noutput: out\n'
    )
    run = subprocess.Popen(
        [sys.executable, "-m", "xgen", "generate", "--watch"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
        text=True,
    )
    assert run.stderr is not None
    try:
        _until(run, "watching")
        change = {"new.xproto": "message New {\n}\n", "xgen.yaml": "# more\n", "part.jinja": "!\n"}
        with open(tmp_path / what, "a", encoding="utf-8") as file:
            file.write(change.get(what, "\n"))
        _until(run, "watching")
        assert golden.tree(tmp_path / "out").keys() == {"x"}
        time.sleep(0.1)
    finally:
        run.send_signal(signal.SIGINT)
        assert run.wait(timeout=30) == 0
        run.stderr.close()


def _until(run: subprocess.Popen[str], word: str) -> None:
    assert run.stderr is not None
    for line in run.stderr:
        if word in line:
            return
    raise AssertionError(f"{word} was not said")

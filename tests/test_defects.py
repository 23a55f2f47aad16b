"""The generator's defects of an older design that must never come back."""

from __future__ import annotations

import shutil
from collections import Counter
from typing import TYPE_CHECKING

from tests import generating, golden
from xgen.diagnostics import Report
from xgen.fingerprint import Footprint
from xgen.rendering.render import render
from xgen.rendering.target import find_target

if TYPE_CHECKING:
    from pathlib import Path


def test_an_authors_file_is_not_truncated(tmp_path: Path) -> None:
    shutil.copy(generating.CASES / "example" / "exampleservice.xproto", tmp_path)
    words = ("--target", "steps", "exampleservice.xproto")
    assert golden.run(tmp_path, *words).code == 0
    step = tmp_path / "exampleservice" / "steps" / "sync_color.py"
    written = step.read_text("utf-8") + "\n\ndef of_the_author() -> None:\n    pass\n"
    step.write_text(written, "utf-8")
    model = tmp_path / "exampleservice.xproto"
    model.write_text(model.read_text("utf-8").replace("html_code", "html_colour"), "utf-8")
    assert golden.run(tmp_path, *words).code == 0
    assert step.read_text("utf-8").endswith("def of_the_author() -> None:\n    pass\n")


def test_a_config_file_is_not_rendered_once_a_model() -> None:
    app = generating.app_of("example")
    report = Report()
    target = find_target("launch", (), report, Footprint())
    assert target is not None
    paths = Counter(file.path for file in render(app, target, report=report).files)
    assert len(app.models) > 1
    assert paths["exampleservice/config.yaml"] == 1
    assert set(paths.values()) == {1}


def test_lint_does_more_than_parse(tmp_path: Path) -> None:
    model = (
        'option name = "x";\nmessage A (Nowhere) { required manytoone b->Absent:as = 1:1001; }\n'
    )
    (tmp_path / "m.xproto").write_text(model, "utf-8")
    told = golden.run(tmp_path, "lint", "--strict", "m.xproto")
    assert told.code != 0
    assert "unknown-base" in told.stdout + told.stderr
    assert "unknown-peer" in told.stdout + told.stderr

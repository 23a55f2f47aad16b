"""`xgen fmt`: cases of the layout in ``tests/corpus/fmt``, then files, folders and streams."""

from __future__ import annotations

import io
import json
import os
import sys
from typing import TYPE_CHECKING

import pytest

from tests import golden
from xgen.formatting import formatted
from xgen.source import Source

if TYPE_CHECKING:
    from pathlib import Path

CASES = golden.cases("fmt")
LOOSE = "message A{required string a=1;}\n"
TIDY = "message A {\n    required string a = 1;\n}\n"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case: Path) -> None:
    before = (case / "before.xproto").read_text(encoding="utf-8")
    after = case / "after.xproto"
    found = formatted(Source("before.xproto", before))
    known = after.read_text(encoding="utf-8") if after.exists() else ""
    if golden.REFRESH and found != known:
        after.write_text(found, encoding="utf-8")
        pytest.fail("wrote after.xproto anew: read it")
    assert found == known


@pytest.fixture
def work(tmp_path: Path) -> Path:
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "loose.xproto").write_text(LOOSE)
    (tmp_path / "models" / "tidy.xproto").write_text(TIDY)
    (tmp_path / "models" / ".hidden").mkdir()
    (tmp_path / "models" / ".hidden" / "a.xproto").write_text(LOOSE)
    return tmp_path


def test_a_folder(work: Path) -> None:
    tidy = (work / "models" / "tidy.xproto").stat().st_mtime_ns
    os.chmod(work / "models" / "loose.xproto", 0o640)
    found = golden.run(work, "fmt", "models")
    assert found == (
        0,
        "",
        "formatted: models/loose.xproto\n1 formatted, 1 as they should be\n",
    )
    loose = work / "models" / "loose.xproto"
    assert loose.read_text() == TIDY
    assert loose.stat().st_mode & 0o777 == 0o640
    assert (work / "models" / "tidy.xproto").stat().st_mtime_ns == tidy
    assert (work / "models" / ".hidden" / "a.xproto").read_text() == LOOSE
    assert sorted(os.listdir(work / "models")) == [".hidden", "loose.xproto", "tidy.xproto"]
    assert golden.run(work, "fmt", "models", "-q") == (0, "", "")


def test_check(work: Path) -> None:
    found = golden.run(work, "fmt", "--check", "models")
    assert found.code == 1
    assert "models/loose.xproto:1:1: warning: not in the canonical layout" in found.stderr
    assert (work / "models" / "loose.xproto").read_text() == LOOSE
    shown = golden.run(work, "fmt", "--check", "--format", "json", "models")
    assert [f["code"] for f in json.loads(shown.stdout)["findings"]] == ["not-formatted"]
    assert golden.run(work, "fmt", "--check", "models/tidy.xproto").code == 0


def test_diff(work: Path) -> None:
    found = golden.run(work, "fmt", "--diff", "models")
    assert found.code == 0
    assert found.stdout.startswith("--- models/loose.xproto\n+++ models/loose.xproto\n@@ ")
    assert (work / "models" / "loose.xproto").read_text() == LOOSE
    assert golden.run(work, "fmt", "--diff", "--check", "models").code == 1


def test_errors_leave_a_file_alone(work: Path) -> None:
    bad = work / "models" / "bad.xproto"
    bad.write_text("message A{ required string; }")
    found = golden.run(work, "fmt", "models")
    assert found.code == 3
    assert "models/bad.xproto:1:" in found.stderr
    assert bad.read_text() == "message A{ required string; }"
    # The others are formatted all the same.
    assert (work / "models" / "loose.xproto").read_text() == TIDY


@pytest.mark.parametrize("newline", ["\r\n", "\r"])
def test_line_ends_and_marks_are_normalised(work: Path, newline: str) -> None:
    path = work / "windows.xproto"
    path.write_bytes(b"\xef\xbb\xbf" + TIDY.replace("\n", newline).encode())
    assert golden.run(work, "fmt", "--check", "windows.xproto").code == 1
    assert golden.run(work, "fmt", "windows.xproto").code == 0
    assert path.read_bytes() == TIDY.encode()


@pytest.mark.parametrize(
    ("data", "why", "line"),
    [
        (TIDY.replace("\n", "\r\n"), "lines end with a carriage return", "-}\r\n+}\n"),
        (f"\ufeff{TIDY}", "begins with a byte-order mark", "-\ufeffmessage A {\n+message A {\n"),
    ],
)
def test_what_no_eye_can_see_is_said_and_shown(
    work: Path, monkeypatch: pytest.MonkeyPatch, data: str, why: str, line: str
) -> None:
    (work / "odd.xproto").write_bytes(data.encode())
    found = golden.run(work, "fmt", "--check", "odd.xproto")
    assert (found.code, found.stderr.splitlines()[0]) == (
        1,
        f"odd.xproto: warning: {why} [not-formatted]",
    )
    shown = golden.run(work, "fmt", "--diff", "odd.xproto").stdout
    assert line in _in_pairs(shown)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data.encode())))
    assert golden.run(work, "fmt", "--check", "-").code == 1


def _in_pairs(diff: str) -> str:
    """Return a diff with each line that went above the one that came in its place."""
    lines = [line for line in diff.split("\n")[3:] if line]
    gone, come = ([f"{line}\n" for line in lines if line[0] == sign] for sign in "-+")
    return "".join(map("".join, zip(gone, come, strict=True)))


def test_a_diff_is_cut_at_line_feeds_only(work: Path) -> None:
    (work / "odd.xproto").write_text("// One\u2028line.\nmessage A{}\n", encoding="utf-8")
    shown = golden.run(work, "fmt", "--diff", "odd.xproto").stdout
    assert shown.endswith(" // One\u2028line.\n-message A{}\n+message A {}\n")


def test_a_file_named_twice_is_formatted_once(work: Path) -> None:
    found = golden.run(work, "fmt", "models/loose.xproto", "./models/loose.xproto", "models")
    assert found.stderr == "formatted: models/loose.xproto\n1 formatted, 1 as they should be\n"


def test_a_link_stays_one(work: Path) -> None:
    (work / "link.xproto").symlink_to("models/loose.xproto")
    assert golden.run(work, "fmt", "link.xproto").code == 0
    assert (work / "link.xproto").is_symlink()
    assert (work / "models" / "loose.xproto").read_text() == TIDY


@pytest.mark.parametrize(
    ("text", "code", "out"),
    [(LOOSE, 0, TIDY), (TIDY, 0, TIDY), ("message A{", 3, "")],
)
def test_standard_input(
    work: Path, monkeypatch: pytest.MonkeyPatch, text: str, code: int, out: str
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    found = golden.run(work, "fmt", "-")
    assert (found.code, found.stdout) == (code, out)


def test_nothing_to_format(work: Path) -> None:
    assert golden.run(work, "fmt").code == 2
    assert golden.run(work, "fmt", "nowhere.xproto").code == 3
    (work / "empty").mkdir()
    assert "[no-models]" in golden.run(work, "fmt", "empty").stderr

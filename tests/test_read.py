"""Reading files: whatever is wrong with one is a finding."""

from __future__ import annotations

import io
import os
import sys
from typing import TYPE_CHECKING

import pytest

from xgen import read as reading
from xgen.diagnostics import Diagnostic, Report, Severity
from xgen.read import Sources, read

if TYPE_CHECKING:
    from pathlib import Path


def run(*paths: str | Path, include: tuple[str, ...] = ()) -> tuple[Sources, list[Diagnostic]]:
    report = Report()
    return read([str(path) for path in paths], report, include=include), list(report)


def file(folder: Path, data: bytes, name: str = "a.xproto") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"a\r\nb\rc\n", "a\nb\nc\n"),
        (b"\xef\xbb\xbfmessage", "message"),
        ("caf\u00e9".encode(), "caf\u00e9"),
        (b"no newline", "no newline"),
    ],
)
def test_text_is_normal(tmp_path: Path, data: bytes, text: str) -> None:
    path = file(tmp_path, data)
    sources, findings = run(path)
    assert sources[str(path)].text == text
    assert sources[str(path)].path == str(path)
    assert not findings


def test_an_empty_file_is_read_and_noted(tmp_path: Path) -> None:
    path = file(tmp_path, b" \n")
    sources, [finding] = run(path)
    assert str(path) in sources
    assert (finding.code, finding.severity) == ("empty-file", Severity.NOTE)


@pytest.mark.parametrize(
    ("data", "code", "message"),
    [
        (b"a\0b", "binary-file", "not a text file: byte 1 is zero"),
        ("message A".encode("utf-16"), "encoding", "not UTF-8 text: looks like UTF-16"),
        (b"a\nb\xe9c", "encoding", "not UTF-8 text: byte 0xe9 in line 2"),
    ],
)
def test_what_is_no_text(tmp_path: Path, data: bytes, code: str, message: str) -> None:
    path = file(tmp_path, data)
    sources, [finding] = run(path)
    assert not sources
    assert (finding.code, finding.message, finding.where) == (code, message, str(path))


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "big.xproto"
    with path.open("wb") as big:
        big.truncate(reading.LIMIT + 1)
    sources, [finding] = run(path)
    assert not sources
    assert finding.code == "huge-file"


def test_a_missing_file_gets_a_suggestion(tmp_path: Path) -> None:
    file(tmp_path, b"message A {}", "service.xproto")
    for typed, suggestion in (
        ("servise.xproto", "did you mean `service.xproto`?"),
        ("service", f"did you mean `{tmp_path / 'service'}.xproto`?"),
    ):
        _, [finding] = run(tmp_path / typed)
        assert finding.code == "missing-file"
        assert finding.help == suggestion or "service.xproto" in str(finding.help)
    _, [finding] = run(tmp_path / "nowhere" / "a.xproto")
    assert finding.help == f"there is no folder `{tmp_path / 'nowhere'}`"


def test_a_folder_names_its_models(tmp_path: Path) -> None:
    file(tmp_path, b"", "b.xproto")
    _, [finding] = run(tmp_path)
    assert finding.code == "is-a-folder"
    assert str(tmp_path / "b.xproto") in str(finding.help)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads everything")
def test_a_file_without_permission(tmp_path: Path) -> None:
    path = file(tmp_path, b"message A {}")
    path.chmod(0)
    _, [finding] = run(path)
    assert finding.code == "unreadable-file"


def test_a_loop_of_links(tmp_path: Path) -> None:
    path = tmp_path / "loop.xproto"
    path.symlink_to(path)
    _, [finding] = run(path)
    assert finding.code == "unreadable-file"


def test_several_problems_in_one_run(tmp_path: Path) -> None:
    good = file(tmp_path, b"message A {}", "good.xproto")
    sources, findings = run(tmp_path / "no", good, tmp_path)
    assert list(sources) == [str(good)]
    assert {f.code for f in findings} == {"missing-file", "is-a-folder"}


def test_a_file_named_twice_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file(tmp_path, b"message A {}")
    monkeypatch.chdir(tmp_path)
    sources, _ = run("a.xproto", "./a.xproto", tmp_path / "a.xproto")
    assert list(sources) == ["a.xproto"]


def test_include_folders_are_searched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "lib").mkdir()
    file(tmp_path / "lib", b"message A {}")
    monkeypatch.chdir(tmp_path)
    assert list(run("a.xproto", include=("lib",))[0]) == [os.path.join("lib", "a.xproto")]


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"message A {}\r\n")))
    sources, findings = run("-")
    assert sources["<stdin>"].text == "message A {}\n"
    assert not findings

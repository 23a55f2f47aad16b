"""The parse tables: those that come with the grammars are what Lark makes of them today."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from xgen.resources import bundled
from xgen.syntax import tables

FOLDER = Path(bundled("grammars"))


@pytest.mark.parametrize("name", tables.STARTS)
def test_bundled_tables_are_up_to_date(name: str) -> None:
    known = json.loads((FOLDER / "tables.json").read_text(encoding="utf-8"))[name]
    assert known == json.loads(json.dumps(tables.build(str(FOLDER), name))), (
        "run `python -m xgen.syntax.tables`"
    )


def test_parsing_imports_no_lark() -> None:
    code = (
        "import sys; from xgen.syntax.parser import parse; from xgen.source import Source;"
        "from xgen.diagnostics import Report;"
        "parse(Source('a', 'message A {} policy p < True >'), Report());"
        "sys.exit(any(m in sys.modules for m in ('lark', 'dataclasses', 'ast', 'difflib')))"
    )
    root = Path(__file__).parent.parent
    assert subprocess.run([sys.executable, "-c", code], cwd=root, check=False).returncode == 0


@pytest.fixture
def edited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Grammars that somebody edits, with a cache of their own."""
    folder = tmp_path / "grammars"
    shutil.copytree(FOLDER, folder)
    text = (folder / "lexical.lark").read_text(encoding="utf-8")
    (folder / "lexical.lark").write_text(f"{text}\n// edited\n", encoding="utf-8")
    monkeypatch.setattr(tables, "bundled", lambda _: str(folder))
    monkeypatch.setenv("XGEN_CACHE_DIR", str(tmp_path / "cache"))
    return folder


def test_an_edited_grammar_is_built_once_and_cached(
    edited: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load = tables.load.__wrapped__
    first = load("policy")
    assert list((tmp_path / "cache" / "grammars").iterdir())

    def refuse(*_: object) -> None:
        raise AssertionError("built again")

    monkeypatch.setattr(tables, "build", refuse)
    assert load("policy") == first == tables.load("policy")


def test_damaged_tables_and_caches_are_no_error(edited: Path, tmp_path: Path) -> None:
    load = tables.load.__wrapped__
    expected = load("policy")
    for entry in (tmp_path / "cache" / "grammars").iterdir():
        entry.write_bytes(b"\0" * 100)
    (edited / "tables.json").write_bytes(b"[1, 2")
    assert load("policy") == expected
    shutil.rmtree(tmp_path / "cache")
    (tmp_path / "cache").write_text("a file where the folder should be")
    assert load("policy") == expected

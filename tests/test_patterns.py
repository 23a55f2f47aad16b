"""Patterns: what they match, and which files they name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from xgen.fingerprint import Footprint
from xgen.patterns import expand, last_match, matches

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("pattern", "path", "wanted"),
    [
        ("a.py", "a.py", True),
        ("a.py", "x/y/a.py", True),
        ("./a.py", "a.py", True),
        ("./a.py", "x/a.py", False),
        ("x/a.py", "x/a.py", True),
        ("x/a.py", "y/x/a.py", False),
        ("*.py", "x/a.py", True),
        ("x/*.py", "x/a.py", True),
        ("x/*.py", "x/y/a.py", False),
        ("x/**", "x/y/a.py", True),
        ("x/", "x/y/a.py", True),
        ("x/", "xx/a.py", False),
        ("**/a.py", "a.py", True),
        ("**/a.py", "x/y/a.py", True),
        ("x/**/a.py", "x/a.py", True),
        ("x/**/a.py", "x/y/z/a.py", True),
        ("?.py", "a.py", True),
        ("?.py", "ab.py", False),
        ("[ab].py", "b.py", True),
        ("[!ab].py", "b.py", False),
        ("[", "[", True),
        ("a+(b).py", "a+(b).py", True),
        ("A.py", "a.py", False),
    ],
)
def test_matches(pattern: str, path: str, wanted: bool) -> None:
    assert matches(pattern, path) is wanted


def test_the_last_match_counts() -> None:
    patterns = ("*.py", "a.py", "*.md")
    assert last_match(patterns, "x/a.py") == "a.py"
    assert last_match(patterns, "b.py") == "*.py"
    assert last_match(patterns, "c") is None


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for path in (
        "a.x",
        "b.x",
        "c.y",
        "s/d.x",
        "s/t/e.x",
        ".git/f.x",
        "s/.h/g.x",
        "__pycache__/i.x",
    ):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).touch()
    (tmp_path / "s/loop").symlink_to(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("pattern", "wanted"),
    [
        ("*.x", ["a.x", "b.x"]),
        ("**/*.x", ["a.x", "b.x", "s/d.x", "s/t/e.x"]),
        ("s/*.x", ["s/d.x"]),
        ("s/**/*.x", ["s/d.x", "s/t/e.x"]),
        ("*/d.x", ["s/d.x"]),
        ("a.x", ["a.x"]),
        ("./a.x", ["a.x"]),
        ("nix/*.x", []),
        (".git/*.x", [".git/f.x"]),
        ("s/../a.*", ["s/../a.x"]),
    ],
)
def test_expand(tree: Path, pattern: str, wanted: list[str]) -> None:
    assert expand(str(tree), pattern) == wanted


def test_a_footprint_notices_what_a_pattern_means(tree: Path) -> None:
    footprint = Footprint()
    footprint.saw_matches(str(tree), "*.x")
    assert footprint.holds()
    (tree / "z.y").touch()
    (tree / "s/z.x").touch()
    assert footprint.holds()
    (tree / "z.x").touch()
    assert not footprint.holds()

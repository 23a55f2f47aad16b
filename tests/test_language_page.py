"""``docs/language.md`` lists every finding that reading models can give, with its severities."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.linking import CORPUS

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "language.md").read_text(encoding="utf-8")
IDS = set(re.findall(r"`([a-z]+(?:-[a-z]+)+)`", PAGE[PAGE.index("## Findings") :]))
WORD = re.compile(r"\"([a-z]+(?:-[a-z]+)+)\"")

# Made of two parts in the code.
JOINED = {
    *(f"unknown-{what}" for what in ("base", "peer", "through")),
    *(f"renamed-{what}" for what in ("app", "attribute", "class")),
    *(
        f"duplicate-{what}"
        for what in (
            *("message", "enum", "value", "field", "class", "policy", "number"),
            *("reverse-number", "option"),
        )
    ),
}


def in_code() -> set[str]:
    """Return the ids that the modules name."""
    modules = [
        *(ROOT / "xgen" / "syntax").glob("*.py"),
        *(ROOT / "xgen" / "linker").glob("*.py"),
        *(ROOT / "xgen" / "checks").glob("*.py"),
        ROOT / "xgen" / "read.py",
    ]
    found = {
        word for module in modules for word in WORD.findall(module.read_text(encoding="utf-8"))
    }
    return (found | JOINED) - {"utf-8"}


def test_every_finding_is_on_the_page() -> None:
    assert in_code() - IDS == set()


def test_nothing_else_is_on_the_page() -> None:
    assert IDS - in_code() == set()


ROWS = dict[str, tuple[str, str]]()
for line in PAGE.splitlines():
    cells = [cell.strip() for cell in line.split("|")[1:-1]]
    if len(cells) == 5 and cells[0].startswith("`"):
        for name in re.findall(r"`([a-z-]+)`", cells[0]):
            ROWS[name] = (cells[1], cells[3])

LETTERS = {"error": "E", "warning": "W", "note": "N", "-": "-"}
# Their severity depends on more than the id; the page says on what.
VARIED = {
    *("unknown-policy", "unknown-model", "duplicate-number", "bad-number", "unknown-option"),
    *("quoted-boolean", "bad-boolean", "dependency-cycle", "duplicate-class"),
}


@pytest.mark.parametrize(
    "page", sorted(CORPUS.glob("*/*/findings.txt")), ids=lambda p: p.parent.name
)
def test_severities_are_those_of_the_page(page: Path) -> None:
    for mild, strict, name in re.findall(
        r"^\S+ ([a-z-]+)/([a-z]+) ([a-z-]+):", page.read_text(encoding="utf-8"), re.MULTILINE
    ):
        if name in ROWS and name not in VARIED:
            assert (LETTERS[mild], LETTERS[strict]) == ROWS[name], name

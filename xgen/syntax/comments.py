"""Which comments document a declaration, and what they say."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence


DIRECTIVE: Final = "xgen:"
"""What a comment for the tool begins with: it documents nothing."""
_NOTICE: Final = re.compile(
    r"copyright|spdx-license-identifier|all rights reserved|licensed under|is free software"
    r"|(?:copy of|with|for) the licen[sc]e\b|without (?:any )?warrant|code generated|do not edit"
    r"|permission (?:to use|is hereby granted)|\A\W*(?:-\*-|vim?:)",
    re.IGNORECASE,
)
"""What a comment says that is about the file and not about the models: a licence, say."""
_RULER: Final = re.compile(r"[\W_]*")


def introduction(text: str, comments: Sequence[tuple[int, int]]) -> str:
    """Return the text of the comments with which a file begins, without markers.

    Blank lines divide them. What stands directly above the first statement belongs to that, and
    notices, such as of a licence, are left out.
    """
    found: list[list[str]] = []
    before = 0
    for start, end in comments:
        if text[before:start].strip():
            break
        if not found or text.count("\n", before, start) > 1:
            found.append([])
        found[-1] += _lines(text[start:end])
        before = end
    following = len(text) - len(text[before:].lstrip())
    if found and following < len(text) and text.count("\n", before, following) <= 1:
        del found[-1]
    blocks = ("\n".join(_dedent(_without_rulers(lines))).strip("\n") for lines in found)
    return "\n\n".join(block for block in blocks if block and not _NOTICE.search(block))


def _without_rulers(lines: list[str]) -> list[str]:
    """Return the lines without those that are drawn above and below the others."""
    return [line for line in lines if not line.strip() or not _RULER.fullmatch(line)]


def doc(text: str, comments: Sequence[tuple[int, int]], declaration: int) -> str:
    """Return the text of the comments directly above ``declaration``, without markers.

    ``comments`` are the places of those between the token before and the declaration. One that
    begins on the line of other code belongs to that code, and a blank line cuts off what is above.
    """
    following = declaration
    above: list[str] = []
    for start, end in reversed(comments):
        line = text.rfind("\n", 0, start) + 1
        is_trailing = text[line:start].strip() and "\n" in text[end:following]
        if text.count("\n", end, following) > 1 or is_trailing:
            break
        above[:0] = _lines(text[start:end])
        following = start
    said = "\n".join(_dedent(above)).strip("\n")
    return "" if _NOTICE.search(said) else said


def _lines(comment: str) -> list[str]:
    """Return the lines of one comment without its markers."""
    if comment.startswith("//"):
        if comment.lstrip("/").lstrip().startswith(DIRECTIVE):
            return []
        return [comment.lstrip("/").rstrip()]
    lines = [line.rstrip() for line in comment[2:-2].split("\n")]
    lines[0] = lines[0].lstrip("*")
    starred = [line.lstrip() for line in lines[1:]]
    if all(line.startswith("*") for line in starred if line):
        lines[1:] = [line[1:] for line in starred]
    else:
        # One blank as behind `//`, whichever column the comment stands in.
        lines[1:] = [f" {line}".rstrip() for line in _dedent(lines[1:])]
    if lines[0].strip():
        # The first line stands behind the marker, not in the column of the others.
        lines[0] = " " * min(map(_indent, filter(None, lines[1:])), default=0) + lines[0].lstrip()
    return lines


def _dedent(lines: Sequence[str]) -> list[str]:
    """Remove the indentation that all lines share."""
    shared = min((_indent(line) for line in lines if line.strip()), default=0)
    return [line[shared:].rstrip() for line in lines]


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())

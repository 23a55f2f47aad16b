"""Tables on a terminal: aligned columns, cut to its width, safe to print.

Text from the database may hold control characters; a terminal would obey them, so they are
shown as escapes.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_GAP = "  "
_NARROWEST = 8
_CUT = "..."


def table(
    headers: Sequence[str], rows: Iterable[Sequence[object]], *, width: int | None = None
) -> str:
    """Rows under headers, two spaces between columns; `width` cuts the widest columns to fit."""
    lines = [[cell(value) for value in row] for row in rows]
    titles = [title.upper() for title in headers]
    sizes = [max(map(columns, column)) for column in zip(titles, *lines, strict=True)]
    if width is not None:
        sizes = _shrink(sizes, width)
    return "".join(_line(line, sizes) for line in (titles, *lines))


def cell(value: object) -> str:
    """One value as one line of text; None is a dash, as nothing at all would hide the column."""
    if value is None or value == "":
        return "-"
    if isinstance(value, bool):
        return "true" if value else "false"
    return printable(str(value))


def moment(seconds: float) -> str:
    """A unix time as people read it."""
    return instant(seconds).isoformat(sep=" ")


def instant(seconds: float) -> dt.datetime:
    """A unix time as data, to the second."""
    return dt.datetime.fromtimestamp(int(seconds), dt.UTC)


def printable(text: str, *, lines: bool = False) -> str:
    """`text` with control characters as escapes; line breaks stay when `lines` is true."""
    return "".join(
        char
        if char.isprintable() or (lines and char == "\n")
        else char.encode("unicode_escape").decode()
        for char in text
    )


def columns(text: str) -> int:
    """How many columns a text takes: East Asian wide characters two, combining marks none."""
    if text.isascii():
        return len(text)
    return sum(map(_char_columns, text))


def _char_columns(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def _shrink(sizes: Sequence[int], width: int) -> list[int]:
    """Takes from the widest column until the line fits or nothing more can be given."""
    sizes = list(sizes)
    room = width - len(_GAP) * (len(sizes) - 1)
    while sum(sizes) > room:
        widest = max(range(len(sizes)), key=sizes.__getitem__)
        if sizes[widest] <= _NARROWEST:
            break
        others = max((size for index, size in enumerate(sizes) if index != widest), default=0)
        floor = max(_NARROWEST, min(others, sizes[widest] - 1))
        sizes[widest] = max(floor, sizes[widest] - (sum(sizes) - room))
    return sizes


def _line(cells: Sequence[str], sizes: Sequence[int]) -> str:
    parts = [_fit(text, size) for text, size in zip(cells, sizes, strict=True)]
    return _GAP.join(parts).rstrip() + "\n"


def _fit(text: str, size: int) -> str:
    taken = columns(text)
    if taken <= size:
        return text + " " * (size - taken)
    kept, room = "", size - len(_CUT)
    for char in text:
        room -= _char_columns(char)
        if room < 0:
            break
        kept += char
    return kept + _CUT + " " * (size - columns(kept) - len(_CUT))

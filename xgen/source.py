"""Source text and places in it: the ground that every other stage stands on."""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property
from typing import NamedTuple

from xgen.dataclass import dataclass


class Span(NamedTuple):
    """A half-open range of characters, ``[start, end)``, in the file shown as ``path``.

    ``path`` is the name the user gave, so that messages show what was typed. Offsets count
    characters (not bytes) from 0. A tuple, because a large model holds hundreds of thousands.
    """

    path: str
    start: int
    end: int


class Position(NamedTuple):
    """A place for people: line and column, both counted from 1, columns in characters."""

    line: int
    column: int


@dataclass(frozen=True)
class Source:
    """The text of one input file, with universal newlines and without a byte-order mark."""

    path: str
    text: str

    @cached_property
    def _line_starts(self) -> list[int]:
        starts = [0]
        find = self.text.find
        at = find("\n")
        while at >= 0:
            starts.append(at + 1)
            at = find("\n", at + 1)
        return starts

    def position(self, offset: int) -> Position:
        """Return the line and column of ``offset``; past the end counts as the end."""
        offset = min(max(offset, 0), len(self.text))
        line = bisect_right(self._line_starts, offset)
        return Position(line, offset - self._line_starts[line - 1] + 1)

    def offset(self, line: int) -> int:
        """Return where line ``line`` (from 1) starts; past the end counts as the end."""
        starts = self._line_starts
        return starts[line - 1] if 1 <= line <= len(starts) else len(self.text)

    def line(self, number: int) -> str:
        """Return the text of line ``number`` (from 1) without its newline; "" past the end."""
        if not 1 <= number <= len(self._line_starts):
            return ""
        start = self._line_starts[number - 1]
        end = self.text.find("\n", start)
        return self.text[start:] if end < 0 else self.text[start:end]

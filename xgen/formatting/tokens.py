"""Tokens with the comments in front of them, and where those stand.

The parser's own lexer, but nothing is left out, and option lists are taken apart.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from xgen.syntax import tables
from xgen.syntax.engine import Language

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xgen.source import Source

END = "$END"


class Comment(NamedTuple):
    """A comment, with how many line ends are between it and what is before, and its column."""

    text: str
    breaks: int
    column: int

    @property
    def is_inline(self) -> bool:
        """Say whether code can follow on the same line."""
        return self.text.startswith("/*") and "\n" not in self.text


class Token(NamedTuple):
    """A token. ``kind`` is its lexical class, the text itself for punctuation."""

    kind: str
    text: str
    comments: tuple[Comment, ...] = ()
    """What stands between the token before and this one."""
    breaks: int = 0
    """How many line ends are between the last of them (or the token before) and this one."""

    def after(self, comments: Sequence[Comment]) -> Token:
        """Return the token with more comments in front, those of a token that is left out."""
        return self._replace(comments=(*comments, *self.comments)) if comments else self


@cache
def _language() -> Language:
    return Language(tables.load("xproto"), ("NAME", "NUMBER", "STRING", "BODY"))


def tokens(source: Source) -> list[Token]:
    """Return the tokens of a file, the last of them ``$END``."""
    text, match = source.text, _language().match
    found: list[Token] = []
    comments: list[Comment] = []
    at = before = 0
    while True:
        lexed = match(text, at)
        assert lexed is not None  # noqa: S101  the last alternative takes any character
        kind = str(lexed.lastgroup)
        start, at = lexed.span(kind)
        if kind == "ODD":
            if text[start] != "#":
                continue  # an odd blank: anything else would have been an error
            # Read as a comment by the parser, too.
            end = text.find("\n", start)
            kind, at = "COMMENT", len(text) if end < 0 else end
        breaks = text.count("\n", before, start)
        before = at
        word = text[start:at]
        if kind == "COMMENT":
            column = start - text.rfind("\n", 0, start) - 1
            comments.append(Comment(_stripped(word), breaks, column))
            continue
        kind = {"FIXED": word, "END": END}.get(kind, kind)
        found.append(Token(kind, word, tuple(comments), breaks))
        comments = []
        if kind == END:
            return found


def _stripped(comment: str) -> str:
    """Return a comment without blanks at the ends of its lines."""
    return "\n".join([line.rstrip() for line in comment.split("\n")])

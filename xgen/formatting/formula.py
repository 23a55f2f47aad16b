"""Lays out the formula of a policy: in one line if it fits, else an operand a line.

Parentheses stay as written, since people put them where they help.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from xgen.syntax import tables
from xgen.syntax.engine import Language

if TYPE_CHECKING:
    from collections.abc import Sequence

INDENT: Final = "    "
_LOOSEST: Final = ("->", "|", "&")
_QUANTIFIERS: Final = frozenset({"exists", "forall"})
_DEEP: Final = 200
"""What is nested deeper stays as written: laying out recurses."""


class Chain(NamedTuple):
    """Operands with one operator between them."""

    operator: str
    operands: list[Node]


class Group(NamedTuple):
    """Something in parentheses."""

    inner: Node


class Prefix(NamedTuple):
    """``not`` or ``exists X:`` and what it is about."""

    words: str
    inner: Node


Node: TypeAlias = str | Chain | Group | Prefix


def lay_out_formula(body: str, width: int, first: int) -> list[str] | None:
    """Return the lines of a formula without indentation, None if it is to stay as it is.

    It is one line if that has at most ``first`` characters; else lines are kept to ``width``. A
    formula with comments, or with Python over several lines, is its author's to lay out.
    """
    words = _words(body)
    if words is None:
        return None
    try:
        node = _Reader(words).loosest(0, _DEEP)
    except _TooDeepError:
        return None
    line = _flat(node)
    return [line] if len(line) <= first else _lines(node, width, len(" >"))


@cache
def _language() -> Language:
    return Language(tables.load("policy"), ("SYMBOL", "NUMBER", "STRING", "ESCAPE"), word="SYMBOL")


def _words(body: str) -> list[str] | None:
    words: list[str] = []
    at = 0
    while True:
        lexed = _language().match(body, at)
        assert lexed is not None  # noqa: S101  the last alternative takes any character
        kind = str(lexed.lastgroup)
        at = lexed.end()
        word = lexed[kind]
        if kind in ("COMMENT", "ODD") or "\n" in word:
            return None
        if kind == "END":
            return words
        words.append(word)


class _TooDeepError(Exception):
    """The formula is nested too deep to be laid out."""


class _Reader:
    """Reads a sound formula; parentheses and operators are all it looks at."""

    def __init__(self, words: Sequence[str]) -> None:
        self._words = words
        self._at = 0

    def _peek(self) -> str:
        return self._words[self._at] if self._at < len(self._words) else ""

    def _next(self) -> str:
        self._at += 1
        return self._words[self._at - 1]

    def loosest(self, level: int, depth: int) -> Node:
        """Read operands of the operators from ``level`` on."""
        if level == len(_LOOSEST):
            return self._unary(depth)
        operands = [self.loosest(level + 1, depth)]
        while self._peek() == _LOOSEST[level]:
            self._next()
            operands.append(self.loosest(level + 1, depth))
        return operands[0] if len(operands) == 1 else Chain(_LOOSEST[level], operands)

    def _unary(self, depth: int) -> Node:
        if not depth:
            raise _TooDeepError
        word = self._peek()
        if word == "not":
            return Prefix(self._next(), self._unary(depth - 1))
        if word in _QUANTIFIERS:
            words = f"{self._next()} {self._next()}{self._next()}"
            return Prefix(words, self.loosest(0, depth - 1))
        if word == "(":
            self._next()
            inner = self.loosest(0, depth - 1)
            self._next()
            return Group(inner)
        term = self._term()
        if self._peek() in ("=", "in"):
            term = f"{term} {self._next()} {self._term()}"
        return term

    def _term(self) -> str:
        word = self._next()
        if word != "*":
            return word
        return word + "".join([self._next() for _ in range(4)])  # name ( path )


def _flat(node: Node) -> str:
    if isinstance(node, Chain):
        return f" {node.operator} ".join(map(_flat, node.operands))
    if isinstance(node, Group):
        return f"({_flat(node.inner)})"
    if isinstance(node, Prefix):
        return f"{node.words} {_flat(node.inner)}"
    return node


def _lines(node: Node, width: int, closing: int) -> list[str]:
    """Return lines of at most ``width``; behind the last there is room for ``closing`` more."""
    line = _flat(node)
    if len(line) + closing <= width or isinstance(node, str):
        return [line]
    if isinstance(node, Group):
        lines = _lines(node.inner, width - 1, closing + 1)
        return _behind("(", [*lines[:-1], lines[-1] + ")"])
    if isinstance(node, Chain):
        lines = []
        for place, operand in enumerate(node.operands):
            lead = f"{node.operator} " if place else ""
            last = place == len(node.operands) - 1
            below = _lines(operand, width - len(lead), closing if last else 0)
            lines += _behind(lead, below)
        return lines
    if node.words == "not":
        return _behind("not ", _lines(node.inner, width - 4, closing))
    below = _lines(node.inner, width - len(INDENT), closing)
    return [node.words, *[INDENT + line for line in below]]


def _behind(lead: str, lines: Sequence[str]) -> list[str]:
    """Put ``lead`` in front of the first line and the others under what is behind it."""
    blanks = " " * len(lead)
    return [(blanks if place else lead) + line for place, line in enumerate(lines)]

"""Whether two texts say the same, looked at before a file is replaced."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from xgen.syntax import tree
from xgen.syntax.tree import Name, Option

if TYPE_CHECKING:
    from collections.abc import Iterable

_PLACES = frozenset({"span", "comments", "path"})


def say_the_same(one: tree.File, other: tree.File) -> bool:
    """Say whether two files differ in nothing but blanks, lines and what means nothing."""
    kept = _texts(one.comments) == _texts(other.comments)
    return kept and _same(one.statements, other.statements)


def _texts(comments: Iterable[tree.Comment]) -> Counter[tuple[str, ...]]:
    return Counter(tuple([line.strip() for line in c.text.split("\n")]) for c in comments)


def _same(one: object, other: object) -> bool:
    if type(one) is not type(other):
        return False
    if isinstance(one, Name | Option):
        return _words(one) == _words(other)
    if isinstance(one, tree.Policy) and isinstance(other, tree.Policy):
        # Not the body: a formula is laid out anew.
        heads = one.name.text == other.name.text and one.doc == other.doc
        return heads and one.formula == other.formula
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(map(_same, one, other))
    names = getattr(one, "__match_args__", None)
    if names is None:
        return one == other
    return all(
        _same(getattr(one, name), getattr(other, name)) for name in names if name not in _PLACES
    )


def _words(node: object) -> tuple[object, ...]:
    if isinstance(node, Option):
        return node.key, node.kind, node.text
    assert isinstance(node, Name)  # noqa: S101  all that is asked for
    return (node.text,)

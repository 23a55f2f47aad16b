"""Whether one formula allows more than another, as far as that can be seen without data.

Comparisons, calls and quantifiers are taken as facts that hold or do not; what is built of them
with `&`, `|`, `->` and `not` is compared in all combinations.
"""

from __future__ import annotations

from enum import Enum
from itertools import product
from typing import TYPE_CHECKING, Final

from xgen.ir.expr import Binary, Literal, Not
from xgen.ir.walk import walk

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xgen.ir.expr import Expr

_MOST: Final = 12
"""Facts that are looked at in all combinations; formulas that people write have fewer."""


class Direction(Enum):
    """What a formula does compared with another."""

    SAME = "same"
    STRICTER = "stricter"
    LOOSER = "looser"
    OTHER = "other"


def direction(old: Expr | None, new: Expr | None) -> Direction:
    """Return what ``new`` allows compared with ``old``; None allows everything."""
    if old == new:
        return Direction.SAME
    facts = list(dict.fromkeys([*_facts(old), *_facts(new)]))
    if len(facts) > _MOST:
        return Direction.OTHER
    less = more = False
    for values in product((False, True), repeat=len(facts)):
        known = dict(zip(facts, values, strict=True))
        before, after = _holds(old, known), _holds(new, known)
        less = less or (before and not after)
        more = more or (after and not before)
    if less and more:
        return Direction.OTHER
    if not less and not more:
        return Direction.SAME
    return Direction.STRICTER if less else Direction.LOOSER


def _facts(formula: Expr | None) -> list[Expr]:
    if formula is None:
        return []
    if isinstance(formula, Binary):
        return [*_facts(formula.left), *_facts(formula.right)]
    if isinstance(formula, Not):
        return _facts(formula.operand)
    return [] if isinstance(formula, Literal) else [formula]


def _holds(formula: Expr | None, known: Mapping[Expr, bool]) -> bool:
    if formula is None:
        return True
    if isinstance(formula, Not):
        return not _holds(formula.operand, known)
    if isinstance(formula, Binary):
        left, right = _holds(formula.left, known), _holds(formula.right, known)
        return {"&": left and right, "|": left or right}.get(formula.operator, not left or right)
    return bool(formula.value) if isinstance(formula, Literal) else known[formula]


def calls_of(formula: Expr) -> set[str]:
    """Return the policies that a formula calls."""
    from xgen.ir.expr import Call

    return {node.policy for node in walk(formula) if isinstance(node, Call)}

"""Smaller formulas that say the same, for every object, context and data.

Constants are folded, and what does not depend on a quantifier's variable is taken out of it. Both
are done at boolean positions only; the operands of ``=`` and ``in`` are values and stay. That a
domain may be empty is never forgotten: ``exists X: True`` says that there is one, ``forall X:
False`` that there is none, and neither is a constant.

A Python escape may raise, and may give another value the next time; it is neither moved nor
taken to equal another one.
"""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Final

from xgen.dataclass import replace
from xgen.ir.expr import Binary, Compare, Escape, Literal, Not, Quantifier
from xgen.ir.walk import walk
from xgen.logic.literals import equal_plain
from xgen.logic.scope import mentions

if TYPE_CHECKING:
    from collections.abc import Iterable

    from xgen.ir.expr import Expr

TRUE: Final = Literal(True, "True")
FALSE: Final = Literal(False, "False")


def simplify(node: Expr) -> Expr:
    """Return a formula that is true exactly when ``node`` is."""
    if isinstance(node, Literal):
        return _constant(bool(node.value))
    if isinstance(node, Compare):
        return _compare(node)
    if isinstance(node, Not):
        return _negated(simplify(node.operand), node)
    if isinstance(node, Binary):
        return _binary(node)
    if isinstance(node, Quantifier):
        return _quantified(node)
    return node


def _constant(value: bool) -> Literal:
    return TRUE if value else FALSE


def _compare(node: Compare) -> Expr:
    left, right = node.left, node.right
    if node.operator == "in" and isinstance(right, Literal) and right.value is None:
        return node if _may_raise(left) else FALSE
    if not (isinstance(left, Literal) and isinstance(right, Literal)):
        return node
    if node.operator == "=":
        return _constant(equal_plain(left.value, right.value))
    if isinstance(right.value, str):
        return _constant(isinstance(left.value, str) and left.value in right.value)
    return node  # membership of a number: an error, which is for the checks to report


def _negated(operand: Expr, node: Not | None = None) -> Expr:
    if isinstance(operand, Literal):
        return _constant(not operand.value)
    if isinstance(operand, Not):
        return simplify(operand.operand)
    if node is not None and node.operand is operand:
        return node
    return Not(operand, node.span if node else None)


def _binary(node: Binary) -> Expr:
    if node.operator != "->":
        return _joined(node.operator, map(simplify, _chain(node, node.operator)))
    left, right = simplify(node.left), simplify(node.right)
    if isinstance(left, Literal):
        return right if left.value else TRUE
    if isinstance(right, Literal):
        return TRUE if right.value else _negated(left)
    if left == right and not _may_raise(left):
        return TRUE
    return replace(node, left=left, right=right)


def _chain(node: Expr, operator: str) -> list[Expr]:
    """Return the operands that one operator joins, in order."""
    if isinstance(node, Binary) and node.operator == operator:
        return [*_chain(node.left, operator), *_chain(node.right, operator)]
    return [node]


def _joined(operator: str, operands: Iterable[Expr]) -> Expr:
    """Join simplified operands: without those that say nothing, ended by one that settles it."""
    settles = operator == "|"  # the value that decides the whole
    kept: list[Expr] = []
    for operand in (part for one in operands for part in _chain(one, operator)):
        if isinstance(operand, Literal):
            if operand.value == settles:
                return _constant(settles)
            continue
        if _may_raise(operand):
            kept.append(operand)
        elif _negated(operand) in kept:
            return _constant(settles)
        elif operand not in kept:
            kept.append(operand)
    if not kept:
        return _constant(not settles)
    return reduce(lambda left, right: Binary(operator, left, right), kept)


def _may_raise(node: Expr) -> bool:
    return any(isinstance(part, Escape) for part in walk(node))


def _quantified(node: Quantifier) -> Expr:
    body = simplify(node.body)
    some = node.kind == "exists"
    if isinstance(body, Literal):
        # `exists X: False` and `forall X: True`; the other two say whether there is anything.
        return body if body.value != some else replace(node, body=body)
    moved = _hoisted(node, body, some=some)
    return replace(node, body=body) if moved is None else moved


def _hoisted(node: Quantifier, body: Expr, *, some: bool) -> Expr | None:
    """Return the formula with what does not depend on the variable in front of the quantifier."""
    for operator, operands in _readings(body):
        free = [one for one in operands if not mentions(one, node.variable) and not _may_raise(one)]
        if not free:
            continue
        bound = [one for one in operands if one not in free]
        alike = operator == ("&" if some else "|")
        # Where nothing is left, the neutral operand is: `exists X: True`, `forall X: False`.
        left = _joined(operator, bound)
        rest = _quantified(replace(node, body=left, parenthesised=True))
        if alike:
            return _joined(operator, [*free, rest])
        other = "&" if some else "|"
        domain = replace(node, body=_constant(some), parenthesised=True)
        outside = _joined(other, [_joined(operator, free), domain])
        return _joined(operator, [outside, rest])
    return None


def _readings(body: Expr) -> list[tuple[str, list[Expr]]]:
    """Return a body as operands of ``&`` or ``|``; a single operand can be either."""
    if not isinstance(body, Binary):
        return [("&", [body]), ("|", [body])]
    if body.operator != "->":
        return [(body.operator, _chain(body, body.operator))]
    operands = [_negated(body.left), *_chain(body.right, "|")]
    return [("|", operands)]

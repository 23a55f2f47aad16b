"""Policies as old templates see them: nested dictionaries, lists and tuples of texts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from xgen.compat.records import Record
from xgen.ir.expr import Binary, Call, Compare, Escape, Literal, Not, Path, Quantifier

if TYPE_CHECKING:
    from xgen.ir.expr import Expr

Tree: TypeAlias = Any
"""A text, or a dictionary with one entry: the operator with its operands."""


def nested(formula: Expr) -> Tree:  # noqa: PLR0911  one for each kind of node
    """Return a formula in that shape."""
    match formula:
        case Path():
            return str(formula)
        case Literal(raw=raw):
            return raw
        case Escape(code=code):
            return Record(python=code)
        case Call(policy=policy, target=target):
            return Record(policy=[policy, str(target)])
        case Not(operand=operand):
            return Record({"not": nested(operand)})
        case Compare(operator=operator, left=left, right=right):
            return Record({operator: (nested(left), nested(right))})
        case Binary(operator=operator, left=left, right=right):
            return Record({operator: [nested(left), nested(right)]})
        case Quantifier(kind=kind, variable=variable, body=body):
            return Record({kind: [str(variable), nested(body)]})

"""Policy expressions as people write them, with the parentheses that they need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from xgen.ir.expr import Binary, Call, Compare, Escape, Literal, Not, Path, Quantifier

if TYPE_CHECKING:
    from xgen.ir.expr import Expr

_STRENGTH: Final = {"->": 1, "|": 2, "&": 3}
_UNARY: Final = 4
_QUOTED: Final = str.maketrans({
    "\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r", "\0": "\\0",
    "\a": "\\a", "\b": "\\b", "\f": "\\f", "\v": "\\v",
})  # fmt: skip


def formula_text(node: Expr) -> str:
    """Return an expression on one line; parsed again, it is the same."""
    return _text(node, 0)


def literal_text(value: str | float | bool | None) -> str:
    """Return a literal as a policy writes it."""
    return f'"{value.translate(_QUOTED)}"' if isinstance(value, str) else _number(value)


def _number(value: float | bool | None) -> str:
    if not isinstance(value, float):
        return str(value)
    from decimal import Decimal

    return format(Decimal(repr(value)), "f")


def _text(node: Expr, strength: int) -> str:
    if isinstance(node, Binary):
        own = _STRENGTH[node.operator]
        right_first = node.operator == "->"
        left = _text(node.left, own + right_first)
        right = _text(node.right, own + (not right_first))
        return _grouped(f"{left} {node.operator} {right}", needed=own < strength)
    if isinstance(node, Not):
        return f"not {_text(node.operand, _UNARY)}"
    if isinstance(node, Quantifier):
        # Its body takes all that follows, so it stands alone or in parentheses.
        body = _text(node.body, _UNARY if isinstance(node.body, Binary) else 0)
        return _grouped(f"{node.kind} {node.variable}: {body}", needed=strength > 0)
    if isinstance(node, Compare):
        return f"{_term(node.left)} {node.operator} {_term(node.right)}"
    return _term(node)


def _term(node: Expr) -> str:
    if isinstance(node, Literal):
        return literal_text(node.value)
    if isinstance(node, Escape):
        return f"{{{{ {node.code} }}}}"
    if isinstance(node, Call):
        return f"*{node.policy}({node.target})"
    assert isinstance(node, Path)  # noqa: S101  the others are no terms
    return str(node)


def _grouped(text: str, *, needed: bool) -> str:
    return f"({text})" if needed else text

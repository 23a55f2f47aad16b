"""A quantifier over a model as one query of Django's, where its body allows it.

It does when all that depends on the quantified variable are comparisons of a path that starts
with it with a value that does not. What does not depend on it is worked out before the query.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xgen.ir.expr import Binary, Compare, Not, Path, Quantifier
from xgen.ir.walk import flattened, walk
from xgen.logic.scope import mentions, rest_behind

if TYPE_CHECKING:
    from collections.abc import Callable

    from xgen.ir.expr import Expr

_ALWAYS, _NEVER = "~Q(pk__in=[])", "Q(pk__in=[])"


class _NoQuery(Exception):  # noqa: N818  it leads to another way
    """The body has something that a query cannot say."""


def query(
    node: Quantifier, value: Callable[[Expr], str], truth: Callable[[Expr], str]
) -> str | None:
    """Return the expression, None where objects have to be looked at one by one.

    ``value`` and ``truth`` give the expressions of what does not depend on the objects.
    """
    writer = _Query(node.variable, value, truth)
    objects = f"{node.variable}.objects"
    try:
        arguments = writer.arguments(node.body)
        if arguments is not None and node.kind == "exists":
            return f"{objects}.filter({', '.join(arguments)}).exists()"
        condition = writer.condition(node.body)
    except _NoQuery:
        return None
    if node.kind == "exists":
        return f"{objects}.filter({condition}).exists()"
    return f"(not {objects}.filter(~({condition})).exists())"


class _Query:
    def __init__(
        self, model: Path, value: Callable[[Expr], str], truth: Callable[[Expr], str]
    ) -> None:
        self._model = model
        self._value = value
        self._truth = truth

    def arguments(self, body: Expr) -> list[str] | None:
        """Return a conjunction of comparisons as named arguments, None for anything else."""
        found: dict[str, str] = {}
        for part in flattened(body, "&"):
            if not isinstance(part, Compare) or part.operator != "=" or not self._depends(part):
                return None
            name, value = self._comparison(part)
            if name in found:
                return None
            found[name] = value
        return [f"{name}={value}" for name, value in found.items()]

    def condition(self, node: Expr) -> str:
        """Return a body as an expression of Q objects."""
        if not self._depends(node):
            truth = self._truth(node)
            return {"True": _ALWAYS, "False": _NEVER}.get(
                truth, f"({_ALWAYS} if {truth} else {_NEVER})"
            )
        match node:
            case Compare(operator="="):
                name, value = self._comparison(node)
                return f"Q({name}={value})"
            case Not(operand=operand):
                return f"~{self.condition(operand)}"
            case Binary(operator=operator):
                left, right = self.condition(node.left), self.condition(node.right)
                return (
                    f"(~{left} | {right})" if operator == "->" else f"({left} {operator} {right})"
                )
        raise _NoQuery

    def _comparison(self, node: Compare) -> tuple[str, str]:
        left, right = node.left, node.right
        if not self._depends(left):
            left, right = right, left
        names = rest_behind(self._model, left) if isinstance(left, Path) else None
        if not names or not isinstance(left, Path) or left.call or self._depends(right):
            raise _NoQuery
        return "__".join(names), self._value(right)

    def _depends(self, node: Expr) -> bool:
        inside = (one.variable for one in walk(node) if isinstance(one, Quantifier))
        return mentions(node, self._model) or self._model in inside

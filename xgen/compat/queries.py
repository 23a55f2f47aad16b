"""A quantifier over a model as one query of Django's, where its body allows it.

It does when all that depends on the quantified variable are comparisons of a path that starts
with it with a value that does not. What does not depend on it is worked out before the query.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from xgen.compat.formulas import Tree

_ALWAYS, _NEVER = "~Q(pk__in=[])", "Q(pk__in=[])"


class _NoQuery(Exception):  # noqa: N818  it leads to another way
    """The body has something that a query cannot say."""


def query(
    kind: str,
    model: str,
    body: Tree,
    value: Callable[[Tree], str],
    truth: Callable[[Tree], str],
) -> str | None:
    """Return the expression, None where objects have to be looked at one by one.

    ``value`` and ``truth`` give the expressions of what does not depend on the objects.
    """
    writer = _Query(model, value, truth)
    try:
        arguments = writer.arguments(body)
        if arguments is not None and kind == "exists":
            return f"{model}.objects.filter({', '.join(arguments)}).exists()"
        condition = writer.condition(body)
    except _NoQuery:
        return None
    if kind == "exists":
        return f"{model}.objects.filter({condition}).exists()"
    return f"(not {model}.objects.filter(~({condition})).exists())"


class _Query:
    def __init__(
        self, model: str, value: Callable[[Tree], str], truth: Callable[[Tree], str]
    ) -> None:
        self._model = model
        self._value = value
        self._truth = truth
        self._word = re.compile(rf"(?<![\w.$]){re.escape(model)}(?![\w$])")

    def arguments(self, body: Tree) -> list[str] | None:
        """Return a conjunction of comparisons as named arguments, None for anything else."""
        found: dict[str, str] = {}
        for part in _conjuncts(body):
            if not isinstance(part, dict) or "=" not in part or not self._depends(part):
                return None
            name, value = self._comparison(*part["="])
            if name in found:
                return None
            found[name] = value
        return [f"{name}={value}" for name, value in found.items()]

    def condition(self, tree: Tree) -> str:
        """Return a body as an expression of Q objects."""
        if not self._depends(tree):
            truth = self._truth(tree)
            return {"True": _ALWAYS, "False": _NEVER}.get(
                truth, f"({_ALWAYS} if {truth} else {_NEVER})"
            )
        if not isinstance(tree, dict):
            raise _NoQuery
        ((operator, operands),) = tree.items()
        if operator == "=":
            name, value = self._comparison(*operands)
            return f"Q({name}={value})"
        if operator == "not":
            return f"~{self.condition(operands)}"
        if operator not in ("&", "|", "->"):
            raise _NoQuery
        left, right = (self.condition(operand) for operand in operands)
        if operator == "->":
            return f"(~{left} | {right})"
        return f"({left} {operator} {right})"

    def _comparison(self, left: Tree, right: Tree) -> tuple[str, str]:
        if not self._depends(left):
            left, right = right, left
        prefix = f"{self._model}."
        is_column = isinstance(left, str) and left.startswith(prefix) and left[-1] != ")"
        if not is_column or self._depends(right):
            raise _NoQuery
        name = left.removeprefix(prefix).replace(".", "__")
        return name, self._value(right)

    def _depends(self, tree: Tree) -> bool:
        return any(self._word.search(text) for text in _texts(tree))


def _conjuncts(tree: Tree) -> Iterator[Tree]:
    if isinstance(tree, dict) and "&" in tree:
        for part in tree["&"]:
            yield from _conjuncts(part)
    else:
        yield tree


def _texts(tree: Any) -> Iterator[str]:
    """Yield the symbols and escapes of a formula; what a string says is no symbol."""
    if isinstance(tree, dict):
        for operator, operands in tree.items():
            if operator != "policy":  # its target is always read from `obj`
                yield from _texts(operands)
    elif isinstance(tree, list | tuple):
        for item in tree:
            yield from _texts(item)
    elif isinstance(tree, str) and not tree.startswith('"'):
        yield tree

"""Which variable a path names: one rule for everything that reads policies.

The variable of a quantifier denotes the element that is looked at, inside the body only: by
itself, or with a dot and attributes behind it. Whole components are compared, so ``Privilege`` is
not an attribute of a variable ``P``. Inner variables come before outer ones.
"""

from __future__ import annotations

import ast
from functools import cache
from typing import TYPE_CHECKING, TypeVar

from xgen.ir.expr import Call, Escape, Path, Quantifier
from xgen.ir.walk import children, is_model_domain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xgen.ir.expr import Expr

Element = TypeVar("Element")


def rest_behind(variable: Path, path: Path) -> tuple[str, ...] | None:
    """Return the attributes that ``path`` reads of the variable's element, None if it is another's.

    A variable that ends in ``()`` has no attributes: nothing can stand behind the brackets.
    """
    size = len(variable.parts)
    if path.parts[:size] != variable.parts:
        return None
    if variable.call and not (path.call and len(path.parts) == size):
        return None
    return path.parts[size:]


def innermost(
    bound: Sequence[tuple[Path, Element]], path: Path
) -> tuple[Element, tuple[str, ...], bool] | None:
    """Return what ``path`` reads of the innermost variable that it is about, None if of none.

    That is the variable's element, the attributes behind it, and whether the last is called.
    ``bound`` has the variables around, outer ones first, with their elements or what code calls
    these.
    """
    for variable, element in reversed(bound):
        rest = rest_behind(variable, path)
        if rest is not None:
            return element, rest, path.call and not variable.call
    return None


def mentions(node: Expr, variable: Path) -> bool:
    """Say whether the value of ``node`` can depend on the element that ``variable`` denotes."""
    if isinstance(node, Path):
        return rest_behind(variable, node) is not None
    if isinstance(node, Escape):
        return variable.parts[0] in names_in_python(node.code)
    if isinstance(node, Call):
        return False  # its path is read from the object, whatever is called like it
    if isinstance(node, Quantifier):
        if not is_model_domain(node) and mentions(node.variable, variable):
            return True
        same = node.variable.parts == variable.parts and node.variable.call == variable.call
        return not same and mentions(node.body, variable)
    return any(mentions(child, variable) for child in children(node))


@cache
def names_in_python(code: str) -> frozenset[str]:
    """Return the names that a Python expression reads and does not bind itself."""
    names = [node for node in ast.walk(ast.parse(code, mode="eval")) if isinstance(node, ast.Name)]
    bound = {node.id for node in names if not isinstance(node.ctx, ast.Load)}
    return frozenset(node.id for node in names) - bound

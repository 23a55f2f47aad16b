"""Walking and rewriting policy expressions without knowing every kind of node."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xgen.dataclass import replace
from xgen.ir.expr import Binary, Call, Compare, Expr, Not, Quantifier

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def children(node: Expr) -> tuple[Expr, ...]:
    """Return the expressions directly below ``node``."""
    if isinstance(node, (Binary, Compare)):
        return (node.left, node.right)
    if isinstance(node, Not):
        return (node.operand,)
    if isinstance(node, Quantifier):
        return (node.body,)
    return ()


def walk(root: Expr) -> Iterator[Expr]:
    """Yield every node, a node before what is below it, in the order written."""
    stack = [root]
    while stack:
        node = stack.pop()
        yield node
        stack.extend(reversed(children(node)))


def flattened(node: Expr, operator: str) -> list[Expr]:
    """Return what one operator joins, from the left."""
    if isinstance(node, Binary) and node.operator == operator:
        return [*flattened(node.left, operator), *flattened(node.right, operator)]
    return [node]


def is_model_domain(node: Quantifier) -> bool:
    """Say whether a quantifier ranges over the stored objects of a model."""
    parts = node.variable.parts
    return len(parts) == 1 and not node.variable.call and parts[0][:1].isupper()


def calls(root: Expr) -> Iterator[Call]:
    """Yield the sub-policy calls in an expression."""
    return (node for node in walk(root) if isinstance(node, Call))


def rename_calls(root: Expr, name: Callable[[Call], str]) -> Expr:
    """Return the expression with each call naming the policy that ``name`` gives for it.

    Nodes without a renamed call below them are shared with the original.
    """
    results: list[Expr] = []
    stack: list[tuple[Expr, bool]] = [(root, False)]
    while stack:
        node, visited = stack.pop()
        below = children(node)
        if not visited and below:
            stack.append((node, True))
            stack.extend((child, False) for child in reversed(below))
        elif not visited:
            if isinstance(node, Call) and (new := name(node)) != node.policy:
                results.append(replace(node, policy=new))
            else:
                results.append(node)
        else:
            done = tuple(results[-len(below) :])
            del results[-len(below) :]
            results.append(node if _same(done, below) else _rebuilt(node, done))
    return results[0]


def _same(done: tuple[Expr, ...], below: tuple[Expr, ...]) -> bool:
    return all(new is old for new, old in zip(done, below, strict=True))


def _rebuilt(node: Expr, below: tuple[Expr, ...]) -> Expr:
    if isinstance(node, (Binary, Compare)):
        return replace(node, left=below[0], right=below[1])
    if isinstance(node, Not):
        return replace(node, operand=below[0])
    if isinstance(node, Quantifier):
        return replace(node, body=below[0])
    return node

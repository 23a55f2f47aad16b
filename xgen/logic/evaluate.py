"""The meaning of policies, spelled out: every quantifier by looking at each element.

It is the reference that compiled policies are held to, and what explains a verdict: each part
that was looked at keeps its value. Operands are evaluated from the left and no further than
needed.
"""

from __future__ import annotations

import ast
import builtins
from typing import TYPE_CHECKING, Any, NamedTuple

from xgen.dataclass import dataclass, field
from xgen.ir.expr import Binary, Call, Compare, Escape, Literal, Not, Path, Quantifier
from xgen.ir.walk import is_model_domain
from xgen.logic.escapes import BUILTINS
from xgen.logic.scope import innermost
from xgen.logic.world import EvaluationError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xgen.ir.app import Policy
    from xgen.ir.expr import Expr
    from xgen.logic.world import World

_SAFE = {name: getattr(builtins, name) for name in BUILTINS}
_DEEPEST = 50
"""So many calls of policies within each other are taken for a circle in the data."""


class Step(NamedTuple):
    """One part that was looked at: its value, and for the body of a quantifier the element.

    ``value`` is the truth of a formula and the value of a term; where a term stands as a formula,
    ``term`` is the value that was taken for true or false.
    """

    node: Expr
    value: Any
    parts: tuple[Step, ...] = ()
    term: Any = None
    element: Any = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What names stand for: the object, the context, and the elements of quantifiers around."""

    obj: Any
    ctx: Any
    bound: tuple[tuple[Path, Any], ...] = field(default=())

    def with_element(self, variable: Path, element: Any) -> Scope:
        """Return the scope inside a quantifier's body."""
        return Scope(obj=self.obj, ctx=self.ctx, bound=(*self.bound, (variable, element)))


class Evaluator:
    """Evaluates formulas over a world; ``policies`` are those that formulas may call."""

    def __init__(self, world: World, policies: Mapping[str, Policy] | None = None) -> None:
        self._world = world
        self._policies = policies or {}
        self._calls = 0

    def holds(self, formula: Expr, obj: Any, ctx: Any = None) -> bool:
        """Return the verdict of a formula."""
        return bool(self.steps(formula, Scope(obj=obj, ctx=ctx)).value)

    def steps(self, node: Expr, scope: Scope) -> Step:
        """Return the truth of a formula and how it came about."""
        if isinstance(node, Not):
            operand = self.steps(node.operand, scope)
            return Step(node, not operand.value, (operand,))
        if isinstance(node, Binary):
            return self._binary(node, scope)
        if isinstance(node, Quantifier):
            return self._quantifier(node, scope)
        step = self._term(node, scope)
        return step._replace(value=bool(step.value), term=step.value)

    def _binary(self, node: Binary, scope: Scope) -> Step:
        left = self.steps(node.left, scope)
        decided = {"&": not left.value, "|": left.value, "->": not left.value}[node.operator]
        if decided:
            return Step(node, node.operator != "&", (left,))
        right = self.steps(node.right, scope)
        return Step(node, right.value, (left, right))

    def _quantifier(self, node: Quantifier, scope: Scope) -> Step:
        world, variable = self._world, node.variable
        if is_model_domain(node):
            elements = world.rows(str(variable))
        else:
            elements = tuple(world.elements(self.value(variable, scope)))
        wanted = node.kind == "exists"
        parts: list[Step] = []
        for element in elements:
            body = self.steps(node.body, scope.with_element(variable, element))
            parts.append(body._replace(element=element))
            if body.value == wanted:
                return Step(node, wanted, (parts[-1],))
        note = "" if parts else "there are none"
        return Step(node, not wanted, tuple(parts), note=note)

    def value(self, node: Expr, scope: Scope) -> Any:
        """Return the value of a term."""
        return self._term(node, scope).value

    def _term(self, node: Expr, scope: Scope) -> Step:
        if isinstance(node, Literal):
            return Step(node, node.value)
        if isinstance(node, Path):
            return Step(node, self._path(node, scope))
        if isinstance(node, Escape):
            return Step(node, self._python(node, scope))
        if isinstance(node, Call):
            return self._call(node, scope)
        assert isinstance(node, Compare)  # noqa: S101  the others are no terms
        left, right = self._term(node.left, scope), self._term(node.right, scope)
        if node.operator == "=":
            verdict = self._world.equal(left.value, right.value)
        else:
            verdict = self._world.contains(right.value, left.value)
        return Step(node, verdict, (left, right))

    def _path(self, path: Path, scope: Scope) -> Any:
        if found := innermost(scope.bound, path):
            element, rest, called = found
            return self._walk(element, rest, called=called)
        roots = {"obj": scope.obj, "ctx": scope.ctx, "None": None}
        if path.parts[0] not in roots:
            raise EvaluationError(f"`{path.parts[0]}` is not known here")
        return self._walk(roots[path.parts[0]], path.parts[1:], called=path.call)

    def _walk(self, value: Any, names: tuple[str, ...], *, called: bool) -> Any:
        for name in names:
            value = self._world.attribute(value, name)
        return self._world.called(value) if called else value

    def _python(self, node: Escape, scope: Scope) -> Any:
        names = {str(variable): element for variable, element in scope.bound}
        names |= {"obj": scope.obj, "ctx": scope.ctx}
        code = compile(ast.parse(node.code, mode="eval"), "<policy>", "eval")
        try:
            return eval(code, {"__builtins__": _SAFE, **names})  # noqa: S307  that is what it is for
        except Exception as error:
            why = f"{type(error).__name__}: {error}"
            raise EvaluationError(f"`{{{{ {node.code} }}}}` failed: {why}") from error

    def _call(self, node: Call, scope: Scope) -> Step:
        target = self._walk(scope.obj, node.target.parts, called=node.target.call)
        if not target:
            return Step(node, True, note=f"{node.target} is null, which grants")
        if node.policy not in self._policies:
            raise EvaluationError(f"there is no policy `{node.policy}`")
        if self._calls == _DEEPEST:
            raise EvaluationError(
                f"`{node.policy}` is called without end: the objects go in a circle"
            )
        self._calls += 1
        try:
            inner = self.steps(
                self._policies[node.policy].formula, Scope(obj=target, ctx=scope.ctx)
            )
        finally:
            self._calls -= 1
        return Step(node, inner.value, (inner,))

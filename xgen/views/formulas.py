"""Policies as Python: a function of an object and a context, and a condition for lists.

Both call the few helpers of ``xgen.runtime.access``. The function reads as the policy does, with
``and``, ``or`` and ``not``; the condition is built with those of its module ``where``. Inside of a
function, a quantifier over stored objects is a condition too, so that it takes one query.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from xgen.dataclass import dataclass, field
from xgen.ir.expr import Binary, Call, Compare, Escape, Literal, Not, Path, Quantifier
from xgen.ir.names import identifier
from xgen.ir.walk import flattened, is_model_domain, walk
from xgen.logic.scope import innermost, names_in_python
from xgen.views.layout import (
    Bracket,
    Chain,
    Comprehension,
    Group,
    Item,
    Named,
    call,
    flat,
    statement,
)
from xgen.views.text import literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xgen.ir.expr import Expr

HELPERS: Final = ("elements", "equal", "exists", "forall", "get", "granted", "is_in", "python", "rows", "where")  # fmt: skip
"""What generated code may import from ``xgen.runtime.access``."""

_WORDS: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a formula's names mean where its code will stand."""

    functions: Mapping[str, str]
    """Functions of policies by reference."""
    labels: Mapping[str, str] = field(default_factory=dict)
    """Django's labels of the models that quantifiers range over, by name."""
    attributes: Mapping[str, str] = field(default_factory=dict)
    """Fields that Python has to call otherwise than the model does."""
    taken: frozenset[str] = frozenset()
    """Names that local variables must not have."""


class Formula:
    """Writes one formula as code and notes which helpers that uses."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._bound: list[tuple[Path, str]] = []
        self.used: set[str] = set()

    def function_body(self, node: Expr, indent: int = 4) -> str:
        """Return the statement by which a function gives the truth of a formula."""
        if isinstance(node, Literal):
            return statement("return ", str(bool(node.value)), indent)
        if isinstance(node, Not):
            return statement("return not ", self._grouped(self._native(node.operand)), indent)
        if isinstance(node, Binary | Path | Escape):
            return statement("return ", call("bool", self._native(node)), indent)
        return statement("return ", self._code(self._native(node)), indent)

    def filter_body(self, node: Expr, indent: int = 4) -> str:
        """Return the statement by which a function gives the condition for lists."""
        if isinstance(node, Literal | Path):
            return statement("return ", self._where("all_of", self._condition(node)), indent)
        return statement("return ", self._code(self._condition(node, filtering=True)), indent)

    @staticmethod
    def _code(item: Item) -> str | Bracket:
        assert isinstance(item, str | Bracket)  # noqa: S101  calls and constants are all there is
        return item

    def _helper(self, name: str, *items: Item) -> Bracket:
        self.used.add(name)
        return call(name, *items)

    def _where(self, name: str, *items: Item) -> Bracket:
        self.used.add("where")
        return call(f"where.{name}", *items)

    def _grouped(self, item: Item) -> str | Bracket | Group:
        if isinstance(item, Chain | Named):
            return Group(item)
        assert not isinstance(item, Comprehension)  # noqa: S101  these stand in calls
        return item

    # The function form: Python's own operators.

    def _native(self, node: Expr) -> Item:
        if isinstance(node, Not):
            return Named("not ", self._grouped(self._native(node.operand)))
        if isinstance(node, Binary):
            return self._chain(node)
        if isinstance(node, Quantifier):
            return self._native_quantifier(node)
        if isinstance(node, Compare):
            name = "equal" if node.operator == "=" else "is_in"
            return self._helper(name, self._native(node.left), self._native(node.right))
        return self._term(node)

    def _chain(self, node: Binary) -> Chain:
        word = "and" if node.operator == "&" else "or"
        operands = [self._native(one) for one in _operands(node)]
        return Chain(word, tuple(self._in_chain(one) for one in operands))

    @staticmethod
    def _in_chain(item: Item) -> Item:
        return Group(item) if isinstance(item, Chain) else item

    def _native_quantifier(self, node: Quantifier) -> Item:
        name = str(node.variable)
        if is_model_domain(node) and not runs_python(node.body):
            return self._quantified(node, node.kind, literal(self._label(name)), native=True)
        if is_model_domain(node):
            domain = self._helper("rows", literal(self._label(name)))
        else:
            domain = self._helper("elements", self._path(node.variable))
        local = self._bind(node.variable)
        body = self._native(node.body)
        self._bound.pop()
        word = "any" if node.kind == "exists" else "all"
        return call(word, Comprehension(body, f"for {local} in {flat(domain)}"))

    def _label(self, model: str) -> str:
        return self._around.labels.get(model, model)

    # The condition form: what the database will be asked.

    def _condition(self, node: Expr, *, filtering: bool = False) -> Item:
        def inner(one: Expr) -> Item:
            return self._condition(one, filtering=filtering)

        if isinstance(node, Not):
            return self._where("not_", inner(node.operand))
        if isinstance(node, Binary):
            if node.operator == "->":
                return self._where("implies", inner(node.left), inner(node.right))
            name = "all_of" if node.operator == "&" else "any_of"
            return self._where(name, *map(inner, _operands(node)))
        if isinstance(node, Compare):
            name = "equal" if node.operator == "=" else "is_in"
            return self._where(name, inner(node.left), inner(node.right))
        if isinstance(node, Quantifier):
            if is_model_domain(node):
                domain: Item = literal(self._label(str(node.variable)))
            else:
                domain = self._path(node.variable)
            return self._quantified(node, f"where.{node.kind}", domain, filtering=filtering)
        return self._term(node, filtering=filtering)

    def _quantified(
        self,
        node: Quantifier,
        function: str,
        domain: Item,
        *,
        native: bool = False,
        filtering: bool = False,
    ) -> Bracket:
        self.used.add(function if native else "where")
        local = self._bind(node.variable)
        body = self._condition(node.body, filtering=filtering)
        self._bound.pop()
        return call(function, domain, Named(f"lambda {local}: ", body))

    # Terms are the same in both.

    def _term(self, node: Expr, *, filtering: bool = False) -> Item:
        if isinstance(node, Literal):
            return literal(node.value)
        if isinstance(node, Path):
            return self._path(node)
        if isinstance(node, Call):
            function = self._around.functions[node.policy]
            target = self._read("obj", node.target.parts, called=node.target.call)
            if filtering:
                return self._where("granted", f"{function}_filter", target, "ctx")
            return self._helper("granted", function, target, "ctx")
        assert isinstance(node, Escape)  # noqa: S101  the others are no terms
        return self._python(node)

    def _path(self, path: Path) -> Item:
        own = (path.parts[0], path.parts[1:], path.call)
        root, names, called = innermost(self._bound, path) or own
        return self._read(root, names, called=called)

    def _read(self, root: str, names: tuple[str, ...], *, called: bool) -> Item:
        if not names:
            return f"{root}()" if called else root
        words = [self._around.attributes.get(name, name) for name in names]
        return self._helper("get", root, literal(".".join(words) + "()" * called))

    def _python(self, node: Escape) -> Bracket:
        known = {"obj": "obj", "ctx": "ctx"}
        known |= {str(variable): local for variable, local in self._bound}
        read = names_in_python(node.code)
        names = [f"{name}={value}" for name, value in known.items() if name in read]
        return self._helper("python", literal(node.code), *names)

    def _bind(self, variable: Path) -> str:
        """Return the local name of a quantifier's element, from now on in scope."""
        words = variable.parts[:-1] if variable.call and len(variable.parts) > 1 else variable.parts
        base = identifier(_WORDS.sub("_", words[-1]).lower())
        if len(variable.parts) > 1 and base.endswith("s") and not base.endswith("ss"):
            base = base[:-1] or "element"
        taken = {*HELPERS, "obj", "ctx", "any", "all", "bool", *self._around.taken}
        taken |= {local for _, local in self._bound}
        local, number = base, 1
        while local in taken:
            number += 1
            local = f"{base}_{number}"
        self._bound.append((variable, local))
        return local


def _operands(node: Binary) -> list[Expr]:
    """Return what one operator joins, from the left; an implication as its two halves of an or."""
    if node.operator == "->":
        left = node.left.operand if isinstance(node.left, Not) else Not(node.left)
        return [left, *flattened(node.right, "|")]
    return flattened(node, node.operator)


def runs_python(node: Expr) -> bool:
    """Say whether a formula has a part that only Python can work out: an escape, or a method."""
    return any(
        isinstance(one, Escape) or (isinstance(one, Path) and one.call and one.parts[-1] != "all")
        for one in walk(node)
    )

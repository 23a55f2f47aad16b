"""Policies as Python source: the functions that old templates place in security and model modules.

The source means what the language says: short-circuit from left to right, null read through a
path stays null, quantifiers over nothing are false (exists) and true (forall). A quantifier
over a model that only compares its columns becomes one query, any other looks at the objects.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Any, TypeAlias

from jinja2 import TemplateRuntimeError, Undefined

from xgen.compat.formulas import formula
from xgen.ir.expr import Binary, Call, Compare, Escape, Literal, Not, Path, Quantifier
from xgen.ir.walk import is_model_domain
from xgen.logic.scope import innermost

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xgen.compat.formulas import Tree
    from xgen.ir.expr import Expr

    Bound: TypeAlias = tuple[tuple[Path, str], ...]
    """The variables of the quantifiers around, outer ones first, with their elements' names."""

_PLACEHOLDER = re.compile(r"\{\s*((?:obj|ctx)(?:\.[A-Za-z_]\w*)*)\s*\}")
_DIRECT = 2
"""Names of a path that is read without looking out for null: `obj` and `ctx` are never null."""

HELPERS = {
    "_read": """\
    def _read(value, *names):  # what is read from null is null
        for name in names:
            value = None if value is None else getattr(value, name)
        return value
""",
    "_call": """\
    def _call(method):
        return None if method is None else method()
""",
    "_each": """\
    def _each(values):
        if values is None:
            return ()
        return values.all() if hasattr(values, "all") else values
""",
    "_has": """\
    def _has(values, value):
        if values is None or (isinstance(values, str) and not isinstance(value, str)):
            return False
        return value in (values.all() if hasattr(values, "all") else values)
""",
}


class Logic:
    """Compiles the policies of one run; they may call each other."""

    def __init__(self, policies: Mapping[str, Tree], attached: set[str]) -> None:
        self._policies = policies
        self._attached = attached
        """Those of which there is a function in the security module."""

    def test(self, policy: str, tree: Tree, model: Any, tag: Any = None) -> str:
        """Return the source of ``<policy>_security_check(obj, ctx)``."""
        del tag
        self._check(policy, tree, model)
        compiler = Compiler(self._policies, elsewhere=self._attached - {policy}, own=policy)
        verdict = compiler.truth(formula(tree))
        lines = [f"def {function_name(policy)}(obj, ctx):", *compiler.preamble()]
        return "\n".join([*lines, f"    return bool({verdict})", ""])

    def validator(
        self, policy: str, tree: Tree, model: Any, message: Any = "", tag: Any = None
    ) -> str:
        """Return the source of ``policy_<policy>_validator(obj, ctx)``, which returns or raises."""
        del tag
        self._check(policy, tree, model)
        compiler = Compiler(self._policies, elsewhere=set(), own="")
        verdict = compiler.truth(formula(tree))
        return "\n".join(
            [
                f"def policy_{_mangled(policy)}_validator(obj, ctx):",
                *compiler.preamble(),
                f"    if not ({verdict}):",
                f"        raise XOSValidationError({_message(message)}.format(obj=obj, ctx=ctx))",
                "",
            ]
        )

    def _check(self, policy: Any, tree: Tree, model: Any) -> None:
        if tree is None or isinstance(tree, Undefined):
            name = model["name"] if hasattr(model, "keys") else model
            raise TemplateRuntimeError(f"could not find policy {policy} of model {name}")


def function_name(policy: str) -> str:
    """Return the name of a policy's function."""
    return f"{_mangled(policy)}_security_check"


def _mangled(policy: str) -> str:
    return re.sub(r"\W", "_", str(policy))


def _message(text: Any) -> str:
    """Return a message as a Python literal whose only placeholders are paths."""
    text = "" if isinstance(text, Undefined) or text is None else str(text)
    pieces, at = [], 0
    for found in _PLACEHOLDER.finditer(text):
        pieces += [_plain(text[at : found.start()]), f"{{{found[1]}}}"]
        at = found.end()
    return repr("".join([*pieces, _plain(text[at:])]))


def _plain(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


class Compiler:
    """Turns one formula into a Python expression, and notes what it needs beside it."""

    def __init__(self, policies: Mapping[str, Tree], *, elsewhere: set[str], own: str) -> None:
        self._policies = policies
        self._elsewhere = elsewhere
        self._own = own
        self._inner: dict[str, str] = {}
        self._helpers: set[str] = set()
        self._elements = 0

    def preamble(self) -> list[str]:
        """Return the lines in front of the expression: helpers, and policies with no function."""
        helpers = [text for name, text in HELPERS.items() if name in self._helpers]
        return [*helpers, *self._inner.values()]

    def truth(  # noqa: PLR0911  one for each kind of node
        self, node: Expr, bound: Bound = ()
    ) -> str:
        """Return an expression that is true when the formula is."""
        match node:
            case Binary(operator=operator, left=left, right=right):
                first, second = self.truth(left, bound), self.truth(right, bound)
                if operator == "->":
                    return f"(not {first} or {second})"
                return f"({first} {'and' if operator == '&' else 'or'} {second})"
            case Not(operand=operand):
                return f"(not {self.truth(operand, bound)})"
            case Compare(operator=operator, left=left, right=right):
                first, second = self.value(left, bound), self.value(right, bound)
                if operator == "=":
                    return f"({first} == {second})"
                self._helpers.add("_has")
                return f"_has({second}, {first})"
            case Quantifier():
                return self._quantified(node, bound)
        return self.value(node, bound)

    def value(self, node: Expr, bound: Bound) -> str:
        """Return an expression for the value of a term."""
        match node:
            case Literal(value=value):
                return repr(value)
            case Path():
                return self._path(node, bound)
            case Escape(code=code):
                renamed = _Renamed({str(variable): name for variable, name in bound})
                return f"({ast.unparse(renamed.visit(ast.parse(code, mode='eval').body))})"
            case Call(policy=policy, target=target):
                return self._sub_policy(policy, target)
        return f"bool({self.truth(node, bound)})"

    def _path(self, path: Path, bound: Bound) -> str:
        start, names, called = innermost(bound, path) or (path.parts[0], path.parts[1:], path.call)
        if len(names) > _DIRECT - 1 or (names and start not in ("obj", "ctx")):
            self._helpers.add("_read")
            found = f"_read({start}{''.join(f', {name!r}' for name in names)})"
        else:
            found = ".".join([start, *names])
        if not called:
            return found
        self._helpers.add("_call")
        return f"_call({found})"

    def _sub_policy(self, policy: str, target: Path) -> str:
        """Return the call of another policy; nobody needs a right to what is not there."""
        if policy not in self._policies:
            raise TemplateRuntimeError(f"a policy calls {policy}, which is not defined")
        name = function_name(policy)
        if policy not in self._elsewhere and policy != self._own:
            name = f"_{_mangled(policy)}"
            self._define(policy, name)
        value = self._path(Path(("obj", *target.parts), target.call), ())
        return f"(not {value} or {name}({value}, ctx))"

    def _define(self, policy: str, name: str) -> None:
        if policy in self._inner:
            return
        self._inner[policy] = ""  # it may call itself
        verdict = self.truth(formula(self._policies[policy]))
        del self._inner[policy]
        self._inner[policy] = f"    def {name}(obj, ctx):\n        return bool({verdict})\n"

    def _quantified(self, node: Quantifier, bound: Bound) -> str:
        variable = str(node.variable)
        if is_model_domain(node):
            from xgen.compat.queries import query

            found = query(
                node, lambda one: self.value(one, bound), lambda one: self.truth(one, bound)
            )
            if found is not None:
                return found
            domain = f"{variable}.objects.all()"
        else:
            self._helpers.add("_each")
            domain = f"_each({self._path(node.variable, bound)})"
        self._elements += 1
        element = f"{_mangled(variable).lower()}_{self._elements}"
        inner = self.truth(node.body, (*bound, (node.variable, element)))
        return f"{'any' if node.kind == 'exists' else 'all'}({inner} for {element} in {domain})"


class _Renamed(ast.NodeTransformer):
    """Puts the names of elements in the place of quantified variables."""

    def __init__(self, bound: Mapping[str, str]) -> None:
        self._bound = bound

    def visit_Name(self, node: ast.Name) -> ast.Name:
        return ast.Name(self._bound.get(node.id, node.id), node.ctx)

"""Policies as Python source: the functions that old templates place in security and model modules.

The source means what the language says: short-circuit from left to right, null read through a
path stays null, quantifiers over nothing are false (exists) and true (forall). A quantifier
over a model that only compares its columns becomes one query, any other looks at the objects.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Any

from jinja2 import TemplateRuntimeError, Undefined

from xgen.compat.text import unquote

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xgen.compat.formulas import Tree

_WORDS = ("True", "False", "None")
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
_SYMBOL = re.compile(r"[A-Za-z_$][A-Za-z0-9_+$]*(\.[A-Za-z_$][A-Za-z0-9_+$]*)*(\(\))?")
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
        verdict = compiler.truth(tree)
        lines = [f"def {function_name(policy)}(obj, ctx):", *compiler.preamble()]
        return "\n".join([*lines, f"    return bool({verdict})", ""])

    def validator(
        self, policy: str, tree: Tree, model: Any, message: Any = "", tag: Any = None
    ) -> str:
        """Return the source of ``policy_<policy>_validator(obj, ctx)``, which returns or raises."""
        del tag
        self._check(policy, tree, model)
        compiler = Compiler(self._policies, elsewhere=set(), own="")
        verdict = compiler.truth(tree)
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
        self, tree: Tree, bound: Mapping[str, str] | None = None
    ) -> str:
        """Return an expression that is true when the formula is."""
        bound = bound or {}
        if not isinstance(tree, dict):
            return self.value(tree, bound)
        ((operator, operands),) = tree.items()
        match operator:
            case "&" | "|" | "->":
                left, right = (self.truth(operand, bound) for operand in operands)
                words = {"&": f"{left} and {right}", "|": f"{left} or {right}"}
                return f"({words.get(operator) or f'not {left} or {right}'})"
            case "not":
                return f"(not {self.truth(operands, bound)})"
            case "=":
                left, right = (self.value(operand, bound) for operand in operands)
                return f"({left} == {right})"
            case "in":
                self._helpers.add("_has")
                value, values = (self.value(operand, bound) for operand in operands)
                return f"_has({values}, {value})"
            case "exists" | "forall":
                return self._quantified(operator, str(operands[0]), operands[1], bound)
        return self.value(tree, bound)

    def value(self, tree: Tree, bound: Mapping[str, str]) -> str:
        """Return an expression for the value of a term."""
        if not isinstance(tree, dict):
            return self._word(str(tree), bound)
        if "python" in tree:
            return self._escape(tree["python"], bound)
        if "policy" in tree:
            return self._sub_policy(*tree["policy"])
        return f"bool({self.truth(tree, bound)})"

    def _word(self, text: str, bound: Mapping[str, str]) -> str:
        if text.startswith('"'):
            return _string(text)
        if _NUMBER.fullmatch(text):
            return repr(float(text) if "." in text else int(text))
        if text in _WORDS:
            return text
        return self._path(text, bound)

    def _path(self, text: str, bound: Mapping[str, str]) -> str:
        if not _SYMBOL.fullmatch(text):
            raise TemplateRuntimeError(f"`{text}` in a policy is no name")
        start, names, first = _bound(text.removesuffix("()"), bound)
        if len(names) > _DIRECT - 1 or (names and first not in ("obj", "ctx")):
            self._helpers.add("_read")
            quoted = "".join(f", {name!r}" for name in names)
            found = f"_read({start}{quoted})"
        else:
            found = ".".join([start, *names])
        if not text.endswith("()"):
            return found
        self._helpers.add("_call")
        return f"_call({found})"

    def _sub_policy(self, policy: str, target: str) -> str:
        """Return the call of another policy; nobody needs a right to what is not there."""
        if policy not in self._policies:
            raise TemplateRuntimeError(f"a policy calls {policy}, which is not defined")
        name = function_name(policy)
        if policy not in self._elsewhere and policy != self._own:
            name = f"_{_mangled(policy)}"
            self._define(policy, name)
        value = self._path(f"obj.{target}", {})
        return f"(not {value} or {name}({value}, ctx))"

    def _define(self, policy: str, name: str) -> None:
        if policy in self._inner:
            return
        self._inner[policy] = ""  # it may call itself
        verdict = self.truth(self._policies[policy])
        del self._inner[policy]
        self._inner[policy] = f"    def {name}(obj, ctx):\n        return bool({verdict})\n"

    def _escape(self, code: str, bound: Mapping[str, str]) -> str:
        try:
            expression = ast.parse(code.strip(), mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            raise TemplateRuntimeError(f"{{{{ {code} }}}} is no Python expression") from None
        return f"({ast.unparse(_Renamed(bound).visit(expression))})"

    def _quantified(self, kind: str, variable: str, body: Tree, bound: Mapping[str, str]) -> str:
        if variable[:1].isupper() and "." not in variable:
            from xgen.compat.queries import query

            found = query(
                kind,
                variable,
                body,
                lambda tree: self.value(tree, bound),
                lambda tree: self.truth(tree, bound),
            )
            if found is not None:
                return found
            domain = f"{variable}.objects.all()"
        else:
            self._helpers.add("_each")
            domain = f"_each({self._path(variable, bound)})"
        self._elements += 1
        element = f"{_mangled(variable).lower()}_{self._elements}"
        inner = self.truth(body, {**bound, variable: element})
        return f"{'any' if kind == 'exists' else 'all'}({inner} for {element} in {domain})"


class _Renamed(ast.NodeTransformer):
    """Puts the names of elements in the place of quantified variables."""

    def __init__(self, bound: Mapping[str, str]) -> None:
        self._bound = bound

    def visit_Name(self, node: ast.Name) -> ast.Name:
        return ast.Name(self._bound.get(node.id, node.id), node.ctx)


def _bound(text: str, bound: Mapping[str, str]) -> tuple[str, list[str], str]:
    """Split a path into what it starts from, as Python calls it, the names behind, and the first."""
    for variable in reversed(list(bound)):
        if text == variable or text.startswith(variable + "."):
            rest = text[len(variable) + 1 :]
            return bound[variable], rest.split(".") if rest else [], variable
    first, *names = text.split(".")
    return first, names, first


def _string(text: str) -> str:
    try:
        return repr(ast.literal_eval(text))
    except (ValueError, SyntaxError):
        return repr(unquote(text))

"""Policies as old templates see them, nested dictionaries, lists and tuples of texts, and back.

Templates may hand over what they were given or have put together themselves.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from jinja2 import TemplateRuntimeError

from xgen.compat.records import Record
from xgen.compat.text import unquote
from xgen.ir.expr import Binary, Call, Compare, Escape, Literal, Not, Path, Quantifier

if TYPE_CHECKING:
    from xgen.ir.expr import Expr

_WORDS: Final = {"True": True, "False": False, "None": None}
_NUMBER: Final = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
_SYMBOL: Final = re.compile(r"[A-Za-z_$][A-Za-z0-9_+$]*(\.[A-Za-z_$][A-Za-z0-9_+$]*)*(\(\))?")

Tree: TypeAlias = Any
"""A text, or a dictionary with one entry: the operator with its operands."""


def nested(node: Expr) -> Tree:  # noqa: PLR0911  one for each kind of node
    """Return a formula in that shape."""
    match node:
        case Path():
            return str(node)
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


def formula(tree: Tree) -> Expr:  # noqa: PLR0911  one for each kind of node
    """Return what is in that shape as a formula."""
    if not isinstance(tree, dict):
        return _term(str(tree))
    ((operator, operands),) = tree.items()
    match operator:
        case "python":
            return Escape(_python(operands))
        case "policy":
            policy, target = operands
            return Call(policy, _path(target))
        case "not":
            return Not(formula(operands))
        case "=" | "in":
            left, right = operands
            return Compare(operator, formula(left), formula(right))
        case "&" | "|" | "->":
            left, right = operands
            return Binary(operator, formula(left), formula(right))
        case "exists" | "forall":
            variable, body = operands
            return Quantifier(operator, _path(str(variable)), formula(body))
    raise TemplateRuntimeError(f"`{operator}` is no operator of policies")


def _term(text: str) -> Expr:
    if text.startswith('"'):
        try:
            return Literal(ast.literal_eval(text), text)
        except (ValueError, SyntaxError):
            return Literal(unquote(text), text)
    if _NUMBER.fullmatch(text):
        return Literal(float(text) if "." in text else int(text), text)
    return Literal(_WORDS[text], text) if text in _WORDS else _path(text)


def _path(text: str) -> Path:
    if not _SYMBOL.fullmatch(text):
        raise TemplateRuntimeError(f"`{text}` in a policy is no name")
    return Path(tuple(text.removesuffix("()").split(".")), text.endswith("()"))


def _python(code: str) -> str:
    try:
        ast.parse(code.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise TemplateRuntimeError(f"{{{{ {code} }}}} is no Python expression") from None
    return code.strip()

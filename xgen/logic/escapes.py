"""What a Python escape may say: one expression that reads, computes and does nothing else."""

from __future__ import annotations

import ast
from typing import Final

BUILTINS: Final = frozenset(
    ("abs", "all", "any", "bool", "dict", "enumerate", "float", "frozenset", "int", "len", "list",
     "max", "min", "range", "reversed", "round", "set", "sorted", "str", "sum", "tuple", "zip")
)  # fmt: skip
"""The functions that an escape may call by name; the runtime has the same ones."""

_NODES: Final = (
    ast.Expression,
    ast.BoolOp,
    ast.BinOp,
    ast.UnaryOp,
    ast.Compare,
    ast.IfExp,
    ast.Call,
    ast.keyword,
    ast.Starred,
    ast.Attribute,
    ast.Subscript,
    ast.Slice,
    ast.Name,
    ast.Constant,
    ast.List,
    ast.Tuple,
    ast.Dict,
    ast.Set,
    ast.ListComp,
    ast.SetComp,
    ast.DictComp,
    ast.GeneratorExp,
    ast.comprehension,
    ast.JoinedStr,
    ast.FormattedValue,
    ast.expr_context,
    ast.boolop,
    ast.operator,
    ast.unaryop,
    ast.cmpop,
)
_WORDS: Final = {
    ast.Lambda: "a lambda",
    ast.NamedExpr: "an assignment",
    ast.Await: "an await",
    ast.Yield: "a yield",
    ast.YieldFrom: "a yield",
}
_FORMATTING: Final = frozenset(("format", "format_map"))
"""Their texts can read any attribute, and nobody sees which."""


def forbidden(code: str) -> str | None:
    """Return what an expression does that an escape may not do, None if it may do all of it."""
    for node in ast.walk(ast.parse(code, mode="eval")):
        if not isinstance(node, _NODES):
            return f"it has {_WORDS.get(type(node), type(node).__name__)}"
        if isinstance(node, ast.Attribute) and node.attr.startswith("_"):
            return f"it reads `{node.attr}`, which is private"
        if isinstance(node, ast.Attribute) and node.attr in _FORMATTING:
            return f"it calls `{node.attr}`; write an f-string"
        if isinstance(node, ast.Name) and node.id.startswith("__"):
            return f"it reads `{node.id}`, which is private"
    return None

"""Syntax trees as text, and without places, for comparing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xgen.ir.expr import Binary, Call, Compare, Escape, Literal, Not, Path, Quantifier
from xgen.syntax.tree import Comment, File, Name, Option, Value

if TYPE_CHECKING:
    from xgen.ir.expr import Expr


def without_places(node: Any, *, docs: bool = True) -> Any:
    """Return nested tuples that are equal when two trees say the same."""
    if isinstance(node, Name):
        return node.text
    if isinstance(node, Option):
        return (node.key, node.kind, node.text)
    if isinstance(node, Value):
        return (node.kind, node.text)
    if isinstance(node, tuple):
        return tuple(without_places(part, docs=docs) for part in node)
    if _is_node(node):
        hidden = {"span", "path" if isinstance(node, File) else "", "" if docs else "doc"}
        hidden |= {"comments", "raw"}
        return (
            type(node).__name__,
            *(
                without_places(getattr(node, name), docs=docs)
                for name in node.__match_args__
                if name not in hidden
            ),
        )
    return node


def _is_node(value: Any) -> bool:
    return hasattr(value, "__match_args__") and not isinstance(value, tuple)


def outline(file: File) -> str:
    """Return an indented list of what a tree holds, with offsets."""
    lines = _lines(file.statements, "")
    lines += [f"comment {_at(comment.span)} {comment.text!r}" for comment in file.comments]
    return "".join(f"{line}\n" for line in lines)


def _at(span: Any) -> str:
    return f"{span.start}-{span.end}"


def _lines(nodes: Any, indent: str) -> list[str]:
    result = []
    for node in nodes:
        parts = [f"{indent}{type(node).__name__} {_at(node.span)}"]
        below: list[str] = []
        for name in node.__match_args__:
            value = getattr(node, name)
            if name == "span" or value in (None, (), ""):
                continue
            if name == "formula":
                below.append(f"{indent}    {expression(value)}")
            elif isinstance(value, tuple) and value and _is_node(value[0]):
                below += _lines(value, indent + "    ")
            else:
                parts.append(f"{name}={_word(value)}")
        result += [" ".join(parts), *below]
    return result


def _word(value: Any) -> str:
    if isinstance(value, Name):
        return f"{value.text}@{_at(value.span)}"
    if isinstance(value, Option):
        return f"{_word(value.name)}={value.kind.value}:{value.text}@{_at(value.value.span)}"
    if isinstance(value, Comment):
        return repr(value.text)
    if isinstance(value, tuple):
        return f"[{', '.join(map(_word, value))}]"
    return repr(value)


def expression(node: Expr) -> str:  # noqa: PLR0911  one for each kind of node
    """Return a formula with every parenthesis written."""
    if isinstance(node, Path):
        return str(node)
    if isinstance(node, Literal):
        return repr(node.value)
    if isinstance(node, Escape):
        return f"{{{{{node.code}}}}}"
    if isinstance(node, Call):
        return f"*{node.policy}({node.target})"
    if isinstance(node, Not):
        return f"not({expression(node.operand)})"
    if isinstance(node, Quantifier):
        mark = "!" if node.parenthesised else ""
        return f"{node.kind} {node.variable}:{mark}({expression(node.body)})"
    assert isinstance(node, Binary | Compare)
    return f"({expression(node.left)} {node.operator} {expression(node.right)})"

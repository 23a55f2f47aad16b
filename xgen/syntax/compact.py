"""Syntax trees as tuples of plain values, which are cheap to keep and to move.

The same declaration makes the same tree wherever it stands, except for its places and its file:
both are given when a tree is made of its tuples again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xgen.ir import expr
from xgen.source import Span
from xgen.syntax import tree

if TYPE_CHECKING:
    from collections.abc import Callable

_NAME, _OPTION, _OPTIONS, _SPAN, _TUPLE = range(5)
_NODES: tuple[Any, ...] = (
    tree.Field,
    tree.Link,
    tree.OptionStatement,
    tree.EnumValue,
    tree.EnumDecl,
    tree.Extensions,
    tree.Message,
    tree.Extend,
    tree.Package,
    tree.Import,
    tree.Rpc,
    tree.Service,
    tree.Policy,
    tree.Lambda,
    expr.Path,
    expr.Literal,
    expr.Escape,
    expr.Call,
    expr.Compare,
    expr.Not,
    expr.Binary,
    expr.Quantifier,
)
_FIRST_NODE = _TUPLE + 1
_TAGS = {node: tag for tag, node in enumerate(_NODES, _FIRST_NODE)}
_KINDS = {kind.value: kind for kind in tree.ValueKind}
_LEAVES = (str, int, float, type(None))


def packed(value: Any) -> Any:
    """Return a part of a tree as plain values; the file that it was read from is left out."""
    kind = type(value)
    if kind is tree.Name:
        text, _, start, more = value
        return (_NAME, text, start, more)
    if kind is tree.Option:
        return (_OPTION, *_bare(value))
    if kind is Span:
        return (_SPAN, value.start, value.end)
    if kind is tuple:
        options = all(type(part) is tree.Option for part in value)
        return (_OPTIONS, *map(_bare, value)) if options else (_TUPLE, *map(packed, value))
    if isinstance(value, _LEAVES):
        return value
    return (_TAGS[kind], *[packed(getattr(value, name)) for name in kind.__match_args__])


def _bare(option: tree.Option) -> tuple[object, ...]:
    _, name, start, kind, text, further = option
    return (name, start, kind.value, text, further)


def unpacker(path: str, by: int) -> Callable[[Any], Any]:
    """Return what makes a tree of plain values, ``by`` characters further on in the file ``path``."""
    new, name_type = tuple.__new__, tree.Name

    def option(bare: tuple[Any, ...]) -> tree.Option:
        name, start, kind, text, further = bare
        return new(tree.Option, (path, name, start + by, _KINDS[kind], text, further))

    def unpacked(value: tuple[Any, ...]) -> Any:
        tag = value[0]
        if tag == _SPAN:
            return Span(path, value[1] + by, value[2] + by)
        if tag == _OPTIONS:
            return tuple([option(bare) for bare in value[1:]])
        if tag == _OPTION:
            return option(value[1:])
        parts = []
        for part in value[1:]:
            made = part
            if type(part) is tuple:
                if part[0] == _NAME:  # most parts are; a call for each would double the time
                    _, text, start, more = part
                    made = new(name_type, (text, path, start + by, more))
                else:
                    made = unpacked(part)
            parts.append(made)
        return tuple(parts) if tag == _TUPLE else _NODES[tag - _FIRST_NODE](*parts)

    return unpacked

"""Python source laid out as black prints it, without running black.

A value is a text (an expression that stays on its line) or a :class:`Bracket` (a call or a
display whose items can stand one below the other). A bracket that fits its line stays there;
otherwise every item gets its own line and a trailing comma, which black keeps. Operands that
``and`` or ``or`` joins, and comprehensions, are broken where black breaks them, inside brackets.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias
from unicodedata import combining, east_asian_width

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

WIDTH = 88


class Bracket(NamedTuple):
    """``opening`` (a function's name and the bracket), the items, and the closing bracket."""

    opening: str
    items: tuple[Item, ...]
    closing: str


class Named(NamedTuple):
    """``prefix`` (``max_length=`` or ``"key": ``) in front of a value."""

    prefix: str
    value: Item


class Group(NamedTuple):
    """A value in parentheses."""

    value: Item


class Chain(NamedTuple):
    """Operands with ``and`` or ``or`` between them; stands alone in a bracket or group."""

    operator: str
    operands: tuple[Item, ...]


class Comprehension(NamedTuple):
    """``element for ... in ...``; stands alone in a bracket."""

    element: Item
    clause: str


Code: TypeAlias = str | Bracket | Group
Item: TypeAlias = str | Bracket | Named | Group | Chain | Comprehension


def width(text: str) -> int:
    """Return how many columns ``text`` takes: wide characters two, combining ones none."""
    if text.isascii():
        return len(text)
    return sum(
        0 if combining(char) else 2 if east_asian_width(char) in "WF" else 1 for char in text
    )


def call(function: str, *items: Item) -> Bracket:
    """Return a call."""
    return Bracket(function + "(", items, ")")


def sequence(items: Iterable[Item]) -> Bracket:
    """Return a list display."""
    return Bracket("[", tuple(items), "]")


def tuple_of(items: Iterable[Item]) -> Bracket:
    """Return a tuple display."""
    return Bracket("(", tuple(items), ")")


def mapping(items: Iterable[Item]) -> Bracket:
    """Return a dict display."""
    return Bracket("{", tuple(items), "}")


def flat(item: Item, room: int = 10**9) -> str | None:
    """Return ``item`` on one line, None as soon as that takes more than ``room`` columns."""
    if isinstance(item, str):
        return item if width(item) <= room else None
    if isinstance(item, Bracket):
        return _flat_bracket(item, room)
    if isinstance(item, Chain):
        return _joined(item.operands, f" {item.operator} ", room)
    if isinstance(item, Comprehension):
        return _joined((item.element, item.clause), " ", room)
    before, after = (item.prefix, "") if isinstance(item, Named) else ("(", ")")
    rest = flat(item.value, room - len(before) - len(after))
    return None if rest is None else before + rest + after


def _flat_bracket(item: Bracket, room: int) -> str | None:
    opening, items, closing = item
    room -= len(opening) + len(closing)
    texts = []
    for part in items:
        # Most parts are plain ASCII texts; a call for each would double the time.
        text = part if isinstance(part, str) else flat(part, room)
        if text is None:
            return None
        taken = len(text) if text.isascii() else width(text)
        if taken > room:
            return None
        texts.append(text)
        room -= taken + 2
    one = opening == "(" and len(texts) == 1
    if texts and room + 2 - one < 0:
        return None
    return f"{opening}{', '.join(texts)}{',' if one else ''}{closing}"


def _joined(parts: Iterable[Item], between: str, room: int) -> str | None:
    texts = []
    for part in parts:
        text = flat(part, room)
        if text is None:
            return None
        texts.append(text)
    line = between.join(texts)
    return line if width(line) <= room else None


def _body(item: Item, indent: int) -> str:
    """Lay out what stands alone in a bracket, on lines of its own and without a comma."""
    margin = " " * indent
    line = flat(item, WIDTH - indent)
    if line is not None:
        return margin + line
    if isinstance(item, Comprehension):
        return f"{_body(item.element, indent)}\n{margin}{item.clause}"
    if not isinstance(item, Chain):
        return margin + _exploded(item, indent, indent, 0)
    first, *others = item.operands
    items = [first, *[Named(f"{item.operator} ", other) for other in others]]
    return "\n".join(margin + _exploded(one, indent, indent, 0) for one in items)


def _exploded(item: Item, indent: int, before: int, after: int) -> str:
    """Lay ``item`` out where ``before`` columns are taken and ``after`` follow it."""
    prefix = ""
    while isinstance(item, Named):
        prefix, item = prefix + item.prefix, item.value
    line = flat(item, 10**9 if isinstance(item, str) else WIDTH - before - len(prefix) - after)
    if line is not None:
        return prefix + line
    if isinstance(item, Bracket):
        return prefix + _exploded_bracket(item, indent)
    if isinstance(item, Group):
        return f"{prefix}(\n{_body(item.value, indent + 4)}\n{' ' * indent})"
    return prefix + _body(item, indent).lstrip()


def _exploded_bracket(item: Bracket, indent: int) -> str:
    if not item.items:
        return item.opening + item.closing
    inner = indent + 4
    first = item.items[0]
    if isinstance(first, Chain | Comprehension):
        lines = [_body(first, inner)]
    else:
        margin = " " * inner
        lines = [
            f"{margin}{part if isinstance(part, str) else _exploded(part, inner, inner, 1)},"
            for part in item.items
        ]
    return "\n".join([item.opening, *lines, " " * indent + item.closing])


def settled(item: Item, indent: int) -> str:
    """Return ``item`` as the text that it becomes on a line of its own at ``indent``.

    It may stand for the item in a bracket there: if that would fit one line, so does the text.
    """
    return _exploded(item, indent, indent, 1)


def statement(prefix: str, value: Code, indent: int = 0) -> str:
    """Return ``prefix`` and ``value`` as a statement at ``indent``, its first line indented too.

    A text that is too long for its line goes into parentheses when that makes it fit.
    """
    margin = " " * indent
    if isinstance(value, Group):
        return margin + prefix + _exploded(value, indent, indent + len(prefix), 0)
    if isinstance(value, str):
        too_long = indent + len(prefix) + width(value) > WIDTH
        if too_long and prefix and value and indent + 4 + width(value) <= WIDTH:
            return f"{margin}{prefix}(\n{margin}    {value}\n{margin})"
        return margin + prefix + value
    return margin + prefix + _exploded(value, indent, indent + len(prefix), 0)


def opening(bracket: Bracket, after: str, indent: int = 0) -> str:
    """Return a bracket at ``indent``, such as opens a block: ``after`` follows its end."""
    return " " * indent + _exploded(bracket, indent, indent, len(after)) + after


def class_header(name: str, bases: Sequence[str]) -> str:
    """Return the line, or lines, that open a class."""
    if not bases:
        return f"class {name}:"
    return opening(Bracket(f"class {name}(", tuple(bases), ")"), ":")


def function_header(name: str, parameters: Sequence[str], returns: str, indent: int) -> str:
    """Return the line, or lines, that open a function."""
    return opening(Bracket(f"def {name}(", tuple(parameters), ")"), f" -> {returns}:", indent)


def import_from(module: str, names: Sequence[str]) -> str:
    """Return one import statement; the names keep the order given."""
    line = f"from {module} import {', '.join(names)}"
    if len(line) <= WIDTH:
        return line
    return f"from {module} import (\n" + "".join(f"    {name},\n" for name in names) + ")"

"""Option values decoded once, and the options that messages get from their file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from xgen.ir.options import Option, Options
from xgen.ir.types import OptionKind
from xgen.linker import findings
from xgen.syntax.tree import ValueKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from xgen.ir.options import Scalar
    from xgen.linker.context import Context
    from xgen.syntax import tree

_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "'": "'", "\\": "\\"}
_WORDS: dict[str, tuple[OptionKind, Scalar]] = {
    "True": (OptionKind.BOOLEAN, True),
    "False": (OptionKind.BOOLEAN, False),
    "true": (OptionKind.BOOLEAN, True),
    "false": (OptionKind.BOOLEAN, False),
    "None": (OptionKind.NULL, None),
}
LONGEST_NUMBER = 40
"""A longer number is text: no field can hold it, and Python refuses to read very long ones."""
EMPTY = Options()


def decode_string(text: str) -> str:
    """Return what a quoted string says; an unknown escape stays as written."""
    inner = text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text
    if "\\" not in inner:
        return inner
    return re.sub(r"\\(.)", lambda m: _ESCAPES.get(m[1], m[0]), inner)


def decode(kind: ValueKind, text: str) -> tuple[OptionKind, Scalar]:
    """Return the kind and the value of what was written."""
    if kind is ValueKind.STRING:
        return OptionKind.STRING, decode_string(text)
    if kind is ValueKind.NUMBER and len(text) <= LONGEST_NUMBER:
        return OptionKind.NUMBER, float(text) if "." in text else int(text)
    if kind in (ValueKind.RAW, ValueKind.NUMBER):
        return OptionKind.STRING, text
    return _WORDS.get(text) or (OptionKind.SYMBOL, text)


def _option(written: tree.Option, *, inherited: bool = False) -> Option:
    # Taken apart as it is stored: this runs for each of a model's options, most of its text.
    path, name, start, written_kind, text, further = written
    kind, value = decode(written_kind, text)
    return Option(name, kind, value, text, inherited, path, start + further, further)


def field_options(written: tuple[tree.Option, ...], context: Context) -> Options:
    """Return the options in ``[...]``. Of two with one name the first counts, as it always did."""
    if not written:
        return EMPTY
    found: dict[str, tree.Option] = {}
    for option in written:
        first = found.setdefault(option.key, option)
        if first is not option:
            context.add(
                findings.duplicate_option(option.name, first.name.span, "first", context.legacy)
            )
    return Options(tuple(map(_option, found.values())))


def statement_options(
    written: Iterable[tree.OptionStatement], context: Context
) -> dict[str, Option]:
    """Return the options of ``option`` statements in one block; of two the last counts."""
    found: dict[str, tree.Option] = {}
    for statement in written:
        option = statement.option
        first = found.get(option.key)
        if first is not None:
            context.add(
                findings.duplicate_option(option.name, first.name.span, "last", context.legacy)
            )
        found[option.key] = option
    return {name: _option(option) for name, option in found.items()}


def inheritable(written: Mapping[str, tree.Option]) -> tuple[Option, ...]:
    """Return a file's options as messages get them: sorted by name."""
    return tuple(_option(written[name], inherited=True) for name in sorted(written))


def message_options(own: dict[str, Option], from_file: tuple[Option, ...]) -> Options:
    """Return a message's options: its own in order, then those of its file."""
    rest = tuple(option for option in from_file if option.name not in own)
    return Options((*own.values(), *rest))

"""Typed option values: numbers, defaults and choices, from the text they were written as."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from xgen.ir.app import Choice
from xgen.ir.types import FieldType, OptionKind
from xgen.linker import findings
from xgen.linker.options import LONGEST_NUMBER

if TYPE_CHECKING:
    from xgen.ir.options import Option, Scalar
    from xgen.linker.context import Context
    from xgen.syntax.tree import Name

_CALL = re.compile(r"([A-Za-z_][A-Za-z0-9_.]*)\(\)\Z")
_WHOLE = re.compile(r"[+-]?[0-9]+\Z")
_DECIMAL = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?\Z")
_FLAGS = {"True": True, "true": True, "False": False, "false": False}
_FIELD_NUMBERS = range(1, 100)
_REVERSE_NUMBERS = range(1000, 1900)
_FLOATS = (FieldType.FLOAT, FieldType.DOUBLE)


def field_number(name: Name, context: Context) -> int:
    """Return a field's number; 0 for what is no number at all."""
    text = name.text
    if not text.isdigit():
        context.add(findings.bad_number(name, context.legacy))
        return whole_number(text) or 0
    number = whole_number(text) or 0
    if number not in _FIELD_NUMBERS:
        context.add(findings.number_out_of_range(name, context.legacy))
    return number


def reverse_number(name: Name | None, context: Context) -> int | None:
    """Return the number of a reverse accessor."""
    if name is None:
        return None
    number = whole_number(name.text) if name.text.isdigit() else None
    if number not in _REVERSE_NUMBERS:
        context.add(findings.bad_reverse_number(name))
        return None
    return number


def enum_number(name: Name, context: Context) -> int:
    """Return an enum value's number; 0 for what is no number at all."""
    number = whole_number(name.text)
    if number is None:
        context.add(findings.bad_enum_number(name))
    return number or 0


def whole_number(text: str) -> int | None:
    """Return text as a whole number, None if it is none or absurdly long."""
    return int(text) if len(text) <= LONGEST_NUMBER and _WHOLE.match(text) else None


def whole(option: Option | None) -> int | None:
    """Return an option's value as a whole number, None if it is none."""
    if option is None or isinstance(option.value, bool):
        return None
    if isinstance(option.value, int):
        return option.value
    return whole_number(str(option.value).strip())


def number(option: Option | None) -> int | float | None:
    """Return an option's value as a number, None if it is none."""
    if option is not None and isinstance(option.value, float):
        return option.value
    return whole(option)


def default_call(option: Option) -> str | None:
    """Return the callable that a default names: ``"now()"`` or a bare ``get_first_site``."""
    if option.kind is OptionKind.SYMBOL:
        return str(option.value)
    if option.kind is OptionKind.STRING:
        match = _CALL.match(str(option.value))
        return match[1] if match else None
    return None


def default_value(option: Option, kind: FieldType, field: str, context: Context) -> Scalar:
    """Return a default as a value of the field's type; what cannot be one is reported."""
    value = option.value
    if value is None:
        return None
    found = _coerce(value, kind)
    if found is None:
        context.add(
            findings.bad_default(field, _kind_word(kind), option.raw, option.span, context.legacy)
        )
        return value
    return found


def _kind_word(kind: FieldType) -> str:
    if kind is FieldType.BOOL:
        return "boolean"
    return "whole number" if kind.is_integer else "number"


def _coerce(value: str | float | bool, kind: FieldType) -> Scalar:
    """Return ``value`` as the field's type has it, None if it cannot be."""
    if kind in (FieldType.STRING, FieldType.BYTES):
        return value if isinstance(value, str) else str(value)
    if kind is FieldType.BOOL:
        return value if isinstance(value, bool) else _FLAGS.get(str(value))
    if isinstance(value, bool):
        return None
    if kind.is_integer:
        return whole_number(str(value).strip())
    if kind in _FLOATS:
        text = str(value).strip()
        return float(text) if len(text) <= LONGEST_NUMBER and _DECIMAL.match(text) else None
    return value


def choices(option: Option | None, field: str, context: Context) -> tuple[Choice, ...]:
    """Return the allowed values with their labels, from a Python tuple of pairs."""
    if option is None:
        return ()
    text = str(option.value)
    if text not in context.choices:
        context.choices[text] = _parse_choices(text)
    found = context.choices[text]
    if found is None:
        context.add(findings.bad_choices(field, option.span, context.legacy))
        return ()
    return found


def _parse_choices(text: str) -> tuple[Choice, ...] | None:
    try:
        pairs = ast.literal_eval(text.strip())
    except (ValueError, SyntaxError, RecursionError, MemoryError, TypeError):
        return None
    if not isinstance(pairs, (tuple, list)):
        return None
    found = []
    for pair in pairs:
        if not isinstance(pair, (tuple, list)) or len(pair) != 2:  # noqa: PLR2004 - a pair
            return None
        value, label = pair
        if not isinstance(value, (str, int, float, type(None))) or not isinstance(label, str):
            return None
        found.append(Choice(value=value, label=label))
    return tuple(found)

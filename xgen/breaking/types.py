"""Whether a type can hold all that another could."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Final

from xgen.ir.types import ContentType, FieldType

if TYPE_CHECKING:
    from xgen.ir.app import Field

_SIGNED, _UNSIGNED = "signed", "unsigned"
_INTEGERS: Final = {
    FieldType.INT32: (_SIGNED, 32, "plain"),
    FieldType.INT64: (_SIGNED, 64, "plain"),
    FieldType.SINT32: (_SIGNED, 32, "zigzag"),
    FieldType.SINT64: (_SIGNED, 64, "zigzag"),
    FieldType.SFIXED32: (_SIGNED, 32, "fixed32"),
    FieldType.SFIXED64: (_SIGNED, 64, "fixed64"),
    FieldType.UINT32: (_UNSIGNED, 32, "plain"),
    FieldType.UINT64: (_UNSIGNED, 64, "plain"),
    FieldType.FIXED32: (_UNSIGNED, 32, "fixed32"),
    FieldType.FIXED64: (_UNSIGNED, 64, "fixed64"),
}
"""Sign, bits, and how they are written on the wire."""
_EXACT: Final = 32
"""Whole numbers of so many bits fit into a double."""


class Fit(Enum):
    """How a new type compares with an old one."""

    SAME = "same"
    """Nobody notices."""
    OTHER = "other"
    """All values fit, but they are written in another way."""
    NARROWER = "narrower"
    """There are values that do not fit."""


def compare_types(old: Field, new: Field) -> Fit:
    """Return how the type of a field has changed; lengths and bounds are looked at elsewhere."""
    if _is_date(old) != _is_date(new):
        return Fit.NARROWER
    if old.type is new.type:
        named = old.type is FieldType.NAMED
        return Fit.OTHER if named and _bare(old) != _bare(new) else Fit.SAME
    if old.type in _INTEGERS and new.type in _INTEGERS:
        return _integers(_INTEGERS[old.type], _INTEGERS[new.type])
    return Fit.OTHER if _holds(old, new) else Fit.NARROWER


def shown(field: Field) -> str:
    """Return the type of a field for people."""
    if _is_date(field):
        return "`date`"
    return f"`{_bare(field) if field.type is FieldType.NAMED else field.type.value}`"


def _is_date(field: Field) -> bool:
    return field.content is ContentType.DATE


def _bare(field: Field) -> str:
    return (field.type_ref or "").rpartition(".")[2]


def _integers(old: tuple[str, int, str], new: tuple[str, int, str]) -> Fit:
    sign = old[0] == new[0] or (new[0] == _SIGNED and new[1] > old[1])
    if not sign or new[1] < old[1]:
        return Fit.NARROWER
    return Fit.SAME if old[2] == new[2] and old[0] == new[0] else Fit.OTHER


def _holds(old: Field, new: Field) -> bool:
    """Say whether a type of another family takes all values."""
    whole = old.type in _INTEGERS or old.type in (FieldType.BOOL, FieldType.NAMED)
    if new.type is FieldType.STRING:
        # Numbers as text: the longest has some twenty characters.
        return old.type is not FieldType.BYTES and (new.text or (new.max_length or 0) >= _EXACT)
    if new.type is FieldType.DOUBLE:
        small = old.type not in _INTEGERS or _INTEGERS[old.type][1] <= _EXACT
        return old.type is FieldType.FLOAT or (whole and small)
    if new.type in _INTEGERS:
        return old.type in (FieldType.BOOL, FieldType.NAMED)
    return False

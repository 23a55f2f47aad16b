"""Values of a model as plain data: what a default is in the field's own type."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xgen.ir.types import FieldType, Modifier

if TYPE_CHECKING:
    from xgen.ir.app import Field
    from xgen.ir.options import Scalar


def default_of(member: Field) -> Scalar:
    """Return a default that can be written down; None without one, and for one that is called."""
    value = member.default
    if value is None or member.default_call is not None:
        return None
    if member.modifier is Modifier.REPEATED or member.type is FieldType.NAMED:
        return str(value) if member.type is FieldType.NAMED else None
    if member.type is FieldType.BOOL:
        return value in (True, "True", "true")
    if member.type in (FieldType.STRING, FieldType.BYTES):
        return str(value)
    try:
        return int(value) if member.type.is_integer else float(value)
    except ValueError:
        return None


def is_computed(member: Field) -> bool:
    """Say whether nobody needs to send a value: the field fills itself."""
    return member.auto_now_add or member.default_call is not None or member.has_default


def may_be_null(member: Field) -> bool:
    """Say whether a field may hold nothing; a bool only when nothing is its default."""
    if member.required or member.modifier is Modifier.REPEATED:
        return False
    return member.type is not FieldType.BOOL or (member.has_default and member.default is None)

"""What rows that exist get in a new column that must not be empty."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xgen.ir.app import Field
from xgen.ir.types import FieldType
from xgen.views.fields import Dialect, enum_of
from xgen.views.text import literal

if TYPE_CHECKING:
    from xgen.ir.app import Member
    from xgen.views.evolution.state import Column

_EMPTY = {
    "models.CharField": '""',
    "models.TextField": '""',
    "models.URLField": '""',
    "xgen.runtime.models.StrippedCharField": '""',
    "models.BooleanField": "False",
    "models.BinaryField": 'b""',
    "models.JSONField": "dict",
    "models.FloatField": "0.0",
}


def needs_value(column: Column) -> bool:
    """Say whether every row must have a value and the column brings none."""
    return not (column.is_many or column.flag("null") or column.get("default") is not None)


def value_for(member: Member, column: Column, dialect: Dialect) -> str | None:
    """Return the source of a one-off default, None when no value makes sense for every row."""
    if not isinstance(member, Field) or member.unique:
        return None
    enum = enum_of(member, dialect.schema)
    if enum is not None:
        return str(enum.values[0].number) if enum.values else None
    if member.choices:
        return literal(member.choices[0].value)
    if column.kind == "models.DateTimeField":
        return dialect.now()
    if member.type.is_integer or member.type in (FieldType.FLOAT, FieldType.DOUBLE):
        return _number(member)
    return _EMPTY.get(column.kind)


def _number(member: Field) -> str:
    """Return the allowed number that is nearest to nought."""
    value: int | float = 0
    if member.min_value is not None and member.min_value > value:
        value = member.min_value
    if member.max_value is not None and member.max_value < value:
        value = member.max_value
    return literal(int(value) if member.type.is_integer else float(value))

"""Both sides of a comparison as the database sees them: an expression, and what kind it is."""

from __future__ import annotations

import math
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from uuid import UUID

from django.db import connection, models
from django.db.models import Case, Func, Model, Q, Value, When
from django.db.models.lookups import Exact, IsNull

from xgen.runtime.access.symbols import CannotFilter, Column, Many, Row
from xgen.runtime.access.values import Objects, root_of

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models.sql.compiler import SQLCompiler

_LARGEST: Final = 2**63 - 1
_COMPARED_AS_NUMBERS: Final = frozenset(("truth", "number"))


class Operand(NamedTuple):
    """An expression; ``kind`` is None for what equals nothing, ``null`` says that it is null."""

    kind: object
    expression: Any
    nullable: bool = False
    null: bool = False


class _Host(Func):
    """An address as text, without the length of its network."""

    function = "HOST"
    output_field = models.TextField()

    def as_sqlite(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **_: Any
    ) -> tuple[str, Any]:
        """Return the column: SQLite keeps the text."""
        return self.as_sql(compiler, connection, template="%(expressions)s")


def operand(value: Any, at: int) -> Operand:
    """Return a symbol or plain value as an operand for a query at depth ``at``."""
    if isinstance(value, Row):
        return Operand(root_of(value.model), value.expression("pk", at), value.nullable)
    if isinstance(value, Column):
        if value.kind is None:
            what = type(value.field).__name__
            raise CannotFilter(f"`{value.name}` is a {what}, which is compared in Python")
        expression = value.expression(at)
        if isinstance(value.field, models.GenericIPAddressField):
            expression = _Host(expression)
        return Operand(value.kind, expression, value.nullable)
    if isinstance(value, Many):
        return Operand(None, value.row.expression("pk", at), value.nullable)
    if isinstance(value, Q):  # a condition: true or false, never null
        then = When(value, then=Value(True))
        truth = Case(then, default=Value(False), output_field=models.BooleanField())
        return Operand("truth", truth)
    return plain_operand(value)


_PLAIN: Final = (
    (bool, "truth", models.BooleanField),
    (datetime, "time", models.DateTimeField),
    (date, "date", models.DateField),
    (UUID, "uuid", models.UUIDField),
    (bytes, "bytes", models.BinaryField),
)
_NOTHING: Final = Operand(None, None)
"""What equals nothing that a column can hold."""


def plain_operand(value: Any) -> Operand:
    """Return a value that is known already as an operand."""
    if value is None:
        return Operand(None, None, nullable=True, null=True)
    for cls, kind, field in _PLAIN:
        if isinstance(value, cls):
            return Operand(kind, Value(value, field()))
    if isinstance(value, int | float | Decimal):
        return _plain_number(value)
    if isinstance(value, str):
        # PostgreSQL has no text with that character, and takes none in a question.
        unheard = "\0" in value and connection.vendor == "postgresql"
        return _NOTHING if unheard else Operand("text", Value(str(value), models.TextField()))
    if isinstance(value, Model):
        number = Value(value.pk, models.BigIntegerField())
        return _NOTHING if value.pk is None else Operand(root_of(type(value)), number)
    if isinstance(value, Objects | list | tuple | set | frozenset | dict):
        return _NOTHING
    raise CannotFilter(f"a {type(value).__name__} is compared in Python")


def _plain_number(value: float | Decimal) -> Operand:
    if isinstance(value, int):
        found = Value(int(value), models.BigIntegerField())
        return Operand("number", found) if abs(value) <= _LARGEST else _NOTHING
    if math.isnan(value):
        return _NOTHING
    return Operand("number", Value(float(value), models.FloatField()))


def equality(left: Operand, right: Operand) -> Q | bool:
    """Return the condition that two operands are equal; unknown counts as not so."""
    for one, other in ((left, right), (right, left)):
        if one.null:
            if other.null or not other.nullable:
                return other.null
            return Q(IsNull(other.expression, True))
    found = Q()
    if _comparable(left.kind, right.kind):
        mixed = left.kind != right.kind
        sides = [_number(one) if mixed else one.expression for one in (left, right)]
        found = Q(Exact(*sides))
    if left.nullable and right.nullable:
        found |= Q(IsNull(left.expression, True)) & Q(IsNull(right.expression, True))
    return found or False


def _comparable(left: object, right: object) -> bool:
    if left is None or right is None:
        return False
    return left == right or {left, right} <= _COMPARED_AS_NUMBERS


def _number(one: Operand) -> Any:
    """Return a truth value as 1, 0 or null; a number as it is."""
    if one.kind != "truth":
        return one.expression
    return Case(
        When(Exact(one.expression, Value(True)), then=Value(1)),
        When(Exact(one.expression, Value(False)), then=Value(0)),
        output_field=models.IntegerField(),
    )

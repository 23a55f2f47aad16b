"""Conditions for lists: what generated filters are written with.

A condition becomes a ``Q`` for one query. What is known already (``ctx``, literals) is decided
here and costs the database nothing: for an administrator most conditions are just true.

SQL has a third truth value, unknown, for all that touches a null. One rule keeps it in: a
condition is true in SQL exactly when the formula is true; else it is false or unknown, and rows
are left out either way. ``and``, ``or`` and ``exists`` preserve that by themselves. Negation does
not, so :func:`not_` asks whether its operand is true and takes the opposite of the answer.
"""

from __future__ import annotations

from functools import reduce
from operator import and_, or_
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from django.apps import apps
from django.db import models
from django.db.models import Case, Exists, Func, Lookup, Q, Value, When
from django.db.models.lookups import Exact, In, IsNull

from xgen.runtime.access import values
from xgen.runtime.access.operands import equality, operand
from xgen.runtime.access.plain import laid_open, live
from xgen.runtime.access.symbols import CannotFilter, Column, Many, Row, Symbol
from xgen.runtime.errors import PolicyError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from django.db.models import Model, QuerySet

Lowered: TypeAlias = Q | bool


class Condition:
    """Something that is true of a row or not."""

    def lower(self, at: int) -> Lowered:
        """Return the condition for a query at depth ``at``, or the answer if that is known."""
        raise NotImplementedError

    def negated(self, at: int) -> Lowered:
        """Return the opposite."""
        return _opposite(self.lower(at))


def lower(part: Any, at: int = 0) -> Lowered:
    """Return the truth of a condition, symbol or plain value."""
    if isinstance(part, Condition):
        return part.lower(at)
    if isinstance(part, Row):
        return Q(IsNull(part.expression("pk", at), False)) if part.nullable else True
    if isinstance(part, Column):
        return _truth(part, at)
    if isinstance(part, Many):
        return Q(Exists(part.rows(at)))
    if isinstance(part, Symbol):
        raise CannotFilter("a method is true in Python")
    return bool(part)


def _opposite(found: Lowered) -> Lowered:
    if isinstance(found, bool):
        return not found
    then = When(found, then=Value(False))
    return Q(Case(then, default=Value(True), output_field=models.BooleanField()))


class _Differs(Lookup):
    lookup_name = "differs"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        left, left_params = self.process_lhs(compiler, connection)
        right, right_params = self.process_rhs(compiler, connection)
        return f"{left} <> {right}", (*left_params, *right_params)


_EMPTY = {
    "truth": Value(False, models.BooleanField()),
    "number": Value(0, models.IntegerField()),
    "text": Value("", models.TextField()),
    "bytes": Value(b"", models.BinaryField()),
}


def _truth(column: Column, at: int) -> Q:
    one = operand(column, at)
    if one.kind == "truth":
        return Q(Exact(one.expression, Value(True)))
    empty = _EMPTY.get(cast("str", one.kind))
    if empty is None:
        return Q(IsNull(one.expression, False))
    return Q(_Differs(one.expression, empty))


class _Joined(Condition):
    """Operands with ``and`` or ``or`` between them; ``settles`` is what decides the whole."""

    def __init__(self, parts: tuple[Any, ...], *, settles: bool) -> None:
        self._parts = parts
        self._settles = settles

    def lower(self, at: int) -> Lowered:
        return self._join((lower(part, at) for part in self._parts), self._settles)

    def negated(self, at: int) -> Lowered:
        return self._join((not_(part).lower(at) for part in self._parts), not self._settles)

    @staticmethod
    def _join(found: Iterable[Lowered], settles: bool) -> Lowered:
        kept: list[Q] = []
        for one in found:
            if isinstance(one, Q):
                kept.append(one)
            elif one == settles:
                return settles
        if not kept:
            return not settles
        whole: Q = reduce(or_ if settles else and_, kept)
        return whole


class _Not(Condition):
    def __init__(self, part: Any) -> None:
        self._part = part

    def lower(self, at: int) -> Lowered:
        if isinstance(self._part, Condition):
            return self._part.negated(at)
        return _opposite(lower(self._part, at))

    def negated(self, at: int) -> Lowered:
        return lower(self._part, at)


def all_of(*parts: Any) -> Condition:
    """Return the condition that all parts are true; they are looked at from the left."""
    return _Joined(parts, settles=False)


def any_of(*parts: Any) -> Condition:
    """Return the condition that some part is true; they are looked at from the left."""
    return _Joined(parts, settles=True)


def not_(part: Any) -> Condition:
    """Return the condition that ``part`` is not true."""
    return _Not(part)


def implies(left: Any, right: Any) -> Condition:
    """Return the condition that ``right`` is true wherever ``left`` is."""
    return any_of(not_(left), right)


class _Equal(Condition):
    def __init__(self, left: Any, right: Any) -> None:
        self._sides = (left, right)

    def lower(self, at: int) -> Lowered:
        left, right = (_value(side, at) for side in self._sides)
        if not isinstance(left, Symbol | Q) and not isinstance(right, Symbol | Q):
            return values.equal(left, right)
        return equality(operand(left, at), operand(right, at))


def _value(side: Any, at: int) -> Any:
    return side.lower(at) if isinstance(side, Condition) else side


def equal(left: Any, right: Any) -> Condition:
    """Return the condition that two values are equal."""
    return _Equal(left, right)


class _Position(Func):
    """Where a text begins in another one, from 1; 0 if it is not in it."""

    function = "STRPOS"
    output_field = models.IntegerField()

    def as_sqlite(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, Any]:
        return self.as_sql(compiler, connection, function="INSTR")


class _IsIn(Condition):
    def __init__(self, value: Any, container: Any) -> None:
        self._value = value
        self._container = container

    def lower(self, at: int) -> Lowered:
        value, container = _value(self._value, at), self._container
        if isinstance(container, Many):
            return self._among(value, container, at)
        if isinstance(container, Row | Condition):
            raise PolicyError("`in` needs a collection or a text on its right")
        if isinstance(container, Column | str):
            return self._part_of(value, container, at)
        if isinstance(container, Symbol):
            raise CannotFilter("a method is called, which no database does")
        if not isinstance(value, Symbol | Q):
            return values.is_in(value, container)
        if isinstance(container, values.Objects):
            return self._one_of(value, container, at)
        return any_of(*(equal(value, each) for each in values.elements(container))).lower(at)

    @staticmethod
    def _among(value: Any, many: Many, at: int) -> Lowered:
        one = operand(value, at + 1)
        if one.kind is not values.root_of(many.model):
            return False
        return Q(Exists(many.rows(at).filter(Q(Exact(models.F("pk"), one.expression)))))

    @staticmethod
    def _one_of(value: Any, objects: values.Objects, at: int) -> Lowered:
        one = operand(value, at)
        model: type[Model] = objects.query.model
        if one.kind is not values.root_of(model):
            return False
        return Q(In(one.expression, laid_open(objects.query).order_by().values("pk")))

    @staticmethod
    def _part_of(value: Any, text: Any, at: int) -> Lowered:
        whole, part = operand(text, at), operand(value, at)
        if whole.kind != "text":
            raise PolicyError("`in` needs a collection or a text on its right")
        if part.kind != "text":
            return False
        return Q(_Differs(_Position(whole.expression, part.expression), Value(0)))


def is_in(value: Any, container: Any) -> Condition:
    """Return the condition that a collection or text holds ``value``."""
    return _IsIn(value, container)


class _Exists(Condition):
    """Some element of a domain satisfies ``body``."""

    def __init__(self, domain: Any, body: Callable[[Any], Any]) -> None:
        self._domain = domain
        self._body = body

    def lower(self, at: int) -> Lowered:
        found = self._query(at)
        return found if isinstance(found, bool) else _wrapped(found, negated=False)

    def negated(self, at: int) -> Lowered:
        found = self._query(at)
        return not found if isinstance(found, bool) else _wrapped(found, negated=True)

    def _query(self, at: int) -> QuerySet[Model] | Q | bool:
        domain, body = self._domain, self._body
        if isinstance(domain, str):
            rows = live(model_named(domain))
        elif isinstance(domain, Many):
            rows = domain.rows(at)
        elif isinstance(domain, Symbol):
            raise PolicyError("a quantifier needs a collection")
        else:
            return any_of(*(_Later(body, each) for each in values.elements(domain))).lower(at)
        inner = lower(body(Row(rows.model, at + 1)), at + 1)
        if isinstance(inner, bool):
            return rows if inner else False
        return rows.filter(inner)


def _wrapped(found: QuerySet[Model] | Q, *, negated: bool) -> Lowered:
    if isinstance(found, Q):
        return _opposite(found) if negated else found
    return Q(~Exists(found) if negated else Exists(found))


class _Later(Condition):
    """A body that is looked at only when the elements before it have not decided."""

    def __init__(self, body: Callable[[Any], Any], element: Any) -> None:
        self._body = body
        self._element = element

    def lower(self, at: int) -> Lowered:
        return lower(self._body(self._element), at)


def exists(domain: Any, body: Callable[[Any], Any]) -> Condition:
    """Return the condition that ``body`` is true of some object of a model or collection."""
    return _Exists(domain, body)


def forall(domain: Any, body: Callable[[Any], Any]) -> Condition:
    """Return the condition that ``body`` is true of all objects of a model or collection."""
    return not_(exists(domain, lambda element: not_(body(element))))


class _Granted(Condition):
    def __init__(self, policy: Callable[[Any, Any], Any], target: Any, ctx: Any) -> None:
        self._policy, self._target, self._ctx = policy, target, ctx

    def lower(self, at: int) -> Lowered:
        target = self._target
        if not isinstance(target, Symbol) and not target:
            return True
        return any_of(not_(target), self._policy(target, self._ctx)).lower(at)


def granted(policy: Callable[[Any, Any], Any], target: Any, ctx: Any) -> Condition:
    """Return the condition that a called policy grants: also where there is nothing to guard."""
    return _Granted(policy, target, ctx)


def model_named(label: str) -> type[Model]:
    """Return a model by ``app.Name``."""
    return apps.get_model(label)

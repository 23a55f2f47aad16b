"""What a condition is about before the database is asked: rows, their columns, linked objects.

A :class:`Row` stands for any row of a query. Queries nest, one for each quantifier: ``depth``
counts them, and what is read of an outer row from inside is a reference outwards.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final, cast

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.fields.reverse_related import ForeignObjectRel
from django.db.models.lookups import Exact

from xgen.runtime.access.plain import live, stored
from xgen.runtime.errors import PolicyError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import Model, QuerySet

_KINDS: Final = (
    (models.BooleanField, "truth"),
    (models.IntegerField, "number"),
    (models.FloatField, "number"),
    (models.DecimalField, "number"),
    (models.CharField, "text"),
    (models.TextField, "text"),
    (models.GenericIPAddressField, "text"),
    (models.DateTimeField, "time"),
    (models.DateField, "date"),
    (models.BinaryField, "bytes"),
    (models.UUIDField, "uuid"),
)


class CannotFilter(Exception):  # noqa: N818 - reads as what happened
    """A condition that no database can check; Python can, row by row."""


class Symbol:
    """Something that has a value in each row."""

    nullable: bool

    def read(self, name: str) -> Symbol:
        """Return what the attribute ``name`` stands for."""
        raise CannotFilter(f"`{name}` is read of a value, which no database does")

    def called(self) -> Symbol:
        """Return what calling it gives."""
        raise CannotFilter("a method is called, which no database does")


class Row(Symbol):
    """A row of ``model``, reached over the links in ``prefix`` from one of a query's own."""

    def __init__(
        self, model: type[Model], depth: int, prefix: str = "", *, nullable: bool = False
    ) -> None:
        self.model = model
        self.depth = depth
        self.prefix = prefix
        self.nullable = nullable

    def read(self, name: str) -> Symbol:
        """Return the column, the linked row or the linked rows that an attribute is."""
        if name == "pk":
            return Column(self, self.model._meta.pk, "pk")
        found = _attributes(self.model).get(name)
        if found is None:
            if hasattr(self.model, name):
                raise CannotFilter(f"`{name}` of {self.model.__name__} is no column")
            raise PolicyError(f"{self.model.__name__} has no attribute `{name}`")
        if not found.is_relation or getattr(found, "attname", found.name) == name != found.name:
            return Column(self, found, name)
        if found.many_to_many or found.one_to_many:
            return Many(self, found)
        nullable = self.nullable or isinstance(found, ForeignObjectRel) or found.null
        peer = cast("type[Model]", found.related_model)
        return Row(peer, self.depth, f"{self.prefix}{found.name}__", nullable=nullable)

    def expression(self, name: str, at: int) -> Any:
        """Return the column ``name`` as a query at depth ``at`` refers to it."""
        reference: Any = self.prefix + name
        for _ in range(at - self.depth):
            reference = OuterRef(reference)
        return F(reference) if isinstance(reference, str) else reference


class Column(Symbol):
    """A value that a row holds."""

    def __init__(self, row: Row, field: Any, name: str) -> None:
        self.row = row
        self.name = name
        while field.is_relation:  # the number of what a link leads to
            field = field.target_field
        self.field = field
        self.kind = next((kind for cls, kind in _KINDS if isinstance(field, cls)), None)
        own = row.model._meta.pk if name == "pk" else _attributes(row.model)[name]
        self.nullable = row.nullable or own.null

    def expression(self, at: int) -> Any:
        """Return the column as a query at depth ``at`` refers to it."""
        return self.row.expression(self.name, at)


class Many(Symbol):
    """The rows that a link with many ends leads to."""

    def __init__(self, row: Row, link: Any) -> None:
        self.row = row
        self.link = link
        self.nullable = row.nullable
        self.model = cast("type[Model]", link.related_model)

    def read(self, name: str) -> Symbol:
        """Return what can be asked of a collection: ``all()``."""
        if name == "all":
            return _All(self)
        if hasattr(models.Manager, name):
            raise CannotFilter(f"`{name}` of a collection is not translated")
        raise PolicyError(f"a collection has no attribute `{name}`")

    def rows(self, at: int) -> QuerySet[Model]:
        """Return the linked rows, for a query inside of one at depth ``at``."""
        found = live(self.model)
        if self.link.one_to_many:
            far = self.link.field
            name = "pk" if far.target_field.primary_key else far.target_field.name
            near = self.row.expression(name, at + 1)
            return found.filter(Q(Exact(F(far.attname), near)))
        reverse = isinstance(self.link, ForeignObjectRel)
        field = self.link.field if reverse else self.link
        ends = [field.m2m_field_name(), field.m2m_reverse_field_name()]
        near, far = reversed(ends) if reverse else ends
        joins = stored(field.remote_field.through).filter(
            Q(Exact(F(near), self.row.expression("pk", at + 2))), Q(Exact(F(far), OuterRef("pk")))
        )
        return found.filter(Q(Exists(joins)))


class _All(Symbol):
    """The method ``all`` of a collection."""

    nullable = False

    def __init__(self, of: Many) -> None:
        self._of = of

    def called(self) -> Symbol:
        return self._of


@cache
def _attributes(model: type[Model]) -> Mapping[str, Any]:
    """Return fields and links by the names under which an object has them."""
    found: dict[str, Any] = {}
    for field in model._meta.get_fields():
        if isinstance(field, ForeignObjectRel):
            name = field.get_accessor_name()
            if name:
                found[name] = field
        elif hasattr(field, "attname") or field.many_to_many:
            found[field.name] = field
            if getattr(field, "column", None):
                found[field.attname] = field
    return found

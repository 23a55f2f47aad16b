"""Rows as they are stored, whoever asks: what policies and the checks themselves look at."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from django.db.models import Model, QuerySet
from django.db.models.sql import Query

from xgen.runtime.byids import chunks
from xgen.runtime.kinds import is_object

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

M = TypeVar("M", bound=Model)


def stored(model: type[M], using: str | None = None) -> QuerySet[M]:
    """Return all rows of a model, those of objects that are being deleted too."""
    return QuerySet(model, using=using)


def live(model: type[M], using: str | None = None) -> QuerySet[M]:
    """Return the rows that a quantifier is about: those that are not being deleted."""
    rows = stored(model, using)
    return rows.filter(deleted=False) if is_object(model) else rows


def by_ids(model: type[M], ids: Collection[object], using: str) -> Iterable[QuerySet[M]]:
    """Return the rows with these numbers, in parts that fit a query."""
    return (stored(model, using).filter(pk__in=part) for part in chunks(ids))


def laid_open(query: QuerySet[M]) -> QuerySet[M]:
    """Return a query that is not restricted to what some user may read."""
    found = query.all()
    found.query = found.query.chain(Query)
    return found

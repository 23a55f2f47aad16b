"""Queries that give each user what that user may read.

The managers of objects and users make them. Whoever runs such a query inside of ``acting_as``,
or has made it there, gets the rows that the policy of its model lets through. What the query
reaches over links (to filter, order, count, or for ``select_related``) is restricted in the same
way: an object that may not be read is as if it were not there.

All of it happens when a query is about to become SQL, which is the one place that every way of
asking goes through. Queries without a user are not touched.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from django.apps import apps
from django.core.exceptions import EmptyResultSet
from django.db import NotSupportedError, connections
from django.db.models import OneToOneField, Q, QuerySet
from django.db.models.expressions import Col
from django.db.models.lookups import In
from django.db.models.sql import Query
from django.db.models.sql.constants import LOUTER
from django.db.models.sql.datastructures import Join
from django.db.models.sql.where import NothingNode, WhereNode

from xgen.runtime.access import guard
from xgen.runtime.access.acting import acting_user, reading, unrestricted
from xgen.runtime.access.plain import stored
from xgen.runtime.access.rules import access_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models import Model
    from django.db.models.sql.compiler import SQLCompiler

    from xgen.runtime.access.acting import Context

M = TypeVar("M", bound="Model")


class GuardedQuery(Query):
    """A query that is restricted to what its readers may read, and who runs it."""

    readers: tuple[Any, ...] = ()

    def get_compiler(
        self,
        using: str | None = None,
        connection: BaseDatabaseWrapper | None = None,
        elide_empty: bool = True,
    ) -> SQLCompiler:
        """Return what makes SQL of this query, restricted as far as there are readers."""
        user = acting_user()
        readers = self.readers
        if user is not None and user not in readers:
            readers = (*readers, user)
        if not readers or self.combinator:  # the parts of a union are restricted by themselves
            return cast("SQLCompiler", super().get_compiler(using, connection, elide_empty))
        connection = connection or connections[cast("str", using)]
        with unrestricted():
            found = _restricted(self, readers, connection)
        return cast(
            "SQLCompiler", found.get_compiler(connection=connection, elide_empty=elide_empty)
        )


class GuardedQuerySet(QuerySet[M]):
    """A query set without the ways around its query."""

    def visible_to(self, user: Any) -> Self:
        """Return those of these objects that ``user`` may read."""
        return cast("Self", visible(self, user))

    def raw(self, *args: Any, **options: Any) -> Any:
        """Run a query written by hand, which nobody can restrict to what a user may read."""
        refuse_to_users("raw SQL is not restricted")
        return super().raw(*args, **options)

    def _raw_delete(self, using: str | None) -> int:
        """Take rows out of the table at once, which is for the runtime only."""
        refuse_to_users("rows are not taken out of tables")
        return super()._raw_delete(using)


def refuse_to_users(what: str) -> None:
    """Raise NotSupportedError in code that acts for a user."""
    if (user := acting_user()) is not None:
        raise NotSupportedError(f"{what}, so not on behalf of {user}; see unrestricted()")


def guarded(model: type[Model]) -> GuardedQuery:
    """Return a query for all rows of a model that the user in context, if any, may read."""
    query = GuardedQuery(model)
    user = acting_user()
    if user is not None:
        query.readers = (user,)
    return query


def as_guarded(query: QuerySet[M]) -> QuerySet[M]:
    """Return the objects of ``query`` that the user in context, if any, may read."""
    found = query.all()
    found.query = found.query.chain(GuardedQuery)
    user = acting_user()
    return found if user is None else visible(found, user)


def visible(query: QuerySet[M], user: Any) -> QuerySet[M]:
    """Return the objects of ``query`` that ``user`` may read."""
    query._not_support_combined_queries("visible_to")  # type: ignore[attr-defined]  # noqa: SLF001 - as filter() does
    found = query.all()
    readers = getattr(query.query, "readers", ())
    found.query = found.query.chain(GuardedQuery)
    cast("GuardedQuery", found.query).readers = (*readers, user)
    return found


def _restricted(query: Query, readers: tuple[Any, ...], connection: BaseDatabaseWrapper) -> Query:
    plain = query.clone()
    plain.__class__ = Query
    # Some joins, those for the order and for select_related, are made as late as this.
    plain.get_compiler(connection=connection).pre_sql_setup()
    tables = {a: table for a, table in plain.alias_map.items() if plain.alias_refcount[a]}
    joins = {alias: table for alias, table in tables.items() if isinstance(table, Join)}
    for alias, table in tables.items():
        if alias not in joins and table.table_name != query.get_meta().db_table:
            # Django has cut the model's own table off: what is left is a link's other end.
            for condition in _conditions(plain, alias, readers, connection.alias):
                plain.where.add(condition, "AND")
            break
    else:
        joined = not all(map(_is_same_object, joins.values()))
        for user in readers:
            _restrict_base(plain, reading(user), connection.alias, joined=joined)
    _restrict_joins(plain, joins, readers, connection.alias)
    return plain


def _restrict_base(query: Query, ctx: Context, using: str, *, joined: bool) -> None:
    model = cast("type[Model]", query.model)
    access = access_of(model)
    if access is None:
        return
    found = guard.condition(model, access, ctx)
    if found is True:
        return
    if found is False:
        query.where.add(NothingNode(), "AND")
    elif found is None:
        rows = stored(model, using)
        where = query.where
        if not (query.subquery or where.contains_aggregate or where.contains_over_clause):
            rows = rows.filter(pk__in=_asked_for(query, using))
        query.add_q(Q(pk__in=[one.pk for one in rows if access.holds(one, ctx)]))
    elif joined:  # what the policy looks at must not be mixed up with what the query joins
        query.add_q(Q(pk__in=stored(model, using).filter(found).values("pk")))
    else:
        query.add_q(found)


def _asked_for(query: Query, using: str) -> QuerySet[Any]:
    """Return the numbers of the rows that a query is about, however it counts or cuts them."""
    rows = query.clone()
    rows.clear_ordering(force=True)
    rows.clear_limits()
    rows.distinct = False
    rows.group_by = None
    rows.clear_select_clause()
    rows.add_fields(["pk"])
    return QuerySet(query.model, query=rows, using=using)


class _Readable:
    """The condition of a join that its row may be read; it stands where Django has such, too."""

    def __init__(self, *parts: Any) -> None:
        self._node = WhereNode(list(parts))

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, Any]:
        try:
            return self._node.as_sql(compiler, connection)
        except EmptyResultSet:  # of the joined table, not of the whole query
            return "1 = 0", ()


class _ReadableJoin(Join):
    """A join to rows that may be read; where one may not be, there is nothing."""

    def __init__(self, join: Join, *conditions: Any) -> None:
        self.__dict__.update(join.__dict__)
        self._of = join
        self.join_type = LOUTER
        if conditions:
            also = () if join.filtered_relation is None else (join.filtered_relation,)
            self.filtered_relation = cast("Any", _Readable(*also, *conditions))

    @property
    def identity(self) -> Any:
        """What Django finds a join by, to use it again."""
        return self._of.identity


def _restrict_joins(
    query: Query, joins: Mapping[str, Join], readers: tuple[Any, ...], using: str
) -> None:
    """Let joins find only what may be read, and make them such that the rows before them stay."""
    conditions = {
        alias: () if _is_same_object(join) else _conditions(query, alias, readers, using)
        for alias, join in joins.items()
    }
    outer: set[str | None] = set()
    for alias, join in joins.items():  # in the order in which they depend on each other
        if conditions[alias] or join.parent_alias in outer:
            outer.add(alias)
            query.alias_map[alias] = _ReadableJoin(join, *conditions[alias])


def _is_same_object(join: Join) -> bool:
    """Say whether a join only leads to another table of the same object."""
    field = join.join_field
    return isinstance(field, OneToOneField) and bool(field.remote_field.parent_link)


def _conditions(query: Query, alias: str, readers: tuple[Any, ...], using: str) -> list[Any]:
    """Return the conditions that the rows of a table may be read."""
    model = _with_policy().get(query.alias_map[alias].table_name)
    if model is None:
        return []
    found = []
    for user in readers:
        rows = stored(model, using)
        allowed = guard.allowed(rows, reading(user))
        if allowed is not rows:
            found.append(query.build_where(Q(In(Col(alias, model._meta.pk), allowed.values("pk")))))
    return found


@cache
def _with_policy() -> Mapping[str, type[Model]]:
    """Return the models that have a policy by their tables."""
    models = [model for model in apps.get_models() if not model._meta.proxy]
    return {model._meta.db_table: model for model in models if access_of(model) is not None}

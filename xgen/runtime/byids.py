"""Queries over the rows with certain ids: split so that they fit, their SQL made once.

The engine asks the same few questions all day, mostly about one object or a handful. Django takes
several times longer to write such a query than the database takes to answer it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import Expression
from django.db.models.sql import UpdateQuery

from xgen.runtime.access.acting import unrestricted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from typing import TypeAlias

    from django.db.models import Field, QuerySet

    Statement: TypeAlias = tuple[str, tuple[Any, ...]]
    Filtered: TypeAlias = Callable[[Sequence[int]], QuerySet[Any]]

# So many values go into one query; SQLite's own limit was 999 for long.
CHUNK = 900
# Statements are made for these numbers of ids; the last id fills the places that are left.
_SIZES = (1, 4, 16, 64, 256, CHUNK)
# Stands for the first id while a statement is made: a number that means nothing to anybody.
_FIRST = -1_082_130_409


def chunks(values: Iterable[Any]) -> Iterable[list[Any]]:
    """Split ``values`` so that each part fits a query; sorted, so that locks are taken in order."""
    ordered = sorted(values)
    return (ordered[at : at + CHUNK] for at in range(0, len(ordered), CHUNK))


class Late(Expression):
    """A value of a query that is only known when it runs."""

    def __init__(self, name: str, output_field: Field[Any, Any]) -> None:
        super().__init__(output_field=output_field)
        self.name = name

    def as_sql(self, *_: Any, **__: Any) -> tuple[str, tuple[Any, ...]]:
        """Return a place for a value."""
        return "%s", (self,)


class ByIds:
    """One query, or with ``moves`` one update, of the rows with certain ids.

    ``rows`` returns the rows for a list of ids. It is called once for a few numbers of ids, so
    nothing else in it may change but values that are ``Late``, and the ids have to be in it
    exactly once. Columns are read as the database gives them, without Django's conversions.
    """

    def __init__(self, rows: Filtered, using: str, moves: Mapping[str, Any] | None = None) -> None:
        self._rows = rows
        self._using = using
        self._moves = moves
        self._made: dict[int, _Made | None] = {}

    def fetch(self, ids: Iterable[int], **late: Any) -> Iterator[tuple[Any, ...]]:
        """Yield the columns of the rows with these ids."""
        with connections[self._using].cursor() as cursor:
            for part in chunks(ids):
                if (statement := self._statement(part, late)) is not None:
                    cursor.execute(*statement)
                    while some := cursor.fetchmany(1000):
                        yield from some

    def update(self, ids: Iterable[int], **late: Any) -> int:
        """Update the rows with these ids; return how many there were."""
        count = 0
        with connections[self._using].cursor() as cursor:
            for part in chunks(ids):
                if (statement := self._statement(part, late)) is not None:
                    cursor.execute(*statement)
                    count += cursor.rowcount
        return count

    def _statement(self, ids: list[int], late: Mapping[str, Any]) -> Statement | None:
        """Return SQL and parameters for one part; None if there is no such row for certain."""
        size = next(size for size in _SIZES if len(ids) <= size)
        if size not in self._made:
            self._made[size] = self._make(size)
        made = self._made[size]
        if made is None:
            return None
        fill = ids[-1:] * (size - len(ids))
        before, after = (
            [late[p.name] if isinstance(p, Late) else p for p in part] if late else part
            for part in (made.before, made.after)
        )
        return made.sql, (*before, *ids, *fill, *after)

    def _make(self, size: int) -> _Made | None:
        places = tuple(range(_FIRST, _FIRST - size, -1))
        query: Any = self._rows(places).query
        if self._moves is not None:
            query = query.chain(UpdateQuery)
            query.add_update_values(self._moves)
        try:
            with unrestricted():  # it serves whoever comes later, too
                sql, params = query.get_compiler(using=self._using).as_sql()
        except EmptyResultSet:
            return None
        at = params.index(_FIRST)
        if tuple(params[at : at + size]) != places:
            raise AssertionError(f"the ids are not together in {sql}")
        return _Made(sql, tuple(params[:at]), tuple(params[at + size :]))


class _Made(NamedTuple):
    """A statement: its SQL, and its parameters before and after the ids."""

    sql: str
    before: tuple[Any, ...]
    after: tuple[Any, ...]

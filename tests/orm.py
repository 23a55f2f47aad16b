"""A few objects and a stand-in for Django's queries, for generated code that asks them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any


class Q:
    """A condition on rows: named values, joined by ``&`` and ``|``, negated by ``~``."""

    def __init__(self, **values: Any) -> None:
        self.holds = lambda row: all(_matches(row, name, v) for name, v in values.items())

    @classmethod
    def _of(cls, holds: Any) -> Q:
        made = cls()
        made.holds = holds
        return made

    def __and__(self, other: Q) -> Q:
        return Q._of(lambda row: self.holds(row) and other.holds(row))

    def __or__(self, other: Q) -> Q:
        return Q._of(lambda row: self.holds(row) or other.holds(row))

    def __invert__(self) -> Q:
        return Q._of(lambda row: not self.holds(row))


def _matches(row: Any, name: str, value: Any) -> bool:
    if name == "pk__in":
        return row in value
    found = row
    for part in name.split("__"):
        found = None if found is None else getattr(found, part)
    return bool(found == value)


class Rows:
    """A query's result."""

    def __init__(self, rows: list[Any]) -> None:
        self._rows = rows

    def all(self) -> Rows:
        return self

    def filter(self, *conditions: Q, **values: Any) -> Rows:
        wanted = (*conditions, Q(**values))
        return Rows([row for row in self._rows if all(q.holds(row) for q in wanted)])

    def exists(self) -> bool:
        return bool(self._rows)

    def __iter__(self) -> Any:
        return iter(self._rows)

    def __contains__(self, item: object) -> bool:
        return item in self._rows


class Model:
    """A model class with its rows."""

    def __init__(self, *rows: Any) -> None:
        self.objects = Rows(list(rows))


def thing(**values: Any) -> SimpleNamespace:
    """Return an object with these attributes."""
    return SimpleNamespace(**values)

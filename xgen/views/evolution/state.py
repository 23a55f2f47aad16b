"""The tables of a package as values, spelled as generated migrations spell them.

A column, an index or a constraint is equal to another when its source is, laid out on one line
with its keywords sorted: so what stands in a migration file can be compared with what would be
written today, without asking Django.
"""

from __future__ import annotations

import marshal
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from xgen.dataclass import dataclass, field
from xgen.views.layout import Named, flat

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xgen.views.layout import Bracket, Item

Identity: TypeAlias = int | str
"""What a column is known by whatever its name: its number, ``Base.3`` for an inherited one."""

_MODELS_IN_LOWER_CASE = ("to", "through")


class Column(NamedTuple):
    """A column: ``models.CharField`` and its arguments by name, in the order of their names."""

    kind: str
    arguments: tuple[tuple[str, str], ...] = ()

    def get(self, name: str) -> str | None:
        """Return the source of an argument, None without it."""
        return next((value for key, value in self.arguments if key == name), None)

    def flag(self, name: str) -> bool:
        """Say whether an argument is True."""
        return self.get(name) == "True"

    def having(self, **changes: str | None) -> Column:
        """Return the column with other arguments; None takes one away."""
        arguments = dict(self.arguments) | changes
        return column(self.kind, {k: v for k, v in arguments.items() if v is not None})

    @property
    def is_many(self) -> bool:
        """Say whether it is a table of its own rather than a column."""
        return self.kind == "models.ManyToManyField"

    @property
    def is_link(self) -> bool:
        """Say whether it refers to rows."""
        return self.get("to") is not None

    @property
    def peer(self) -> str:
        """Return the label of the model that it refers to."""
        return (self.get("to") or "").strip("\"'")

    @property
    def peers(self) -> set[str]:
        """Return the labels of all models that it needs: the peer, and what holds the links."""
        found = {self.peer, (self.get("through") or "").strip("\"'")}
        return found - {""}


@dataclass(slots=True)
class TableState:
    """One table. ``parent`` is the label of the model whose table it extends."""

    name: str
    parent: str | None = None
    columns: dict[str, Column] = field(default_factory=dict)
    options: dict[str, str] = field(default_factory=dict)
    indexes: dict[str, str] = field(default_factory=dict)
    constraints: dict[str, str] = field(default_factory=dict)
    managers: tuple[str, ...] = ()

    def copy(self) -> TableState:
        """Return the same, to be changed by itself."""
        return TableState(
            name=self.name,
            parent=self.parent,
            columns=dict(self.columns),
            options=dict(self.options),
            indexes=dict(self.indexes),
            constraints=dict(self.constraints),
            managers=self.managers,
        )


@dataclass(slots=True)
class State:
    """All tables of an app, by lower-case name, and the identities of their columns."""

    label: str
    tables: dict[str, TableState] = field(default_factory=dict)
    numbers: dict[str, dict[str, Identity]] = field(default_factory=dict)
    """Only tables that were generated are here, and only columns whose identity is known."""


def column(kind: str, arguments: dict[str, str]) -> Column:
    """Return a column in its normal form."""
    for name in _MODELS_IN_LOWER_CASE:
        if name in arguments:
            arguments[name] = arguments[name].lower()
    return Column(kind, tuple(sorted(arguments.items())))


def column_of(code: Bracket) -> Column:
    """Return the column that generated source makes."""
    return column(code.opening[:-1], dict(_argument(item) for item in code.items))


def call_text(code: Bracket) -> str:
    """Return a call on one line, its keywords sorted."""
    arguments = sorted(f"{name}={value}" for name, value in map(_argument, code.items))
    return f"{code.opening}{', '.join(arguments)})"


def _argument(item: Item) -> tuple[str, str]:
    if isinstance(item, Named):
        name, _, value = item.prefix, "", flat(item.value)
        return name.removesuffix("="), value or ""
    assert isinstance(item, str)  # noqa: S101  generated calls name all their arguments
    name, _, value = item.partition("=")
    return name, value


def fingerprint(table: TableState, numbers: Mapping[str, Identity]) -> bytes:
    """Return a hash of a table and of what its columns are known by, their order included."""
    columns = [(name, *column) for name, column in table.columns.items()]
    others = [list(part.items()) for part in (table.options, table.indexes, table.constraints)]
    name = str(table.name)
    whole = (name, table.parent, columns, others, table.managers, list(numbers.items()))
    # The second version writes what is equal alike; later ones tell what is one object, too.
    return sha256(marshal.dumps(whole, 2)).digest()


def label_text(label: str) -> str:
    """Return the source of a label, as links hold it."""
    return f'"{label}"'

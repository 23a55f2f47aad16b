"""The tables that the models want, in the terms of a state, with the source of every part."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from xgen.dataclass import dataclass
from xgen.ir.app import Link
from xgen.views.django import constraint_items, index_items
from xgen.views.evolution.state import TableState, call_text, column_of, fingerprint
from xgen.views.fields import expression
from xgen.views.layout import Bracket, Named, call, flat
from xgen.views.pieces import kept_pieces
from xgen.views.schema import BASE
from xgen.views.text import literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xgen.ir.app import Member
    from xgen.views.evolution.state import Column, Identity, State
    from xgen.views.fields import Dialect
    from xgen.views.pieces import Listener, Pieces
    from xgen.views.schema import Lookups, Schema, Table

MANAGERS = ('("objects", models.Manager())', '("all_objects", models.Manager())')
_KEY = ("auto_created=True", "primary_key=True", "serialize=False", 'verbose_name="ID"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One table: its state, and the source and origin of what it is made of."""

    table: Table
    state: TableState
    columns: dict[str, Bracket]
    """All columns, the key first."""
    members: dict[str, Member]
    indexes: dict[str, Bracket]
    constraints: dict[str, Bracket]
    keys: dict[str, tuple[str, ...]]
    """The columns of each constraint."""
    numbers: dict[str, Identity]
    shared: frozenset[str]
    """The columns of the bundled base, when the table has all of them as they are there."""
    is_there: bool = False
    """True for a table that is known to be as it is wanted; of it there is no source."""

    @property
    def key(self) -> str:
        """Return the name by which a state knows the table."""
        return self.state.name.lower()


class _Made(NamedTuple):
    """A column that several tables have, and what was asked to make it."""

    code: Bracket
    column: Column
    asked: Mapping[tuple[str, ...], object]


def wanted_tables(tables: Schema, before: State, wishes: Wishes) -> dict[str, Wanted]:
    """Return all tables by the names by which a state knows them.

    Where nothing of a table has changed since it was last made, and it was then as it is in the
    state ``before``, it is not made again.
    """
    concrete = tables.concrete()
    pieces = kept_pieces("tables", tables, len(concrete), wishes.dialect)
    if pieces is None:
        found = [wishes.table(table) for table in concrete]
    else:
        found = [
            _standing(table, before, pieces) or wishes.noted(table, pieces) for table in concrete
        ]
        pieces.keep()
    return {wanted.key: wanted for wanted in found}


def _standing(table: Table, before: State, pieces: Pieces) -> Wanted | None:
    """Return a table that is known to be as it is wanted, None for any other."""
    key = table.class_name.lower()
    there, numbers = before.tables.get(key), before.numbers.get(key)
    known = pieces.recall(table)
    if there is None or numbers is None or known != fingerprint(there, numbers):
        return None
    return Wanted(
        table=table,
        state=there.copy(),
        columns={},
        members={},
        indexes={},
        constraints={},
        keys={},
        numbers=dict(numbers),
        shared=frozenset(),
        is_there=True,
    )


class Wishes:
    """Makes the wanted tables of a package; what several tables share is made once."""

    def __init__(self, tables: Lookups, dialect: Dialect) -> None:
        self._tables = tables
        self.dialect = dialect
        self._listener: Listener | None = None
        self._made: dict[int, _Made] = {}

    def noted(self, table: Table, pieces: Pieces) -> Wanted:
        """Return what is wanted of one table, and let the next run know."""
        listener = pieces.listener()
        heard = Wishes(listener, listener.dialect or self.dialect)
        heard._listener, heard._made = listener, self._made
        wanted = heard.table(table)
        pieces.note(table, listener, fingerprint(wanted.state, wanted.numbers))
        return wanted

    def shared(self) -> list[tuple[str, Bracket]]:
        """Return the columns of the bundled base."""
        base = self._base
        return (
            []
            if base is None
            else [(str(m.attribute), self._inherited(m).code) for m in base.columns]
        )

    @cached_property
    def _base(self) -> Table | None:
        return self._tables.base()

    def _inherited(self, member: Member) -> _Made:
        """Return a column that a table has from a base, as other tables may."""
        made = self._made.get(id(member))
        if made is None:
            apart = None if self._listener is None else self._listener.apart()
            dialect = None if apart is None else apart.dialect
            code = expression(member, dialect or self.dialect)
            made = _Made(code, column_of(code), {} if apart is None else apart.asked)
            self._made[id(member)] = made
        if self._listener is not None:
            self._listener.asked.update(made.asked)
        return made

    def table(self, table: Table) -> Wanted:
        """Return what is wanted of one table."""
        key_name, key = self._primary_key(table)
        codes: dict[str, Bracket] = {key_name: key}
        columns: dict[str, Column] = {key_name: column_of(key)}
        own = set(map(id, table.own))
        for member in table.columns:
            name = str(member.attribute)
            if id(member) not in own:
                codes[name], columns[name], _ = self._inherited(member)
                continue
            unique = not isinstance(member, Link) and member.unique and not table.is_root
            codes[name] = expression(member, self.dialect, unique=unique)
            columns[name] = column_of(codes[name])
        items = index_items(table, self._tables, self.dialect)
        indexes = {_name(item): item for item in items if isinstance(item, Bracket)}
        constraints = constraint_items(table, self._tables, self.dialect)
        options = {}
        if table.model.verbose_name:
            options["verbose_name"] = literal(table.model.verbose_name)
        return Wanted(
            table=table,
            state=TableState(
                name=table.class_name,
                parent=None if table.parent is None else self._label(table.parent.ref),
                columns=columns,
                options=options,
                indexes={name: call_text(code) for name, code in indexes.items()},
                constraints={_name(code): call_text(code) for _, code in constraints},
                managers=MANAGERS,
            ),
            columns=codes,
            members={str(m.attribute): m for m in table.columns},
            indexes=indexes,
            constraints={_name(code): code for _, code in constraints},
            keys={_name(code): key for key, code in constraints},
            numbers=self._numbers(table),
            shared=self._shared_names(table),
        )

    def _label(self, ref: str) -> str:
        return self._tables.label(ref).lower()

    def _shared_names(self, table: Table) -> frozenset[str]:
        base = self._base
        if base is None or not table.is_root:
            return frozenset()
        columns = {id(member) for member in table.columns}
        if any(id(member) not in columns for member in base.columns):
            return frozenset()
        return frozenset(str(member.attribute) for member in base.columns)

    def _primary_key(self, table: Table) -> tuple[str, Bracket]:
        """Return the primary key: a number, or the link to the parent's row."""
        if table.parent is None:
            return "id", call("models.BigAutoField", *_KEY)
        link = call(
            "models.OneToOneField",
            "auto_created=True",
            "on_delete=models.CASCADE",
            "parent_link=True",
            "primary_key=True",
            "serialize=False",
            f"to={literal(self._label(table.parent.ref))}",
        )
        return f"{table.parent.name.lower()}_ptr", link

    def _numbers(self, table: Table) -> dict[str, Identity]:
        """Return what each column is known by; those of the bundled base never change names."""
        model = table.model
        columns = {id(m): str(m.attribute) for m in table.columns}
        found: dict[str, Identity] = {}
        taken: set[Identity] = set()
        for owner in (model, *self._tables.ancestors(model.ref)):
            if owner.name == BASE:
                continue
            for member in owner.members:
                name = columns.get(id(member))
                own = owner is model
                identity: Identity = member.number if own else f"{owner.name}.{member.number}"
                if name is not None and identity not in taken:
                    taken.add(identity)
                    found[name] = identity
        return found


def _name(code: Bracket) -> str:
    """Return the name that an index or a constraint has."""
    for item in code.items:
        text = flat(item) if isinstance(item, Named) else str(item)
        if text is not None and text.startswith("name="):
            return text.removeprefix("name=").strip('"')
    return ""

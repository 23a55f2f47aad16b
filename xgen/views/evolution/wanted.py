"""The tables that the models want, in the terms of a state, with the source of every part."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from xgen.dataclass import dataclass, field
from xgen.ir.app import Link
from xgen.views.django import constraint_items, index_items
from xgen.views.evolution.state import TableState, call_text, column_of
from xgen.views.fields import expression
from xgen.views.layout import Bracket, Named, call, flat
from xgen.views.schema import BASE, implicit_base
from xgen.views.text import literal

if TYPE_CHECKING:
    from xgen.ir.app import Member
    from xgen.views.evolution.state import Column, Identity
    from xgen.views.fields import Dialect
    from xgen.views.schema import Schema, Table

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

    @property
    def key(self) -> str:
        """Return the name by which a state knows the table."""
        return self.state.name.lower()


@dataclass()
class Wishes:
    """Makes the wanted tables of a package; what several tables share is made once."""

    schema: Schema
    dialect: Dialect
    _made: dict[int, tuple[Bracket, Column]] = field(default_factory=dict)

    def tables(self) -> dict[str, Wanted]:
        """Return all tables by the names by which a state knows them."""
        found = (self.table(table) for table in self.schema.concrete())
        return {wanted.key: wanted for wanted in found}

    def shared(self) -> list[tuple[str, Bracket]]:
        """Return the columns of the bundled base."""
        base = self._base
        return (
            []
            if base is None
            else [(str(m.attribute), self._inherited(m)[0]) for m in base.columns]
        )

    @cached_property
    def _base(self) -> Table | None:
        base = implicit_base(self.schema.app)
        return None if base is None else self.schema.by_ref[base.ref]

    def _inherited(self, member: Member) -> tuple[Bracket, Column]:
        """Return a column that a table has from a base, as other tables may."""
        known = self._made.get(id(member))
        if known is None:
            code = expression(member, self.dialect)
            known = self._made[id(member)] = (code, column_of(code))
        return known

    def table(self, table: Table) -> Wanted:
        """Return what is wanted of one table."""
        key_name, key = self._primary_key(table)
        codes: dict[str, Bracket] = {key_name: key}
        columns: dict[str, Column] = {key_name: column_of(key)}
        own = set(map(id, table.own))
        for member in table.columns:
            name = str(member.attribute)
            if id(member) not in own:
                codes[name], columns[name] = self._inherited(member)
                continue
            unique = not isinstance(member, Link) and member.unique and not table.is_root
            codes[name] = expression(member, self.dialect, unique=unique)
            columns[name] = column_of(codes[name])
        items = index_items(table, self.schema, self.dialect)
        indexes = {_name(item): item for item in items if isinstance(item, Bracket)}
        constraints = constraint_items(table, self.schema, self.dialect)
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
        return self.schema.label(ref).lower()

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
        app, model = self.schema.app, table.model
        columns = {id(m): str(m.attribute) for m in table.columns}
        found: dict[str, Identity] = {}
        taken: set[Identity] = set()
        for owner in (model, *app.ancestors(model)):
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

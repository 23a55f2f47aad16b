"""The operations that create tables, in an order in which they can run.

A table is created with all its columns; a link to a table that is created later (a cycle of links,
or a join model) is added afterwards, and so is a key that needs it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xgen.ir.app import Link
from xgen.ir.types import LinkKind
from xgen.views.evolution.operation import Operation, field_operation, make
from xgen.views.layout import Named, call, mapping, sequence, tuple_of
from xgen.views.text import literal

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from xgen.views.evolution.wanted import Wanted
    from xgen.views.layout import Item
    from xgen.views.schema import Schema, Table


class Creation:
    """Creates tables. ``shared`` is the name of the list that holds the bundled base's columns."""

    def __init__(self, tables: Schema, shared: str) -> None:
        self._tables = tables
        self._shared = shared
        self._order: dict[str, int] = {}

    def operations(self, new: list[Wanted]) -> list[Operation]:
        """Return what creates ``new``."""
        by_ref: dict[str, Wanted] = {wanted.table.model.ref: wanted for wanted in new}
        ordered = [table for table in _creation_order(self._tables) if table.model.ref in by_ref]
        self._order = {table.model.ref: i for i, table in enumerate(ordered)}
        later: list[Operation] = []
        created = [self._create(by_ref[table.model.ref], later) for table in ordered]
        return created + later

    def first(self, want: Callable[[Table], Wanted]) -> Iterator[Operation]:
        """Yield what creates all tables; each is asked for when it is its turn."""
        ordered = _creation_order(self._tables)
        self._order = {table.model.ref: i for i, table in enumerate(ordered)}
        later: list[Operation] = []
        for table in ordered:
            yield self._create(want(table), later)
        yield from later

    def _create(self, wanted: Wanted, later: list[Operation]) -> Operation:
        name = wanted.state.name
        waiting = {
            str(link.attribute)
            for link in wanted.table.columns
            if isinstance(link, Link) and self._must_wait(link, wanted.table)
        }
        columns = {n: c for n, c in wanted.state.columns.items() if n not in waiting}
        constraints = {
            n: text
            for n, text in wanted.state.constraints.items()
            if waiting.isdisjoint(wanted.keys[n])
        }
        for column in wanted.columns:
            if column in waiting:
                value, code = wanted.state.columns[column], wanted.columns[column]
                later.append(field_operation("AddField", name, column, value, code))
        later += [
            add_constraint(wanted, key) for key in wanted.constraints if key not in constraints
        ]
        options: dict[str, object] = {**wanted.state.options}
        if wanted.indexes:
            options["indexes"] = dict(wanted.state.indexes)
        if constraints:
            options["constraints"] = constraints
        arguments: dict[str, object] = {
            "name": name,
            "fields": columns,
            "options": options,
            "bases": wanted.state.parent,
            "managers": wanted.state.managers,
        }
        code = call("migrations.CreateModel", *self._items(wanted, columns, constraints))
        return Operation("CreateModel", arguments, code, wanted.key, f"create {name}")

    def _items(
        self,
        wanted: Wanted,
        columns: Collection[str],
        constraints: dict[str, str],
    ) -> list[Item]:
        fields: list[Item] = []
        for name, code in wanted.columns.items():
            if name in columns and name not in wanted.shared:
                fields.append(tuple_of([literal(name), code]))
            if wanted.shared and len(fields) == 1 and name == next(iter(wanted.columns)):
                fields.append(f"*{self._shared}")
        options = [Named(f'"{key}": ', text) for key, text in wanted.state.options.items()]
        if wanted.indexes:
            options.append(Named('"indexes": ', sequence(wanted.indexes.values())))
        if constraints:
            stated = [wanted.constraints[name] for name in constraints]
            options.append(Named('"constraints": ', sequence(stated)))
        items: list[Item] = [
            f"name={literal(wanted.state.name)}",
            Named("fields=", sequence(fields)),
            Named("options=", mapping(options)),
        ]
        if wanted.state.parent is not None:
            items.append(f"bases=({literal(wanted.state.parent)},)")
        items.append(Named("managers=", sequence(wanted.state.managers)))
        return items

    def _must_wait(self, link: Link, table: Table) -> bool:
        """Say whether a link points to a table that is created after its own."""
        own = self._order[table.model.ref]
        peers: list[str] = [link.peer]
        if link.kind is LinkKind.MANY_TO_MANY and link.through is not None:
            peers.append(link.through)
        return any(self._order.get(peer, -1) > own for peer in peers)


def add_constraint(wanted: Wanted, name: str) -> Operation:
    """Return what adds a key to a table that is there."""
    columns = " and ".join(wanted.keys[name])
    return make(
        "AddConstraint",
        f"let no two {wanted.state.name} have the same {columns}",
        name,
        {"constraint": wanted.constraints[name]},
        model_name=wanted.key,
        constraint=(name, wanted.state.constraints[name]),
    )


def _creation_order(tables: Schema) -> list[Table]:
    """Order the tables: parents first, and peers of links before them wherever possible."""
    own: dict[str, Table] = {t.model.ref: t for t in tables.concrete()}
    done: dict[str, Table] = {}
    open_now: set[str] = set()
    for start in own:
        stack: list[tuple[str, Iterator[str]]] = []

        def enter(ref: str, stack: list[tuple[str, Iterator[str]]] = stack) -> None:
            open_now.add(ref)
            stack.append((ref, _wanted_before(own[ref], own, open_now)))

        if start not in done:
            enter(start)
        while stack:
            ref, wanted = stack[-1]
            following = next((r for r in wanted if r not in done and r not in open_now), None)
            if following is not None:
                enter(following)
                continue
            stack.pop()
            open_now.discard(ref)
            done[ref] = own[ref]
    return list(done.values())


def _wanted_before(table: Table, own: dict[str, Table], open_now: set[str]) -> Iterator[str]:
    """Yield the parent, then the peers whose own parents are not just being ordered."""
    if table.parent is not None and table.parent.ref in own:
        yield table.parent.ref
    for member in table.columns:
        if isinstance(member, Link) and member.peer in own:
            above = own[member.peer].parent
            while above is not None and above.ref not in open_now:
                above = own[above.ref].parent if above.ref in own else None
            if above is None:
                yield member.peer

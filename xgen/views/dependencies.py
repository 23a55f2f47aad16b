"""What ``model-deps.yaml`` says: which model's objects have to be in sync before which."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from xgen.ir.app import Link
from xgen.ir.types import StateKind
from xgen.views.schema import Schema, Table, schema

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xgen.ir.app import App


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """A model waits for ``peer``, which it reaches by ``accessor`` and which sees it by ``reverse``."""

    peer: str
    accessor: str
    reverse: str | None
    cycle: tuple[str, ...] = ()
    """The models of the cycle that this edge would close; it is then left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependencies:
    """The edges of one model."""

    model: str
    edges: tuple[Edge, ...]


def dependencies(app: App) -> tuple[Dependencies, ...]:
    """Return each concrete model with what it depends on, in the models' order."""
    tables = schema(app)
    found = [
        Dependencies(model=table.class_name, edges=tuple(_edges(table, tables)))
        for table in tables.concrete()
    ]
    return tuple(found)


def _edges(table: Table, tables: Schema) -> Iterator[Edge]:
    seen: set[str] = set()
    chain = [table]
    while chain[-1].parent is not None:
        chain.append(tables.by_ref[chain[-1].parent.ref])
    above = {level.model.ref for level in chain}
    above.update(model.ref for model in tables.app.ancestors(table.model))
    for level in chain:
        for member in level.columns:
            if not isinstance(member, Link) or member.attribute in seen:
                continue
            seen.add(member.attribute)
            if member.peer in above or member.state is not StateKind.DECLARATIVE:
                continue
            peer = _peer(member, table, tables)
            if peer is not None:
                reverse = tables.reverse(member, level)
                yield Edge(peer=peer, accessor=str(member.attribute), reverse=reverse)


def _peer(link: Link, table: Table, tables: Schema) -> str | None:
    """Return the peer as the file names it: without the package where it is this one's."""
    ref: str = link.peer
    if link.attribute == "owner" and table.model.owner_class in tables.by_ref:
        ref = str(table.model.owner_class)
    peer = tables.by_ref.get(ref)
    if peer is None:
        return None
    label = tables.label(ref)
    return label.removeprefix(f"{tables.app.name}.")

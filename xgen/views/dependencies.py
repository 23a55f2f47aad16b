"""What ``model-deps.yaml`` says: which model's objects have to be in sync before which."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xgen.dataclass import dataclass
from xgen.ir.graph import cycles, edges_of
from xgen.views.memo import last
from xgen.views.schema import Schema, schema
from xgen.views.text import yaml_literal

if TYPE_CHECKING:
    from xgen.ir.app import App
    from xgen.ir.graph import Edge


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependencies:
    """What one model depends on; the lines are YAML, some of them comments."""

    name: str
    lines: tuple[str, ...]
    is_empty: bool
    """True when there is no edge (there may be comments)."""


@last
def dependencies(app: App) -> tuple[Dependencies, ...]:
    """Return each concrete model with what it depends on, in the models' order."""
    tables = schema(app)
    left_out = {(c.edges[0].model, c.edges[0].link.attribute): str(c) for c in cycles(app)}
    found = []
    for table in tables.concrete():
        model = table.model
        edges = [edge for edge in edges_of(app, model) if has_objects(edge, tables)]
        edges.sort(key=lambda edge: edge.link not in model.members)
        cut = {e.link.attribute: left_out.get((model.ref, e.link.attribute)) for e in edges}
        found.append(
            Dependencies(
                name=table.class_name,
                lines=tuple(_line(edge, cut[edge.link.attribute], tables) for edge in edges),
                is_empty=all(cut.values()),
            )
        )
    return tuple(found)


def has_objects(edge: Edge, tables: Schema) -> bool:
    """Say whether the runtime keeps the peer's objects in sync: users and types are not."""
    peer = tables.app.get(edge.peer)
    if peer is None:
        return tables.is_django(edge.peer)
    return not peer.skip_django and not peer.abstract


def _line(edge: Edge, cycle: str | None, tables: Schema) -> str:
    peer = tables.label(edge.peer).removeprefix(f"{tables.app.name}.")
    line = f"- {yaml_literal([peer, str(edge.link.attribute), edge.link.reverse])}"
    return line if cycle is None else f"# {line}  (left out, it closes a circle: {cycle})"

"""What changes about the order in which objects reach the back-end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xgen.breaking.identity import tables
from xgen.breaking.rules import Change
from xgen.ir.graph import cycles, edges_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xgen.breaking.identity import Pairs
    from xgen.ir.app import App, ModelRef
    from xgen.ir.graph import Edge

Key = tuple["ModelRef", "ModelRef"]


def order_changes(pairs: Pairs) -> Iterator[Change]:
    """Yield what changes about dependencies between models that both versions have."""
    both = {new.ref for _, new in pairs.models}
    old = {(pairs.after(edge.model), pairs.after(edge.peer)): edge for edge in _edges(pairs.old)}
    new = {(edge.model, edge.peer): edge for edge in _edges(pairs.new)}
    links = _links(pairs, pairs.old), _links(None, pairs.new)
    for key, edge in new.items():
        if key in old or key[0] not in both:
            continue
        back = (key[1], key[0])
        if back in old and back not in new:
            message = (
                f"`{_name(key[1])}` waited for `{_name(key[0])}`; now it is the other way round"
            )
            yield _change(pairs, "dependency-reversed", key, edge, message)
        elif (key, edge.link.name) in links[0]:
            message = f"`{_name(key[0])}` now waits for `{_name(key[1])}`"
            yield _change(pairs, "dependency-added", key, edge, message)
    for key, edge in old.items():
        if key in new or key[0] not in both or (key[1], key[0]) in new:
            continue
        # A link that is gone, or points elsewhere, is reported as such.
        if (key, edge.link.name) in links[1]:
            message = f"`{_name(key[0])}` no longer waits for `{_name(key[1])}`"
            yield _change(pairs, "dependency-removed", key, edge, message)
    yield from _cycles(pairs)


def _edges(app: App) -> list[Edge]:
    """Return the dependencies that `model-deps.yaml` has: circles are cut."""
    cut = {(c.edges[0].model, c.edges[0].peer) for c in cycles(app)}
    return [
        edge
        for model in tables(app)
        for edge in edges_of(app, model)
        if (edge.model, edge.peer) not in cut
    ]


def _links(pairs: Pairs | None, app: App) -> set[tuple[Key, str]]:
    """Return all links, whatever they are for: from, to, name."""
    after = (lambda ref: ref) if pairs is None else pairs.after
    found = set()
    for model in tables(app):
        for owner in (model, *app.ancestors(model)):
            for link in owner.links:
                peers = {link.peer, model.owner_class if link.name == "owner" else link.peer}
                found |= {((after(model.ref), after(p)), link.name) for p in peers if p}
    return found


def _cycles(pairs: Pairs) -> Iterator[Change]:
    known = {
        frozenset((pairs.after(e.model), pairs.after(e.peer)) for e in cycle.edges)
        for cycle in cycles(pairs.old)
    }
    for cycle in cycles(pairs.new):
        if frozenset((e.model, e.peer) for e in cycle.edges) not in known:
            first = cycle.edges[0]
            yield Change(
                rule="dependency-cycle",
                subject=_name(first.model),
                message=f"models depend on each other in a circle: {cycle}",
                span=first.link.span,
                note=f"`{_name(first.model)}.{first.link.name}` no longer orders anything",
            )


def _change(pairs: Pairs, rule: str, key: Key, edge: Edge, message: str) -> Change:
    model = pairs.new.model(key[0])
    before = next((old.span for old, new in pairs.models if new.ref == key[0]), None)
    link = next((m for m in pairs.new.all_members(model) if m.name == edge.link.name), None)
    own = link is not None and link in model.members
    return Change(
        rule=rule,
        subject=f"{_name(key[0])}.{edge.link.name}",
        message=message,
        span=link.span if own and link is not None else model.span,
        was=before,
    )


def _name(ref: str) -> str:
    return ref.rpartition(".")[2]

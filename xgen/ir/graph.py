"""Which models depend on which, and the cycles in that.

A model depends on what it links to: an object can be brought to the back-end when the objects it
names are there. A link of a model to itself (or to one of its bases) orders objects, not models,
and is no edge here. Where models depend on each other in a circle, one edge a circle is left out:
an optional one if there is one.
"""

from __future__ import annotations

from collections import Counter, deque
from typing import TYPE_CHECKING, NamedTuple

from xgen.ir.app import Link, ModelRef
from xgen.ir.types import StateKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from xgen.ir.app import App, Model


class Edge(NamedTuple):
    """``model`` depends on ``peer`` through ``link``, its own or an inherited one."""

    model: ModelRef
    peer: ModelRef
    link: Link


class Cycle(NamedTuple):
    """Edges that lead from a model back to it; the first one is left out."""

    edges: tuple[Edge, ...]

    def __str__(self) -> str:
        """Return the circle as people read it: ``A.b -> B.a -> A``."""
        steps = [f"{edge.model.rpartition('.')[2]}.{edge.link.name}" for edge in self.edges]
        return " -> ".join((*steps, self.edges[0].model.rpartition(".")[2]))

    @property
    def required(self) -> bool:
        """Say whether every link in the circle must be set, so that no object could be first."""
        return all(edge.link.required for edge in self.edges)


def edges_of(app: App, model: Model) -> tuple[Edge, ...]:
    """Return what a model depends on, through inherited links first."""
    above = {model.ref, *(ancestor.ref for ancestor in app.ancestors(model))}
    found: dict[str, Edge] = {}
    for member in app.all_members(model):
        if not isinstance(member, Link) or member.state is not StateKind.DECLARATIVE:
            continue
        peer = member.peer
        if member.attribute == "owner" and model.owner_class is not None:
            peer = model.owner_class
        if peer not in above:
            found[member.attribute] = Edge(model.ref, peer, member)
    return tuple(found.values())


def cycles(app: App) -> tuple[Cycle, ...]:
    """Return a shortest cycle for each edge that has to go for no cycle to be left.

    Cheap where there is none; the effort grows with the circles.
    """
    edges = {
        model.ref: edges_of(app, model)
        for model in app.models
        if not model.abstract and not model.skip_django
    }
    found = circles(edge for out in edges.values() for edge in out)
    order = {ref: place for place, ref in enumerate(edges)}
    return tuple(sorted(found, key=lambda cycle: order[cycle.edges[0].model]))


def circles(edges: Iterable[Edge]) -> list[Cycle]:
    """Return a shortest cycle for each of ``edges`` that has to go for none to be left."""
    return _break(_circular(list(edges)))


def waves(models: Iterable[ModelRef], edges: Iterable[Edge]) -> tuple[tuple[ModelRef, ...], ...]:
    """Return ``models`` in waves, each of which depends on earlier ones only, in linear time.

    There is no circle among ``edges``. Within a wave the models keep the order they came in.
    """
    waits: dict[ModelRef, set[ModelRef]] = {model: set() for model in models}
    for edge in edges:
        waits[edge.model].add(edge.peer)
    waiters: dict[ModelRef, list[ModelRef]] = {}
    for model, peers in waits.items():
        for peer in peers:
            waiters.setdefault(peer, []).append(model)
    left = {model: len(peers) for model, peers in waits.items()}
    number = dict.fromkeys(waits, 0)
    ready = deque(model for model, count in left.items() if not count)
    while ready:
        peer = ready.popleft()
        for model in waiters.get(peer, ()):
            number[model] = max(number[model], number[peer] + 1)
            left[model] -= 1
            if not left[model]:
                ready.append(model)
    order: list[list[ModelRef]] = [[] for _ in range(max(number.values(), default=-1) + 1)]
    for model, wave in number.items():
        order[wave].append(model)
    return tuple(tuple(wave) for wave in order)


def _break(edges: list[Edge]) -> list[Cycle]:
    """Add edges one by one; those that close a circle are left out.

    Required ones come first, then those between models with many links, so that few are lost.
    """
    beside = Counter((edge.model, edge.peer) for edge in edges)
    kept: dict[str, list[Edge]] = {}
    found = []
    for edge in sorted(edges, key=lambda e: (not e.link.required, -beside[e.model, e.peer])):
        back = _path(edge.peer, edge.model, kept)
        if back is None:
            kept.setdefault(edge.model, []).append(edge)
        else:
            found.append(Cycle((edge, *back)))
    return found


def _path(start: ModelRef, goal: ModelRef, edges: Mapping[str, list[Edge]]) -> list[Edge] | None:
    """Return the shortest way from ``start`` to ``goal``."""
    came: dict[str, Edge | None] = {start: None}
    queue = deque([start])
    while queue:
        at = queue.popleft()
        if at == goal:
            path: list[Edge] = []
            edge = came[at]
            while edge is not None:
                path.append(edge)
                edge = came[edge.model]
            return path[::-1]
        for edge in edges.get(at, ()):
            if edge.peer not in came:
                came[edge.peer] = edge
                queue.append(edge.peer)
    return None


def _circular(edges: list[Edge]) -> list[Edge]:
    """Return the edges that may be on a circle: dead ends are cut off, from both sides."""
    ahead = _onward([(edge.model, edge.peer, edge) for edge in edges])
    return _onward([(edge.peer, edge.model, edge) for edge in ahead])


def _onward(edges: list[tuple[ModelRef, ModelRef, Edge]]) -> list[Edge]:
    """Return the edges that do not end, sooner or later, where no edge starts; in linear time."""
    leaving = Counter(start for start, _, _ in edges)
    arriving: dict[ModelRef, list[ModelRef]] = {}
    for start, end, _ in edges:
        arriving.setdefault(end, []).append(start)
    dead = [node for node in arriving if not leaving[node]]
    for node in dead:  # grows while it is walked
        for start in arriving.get(node, ()):
            leaving[start] -= 1
            if not leaving[start]:
                dead.append(start)
    gone = set(dead)
    return [edge for _, end, edge in edges if end not in gone]

"""Who waits for whom, over plain integers: what is ready, a full order, and cycles.

Nothing here knows of objects or databases. All of it is linear in nodes and edges.
"""

from __future__ import annotations

from collections import defaultdict, deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping


class WaitGraph:
    """Nodes that wait for others, changed as work comes and goes.

    A node without anything to wait for is not kept. Nodes that stand for no work (clean objects
    on the way to dirty ones) are used like all others: they are done when they wait no more.
    """

    def __init__(self) -> None:
        self._waits: dict[int, set[int]] = {}
        self._waiters: dict[int, set[int]] = {}

    def __len__(self) -> int:
        return len(self._waits)

    def __contains__(self, node: int) -> bool:
        return node in self._waits

    def set(self, node: int, waits: Collection[int]) -> None:
        """Let ``node`` wait for exactly ``waits``."""
        new = set(waits)
        new.discard(node)
        old = self._waits.get(node, _NONE)
        for peer in old - new:
            self._drop(peer, node)
        for peer in new - old:
            self._waiters.setdefault(peer, set()).add(node)
        if new:
            self._waits[node] = new
        else:
            self._waits.pop(node, None)

    def waits(self, node: int) -> Collection[int]:
        """Return what ``node`` waits for."""
        return self._waits.get(node, _NONE)

    def waiters(self, node: int) -> Collection[int]:
        """Return the nodes that wait for ``node``."""
        return self._waiters.get(node, _NONE)

    def done(self, node: int) -> list[int]:
        """Nobody waits for ``node`` any more; return those that now wait for nothing."""
        free: list[int] = []
        for waiter in self._waiters.pop(node, _NONE):
            waits = self._waits[waiter]
            waits.discard(node)
            if not waits:
                del self._waits[waiter]
                free.append(waiter)
        return free

    def cycles(self) -> Iterator[list[int]]:
        """Yield each knot of nodes that wait for one another: none of them can ever be ready."""
        return knots(self._waits)

    def _drop(self, peer: int, node: int) -> None:
        waiters = self._waiters[peer]
        waiters.discard(node)
        if not waiters:
            del self._waiters[peer]


_NONE: frozenset[int] = frozenset()


def order(nodes: Iterable[int], waits: Mapping[int, Collection[int]]) -> list[list[int]]:
    """Return ``nodes`` in waves: each wave waits only for earlier ones. Knots are left out."""
    count = dict.fromkeys(nodes, 0)
    waiters: dict[int, list[int]] = defaultdict(list)
    for node in count:
        for peer in waits.get(node, ()):
            if peer in count and peer != node:
                count[node] += 1
                waiters[peer].append(node)
    wave = [node for node, waiting in count.items() if not waiting]
    waves: list[list[int]] = []
    while wave:
        waves.append(wave)
        following: list[int] = []
        for node in wave:
            for waiter in waiters.pop(node, ()):
                count[waiter] -= 1
                if not count[waiter]:
                    following.append(waiter)
        wave = following
    return waves


def reaching(targets: Iterable[int], waits: Mapping[int, Iterable[int]]) -> set[int]:
    """Return ``targets`` and all nodes from which one of them can be reached along ``waits``."""
    waiters: dict[int, list[int]] = defaultdict(list)
    for node, peers in waits.items():
        for peer in peers:
            waiters[peer].append(node)
    found = set(targets)
    queue = deque(found)
    while queue:
        for waiter in waiters.pop(queue.popleft(), ()):
            if waiter not in found:
                found.add(waiter)
                queue.append(waiter)
    return found


def knots(waits: Mapping[int, Collection[int]]) -> Iterator[list[int]]:  # noqa: C901 - Tarjan in one piece
    """Yield the strongly connected components with more than one node (Tarjan, without recursion)."""
    index: dict[int, int] = {}
    low: dict[int, int] = {}
    stack: list[int] = []
    on_stack: set[int] = set()
    for start in waits:
        if start in index:
            continue
        path: list[tuple[int, Iterator[int]]] = [(start, iter(waits[start]))]
        index[start] = low[start] = len(index)
        stack.append(start)
        on_stack.add(start)
        while path:
            node, peers = path[-1]
            for peer in peers:
                if peer not in waits:
                    continue
                if peer not in index:
                    index[peer] = low[peer] = len(index)
                    stack.append(peer)
                    on_stack.add(peer)
                    path.append((peer, iter(waits[peer])))
                    break
                if peer in on_stack:
                    low[node] = min(low[node], index[peer])
            else:
                path.pop()
                if path:
                    above = path[-1][0]
                    low[above] = min(low[above], low[node])
                if low[node] == index[node]:
                    knot = _unwind(node, stack, on_stack)
                    if len(knot) > 1:
                        yield knot


def _unwind(node: int, stack: list[int], on_stack: set[int]) -> list[int]:
    knot: list[int] = []
    while not knot or knot[-1] != node:
        knot.append(stack.pop())
        on_stack.discard(knot[-1])
    return knot


def shortest_cycle(knot: Collection[int], waits: Mapping[int, Collection[int]]) -> list[int]:
    """Return a shortest cycle through the smallest node of ``knot``, first node not repeated."""
    inside = set(knot)
    start = min(inside)
    came: dict[int, int] = {}
    queue = deque([start])
    while queue:
        node = queue.popleft()
        for peer in sorted(waits.get(node, ())):
            if peer == start:
                cycle = [node]
                while cycle[-1] != start:
                    cycle.append(came[cycle[-1]])
                return cycle[::-1]
            if peer in inside and peer not in came:
                came[peer] = node
                queue.append(peer)
    return sorted(inside)

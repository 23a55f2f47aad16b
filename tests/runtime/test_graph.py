"""Waiting, order, knots: over plain integers."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from xgen.runtime.graph import WaitGraph, knots, order, reaching, shortest_cycle

GRAPHS = st.dictionaries(st.integers(0, 12), st.sets(st.integers(0, 12), max_size=4), max_size=12)


def reach(waits: dict[int, set[int]], start: int) -> set[int]:
    """Return what can be reached from a node in one step or more, by brute force."""
    found: set[int] = set()
    todo = set(waits.get(start, ()))
    while todo:
        node = todo.pop()
        found.add(node)
        todo |= waits.get(node, set()) - found
    return found


@given(GRAPHS)
def test_a_wave_waits_only_for_earlier_ones_and_knots_are_left_out(
    waits: dict[int, set[int]],
) -> None:
    nodes = set(waits)
    waves = order(nodes, waits)
    done: set[int] = set()
    for wave in waves:
        for node in wave:
            assert waits[node] & nodes - {node} <= done
        done.update(wave)
    inside = {n: {p for p in ps if p in nodes and p != n} for n, ps in waits.items()}
    stuck = {n for n in nodes if any(x in reach(inside, x) for x in {n} | reach(inside, n))}
    assert nodes - done == stuck


@given(GRAPHS)
def test_knots_are_the_sets_that_reach_one_another(waits: dict[int, set[int]]) -> None:
    inside = {n: {p for p in ps if p in waits and p != n} for n, ps in waits.items()}
    expected = {
        frozenset({n} | {m for m in reach(inside, n) if n in reach(inside, m)})
        for n in inside
        if n in reach(inside, n)
    }
    assert {frozenset(knot) for knot in knots(inside)} == expected


@given(GRAPHS)
def test_a_shortest_cycle_is_one(waits: dict[int, set[int]]) -> None:
    inside = {n: {p for p in ps if p in waits and p != n} for n, ps in waits.items()}
    for knot in knots(inside):
        cycle = shortest_cycle(knot, inside)
        assert set(cycle) <= set(knot)
        assert len(set(cycle)) == len(cycle)
        for node, peer in zip(cycle, [*cycle[1:], cycle[0]], strict=True):
            assert peer in inside[node]


@given(GRAPHS, st.sets(st.integers(0, 12)))
def test_reaching(waits: dict[int, set[int]], targets: set[int]) -> None:
    expected = targets | {n for n in waits if reach(waits, n) & targets}
    assert reaching(targets, waits) == expected


@given(GRAPHS, st.lists(st.integers(0, 12)))
def test_what_is_done_is_waited_for_no_more(waits: dict[int, set[int]], done: list[int]) -> None:
    graph = WaitGraph()
    left = {n: ps - {n} for n, ps in waits.items() if ps - {n}}
    for node, peers in waits.items():
        graph.set(node, peers)
    for node in done:
        free = graph.done(node)
        expected = [n for n, ps in left.items() if ps == {node}]
        assert sorted(free) == sorted(expected)
        left = {n: ps - {node} for n, ps in left.items() if ps - {node}}
        for n in range(13):
            assert set(graph.waits(n)) == left.get(n, set())
            assert set(graph.waiters(n)) == {m for m, ps in left.items() if n in ps}
    assert len(graph) == len(left)


def test_deep_chains_need_no_recursion() -> None:
    count = 50_000
    waits = {i: {i + 1} for i in range(count)}
    assert [len(wave) for wave in order(range(count + 1), waits)] == [1] * (count + 1)
    waits[count] = {0}
    assert [len(knot) for knot in knots(waits)] == [count + 1]

"""Finds what objects have to wait for, level by level, with a few set queries for many objects.

An object to be synced waits for the dirty objects that its edges lead to, also through clean ones
on the way. The clean ones become nodes that wait in their turn, so shared ways are walked once:
cost grows with objects plus edges, never with pairs of objects. An object to be deleted waits for
deleted objects that depend on it, or that cannot be without it, until their rows are gone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Q

from xgen.runtime import edges, graph, kept
from xgen.runtime.kinds import shape_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from django.db.models import Model

    from xgen.runtime.edges import Link
    from xgen.runtime.models import Object
    from xgen.runtime.reconcile import Row
    from xgen.runtime.store import Store

DELETED = Q(deleted=True)


@dataclass(slots=True)
class Plan:
    """Who waits for whom, by keys. A planned object that is not in ``waits`` is ready."""

    waits: dict[int, set[int]] = field(default_factory=dict)
    rows: dict[int, Row] = field(default_factory=dict)
    """The dirty objects that were met on the way."""
    foreign: set[int] = field(default_factory=set)
    """Objects waited for that others look after: they have to be asked about again."""


class Holder(NamedTuple):
    """A column by which objects of root ``source`` hold objects of root ``target``."""

    source: int
    target: int
    table: type[Model]
    near: str
    far: str


class Planner:
    """Walks the edges of a package."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.work = store.registry.work
        self._peers: dict[str, bool] = {}
        self._links_of: dict[str, list[Link]] = {}
        self._holders_of: dict[str, list[Holder]] = {}

    def plan(self, rows: Iterable[Row]) -> Plan:
        """Return what these dirty objects have to wait for."""
        live: dict[int, Row] = {}
        going: dict[int, Row] = {}
        for row in rows:
            (going if row.deleted else live)[self.store.key(row.root, row.pk)] = row
        plan = Plan()
        if live:
            self._plan_live(live, plan)
        if going:
            self._plan_going(going, plan)
        return plan

    def is_dirty(self, row: Row) -> bool:
        """Say whether objects that depend on this one have to wait for it."""
        work = self.work.get(row.leaf_model_name)
        if work is None or work.adopted or row.deleted or row.no_sync:
            return False
        return row.is_behind

    def is_peer(self, leaf: str) -> bool:
        """Say whether objects of a model can be waited for."""
        found = self._peers.get(leaf)
        if found is None:
            work = self.work.get(leaf)
            found = bool(work and self.store.registry.links.to(work.model))
            self._peers[leaf] = found
        return found

    def dependents(self, model: type[Object], ids: Collection[int]) -> Iterator[tuple[int, int]]:
        """Yield the objects that wait for some of one model directly, as (dependent, id).

        As far as the database can tell.
        """
        for link in self.store.registry.links.to(model):
            if link.table is not None:
                near = self.store.index[shape_of(link.model).root]
                rows = edges.pairs(
                    link.table, link.near, link.far, by=link.far, ids=ids, using=self.store.using
                )
                yield from ((self.store.key(near, pk), peer) for pk, peer in rows)

    # Objects to be synced

    def _plan_live(self, live: dict[int, Row], plan: Plan) -> None:
        waits: dict[int, set[int]] = {}
        dirty = set(live)
        seen = set(live)
        level = live
        while level:
            peers: dict[int, set[int]] = {}
            for link, ids in self._by_link(level):
                self._follow(link, ids, waits, peers, plan)
            level = {}
            for root, reached in peers.items():
                key = self.store.key
                fresh = [pk for pk in reached if key(root, pk) not in seen]
                seen.update(key(root, pk) for pk in fresh)
                for row in self._states(root, fresh):
                    at = key(root, row.pk)
                    if self.is_dirty(row):
                        dirty.add(at)
                        plan.rows[at] = row
                    elif not row.deleted:
                        level[at] = row
        dirty.update(plan.rows)
        held = graph.reaching(dirty, waits)
        for node, targets in waits.items():
            if node in plan.rows and node not in live:
                continue
            if needed := {peer for peer in targets if peer in held and peer != node}:
                plan.waits[node] = needed

    def _by_link(self, level: dict[int, Row]) -> list[tuple[Link, list[int]]]:
        """Group the objects of a level by the edges that leave them."""
        by_leaf: dict[str, list[int]] = {}
        for row in level.values():
            by_leaf.setdefault(row.leaf_model_name, []).append(row.pk)
        by_link: dict[int, tuple[Link, list[int]]] = {}
        for leaf, ids in by_leaf.items():
            for link in self._links(leaf):
                by_link.setdefault(id(link), (link, []))[1].extend(ids)
        return list(by_link.values())

    def _follow(
        self,
        link: Link,
        ids: list[int],
        waits: dict[int, set[int]],
        peers: dict[int, set[int]],
        plan: Plan,
    ) -> None:
        """Add the peers along one edge."""
        near = self.store.index[shape_of(link.model).root]
        far = self.store.index[shape_of(link.peer).root]
        key = self.store.key
        if link.table is None:
            everyone = self._anyone(link, waits, plan)
            for pk in ids:
                waits.setdefault(key(near, pk), set()).add(everyone)
            return
        found = edges.pairs(
            link.table, link.near, link.far, by=link.near, ids=ids, using=self.store.using
        )
        reached = peers.setdefault(far, set())
        for pk, peer in found:
            waits.setdefault(key(near, pk), set()).add(key(far, peer))
            reached.add(peer)

    def _anyone(self, link: Link, waits: dict[int, set[int]], plan: Plan) -> int:
        """Return a node that stands for all dirty objects of a model; no key is negative."""
        node = -1 - self.store.registry.links.all.index(link)
        if node not in waits:
            members = waits[node] = set()
            for row in self.store.all_behind(link.peer):
                if self.is_dirty(row):
                    members.add(self.store.key(row.root, row.pk))
                    plan.rows[self.store.key(row.root, row.pk)] = row
        return node

    def _states(self, root: int, ids: list[int]) -> Iterable[Row]:
        if not ids:
            return ()
        if root in self._roots_with_links:
            return self.store.rows(root, ids)
        return self.store.behind(root, ids)  # nothing to walk on to from the clean ones

    @cached_property
    def _roots_with_links(self) -> set[int]:
        links = self.store.registry.links.all
        return {self.store.index[shape_of(link.model).root] for link in links}

    def _links(self, leaf: str) -> list[Link]:
        found = self._links_of.get(leaf)
        if found is None:
            work = self.work.get(leaf)
            found = self.store.registry.links.of(work.model) if work else []
            self._links_of[leaf] = found
        return found

    # Objects to be deleted

    def _plan_going(self, going: dict[int, Row], plan: Plan) -> None:
        held = self._held(going)
        sources = self.store.by_root({first for first, _ in held})
        marked: set[int] = set()
        for root, ids in sources.items():
            for row in self.store.rows(root, ids, DELETED):
                key = self.store.key(root, row.pk)
                marked.add(key)
                if row.leaf_model_name in self.work:
                    plan.rows[key] = row
                else:
                    plan.foreign.add(key)
        for first, then in held:
            if first in marked:
                plan.waits.setdefault(then, set()).add(first)

        self._plan_kept(going, plan)

    def _plan_kept(self, going: dict[int, Row], plan: Plan) -> None:
        """Let objects wait for those that their back-ends may still have on top of them."""
        held: dict[int, set[int]] = {}
        for root, ids in self.store.by_root(going).items():
            for one in kept.to(self.store.roots[root], ids, self._kept_links, self.store.using):
                if (near := self._root_of.get(one.source_root)) is not None:
                    source = self.store.key(near, one.source)
                    held.setdefault(source, set()).add(self.store.key(root, one.target))
        for row in self.store.rows_of(held):
            source = self.store.key(row.root, row.pk)
            foreign = row.leaf_model_name not in self.work
            if not (row.deleted or self.is_dirty(row) or (foreign and row.is_behind)):
                continue
            if foreign:
                plan.foreign.add(source)
            else:
                plan.rows[source] = row
            for target in held[source] - {source}:
                plan.waits.setdefault(target, set()).add(source)

    @cached_property
    def _kept_links(self) -> set[str]:
        """The names of the edges that order anything."""
        return {name for link in self.store.registry.links.all if (name := kept.name_of(link))}

    @cached_property
    def _root_of(self) -> dict[str, int]:
        return {root._meta.label: at for at, root in enumerate(self.store.roots)}

    def _held(self, going: dict[int, Row]) -> list[tuple[int, int]]:
        """Return pairs of keys: who has to go first, and who waits for that."""
        by_holder: dict[Holder, list[int]] = {}
        for row in going.values():
            for holder in self._holders(row.leaf_model_name):
                by_holder.setdefault(holder, []).append(row.pk)
        found: list[tuple[int, int]] = []
        for holder, ids in by_holder.items():
            rows = edges.pairs(
                holder.table,
                holder.near,
                holder.far,
                by=holder.far,
                ids=ids,
                using=self.store.using,
            )
            for pk, peer in rows:
                first, then = self.store.key(holder.source, pk), self.store.key(holder.target, peer)
                if first != then and then in going:
                    found.append((first, then))
        return found

    def _holders(self, leaf: str) -> list[Holder]:
        """Return the columns through which objects of a model are held by others."""
        found = self._holders_of.get(leaf)
        if found is None:
            found = self._holders_of[leaf] = list(self._find_holders(leaf))
        return found

    def _find_holders(self, leaf: str) -> Iterator[Holder]:
        work = self.work.get(leaf)
        if work is None:
            return
        target = self.store.index[shape_of(work.model).root]
        seen: set[Holder] = set()
        for link in self.store.registry.links.to(work.model):
            if link.table is not None:
                source = self.store.index[shape_of(link.model).root]
                seen.add(Holder(source, target, link.table, link.near, link.far))
        for model, near, far in edges.holders(work.model):
            source = self.store.index[shape_of(model).root]
            seen.add(Holder(source, target, model, near, far))
        yield from seen

"""What the synchronizer would do: which runs, in which order, why, and how certain that is.

From the database alone and without writing to it. What a run changes in its turn is not known
before it ran: an object is told to follow only where an edge says that it will.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Q

from xgen.runtime import changes, edges, graph, retry
from xgen.runtime.byids import chunks
from xgen.runtime.holds import Holds
from xgen.runtime.kinds import shape_of
from xgen.runtime.limits import NO_LIMITS
from xgen.runtime.objects import key_text, meta, natural_key
from xgen.runtime.planner import Planner
from xgen.runtime.queries import all_rows
from xgen.runtime.reconcile import NEVER, Action, Row, Verdict, verdict
from xgen.runtime.tables import moment

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from xgen.runtime.clock import Clock
    from xgen.runtime.edges import Link
    from xgen.runtime.limits import Limits
    from xgen.runtime.models import Object
    from xgen.runtime.store import Store

#: How certain a run is, the surest first.
CERTAIN, CONDITIONAL, LATER, HELD = "certain", "if those before succeed", "later", "held"
_RANK = {CERTAIN: 0, CONDITIONAL: 1, LATER: 2, HELD: 3}
_MOST_NAMES = 3
_ERROR = 2


@dataclass(slots=True, kw_only=True)
class Planned:
    """A run that would be made."""

    model: str
    id: int
    key: str = ""
    action: str = ""
    """`create`, `update`, `delete`, `policy`, or `forget`: only its row is removed."""
    wave: int = 1
    """Runs of one wave may be made side by side; a wave starts when those before have ended."""
    certainty: str = CERTAIN
    why: str = ""
    after: list[str] = field(default_factory=list)
    """Some of the objects that go first."""
    not_before: float | None = None
    changes: list[str] | None = None
    """What the step says that it would change; None if it was not asked or cannot say."""

    obj: Any = field(default=None, repr=False)
    """The object, as it is in the database."""

    @property
    def name(self) -> str:
        """Return how people call the object."""
        return f"{self.model} {self.key}"

    def as_data(self) -> dict[str, Any]:
        """Return all of it as plain data."""
        names = [f.name for f in fields(self) if f.name != "obj"]
        return {name: getattr(self, name) for name in names}


class Node(NamedTuple):
    """A run in the making."""

    row: Row
    found: Verdict
    follows: int | None = None
    """The object whose change makes this one due; None if it is due already."""


class Forecast:
    """Looks ahead as the scheduler would."""

    def __init__(self, store: Store, clock: Clock, limits: Limits = NO_LIMITS) -> None:
        self.store = store
        self.clock = clock
        self.now = clock.time()
        self.holds = Holds(store, limits, self.now)
        self.pauses = store.pauses()
        self._objects: dict[int, Object] = {}
        self._nodes: dict[int, Node] = {}
        self._waits: dict[int, set[int]] = {}
        self._with_policy: set[int] = set()

    def runs(self) -> list[Planned]:
        """Return what would be done, in an order in which it can be done."""
        policies: dict[int, Node] = {}
        nodes: dict[int, Node] = {}
        for key, row in {self.store.key(r.root, r.pk): r for r in self.store.due()}.items():
            for node in self._due(row):
                (policies if node.found.action is Action.POLICY else nodes)[key] = node
        self._nodes, self._with_policy = nodes, set(policies)
        self._waits = Planner(self.store).plan([node.row for node in nodes.values()]).waits
        self.holds.look_at(node.row for node in nodes.values())
        self._load([*nodes, *policies])
        for key, node in self._followers().items():
            nodes[key] = node
            self._waits.setdefault(key, set()).add(node.follows or 0)
        self._load(nodes)
        waves = self._waves()
        certainties = self._certainties(waves)
        found = [self._policy(key, node) for key, node in policies.items()]
        found += [self._run(key, waves[key], certainties[key]) for key in nodes]
        order = {CERTAIN: 0, CONDITIONAL: 0, LATER: 1, HELD: 2}
        return sorted(
            (one for one in found if one.key),
            key=lambda one: (order[one.certainty], one.wave, one.not_before or 0.0),
        )

    # What is due

    def _due(self, row: Row) -> Iterator[Node]:
        work = self.store.work_of(row)
        if work is None:
            return
        found = verdict(row, work.abilities, self.now)
        if found.action is Action.POLICY:
            yield Node(row, found)
            found = verdict(row._replace(policed_revision=row.revision), work.abilities, self.now)
        if found.action is not Action.NONE and not (
            work.adopted and found.action is not Action.REAP
        ):
            yield Node(row, found)

    def _followers(self) -> dict[int, Node]:
        """Return the objects in sync that will be due because one that they depend on changes."""
        changed: dict[type[Object], list[int]] = {}
        for key, node in self._nodes.items():
            o = self._objects.get(key)
            if o is not None and node.found.action is Action.SYNC and _is_changed(o):
                changed.setdefault(type(o), []).append(o.pk)
        found: dict[int, Node] = {}
        for model, ids in changed.items():
            for link in self.store.registry.links.to(model):
                for key, node in self._following(link, ids):
                    if key not in self._nodes:
                        found.setdefault(key, node)
        return found

    def _following(self, link: Link, peers: list[int]) -> Iterator[tuple[int, Node]]:
        root = self.store.index[shape_of(link.model).root]
        far = self.store.index[shape_of(link.peer).root]
        if link.table is None:
            ids = all_rows(link.model, self.store.using).values_list("pk", flat=True)
            by_near = dict.fromkeys(ids, peers[0])
        else:
            rows = edges.pairs(
                link.table, link.near, link.far, by=link.far, ids=peers, using=self.store.using
            )
            by_near = dict(rows)
        live = Q(deleted=False, no_sync=False)
        for row in self.store.rows(root, by_near, live):
            work = self.store.work_of(row)
            if work is not None and work.step is not None and not work.adopted:
                key = self.store.key(root, row.pk)
                peer = self.store.key(far, by_near[row.pk])
                yield key, Node(row, Verdict(Action.SYNC), peer)

    def _load(self, keys: Iterable[int]) -> None:
        """Load the objects, by model."""
        missing = [key for key in keys if key not in self._objects]
        for root, ids in self.store.by_root(missing).items():
            by_leaf: dict[str, list[int]] = {}
            for row in self.store.rows(root, ids):
                by_leaf.setdefault(row.leaf_model_name, []).append(row.pk)
            for leaf, pks in by_leaf.items():
                work = self.store.registry.work.get(leaf)
                model = work.model if work else self.store.roots[root]
                links = {
                    *(work.step.select_related if work and work.step else ()),
                    *_key_links(model),
                }
                for part in chunks(pks):
                    rows = all_rows(model, self.store.using).filter(pk__in=part)
                    for o in rows.select_related(*sorted(links)) if links else rows:
                        self._objects[self.store.key(root, o.pk)] = o

    # In which order, and how certain

    def _waves(self) -> dict[int, int]:
        """Return the wave of each run; clean objects on the way take none."""
        nodes, waits = self._nodes, self._waits
        between = {n for n in waits if n not in nodes}
        between |= {p for peers in waits.values() for p in peers if p not in nodes}
        waves: dict[int, int] = {}
        for level in graph.order([*nodes, *between], waits):
            for node in level:
                before = max((waves.get(peer, 0) for peer in waits.get(node, ())), default=0)
                if node in nodes:
                    # Policies wait for nobody: they are all in the first wave.
                    before = max(before, node in self._with_policy) + 1
                waves[node] = before
        for node in nodes:
            waves.setdefault(node, 0)  # in a cycle, or after one
        return waves

    def _certainties(self, waves: dict[int, int]) -> dict[int, tuple[str, float | None]]:
        """Return how certain each run is, and before what time it is not made."""
        found: dict[int, tuple[str, float | None]] = {}
        for key in sorted(waves, key=waves.__getitem__):
            peers = [found[p] for p in self._waits.get(key, ()) if p in found]
            worst = max(peers, key=lambda one: _RANK[one[0]], default=(CERTAIN, None))
            latest = max((one[1] or 0.0 for one in peers), default=0.0)
            node = self._nodes.get(key)
            if node is None:
                found[key] = worst
                continue
            own = self._own(node) if waves[key] else (HELD, None)
            if (self._waits.get(key) or key in self._with_policy) and own[0] == CERTAIN:
                own = (CONDITIONAL, None)
            certainty = max(own[0], worst[0], key=_RANK.__getitem__)
            not_before = max(own[1] or 0.0, latest)
            is_later = certainty == LATER and not_before > self.now
            found[key] = (certainty, not_before if is_later else None)
        return found

    def _own(self, node: Node) -> tuple[str, float | None]:
        """Return how certain a run is, as far as the object itself tells."""
        root = self.store.roots[node.row.root]
        pause = self.pauses.of(root, node.row, self.now)
        ends = [node.found.not_before or 0.0, pause.end if pause else 0.0]
        if node.row.claim_owner and (node.row.claim_expires or 0.0) > self.now:
            return CERTAIN, None  # it runs at this moment
        if NEVER in ends:
            return HELD, None
        if (hold := self.holds.of(node.row, node.found.action)) is not None:
            ends.append(hold.until or 0.0)
        return (LATER, max(ends)) if max(ends) > self.now else (CERTAIN, None)

    # In words

    def _policy(self, key: int, node: Node) -> Planned:
        certainty, not_before = self._own(node)
        planned = self._planned(key, node.row)
        planned.action, planned.certainty, planned.not_before = "policy", certainty, not_before
        why = "it changed; what its policy writes may make more due"
        planned.why = "; ".join([why, *self._hindrances(node)])
        return planned

    def _run(self, key: int, wave: int, certainty: tuple[str, float | None]) -> Planned:
        node = self._nodes[key]
        planned = self._planned(key, node.row)
        planned.action = _word(node)
        planned.wave = max(wave, 1)
        planned.certainty, planned.not_before = certainty
        peers = [self._objects[p] for p in _dirty_peers(key, self._waits, self._objects)]
        planned.after = [f"{type(o).__name__} {key_text(o)}" for o in peers]
        why = [self._reason(key, node), *self._hindrances(node)]
        if not wave:
            why.append("objects that wait for each other are in its way")
        if key in self._with_policy:
            why.append("after its policy")
        if planned.after:
            why.append(f"after {', '.join(planned.after)}")
        planned.why = "; ".join(why)
        return planned

    def _planned(self, key: int, row: Row) -> Planned:
        o = self._objects.get(key)
        return Planned(
            model=row.leaf_model_name.rpartition(".")[2],
            id=row.pk,
            key=key_text(o) if o is not None else "",
            obj=o,
        )

    def _reason(self, key: int, node: Node) -> str:
        row, o = node.row, self._objects.get(key)
        if node.follows is not None:
            peer = self._objects.get(node.follows)
            return f"it depends on {peer}, which changes" if peer else "what it depends on changes"
        if row.deleted:
            if node.found.action is Action.DELETE:
                return "it was deleted"
            return "its back-end has confirmed" if row.backend_need_reap else "it was never synced"
        if not row.enacted_generation:
            return "it is new"
        if o is not None and _is_changed(o):
            return "it changed"
        return "a resync was asked for, or something that it depends on changed"

    def _hindrances(self, node: Node) -> Iterator[str]:
        """Yield what the object itself puts in the way of its run."""
        row, policy = node.row, node.found.action is Action.POLICY
        attempts = retry.failures(row.policy_attempts if policy else row.sync_attempts)
        if attempts:
            yield "it failed once" if attempts == 1 else f"it failed {attempts} times"
        if row.is_quarantined:
            yield "it is in quarantine, since it does not settle"
        elif node.found.not_before == NEVER:
            lazy = row.lazy_blocked and not policy
            yield "lazy_blocked is set" if lazy else "it is not tried again until it changes"
        elif (node.found.not_before or 0.0) > self.now:
            yield f"not before {moment(node.found.not_before or 0.0)}"
        if pause := self.pauses.of(self.store.roots[row.root], row, self.now):
            until = "" if pause.until is None else f" until {moment(pause.until)}"
            yield f"{pause.what} is paused by {pause.who}{until}"
        if row.claim_owner and (row.claim_expires or 0.0) > self.now:
            yield "it runs at this moment"
        elif (hold := self.holds.of(row, node.found.action)) is not None:
            yield hold.text


def _key_links(model: type[Object]) -> list[str]:
    """Return the links in the natural key of a model."""
    named = {f.name for f in meta(model).concrete_fields if f.many_to_one or f.one_to_one}
    return [name for name in natural_key(model) if name in named]


def _word(node: Node) -> str:
    match node.found.action:
        case Action.DELETE:
            return "delete"
        case Action.REAP:
            return "forget"
        case _:
            return "update" if node.row.enacted_generation else "create"


def _dirty_peers(key: int, waits: dict[int, set[int]], known: dict[int, Any]) -> list[int]:
    """Return a few of the runs that one waits for directly, through clean objects too."""
    found: list[int] = []
    seen = {key}
    queue = [key]
    for node in queue:
        for peer in sorted(waits.get(node, ())):
            if peer in seen:
                continue
            seen.add(peer)
            if peer in known:
                found.append(peer)
                if len(found) == _MOST_NAMES:
                    return found
            else:
                queue.append(peer)
    return found


def _is_changed(o: Object) -> bool:
    return bool(o.__dict__.get("enacted") != changes.declared_at(o))

"""Finds what a graph of models or of live objects shows, with a few set queries for all of it.

An arrow leads from who waits to whom it waits for, along an edge of ``model-deps.yaml``. Deletion
runs against the arrows. Unlike the planner this also follows edges between objects in sync.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db.models import Count, F, Q

from xgen.runtime import answers, edges, graph
from xgen.runtime.byids import chunks
from xgen.runtime.draw import Arrow, Node, Picture
from xgen.runtime.explain import Explainer
from xgen.runtime.kinds import is_object, shape_of
from xgen.runtime.objects import key_text, meta, natural_key, peer_of
from xgen.runtime.queries import all_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from django.db.models import Model

    from xgen.runtime.answers import ModelStatus
    from xgen.runtime.clock import Clock
    from xgen.runtime.edges import Link
    from xgen.runtime.models import Object
    from xgen.runtime.reconcile import Row
    from xgen.runtime.selection import Selection
    from xgen.runtime.store import Store

#: What a model is coloured by: the first of these states that one of its objects is in.
_WORST = (
    *(answers.QUARANTINED, answers.IN_ERROR, answers.BLOCKED, answers.HELD, answers.PAUSED),
    *(answers.LIMITED, answers.DEFERRED, answers.DUE, answers.RUNNING, answers.DELETING),
    answers.IN_SYNC,
)
_EMPTY = "no objects"
_UNFINISHED = Q(enacted_generation__lt=F("generation")) | Q(policy_code=2)
#: A natural key may lead through so many objects before it counts as endless.
_DEEPEST_KEY = 4


class States(Explainer):
    """Tells the states of many objects at once, in the words of `why` and `status`."""

    def of(self, rows: Iterable[Row]) -> dict[int, str]:
        """Return the state of each object, by key."""
        found = {self.store.key(row.root, row.pk): row for row in rows}
        self._find_given_up(found.values())
        waits = self._picture(found.values(), deep=False).waits
        return {key: self._state(row, blocked=key in waits) for key, row in found.items()}


def of_models(store: Store, clock: Clock, *, model: type[Object] | None, limit: int) -> Picture:
    """Return the graph of all models, or of those that ``model`` waits for and that wait for it."""
    links = store.registry.links
    own = [work.model for work in store.registry.work.values() if not work.adopted]
    ends = [end for link in links.all for end in (link.model, link.peer)]
    models = list(dict.fromkeys([*own, *ends]))
    if model is not None:
        around = _around(model, links)
        models = [one for one in models if one in around] or [model]
    shown = models[:limit]
    arrows = [
        Arrow(
            source=meta(one).label,
            target=meta(link.peer).label,
            label=link.edge.accessor,
            guessed=link.table is None,
        )
        for one in shown
        for link in links.of(one)
        if link.peer in shown
    ]
    status = dict(zip((meta(one).label for one in own), States(store, clock).status(), strict=True))
    nodes = [_model_node(one, status.get(meta(one).label)) for one in _sorted(shown, arrows)]
    rest = len(models) - len(shown)
    left_out = (f"{rest} model{'s' if rest > 1 else ''}",) if rest else ()
    return Picture(nodes=tuple(nodes), arrows=tuple(arrows), left_out=left_out)


def _around(model: type[Object], links: edges.Links) -> set[type[Object]]:
    """Return a model, those it waits for and those that wait for it, through others too."""
    below = _reached(model, lambda one: [link.peer for link in links.of(one)])
    return below | _reached(model, lambda one: [link.model for link in links.to(one)])


def _reached(
    model: type[Object], ends: Callable[[type[Object]], list[type[Object]]]
) -> set[type[Object]]:
    seen, queue = {model}, [model]
    for one in queue:
        fresh = dict.fromkeys(end for end in ends(one) if end not in seen)
        seen.update(fresh)
        queue.extend(fresh)
    return seen


def _sorted(models: list[type[Object]], arrows: Iterable[Arrow]) -> list[type[Object]]:
    at = {meta(one).label: number for number, one in enumerate(models)}
    order = _order(range(len(models)), ((at[a.source], at[a.target]) for a in arrows))
    return [models[number] for number in order]


def _order(nodes: Iterable[int], pairs: Iterable[tuple[int, int]]) -> list[int]:
    """Return ``nodes`` after those that they wait for; what has no order comes last."""
    known = list(nodes)
    waits: dict[int, set[int]] = {}
    for near, far in pairs:
        waits.setdefault(near, set()).add(far)
    ordered = [node for wave in graph.order(known, waits) for node in wave]
    placed = set(ordered)
    return [*ordered, *(node for node in known if node not in placed)]


def _model_node(model: type[Object], status: ModelStatus | None) -> Node:
    label = meta(model).label
    if status is None:
        return Node(id=label, name=model.__name__, state=answers.ELSEWHERE)
    counts = {state: getattr(status, state.replace(" ", "_")) for state in _WORST}
    state = next((one for one in _WORST if counts[one]), _EMPTY)
    told = ", ".join(f"{counts[one]} {one}" for one in reversed(_WORST) if counts[one])
    data = {"objects": {one: count for one, count in counts.items() if count}}
    return Node(id=label, name=model.__name__, state=state, told=told, data=data)


def of_objects(store: Store, clock: Clock, *, selection: Selection | None, limit: int) -> Picture:
    """Return the graph of live objects: those selected (all if None) and what they wait for.

    Around objects that were named, those that wait for them are shown too.
    """
    return _Walk(store, clock, limit).picture(selection)


class _Walk:
    """Collects objects until there are enough, and then the arrows between them."""

    def __init__(self, store: Store, clock: Clock, limit: int) -> None:
        self.store = store
        self.clock = clock
        self.links = store.registry.links
        self.limit = limit
        self.rows: dict[int, Row] = {}
        self.is_cut = False

    def picture(self, selection: Selection | None) -> Picture:
        starts = self._starts(selection)
        named = selection is not None and not selection.is_whole_model
        # Half of the room is for what they wait for, as far as that needs it.
        self._grow(self._take(starts[: max(1, self.limit // 2)]), down=True)
        self._grow(self._take(starts[self.limit // 2 :]), down=True)
        if named:
            self._grow([self.rows[key] for key in starts if key in self.rows], down=False)
        arrows, hidden, anyone = self._arrows()
        states = States(self.store, self.clock).of(self.rows.values())
        ends = [(near, far) for near, far, _ in arrows]
        names = self._names()
        nodes = {key: self._node(key, states[key], names) for key in self.rows}
        nodes |= {key: self._anyone(key, link) for key, link in anyone.items()}
        order = _order(nodes, ends)
        return Picture(
            nodes=tuple(nodes[key] for key in order),
            arrows=tuple(
                Arrow(
                    source=nodes[near].id,
                    target=nodes[far].id,
                    label=link.edge.accessor,
                    guessed=link.table is None,
                )
                for near, far, link in arrows
            ),
            left_out=tuple(self._left_out(selection, hidden)),
        )

    # Which objects

    def _starts(self, selection: Selection | None) -> list[int]:
        """Return the first objects of a selection, those that are not in sync before all others."""
        if selection is not None:
            sets = [(shape_of(selection.model).root, selection.rows())]
        else:
            works = [w for w in self.store.registry.work.values() if not w.adopted]
            sets = [
                (root, all_rows(root, self.store.using).filter(leaf_model_name=meta(w.model).label))
                for w in works
                for root in (shape_of(w.model).root,)
            ]
        found: list[int] = []
        for condition in (_UNFINISHED, ~_UNFINISHED):
            for root, rows in sets:
                ids = rows.filter(condition).order_by("pk").values_list("pk", flat=True)
                number = self.store.index[root]
                room = self.limit + 1 - len(found)
                found += [self.store.key(number, pk) for pk in ids[: max(room, 0)]]
        return list(dict.fromkeys(found))

    def _take(self, keys: Iterable[int]) -> list[Row]:
        """Add objects as long as there is room; return those that are new."""
        fresh = (key for key in dict.fromkeys(keys) if key not in self.rows)
        wanted = list(islice(fresh, self.limit - len(self.rows) + 1))
        if len(wanted) > self.limit - len(self.rows):
            self.is_cut = True
            wanted.pop()
        found = {self.store.key(row.root, row.pk): row for row in self.store.rows_of(wanted)}
        taken = {key: found[key] for key in wanted if key in found}
        self.rows.update(taken)
        return list(taken.values())

    def _grow(self, level: list[Row], *, down: bool) -> None:
        """Add what a level leads to, level by level."""
        while level:
            reached: list[int] = []
            for link, ids in self._by_link(level, down=down):
                if link.table is not None:
                    reached += [far if down else near for near, far in self._pairs(link, ids, down)]
            level = self._take(reached)

    def _by_link(self, rows: Iterable[Row], *, down: bool) -> Iterator[tuple[Link, list[int]]]:
        """Group objects by the edges that leave them, or by those that lead to them."""
        by_leaf: dict[str, list[int]] = {}
        for row in rows:
            by_leaf.setdefault(row.leaf_model_name, []).append(row.pk)
        by_link: dict[int, tuple[Link, list[int]]] = {}
        for leaf, ids in by_leaf.items():
            work = self.store.registry.work.get(leaf)
            if work is not None:
                for link in self.links.of(work.model) if down else self.links.to(work.model):
                    by_link.setdefault(id(link), (link, []))[1].extend(ids)
        yield from by_link.values()

    def _pairs(self, link: Link, ids: list[int], down: bool) -> Iterator[tuple[int, int]]:
        if link.table is None:
            return
        near = self.store.index[shape_of(link.model).root]
        far = self.store.index[shape_of(link.peer).root]
        by = link.near if down else link.far
        key = self.store.key
        for one, other in edges.pairs(
            link.table, link.near, link.far, by=by, ids=ids, using=self.store.using
        ):
            yield key(near, one), key(far, other)

    # What is between them

    def _arrows(self) -> tuple[list[tuple[int, int, Link]], int, dict[int, Link]]:
        """Return the arrows, how many lead to objects that are not shown, and nodes for models.

        An accessor that is code may lead to each object of its model: one node stands for all.
        """
        found: dict[tuple[int, int, int], Link] = {}
        hidden = 0
        anyone: dict[int, Link] = {}
        for link, ids in self._by_link(self.rows.values(), down=True):
            number = self.links.all.index(link)
            if link.table is None:
                anyone[-1 - number] = link
                root = self.store.index[shape_of(link.model).root]
                found |= {(self.store.key(root, pk), -1 - number, number): link for pk in ids}
                continue
            for near, far in self._pairs(link, ids, down=True):
                if far in self.rows:
                    found[near, far, number] = link
                else:
                    hidden += 1
        arrows = [(near, far, link) for (near, far, _), link in sorted(found.items(), key=_place)]
        return arrows, hidden, anyone

    def _left_out(self, selection: Selection | None, hidden: int) -> Iterator[str]:
        if not self.is_cut:
            return
        if selection is None or selection.is_whole_model:
            yield from self._uncounted(selection)
        else:
            yield f"more than the {self.limit} objects that --limit allows"
        if hidden:
            yield f"{hidden} link{'s' if hidden > 1 else ''} to objects that are not shown"

    def _uncounted(self, selection: Selection | None) -> Iterator[str]:
        """Yield how many objects there are that are not shown, by model."""
        own = [w.model for w in self.store.registry.work.values() if not w.adopted]
        model = selection.model if selection else None
        labels = [meta(m).label for m in own if model is None or issubclass(m, model)]
        shown: dict[str, int] = {}
        for row in self.rows.values():
            shown[row.leaf_model_name] = shown.get(row.leaf_model_name, 0) + 1
        for root in dict.fromkeys(shape_of(m).root for m in own):
            rows = all_rows(root, self.store.using).filter(leaf_model_name__in=labels).order_by()
            for label, total in rows.values_list("leaf_model_name").annotate(n=Count("pk")):
                if rest := total - shown.get(label, 0):
                    yield f"{rest} of {total} {label.rpartition('.')[2]}"

    # What they are called

    def _node(self, key: int, state: str, names: dict[int, str]) -> Node:
        row = self.rows[key]
        label = row.leaf_model_name or meta(self.store.roots[row.root]).label
        kind = label.rpartition(".")[2]
        named = names.get(key, f"#{row.pk}")
        data = {"model": kind, "key": named, "object": row.pk}
        return Node(id=f"{label}/{row.pk}", name=f"{kind} {named}", state=state, data=data)

    def _anyone(self, key: int, link: Link) -> Node:
        """Return the node that stands for all objects of a model."""
        is_dirty = States(self.store, self.clock).planner.is_dirty
        waits = any(is_dirty(row) for row in self.store.all_behind(link.peer))
        state = answers.DUE if waits else answers.IN_SYNC
        name = f"any {link.peer.__name__}"
        return Node(id=f"{meta(link.peer).label}/any/{-key}", name=name, state=state)

    def _names(self) -> dict[int, str]:
        """Return the natural keys of all objects, by model."""
        by_model: dict[tuple[int, type[Object]], list[int]] = {}
        for row in self.rows.values():
            model = _model_of(row.leaf_model_name) or self.store.roots[row.root]
            by_model.setdefault((row.root, model), []).append(row.pk)
        found: dict[int, str] = {}
        for (root, model), ids in by_model.items():
            links = list(_key_links(model))
            rows = all_rows(model, self.store.using)
            for part in chunks(ids):
                some = rows.filter(pk__in=part)
                for o in some.select_related(*links) if links else some:
                    found[self.store.key(root, o.pk)] = key_text(o)
        return found


def _place(item: tuple[tuple[int, int, int], Any]) -> tuple[int, int, int]:
    (near, far, number), _ = item
    return near, number, far


def _model_of(label: str) -> type[Object] | None:
    try:
        found = apps.get_model(label)
    except (LookupError, ValueError):
        return None  # of a package that is not loaded here
    return found if is_object(found) else None


def _key_links(model: type[Model], deep: int = _DEEPEST_KEY) -> Iterator[str]:
    """Yield the links that a natural key leads through, so that naming objects asks nothing."""
    fields = {f.name: f for f in meta(model).concrete_fields if f.many_to_one or f.one_to_one}
    for name in natural_key(model):
        if name in fields and deep:
            yield name
            yield from (f"{name}__{inner}" for inner in _key_links(peer_of(fields[name]), deep - 1))

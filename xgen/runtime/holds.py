"""Which limit or open breaker holds an object, as far as the database tells.

For operators, in whatever process they ask: the synchronizer itself counts in memory. A rate
leaves no trace in the database, so it can only be said that there is one.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from xgen.runtime import breakers
from xgen.runtime.backends import backend_of
from xgen.runtime.byids import chunks
from xgen.runtime.queries import all_rows
from xgen.runtime.reconcile import Action
from xgen.runtime.tables import moment

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from xgen.runtime.gate import Opening
    from xgen.runtime.limits import BackendLimit, Limits, ModelLimit
    from xgen.runtime.reconcile import Row
    from xgen.runtime.store import Store

_LIMITED = (Action.SYNC, Action.DELETE)


class Hold(NamedTuple):
    """What holds an object, in words, and the unix time until when if there is one."""

    text: str
    until: float | None = None


class Holds:
    """The limits of a synchronizer at one moment."""

    def __init__(self, store: Store, limits: Limits, now: float) -> None:
        self.store = store
        self.limits = limits
        self.now = now
        self._known: dict[int, str] = {}

    @cached_property
    def openings(self) -> dict[str, Opening]:
        """The open breakers, by back-end."""
        return breakers.read(self.store.registry.package, self.store.using)

    def of(self, row: Row, action: Action) -> Hold | None:
        """Return what holds an object that could start otherwise."""
        if action not in _LIMITED or not self._is_needed:
            return None
        backend = self._backend(row)
        if (opening := self.openings.get(backend)) is not None:
            return Hold(_opening_text(backend, opening, self.now), max(opening.until, self.now))
        for name, limit, running in self._limits(row, backend):
            if limit.concurrency is not None and running >= limit.concurrency:
                return Hold(f"{name}: {limit.concurrency} at once, {running} run now")
        return None

    def rates(self, row: Row, action: Action) -> Iterator[str]:
        """Yield the rates that an object has to keep to, in words."""
        if action in _LIMITED and self._is_needed:
            for name, limit, _ in self._limits(row, self._backend(row)):
                if limit.rate is not None:
                    yield f"{name}: at most {limit.rate:g} a second"

    def look_at(self, rows: Iterable[Row]) -> None:
        """Ask steps for the back-ends of many objects at once, where only objects tell."""
        if not self._is_needed:
            return
        by_leaf: dict[str, list[int]] = {}
        for row in rows:
            work = self.store.work_of(row)
            if work is not None and callable(work.backend):
                by_leaf.setdefault(row.leaf_model_name, []).append(row.pk)
        for leaf, ids in by_leaf.items():
            work = self.store.registry.work[leaf]
            links = work.step.select_related if work.step else ()
            for part in chunks(ids):
                found = all_rows(work.model, self.store.using).filter(pk__in=part)
                for o in found.select_related(*links) if links else found:
                    try:
                        self._known[self.store.key_of(o)] = backend_of(work, o)
                    except Exception:  # noqa: BLE001 - the author's; the run itself will say it
                        self._known[self.store.key_of(o)] = ""

    @cached_property
    def _is_needed(self) -> bool:
        return bool(self.limits.models or self.limits.backends or self.openings)

    def _backend(self, row: Row) -> str:
        work = self.store.work_of(row)
        if work is None or isinstance(work.backend, str):
            return work.backend if work and isinstance(work.backend, str) else ""
        key = self.store.key(row.root, row.pk)
        if key not in self._known:
            self.look_at([row])
        return self._known.get(key, "")

    def _limits(
        self, row: Row, backend: str
    ) -> Iterator[tuple[str, ModelLimit | BackendLimit, int]]:
        """Yield the limits of an object with their names and how many run within each."""
        work = self.store.work_of(row)
        for base in work.model.__mro__ if work else ():
            name = base.__name__
            if name in self.limits.models:
                running = self._running.get(f"model {name}", 0)
                yield f"limit of model {name}", self.limits.models[name], running
        if backend in self.limits.backends:
            running = self._running.get(f"back-end {backend}", 0)
            yield f"limit of back-end {backend}", self.limits.backends[backend], running

    @cached_property
    def _running(self) -> dict[str, int]:
        """How many objects are claimed, by limit."""
        claimed: list[Row] = []
        for root in self.store.registry.roots:
            rows = all_rows(root, self.store.using).filter(claim_expires__gt=self.now)
            ids = rows.exclude(claim_owner=None).values_list("pk", flat=True)
            claimed.extend(self.store.rows(self.store.index[root], list(ids)))
        self.look_at(claimed)
        counts: dict[str, int] = {}
        for row in claimed:
            work = self.store.work_of(row)
            names = [f"model {base.__name__}" for base in (work.model.__mro__ if work else ())]
            for name in (*names, f"back-end {self._backend(row)}"):
                counts[name] = counts.get(name, 0) + 1
        return counts


def _opening_text(backend: str, opening: Opening, now: float) -> str:
    again = f"tried again at {moment(opening.until)}" if opening.until > now else "tried again now"
    return (
        f"the breaker of back-end {backend} is open since {moment(opening.since)}, "
        f"{again}: {opening.reason}"
    )

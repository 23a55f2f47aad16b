"""Answers operators: how things stand, and why an object is not in sync.

All of it from the database, so it works beside a running synchronizer and without one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from django.apps import apps
from django.db.models import Count

from xgen.runtime import history, retry
from xgen.runtime.answers import (
    BLOCKED,
    DEFERRED,
    DELETING,
    DUE,
    ELSEWHERE,
    HELD,
    IN_ERROR,
    IN_SYNC,
    LIMITED,
    PAUSED,
    QUARANTINED,
    RUNNING,
    Blocker,
    ModelStatus,
    Why,
)
from xgen.runtime.byids import chunks
from xgen.runtime.graph import knots, shortest_cycle
from xgen.runtime.holds import Holds
from xgen.runtime.kinds import shape_of
from xgen.runtime.limits import NO_LIMITS
from xgen.runtime.objects import named
from xgen.runtime.outcome import TIMED_OUT
from xgen.runtime.owner import is_surely_dead
from xgen.runtime.planner import Planner
from xgen.runtime.queries import all_rows
from xgen.runtime.reconcile import NEVER, Action, Row, Verdict, verdict
from xgen.runtime.statements import ERROR

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from xgen.runtime.clock import Clock
    from xgen.runtime.limits import Limits
    from xgen.runtime.models import Object
    from xgen.runtime.pauses import Pause, Pauses
    from xgen.runtime.registry import Registry
    from xgen.runtime.store import Store


@dataclass(slots=True)
class _Picture:
    """Who waits for whom among some dirty objects and all that these wait for."""

    rows: dict[int, Row] = field(default_factory=dict)
    waits: dict[int, set[int]] = field(default_factory=dict)


class Explainer:
    """Looks at the database as the scheduler would."""

    def __init__(self, store: Store, clock: Clock, limits: Limits = NO_LIMITS) -> None:
        self.store = store
        self.clock = clock
        self.holds = Holds(store, limits, clock.time())
        self.planner = Planner(store)
        self._dead: dict[str, bool] = {}
        self._given_up: set[int] = set()

    def status(self) -> list[ModelStatus]:
        """Return the state of all objects, by model, in the order of the models."""
        works = [work for work in self.store.registry.work.values() if not work.adopted]
        found = {w.model._meta.label: ModelStatus(model=w.model.__name__) for w in works}
        for root in dict.fromkeys(shape_of(work.model).root for work in works):
            rows = all_rows(root, self.store.using).order_by()
            for label, total in rows.values_list("leaf_model_name").annotate(n=Count("pk")):
                if label in found:
                    found[label].in_sync = total
        dirty = {self.store.key(row.root, row.pk): row for row in self.store.due()}
        self._find_given_up(dirty.values())
        self.holds.look_at(dirty.values())
        picture = self._picture(dirty.values(), deep=False)
        for key, row in dirty.items():
            counts = found.get(row.leaf_model_name)
            state = self._state(row, blocked=key in picture.waits)
            if counts is not None and state != IN_SYNC:
                counts.in_sync -= 1
                name = state.replace(" ", "_")
                setattr(counts, name, getattr(counts, name) + 1)
        return list(found.values())

    def why(self, o: Object) -> Why:
        """Return what is known about an object, as the database has it now."""
        key = self.store.key_of(o)
        row = next(iter(self.store.rows_of([key])), None)
        if row is None:
            return _gone(self.store.name(key))
        found = self._verdict(row)
        picture = self._picture([row])
        blocked = key in picture.waits
        self._find_given_up([row, *picture.rows.values()])
        texts = self._texts([key, *picture.rows])
        policy = found.action is Action.POLICY
        status, policy_status = texts.get(key, ("", ""))
        claimed = self._is_claimed(row)
        hold = None if blocked or claimed else self.holds.of(row, found.action)
        times = [found.not_before, hold.until if hold else None]
        not_before = max((t for t in times if t is not None), default=None)
        attempts = row.policy_attempts if policy else row.sync_attempts
        return Why(
            name=self._names([key])[key],
            state=self._state(row, blocked=blocked),
            action=found.action.value,
            since=_changed_at(o),
            attempts=retry.failures(attempts),
            next_attempt=None if not_before in (None, NEVER) else not_before,
            status=status,
            policy_status=policy_status,
            waits_for=self._blockers(self._direct(key, picture), picture, texts),
            root_causes=self._blockers(self._roots(key, picture), picture, texts),
            claimed_by=row.claim_owner if claimed else None,
            claim_expires=row.claim_expires if claimed else None,
            failing_since=self._failing_since(row),
            paused=self._pause(row),
            limit=hold.text if hold else None,
            notes=tuple(self._notes(key, row, found, picture)),
        )

    # How it is done

    def _verdict(self, row: Row) -> Verdict:
        work = self.store.work_of(row)
        if work is None:
            return Verdict(Action.NONE)
        found = verdict(row, work.abilities, self.clock.time())
        left = work.adopted and found.action is not Action.REAP
        return Verdict(Action.NONE) if left else found

    @cached_property
    def _pauses(self) -> Pauses:
        return self.store.pauses()

    def _pause(self, row: Row) -> Pause | None:
        return self._pauses.of(self.store.roots[row.root], row, self.clock.time())

    def _is_claimed(self, row: Row) -> bool:
        """Say whether somebody holds an object who may be alive."""
        held = row.claim_owner and (row.claim_expires or 0.0) > self.clock.time()
        return bool(held) and not self._is_orphan(row)

    def _is_orphan(self, row: Row) -> bool:
        """Say whether the process that held an object is gone; anybody may take it over."""
        owner = row.claim_owner
        if not owner:
            return False
        if owner not in self._dead:
            self._dead[owner] = is_surely_dead(owner)
        return self._dead[owner]

    def _is_running(self, row: Row) -> bool:
        return self._is_claimed(row) and self.store.key(row.root, row.pk) not in self._given_up

    def _find_given_up(self, rows: Iterable[Row]) -> None:
        """Find those whose time was up: their claims are held until their threads end."""
        failed = [row for row in rows if row.claim_owner and ERROR in _codes(row)]
        texts = self._texts(self.store.key(row.root, row.pk) for row in failed)
        self._given_up.update(
            key for key, said in texts.items() if any(t.startswith(TIMED_OUT) for t in said)
        )

    def _state(self, row: Row, *, blocked: bool) -> str:  # noqa: C901, PLR0911 - a table
        found = self._verdict(row)
        if is_elsewhere(self.store.registry, row.leaf_model_name, deleted=bool(row.deleted)):
            return ELSEWHERE
        if found.action is Action.NONE:
            return IN_SYNC
        if self._is_running(row):
            return RUNNING
        if self._pause(row) is not None:
            return PAUSED
        if row.lazy_blocked and found.action is not Action.POLICY:
            return HELD
        if row.is_quarantined:
            return QUARANTINED
        if ERROR in _codes(row):
            return IN_ERROR
        if row.deleted:
            return DELETING
        if found.not_before is not None and found.not_before > self.clock.time():
            return DEFERRED
        if blocked:
            return BLOCKED
        return LIMITED if self.holds.of(row, found.action) else DUE

    def _picture(self, rows: Iterable[Row], *, deep: bool = True) -> _Picture:
        """Plan objects, and if ``deep`` what they wait for in their turn, to the end."""
        picture = _Picture()
        level = [row for row in rows if row.is_behind]
        while level:
            plan = self.planner.plan(level)
            for row in level:
                picture.rows[self.store.key(row.root, row.pk)] = row
            picture.waits.update(plan.waits)
            level = [row for key, row in plan.rows.items() if deep and key not in picture.rows]
        return picture

    def _direct(self, key: int, picture: _Picture) -> list[int]:
        """Return the dirty objects that one waits for, those behind clean ones included."""
        found: dict[int, None] = {}
        seen = {key}
        queue = [key]
        for node in queue:
            for peer in sorted(picture.waits.get(node, ())):
                if peer in seen:
                    continue
                seen.add(peer)
                if peer in picture.rows:
                    found[peer] = None
                else:
                    queue.append(peer)
        return list(found)

    def _roots(self, key: int, picture: _Picture) -> list[int]:
        """Return the dirty objects at the bottom: these wait for nobody."""
        if key not in picture.waits:
            return []
        found: list[int] = []
        seen = {key}
        queue = [key]
        for node in queue:
            for peer in sorted(picture.waits.get(node, ())):
                if peer not in seen:
                    seen.add(peer)
                    queue.append(peer)
                    if peer in picture.rows and peer not in picture.waits:
                        found.append(peer)
        return found

    def _blockers(
        self, keys: list[int], picture: _Picture, texts: dict[int, tuple[str, str]]
    ) -> tuple[Blocker, ...]:
        names = self._names(keys)
        return tuple(
            Blocker(
                name=names[key],
                state=self._state(row, blocked=key in picture.waits),
                status=self._said(row, texts.get(key, ("", ""))[0]),
            )
            for key in keys
            for row in (picture.rows[key],)
        )

    def _names(self, keys: Iterable[int]) -> dict[int, str]:
        """Return how people call objects: by natural key where there is one."""
        wanted = list(dict.fromkeys(keys))
        found = {key: self.store.name(key) for key in wanted}
        by_leaf: dict[tuple[int, str], list[int]] = {}
        for row in self.store.rows_of(wanted):
            by_leaf.setdefault((row.root, row.leaf_model_name), []).append(row.pk)
        for (root, label), ids in by_leaf.items():
            for part in chunks(ids):
                model = apps.get_model(label)
                for o in all_rows(model, self.store.using).filter(pk__in=part):
                    found[self.store.key(root, o.pk)] = named(o)
        return found

    def _failing_since(self, row: Row) -> float | None:
        if not (row.sync_attempts or row.policy_attempts):
            return None
        return history.failing_since(self.store.roots[row.root]._meta.label, row.pk)

    def _said(self, row: Row, status: str) -> str:
        """Return what an object's status tells about now: success was before its last change."""
        if row.lazy_blocked:
            return "lazy_blocked is set"
        if (pause := self._pause(row)) is not None:
            return f"by {pause.who}" + (f": {pause.why}" if pause.why else "")
        hold = None if row.backend_code == ERROR else self.holds.of(row, self._verdict(row).action)
        if hold is not None:
            return hold.text
        return status if row.backend_code != 1 else ""

    def _notes(self, key: int, row: Row, found: Verdict, picture: _Picture) -> Iterable[str]:
        for knot in knots(picture.waits):
            if key in knot:
                cycle = shortest_cycle(knot, picture.waits)
                nodes = [node for node in [*cycle, cycle[0]] if node >= 0]
                names = self._names(nodes)
                yield f"these objects wait for each other: {' -> '.join(names[n] for n in nodes)}"
        if text := self.store.registry.stepless.get(row.leaf_model_name):
            yield text
        if self._is_orphan(row):
            yield "the process that ran it last is gone; the next one takes it over at once"
        if row.no_sync:
            yield "no_sync is set: it is not synced"
        if row.lazy_blocked:
            yield "lazy_blocked is set: it is not synced for now"
        yield from self.holds.rates(row, found.action)
        if row.is_quarantined:
            yield "it runs again when a user changes it, or with `retry`"
        elif found.not_before == NEVER and not row.lazy_blocked:
            yield "trying again is of no use until it changes; `retry` tries nevertheless"
        if is_elsewhere(self.store.registry, row.leaf_model_name, deleted=bool(row.deleted)):
            yield "no step or policy of this service is for it"

    def _texts(self, keys: Iterable[int]) -> dict[int, tuple[str, str]]:
        """Return what objects say about themselves: of their step and of their policy."""
        found: dict[int, tuple[str, str]] = {}
        for root, ids in self.store.by_root(keys).items():
            for pk, status, policy in self.store.texts(root, ids):
                found[self.store.key(root, pk)] = (status, policy or "")
        return found


def _codes(row: Row) -> tuple[int | None, int | None]:
    """Return the codes of the last step and policy; success was before the last change."""
    return (row.backend_code if row.is_behind else 0, row.policy_code)


def is_elsewhere(registry: Registry, label: str, *, deleted: bool) -> bool:
    """Say whether objects of a model are none of this service's: no step or policy is for them.

    Those that are being deleted count as its own where it would take their rows away.
    """
    work = registry.work.get(label)
    return work is None or (work.adopted and not deleted)


def _changed_at(o: Object) -> datetime | None:
    updated: datetime | None = getattr(o, "updated", None)
    return updated


def _gone(name: str) -> Why:
    return Why(
        name=name,
        state="gone",
        action=Action.NONE.value,
        since=None,
        attempts=0,
        next_attempt=None,
        status="its row is not there",
        policy_status="",
    )

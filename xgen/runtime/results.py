"""Writes how runs ended: many in one transaction, each only if its claim still holds.

A run marks done the generation it was loaded with, so a change that arrived meanwhile leaves the
object due. When what users declared of an object has been synced, the objects that depend on it
are due again, in the same transaction.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import InterfaceError, OperationalError, connections, transaction
from django.db.models import F, Q
from django.utils import timezone

from xgen.runtime import changes, history, kept, retry
from xgen.runtime.access.plain import stored
from xgen.runtime.byids import ByIds, chunks
from xgen.runtime.changes import declared_at
from xgen.runtime.kinds import shape_of
from xgen.runtime.outcome import Done, Failed, Outcome, Quarantined, fit, outcome_of
from xgen.runtime.queries import all_rows
from xgen.runtime.reaper import reap
from xgen.runtime.reconcile import Action, Row
from xgen.runtime.statements import ERROR, SUCCESS, Statements
from xgen.runtime.writer import Writer, writing_as

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from random import Random

    from django.db.models import QuerySet

    from xgen.runtime.edges import Link
    from xgen.runtime.ended import Ended
    from xgen.runtime.models import Object
    from xgen.runtime.retry import RetryPolicy
    from xgen.runtime.store import Store

STILL_NEEDED = "the back-end has confirmed; another row still needs this one"
_UNSETTLED = Q(enacted_generation__lt=F("generation")) | Q(policed_revision__lt=F("revision"))

# What is behind anyway runs later than now, unless it is running at this moment.
_STALE = Q(enacted_generation__gte=F("generation")) | Q(claim_owner__isnull=False)
_FAILED = Q(sync_attempts__gt=0)
_STALE_OR_FAILED = _STALE | _FAILED


@dataclass(slots=True)
class Recorded:
    """What the database says after outcomes were written."""

    rows: dict[int, Row] = field(default_factory=dict)
    """The objects of the batch that still are behind with something."""
    joined: list[Row] = field(default_factory=list)
    """Dependents that are due again."""
    lost: set[int] = field(default_factory=set)
    """Whose claim was somebody else's by then; their outcome was dropped."""


class Results:
    """The writing half of the store."""

    def __init__(self, store: Store, policy: RetryPolicy, rng: Random) -> None:
        self.store = store
        self.retry = policy
        self.rng = rng
        self._queries: dict[tuple[Link, Q], ByIds] = {}
        self._statements = Statements(store, policy, rng)

    def record(self, ended: Sequence[Ended], now: float) -> Recorded:
        """Write how runs ended, all in one transaction."""
        recorded = Recorded()
        if not ended:
            return recorded
        unsaved = [(e.obj.__dict__, dict(e.obj.__dict__)) for e in ended if e.unsaved]
        try:
            self._record(ended, now, recorded)
        except BaseException:
            for held, before in unsaved:
                # What was saved is not: the next try has to do it again.
                held.clear()
                held.update(before)
            raise
        return recorded

    def _record(self, ended: Sequence[Ended], now: float, recorded: Recorded) -> None:
        with transaction.atomic(using=self.store.using):
            for root, part in _by(ended, lambda e: self.store.split(e.key)[0]).items():
                self._outcomes(root, part, now, recorded)
            held = [e for e in ended if e.key not in recorded.lost]
            for e in held:
                if e.unsaved:
                    self._save_feedback(e, now)
            self._let_edges_go(held)
            self._wake_dependents(held, recorded)
            gone = self._reap([e for e in held if e.takes_row], now)
            history.write(_notes(held, gone), now, using=self.store.using)
            for root, ids in self.store.by_root(e.key for e in ended).items():
                for row in self.store.rows(root, ids, _UNSETTLED):
                    recorded.rows[self.store.key(root, row.pk)] = row

    def finish_policy(self, e: Ended) -> bool:
        """Write a policy's success within its own transaction; say whether the claim held."""
        root = self.store.roots[self.store.split(e.key)[0]]
        rows = all_rows(root, self.store.using).filter(pk=e.obj.pk)
        rows = rows.filter(claim_owner=self.store.owner, claim_token=e.token)
        moves = {
            "policed_revision": e.revision,
            "policed": timezone.now(),
            "policy_code": SUCCESS,
            "policy_status": fit(e.outcome.message),
            "policy_attempts": 0,
            "policy_retry_at": None,
            "claim_owner": None,
            "claim_expires": None,
        }
        held = bool(rows.plain_update(moves))
        if held and e.held("policy_attempts"):
            text = _after(e.held("policy_attempts"))
            note = history.note(e.obj, history.POLICY_RECOVERED, text)
            history.write([note], time.time(), using=self.store.using)
        return held

    def changed_at_the_back_end(self, objects: Iterable[Object]) -> None:
        """Make due again what depends on objects of which something else was pulled."""
        moves = changes.SYNC_MOVES_KEPT
        for o in objects:
            for link in self.store.registry.links.to(type(o)):
                self._wake(link, [o.pk], moves, _STALE_OR_FAILED, Recorded())

    def report_cycle(self, keys: Iterable[int], message: str) -> None:
        """Put an error on objects that wait for one another; it goes when they are synced."""
        with transaction.atomic(using=self.store.using):
            for root, ids in self.store.by_root(keys).items():
                for part in chunks(ids):
                    rows = all_rows(self.store.roots[root], self.store.using)
                    rows = rows.filter(pk__in=part, claim_owner=None)
                    rows.plain_update({"backend_code": ERROR, "backend_status": fit(message)})

    # How it is done

    def _outcomes(self, root: int, ended: Sequence[Ended], now: float, recorded: Recorded) -> None:
        """Write the outcomes of objects of one table and find whose claim was lost."""
        batches: dict[str, list[tuple[Any, ...]]] = {}
        for e in ended:
            sql, params = self._statements.of(root, e, now)
            batches.setdefault(sql, []).append(params)
        changed = 0
        with connections[self.store.using].cursor() as cursor:
            for sql, rows in batches.items():
                cursor.executemany(sql, rows)
                changed += cursor.rowcount
        if changed == len(ended):
            return
        model = self.store.roots[root]
        tokens: dict[int, int] = {}
        for part in chunks(e.obj.pk for e in ended):
            found = all_rows(model, self.store.using).filter(pk__in=part)
            tokens.update(found.values_list("pk", "claim_token"))
        recorded.lost.update(e.key for e in ended if tokens.get(e.obj.pk) != e.token)

    def _save_feedback(self, e: Ended, now: float) -> None:
        """Save what a step left on its object; a value that cannot be saved is the step's error."""
        try:
            with transaction.atomic(using=self.store.using), writing_as(Writer.STEP, e.obj):
                e.obj.save(using=self.store.using)
        except (OperationalError, InterfaceError):
            raise  # not the step's mistake: all of this is written again later
        except Exception as error:  # noqa: BLE001 - whatever its model has against it
            self._fail(e, outcome_of(error), now)

    def _fail(self, e: Ended, outcome: Outcome, now: float) -> None:
        """Turn an outcome that was written a moment ago, in this transaction, into an error."""
        decision = retry.decide(e.held("sync_attempts"), outcome, self.retry, self.rng, now)
        root = self.store.roots[self.store.split(e.key)[0]]
        e.outcome = outcome
        moves = {
            "enacted_generation": e.held("enacted_generation"),
            "enacted": e.obj.__dict__.get("enacted"),
            "backend_code": ERROR,
            "backend_status": fit(outcome.message),
            "sync_attempts": decision.attempts,
            "sync_retry_at": decision.retry_at,
        }
        all_rows(root, self.store.using).filter(pk=e.obj.pk).plain_update(moves)

    def _reap(self, ended: Sequence[Ended], now: float) -> set[int]:
        """Remove the rows of objects whose back-end has confirmed; return the keys that went.

        A row that something still needs, and that the planner could not know of, stays a while.
        """
        gone: set[int] = set()
        for root, part in _by(ended, lambda e: self.store.split(e.key)[0]).items():
            model, using = self.store.roots[root], self.store.using
            ids = {e.obj.pk for e in part}
            went = reap(model, ids, using=using)
            gone.update(self.store.key(root, pk) for pk in went)
            later = {"sync_retry_at": now + retry.DEFER_SECONDS, "backend_status": STILL_NEEDED}
            for some in chunks(ids - went):
                all_rows(model, using).filter(pk__in=some).plain_update(later)
        return gone

    def _let_edges_go(self, ended: Sequence[Ended]) -> None:
        """Let go of edges that were cut, now that the back-end knows."""
        using = self.store.using
        synced = [e for e in ended if e.is_synced]
        if synced and kept.is_needed(using):
            for root, part in _by(synced, lambda e: self.store.split(e.key)[0]).items():
                kept.synced(self.store.roots[root], {e.obj.pk: e.generation for e in part}, using)

    def _wake_dependents(self, ended: Sequence[Ended], recorded: Recorded) -> None:
        """Make due again what depends on objects whose declared state was synced just now.

        Of objects that had failed and now did not, dependents that are in a backoff of their own
        get their chance at once.
        """
        synced = [e for e in ended if e.is_synced]
        changed = [e for e in synced if e.obj.__dict__.get("enacted") != declared_at(e.obj)]
        changed += [e for e in ended if e.takes_row]
        recovered = [e for e in synced if e.held("sync_attempts") > 0]
        again = changes.SYNC_MOVES_KEPT
        resets = {name: again[name] for name in ("sync_attempts", "sync_retry_at")}
        for part, moves, condition in (
            (changed, again, _STALE_OR_FAILED),
            (recovered, resets, _FAILED),
        ):
            for model, peers in _by(part, lambda e: type(e.obj)).items():
                for link in self.store.registry.links.to(model):
                    self._wake(link, [e.obj.pk for e in peers], moves, condition, recorded)

    def _wake(
        self, link: Link, peers: list[int], moves: dict[str, Any], condition: Q, recorded: Recorded
    ) -> None:
        root = shape_of(link.model).root
        ids = self._dependents(link, peers, condition)
        for woken in chunks(ids):
            all_rows(root, self.store.using).filter(pk__in=woken).plain_update(moves)
            recorded.joined.extend(self.store.rows(self.store.index[root], woken))

    def _dependents(self, link: Link, peers: list[int], condition: Q) -> set[int]:
        """Return the objects that depend on some of ``peers`` along an edge and fulfil a condition."""
        if link.table is None:
            return {pk for (pk,) in self._waiting(link, condition)}
        query = self._queries.get((link, condition))
        if query is None:
            rows = self._waiting(link, condition)
            ends = stored(link.table, self.store.using)
            query = self._queries[link, condition] = ByIds(
                lambda ids: rows.filter(
                    pk__in=ends.filter(**{f"{link.far}__in": ids}).values(link.near)
                ),
                self.store.using,
            )
        return {pk for (pk,) in query.fetch(peers)}

    def _waiting(self, link: Link, condition: Q) -> QuerySet[Any]:
        labels = [
            work.model._meta.label
            for work in self.store.registry.work.values()
            if issubclass(work.model, link.model) and not work.adopted
        ]
        rows = all_rows(shape_of(link.model).root, self.store.using).order_by()
        rows = rows.filter(condition, deleted=False, leaf_model_name__in=labels)
        return rows.values_list("pk")


def _by(ended: Iterable[Ended], key: Any) -> dict[Any, list[Ended]]:
    parts: dict[Any, list[Ended]] = {}
    for e in ended:
        parts.setdefault(key(e), []).append(e)
    return parts


def _notes(ended: Iterable[Ended], gone: set[int]) -> Iterator[history.Note]:
    """Yield what is worth remembering: an error once, its end, and rows that went."""
    for e in ended:
        policy = e.action is Action.POLICY
        attempts = e.held("policy_attempts" if policy else "sync_attempts")
        if isinstance(e.outcome, Failed):
            before = e.obj.__dict__.get("policy_status" if policy else "backend_status")
            text = fit(e.outcome.message)
            if not attempts or text != before:
                yield history.note(e.obj, history.POLICY_ERROR if policy else history.ERROR, text)
        elif isinstance(e.outcome, Quarantined):
            yield history.note(e.obj, history.QUARANTINE, e.outcome.message)
        elif isinstance(e.outcome, Done) and attempts and e.action is Action.SYNC:
            yield history.note(e.obj, history.RECOVERED, _after(attempts))
        if e.key in gone:
            yield history.note(e.obj, history.DELETED)


def _after(attempts: int) -> str:
    return "after a failure" if attempts == 1 else f"after {attempts} failures"

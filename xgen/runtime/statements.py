"""The UPDATE that writes how a run ended: of one row, and only while its claim still holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import connections

from xgen.runtime import retry
from xgen.runtime.changes import declared_at
from xgen.runtime.outcome import Done, Failed, Quarantined, fit
from xgen.runtime.reconcile import Action

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from random import Random

    from xgen.runtime.byids import Statement
    from xgen.runtime.ended import Ended
    from xgen.runtime.retry import RetryPolicy
    from xgen.runtime.store import Store

IN_PROGRESS, SUCCESS, ERROR = 0, 1, 2


class Statements:
    """Makes them; their text is made once for all runs that write the same columns."""

    def __init__(self, store: Store, policy: RetryPolicy, rng: Random) -> None:
        self._store = store
        self._retry = policy
        self._rng = rng
        self._texts: dict[tuple[Any, ...], str] = {}

    def of(self, root: int, e: Ended, now: float) -> Statement:
        """Return the UPDATE that writes how a run of an object of table ``root`` ended."""
        if isinstance(e.outcome, Quarantined):
            return self._quarantine(root, e)
        if isinstance(e.outcome, Done) and e.action is not Action.POLICY:
            return self._done(root, e)
        return self._open(root, e, now)

    def _done(self, root: int, e: Ended) -> Statement:
        message = fit(e.outcome.message)
        if e.takes_row:
            # Stays due until its row is gone: whoever comes next only has to remove it.
            moves = {"backend_need_reap": True, "backend_code": SUCCESS, "backend_status": message}
        else:
            moves = {
                "enacted_generation": e.generation,
                "enacted": self._date(declared_at(e.obj)),
                "backend_code": SUCCESS,
                "backend_status": message,
            }
        return self._update(root, e, {**moves, "sync_attempts": 0, "sync_retry_at": None}, {})

    def _open(self, root: int, e: Ended, now: float) -> Statement:
        policy = e.action is Action.POLICY
        kind, says = ("policy", "policy") if policy else ("sync", "backend")
        decision = retry.decide(e.held(f"{kind}_attempts"), e.outcome, self._retry, self._rng, now)
        code = ERROR if isinstance(e.outcome, Failed) else IN_PROGRESS
        moves = {f"{says}_code": code, f"{says}_status": fit(e.outcome.message)}
        # A change that arrived meanwhile is a new chance; it does not pay for this failure.
        unless_changed = {
            f"{kind}_attempts": (decision.attempts, 0),
            f"{kind}_retry_at": (decision.retry_at, None),
        }
        return self._update(root, e, moves, unless_changed)

    def _quarantine(self, root: int, e: Ended) -> Statement:
        policy = e.action is Action.POLICY
        names = ("policy_code", "policy_status") if policy else ("backend_code", "backend_status")
        moves = dict(zip(names, (ERROR, fit(e.outcome.message)), strict=True))
        for name in ("sync", "policy"):
            attempts = retry.failures(e.held(f"{name}_attempts"))
            moves[f"{name}_attempts"] = retry.QUARANTINED + attempts
            moves[f"{name}_retry_at"] = None
        sql, params = self._update(root, e, moves, {})
        # What came meanwhile has to be looked at before it is held, too.
        quote = connections[self._store.using].ops.quote_name
        sql += f" AND {quote('generation')} = %s AND {quote('revision')} = %s"
        return sql, (*params, e.generation, e.revision)

    def _update(
        self,
        root: int,
        e: Ended,
        moves: dict[str, Any],
        unless_changed: dict[str, tuple[Any, Any]],
    ) -> Statement:
        """Return an UPDATE of one object's row that holds only while its claim does."""
        policy = e.action is Action.POLICY
        counter, seen = ("revision", e.revision) if policy else ("generation", e.generation)
        params = [*moves.values()]
        for value, otherwise in unless_changed.values():
            params += [seen, value, otherwise]
        params += [e.obj.pk, e.token, self._store.owner]
        shape = (root, tuple(moves), tuple(unless_changed), counter, e.keep_claim)
        text = self._texts.get(shape)
        if text is None:
            text = self._texts[shape] = self._text(*shape)
        return text, tuple(params)

    def _text(
        self,
        root: int,
        moves: Iterable[str],
        unless_changed: Iterable[str],
        counter: str,
        keep_claim: bool,
    ) -> str:
        quote = connections[self._store.using].ops.quote_name
        sets = [f"{quote(name)} = %s" for name in moves]
        for name in unless_changed:
            # Typed by the column, for databases that want to know the type of a parameter.
            kept = f"CASE WHEN {quote(counter)} = %s THEN %s ELSE %s END"
            cast = "double precision" if name.endswith("_retry_at") else "integer"
            sets.append(f"{quote(name)} = CAST({kept} AS {cast})")
        if not keep_claim:
            sets.append(f"{quote('claim_owner')} = NULL, {quote('claim_expires')} = NULL")
        table = quote(self._store.roots[root]._meta.db_table)
        where = " AND ".join(f"{quote(n)} = %s" for n in ("id", "claim_token", "claim_owner"))
        return f"UPDATE {table} SET {', '.join(sets)} WHERE {where}"  # noqa: S608 - names of columns

    def _date(self, value: datetime | None) -> Any:
        return connections[self._store.using].ops.adapt_datetimefield_value(value)

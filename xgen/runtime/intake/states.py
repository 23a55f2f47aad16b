"""How pull and event steps stand, kept in the database: for restarts, replicas and people.

A pull is claimed before it runs, so of several processes one does it; its next time and its
backoff survive all of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from xgen.runtime import owner as owners
from xgen.runtime.core.intake import BusEvent, IntakeState
from xgen.runtime.outcome import STATUS_LENGTH, fit

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["States", "Status", "statuses"]

SUCCESS, ERROR = 1, 2
#: Seconds for which a claim holds without being renewed.
LEASE = 60.0


class States:
    """The rows of the steps of one synchronizer."""

    def __init__(self, owner: str, using: str) -> None:
        self.owner = owner
        self.using = using

    def ensure(self, steps: Iterable[str]) -> None:
        """Make the rows that are not there yet."""
        names = list(steps)
        known = set(self._rows(names).values_list("step", flat=True))
        missing = [IntakeState(step=name) for name in names if name not in known]
        IntakeState.objects.using(self.using).bulk_create(missing, ignore_conflicts=True)

    def read(self, step: str) -> IntakeState:
        """Return how a step stands."""
        row: IntakeState = self._rows([step]).get()
        return row

    def claim(self, step: str, *, now: float, until: float, dead: Sequence[str] = ()) -> bool:
        """Claim a run that is due; say whether this process may do it."""
        free = Q(claim_owner=None) | Q(claim_expires__lte=now)
        free |= Q(claim_owner__in=[self.owner, *dead])
        rows = self._rows([step]).filter(free, due_at__lte=now)
        return bool(rows.update(claim_owner=self.owner, claim_expires=until, started=now))

    def renew(self, steps: Iterable[str], until: float) -> None:
        """Keep claims."""
        self._mine(steps).update(claim_expires=until)

    def release(self, steps: Iterable[str]) -> None:
        """Give claims up."""
        self._mine(steps).update(claim_owner=None, claim_expires=None)

    def postpone(self, step: str, due_at: float) -> None:
        """Set the next time of a pull that nobody is doing."""
        self._rows([step]).filter(claim_owner=None).update(due_at=due_at)

    def ended(self, step: str, *, release: bool, **moves: Any) -> None:
        """Write how a pull ended, if it is still this process's."""
        if "status" in moves:
            moves["status"] = fit(moves["status"], STATUS_LENGTH)
        if release:
            moves |= {"claim_owner": None, "claim_expires": None}
        self._mine([step]).update(**moves)

    def listen(self, step: str, *, now: float, until: float) -> bool:
        """Claim, or keep, the right to be the one that listens; say whether it is this process's."""
        row = self.read(step)
        free = Q(claim_owner=None) | Q(claim_expires__lte=now)
        free |= Q(claim_owner__in=[self.owner, *dead_owners(row)])
        rows = self._rows([step]).filter(free)
        return bool(rows.update(claim_owner=self.owner, claim_expires=until))

    def report(self, step: str, **moves: Any) -> None:
        """Write how an event step stands; several processes may share its events."""
        if "status" in moves:
            moves["status"] = fit(moves["status"], STATUS_LENGTH)
        self._rows([step]).update(**moves)

    def _rows(self, steps: Iterable[str]) -> Any:
        return IntakeState.objects.using(self.using).filter(step__in=list(steps))

    def _mine(self, steps: Iterable[str]) -> Any:
        return self._rows(steps).filter(claim_owner=self.owner)


def dead_owners(row: IntakeState) -> list[str]:
    """Return the owner of a claim if it is known to be gone."""
    owner = row.claim_owner
    return [owner] if owner and owners.is_surely_dead(owner) else []


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """A pull or event step, as operators see it."""

    step: str
    kind: str
    state: str
    message: str
    records: int
    bad_records: int
    parked: int
    attempts: int
    last: float | None
    next: float | None


def statuses(
    pulls: Iterable[str], events: Iterable[str], *, now: float, using: str
) -> list[Status]:
    """Return how steps stand, also those that have never run."""
    kinds = {**dict.fromkeys(pulls, "pull"), **dict.fromkeys(events, "event")}
    found = {row.step: row for row in IntakeState.objects.using(using).filter(step__in=list(kinds))}
    parked: dict[str, int] = {}
    rows = BusEvent.objects.using(using).filter(step__in=list(kinds), state=BusEvent.PARKED)
    for name in rows.values_list("step", flat=True):
        parked[name] = parked.get(name, 0) + 1
    return [
        _status(name, kind, found.get(name) or IntakeState(step=name), parked.get(name, 0), now)
        for name, kind in kinds.items()
    ]


def _status(name: str, kind: str, row: IntakeState, parked: int, now: float) -> Status:
    running = kind == "pull" and row.claim_owner is not None and (row.claim_expires or 0.0) > now
    words = (
        ("error", row.code == ERROR),
        ("running", running),
        ("parked events", parked > 0),
        ("bad records", row.bad_records > 0),
        ("ok", row.code == SUCCESS),
    )
    return Status(
        step=name,
        kind=kind,
        state=next((word for word, holds in words if holds), "not run yet"),
        message=row.status,
        records=row.records,
        bad_records=row.bad_records,
        parked=parked,
        attempts=row.attempts,
        last=row.ended,
        next=row.due_at or None if kind == "pull" else None,
    )

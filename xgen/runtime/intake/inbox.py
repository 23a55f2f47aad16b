"""Which events have been handled: each once, whatever the bus delivers.

That an event is done is written in the transaction of what the step made of it. Tries are counted
in transactions of their own, for a step that fails and, where in doubt, before it starts: an event
that brings the process down is parked like any other.
"""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from enum import Enum
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction

from xgen.runtime.bus import Event
from xgen.runtime.core.intake import BusEvent
from xgen.runtime.errors import DataError
from xgen.runtime.intake.outage import check_commit
from xgen.runtime.outcome import STATUS_LENGTH, Failed, fit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.db.models import QuerySet

__all__ = ["Inbox", "Verdict", "drop", "parked", "replay"]

_LONGEST_ID = 255
_PRUNE_AT_ONCE = 1000
_CLOSED = (BusEvent.DONE, BusEvent.PARKED)
_OPEN = (BusEvent.FAILING, BusEvent.REPLAY)
_SUSPECT = "the process ended while this event was handled"
_EARLIER = "; before that: "


class Verdict(Enum):
    """What became of an event."""

    DONE = "done"
    DUPLICATE = "duplicate"
    PARKED = "parked"
    AGAIN = "again"


class Inbox:
    """The events of one step."""

    def __init__(self, step: str, tries: int, using: str) -> None:
        self.step = step
        self.tries = tries
        self.using = using

    def handle(
        self, event: Event, event_id: str, work: Callable[[], None], *, now: float
    ) -> Verdict:
        """Do ``work`` and note that the event is done, all in one transaction.

        What ``work`` raises passes through, with nothing written.
        """
        event_id = fitting(event_id)
        with transaction.atomic(using=self.using):
            fresh = BusEvent(
                step=self.step, event_id=event_id, state=BusEvent.DONE, at=now, topic=event.topic
            )
            try:
                with transaction.atomic(using=self.using):
                    fresh.save(using=self.using, force_insert=True)
            except IntegrityError:
                row = self._locked(event_id)
                if row.state in _CLOSED:
                    return Verdict.DUPLICATE
                self._work(work)
                row.state, row.at, row.error, row.value = BusEvent.DONE, now, "", None
                row.headers = {}
                row.save(using=self.using)
            else:
                self._work(work)
        return Verdict.DONE

    def _work(self, work: Callable[[], None]) -> None:
        work()
        check_commit(self.using)

    def suspect(self, event: Event, event_id: str, *, now: float) -> Verdict:
        """Count a try before it starts; says AGAIN if it may start."""
        with self._open(event_id) as row:
            if row.state in _CLOSED:
                return Verdict.DUPLICATE
            row.at = now
            if row.attempts >= self.tries:
                _park(row, event)
                return Verdict.PARKED
            row.attempts += 1
            before = _before(row.error)
            row.error = f"{_SUSPECT}{_EARLIER}{before}" if before else _SUSPECT
            return Verdict.AGAIN

    def failed(
        self, event: Event, event_id: str, outcome: Failed, *, now: float, counted: bool
    ) -> tuple[Verdict, int]:
        """Note that an event failed; returns what becomes of it and how often it has failed.

        ``counted`` says that the try was counted before it started.
        """
        with self._open(event_id) as row:
            if row.state in _CLOSED:
                return Verdict.DUPLICATE, row.attempts
            row.at = now
            row.attempts += not counted
            row.error = fit(outcome.message, STATUS_LENGTH)
            if row.attempts >= self.tries or outcome.permanent:
                _park(row, event)
                return Verdict.PARKED, row.attempts
            return Verdict.AGAIN, row.attempts

    def give_back(self, event_id: str) -> None:
        """Take back a try that was counted before it started and was none."""
        with self._open(event_id) as row:
            if row.state in _OPEN and row.attempts > 0:
                row.attempts -= 1
                row.error = _before(row.error)

    @contextmanager
    def _open(self, event_id: str) -> Iterator[BusEvent]:
        """Lock the row of an event, make it if it is not there, and save it at the end."""
        event_id = fitting(event_id)
        with transaction.atomic(using=self.using):
            BusEvent.objects.using(self.using).bulk_create(
                [BusEvent(step=self.step, event_id=event_id)], ignore_conflicts=True
            )
            row = self._locked(event_id)
            yield row
            row.save(using=self.using)

    def replays(self) -> list[tuple[str, Event]]:
        """Return the parked events that somebody wants to be handled again, with their ids."""
        rows = self._rows().filter(state=BusEvent.REPLAY).order_by("id")[:100]
        return [(row.event_id, event_of(row)) for row in rows]

    def prune(self, before: float) -> int:
        """Forget events that were done before a time; return how many. Parked ones stay."""
        old = self._rows().filter(state=BusEvent.DONE, at__lt=before).order_by("at")
        ids = list(old.values_list("pk", flat=True)[:_PRUNE_AT_ONCE])
        return int(BusEvent.objects.using(self.using).filter(pk__in=ids).delete()[0])

    def _rows(self) -> QuerySet[BusEvent]:
        return BusEvent.objects.using(self.using).filter(step=self.step)

    def _locked(self, event_id: str) -> BusEvent:
        return self._rows().select_for_update().get(event_id=event_id)


def _before(error: str) -> str:
    """Return the last error that was one of the step."""
    return error.removeprefix(_SUSPECT).removeprefix(_EARLIER)


def _park(row: BusEvent, event: Event) -> None:
    """Keep an event with all that it takes to handle it later."""
    row.state = BusEvent.PARKED
    row.topic, row.value = _plain(event.topic), event.value
    row.key = None if event.key is None else _plain(event.key)
    row.headers = {_plain(name): _plain(value) for name, value in event.headers.items()}
    row.published = event.time


def event_of(row: BusEvent) -> Event:
    """Return an event as it was when it was parked."""
    return Event(
        id=row.event_id,
        topic=row.topic,
        key=row.key,
        value=bytes(row.value or b""),
        headers=row.headers,
        time=row.published,
        lane=f"replay {row.pk}",
    )


def parked(package: str, *, using: str = "default") -> list[BusEvent]:
    """Return the events of a package that wait for somebody's decision, oldest first."""
    return list(_undecided(package, using).order_by("id"))


def replay(package: str, number: int, *, using: str = "default") -> BusEvent:
    """Ask for a parked event to be handled again, with all its tries."""
    return _decide(package, number, using, {"state": BusEvent.REPLAY, "attempts": 0})


def drop(package: str, number: int, *, using: str = "default") -> BusEvent:
    """Give a parked event up; should the bus deliver it again, it is a duplicate."""
    moves: dict[str, Any] = {"state": BusEvent.DONE, "value": None, "headers": {}, "key": None}
    return _decide(package, number, using, moves)


def _decide(package: str, number: int, using: str, moves: dict[str, Any]) -> BusEvent:
    rows = _undecided(package, using).filter(pk=number)
    row = rows.first()
    if row is None or not rows.update(**moves):
        raise DataError(f"there is no parked event {number}")
    return row


def _undecided(package: str, using: str) -> QuerySet[BusEvent]:
    # By the package and not by the steps it has now: one may have been taken away.
    rows = BusEvent.objects.using(using).filter(step__startswith=f"{package}.")
    return rows.filter(state__in=[BusEvent.PARKED, BusEvent.REPLAY])


def fitting(event_id: str) -> str:
    """Return an id that fits its column; long ones are told apart by their digest."""
    plain = _plain(event_id)
    if len(plain) <= _LONGEST_ID:
        return plain
    digest = hashlib.sha256(event_id.encode()).hexdigest()
    return f"{plain[: _LONGEST_ID - len(digest) - 1]}#{digest}"


def _plain(text: str) -> str:
    return text.replace("\x00", "")  # PostgreSQL stores no NUL

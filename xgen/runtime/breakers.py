"""The open circuit breakers in the database: all processes see them, and restarts keep them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from xgen.runtime import history
from xgen.runtime.core.engine import OpenBreaker
from xgen.runtime.gate import Opening
from xgen.runtime.outcome import fit

if TYPE_CHECKING:
    from collections.abc import Mapping


def read(synchronizer: str, using: str | None = None) -> dict[str, Opening]:
    """Return the open breakers of a synchronizer by back-end, with one query."""
    rows = OpenBreaker.objects.using(using).filter(synchronizer=synchronizer)
    return {
        row.backend: Opening(
            since=row.since,
            until=row.until,
            wait=row.wait,
            failures=row.failures,
            reason=row.reason,
        )
        for row in rows
    }


def write(
    synchronizer: str, changed: Mapping[str, Opening | None], now: float, using: str | None = None
) -> list[str]:
    """Store which breakers are open and which (None) no longer; return those that opened now."""
    rows = OpenBreaker.objects.using(using).filter(synchronizer=synchronizer)
    opened: list[str] = []
    told: list[tuple[str, str]] = []
    with transaction.atomic(using=using):
        for name, opening in changed.items():
            if opening is None:
                if rows.filter(backend=name).delete()[0]:
                    told.append((history.BREAKER_CLOSED, f"back-end {name}"))
                continue
            values = {
                "since": opening.since,
                "until": opening.until,
                "wait": opening.wait,
                "failures": opening.failures,
                "reason": fit(opening.reason),
            }
            made = rows.update_or_create(synchronizer=synchronizer, backend=name, defaults=values)
            if made[1]:
                told.append((history.BREAKER_OPENED, f"back-end {name}: {values['reason']}"))
                opened.append(name)
        notes = [
            history.Note(root="", pk=0, model="", name=synchronizer, what=what, text=text)
            for what, text in told
        ]
        history.write(notes, now, using=using)
    return opened


def try_now(synchronizer: str, now: float) -> int:
    """Let each open breaker try its back-end at once; return how many were waiting."""
    rows = OpenBreaker.objects.filter(synchronizer=synchronizer, until__gt=now)
    return rows.update(until=now)

"""Asks steps what they would change. The database is read-only meanwhile, whatever they try."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import structlog
from django.db import DatabaseError, connections

from xgen.runtime import secrets
from xgen.runtime.outcome import Done, outcome_of
from xgen.runtime.step import SyncStep
from xgen.runtime.writer import Writer, writing_as

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from xgen.runtime.forecast import Planned
    from xgen.runtime.store import Store

_ASKED = frozenset({"create", "update", "delete"})


def preview(store: Store, planned: Iterable[Planned]) -> None:
    """Fill in the changes of runs whose steps can tell them."""
    with read_only(store.using):
        for one in planned:
            if one.action in _ASKED and one.obj is not None:
                one.changes = _changes(store, one)


def _changes(store: Store, planned: Planned) -> list[str] | None:
    o = planned.obj
    work = store.registry.work.get(o.leaf_model_name)
    if work is None or work.step is None or work.step.plan is SyncStep.plan:
        return None
    step = work.step(store.registry.context)
    step.log = structlog.stdlib.get_logger("xgen.runtime").bind(
        model=planned.model, id=planned.id, step=type(step).__name__
    )
    with secrets.hiding(secrets.values_of(o)):
        try:
            # On no object: a handle that is assigned here is not saved, nor is anything else.
            with writing_as(Writer.STEP):
                lines = step.plan(o)
                return None if lines is None else [_clean(line) for line in lines]
        except DatabaseError as error:
            return [f"cannot tell: a plan must not write to the database: {error}"]
        except Exception as error:  # noqa: BLE001 - all that an author's step may raise
            outcome = outcome_of(error)
            reason = "nothing more is known" if isinstance(outcome, Done) else outcome.message
            return [_clean(f"cannot tell: {reason}")]


def _clean(line: Any) -> str:
    return secrets.redact_text(str(line))


@contextmanager
def read_only(using: str) -> Iterator[None]:
    """Let the database refuse every write of this thread."""
    connection = connections[using]
    sqlite = connection.vendor == "sqlite"
    on = "PRAGMA query_only = ON" if sqlite else "SET default_transaction_read_only = on"
    off = "PRAGMA query_only = OFF" if sqlite else "SET default_transaction_read_only = off"
    with connection.cursor() as cursor:
        cursor.execute(on)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(off)

"""One run of a pull or event step: what it may use, and what it has done so far."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models.signals import post_save
from django.utils import timezone

from xgen.runtime import secrets
from xgen.runtime.errors import PendingChange
from xgen.runtime.execution import LazyLogger
from xgen.runtime.kinds import is_object, shape_of
from xgen.runtime.outcome import fit, outcome_of
from xgen.runtime.writer import Writer, current

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from xgen.runtime.models import Object
    from xgen.runtime.registry import Registry
    from xgen.runtime.results import Results

__all__ = ["AbandonedError", "Run"]

_SHOWN = 200


class AbandonedError(Exception):
    """The run took too long or the synchronizer stops; what it still does is not wanted."""


@dataclass(slots=True, eq=False)
class Run:
    """A run of a step. Used by its thread; only ``abandoned`` is set from outside."""

    step: str
    registry: Registry
    results: Results
    using: str
    model: str | None = None
    began: datetime = field(default_factory=timezone.now)
    abandoned: threading.Event = field(default_factory=threading.Event)
    records: int = 0
    bad: int = 0
    first_error: str = ""
    seen: dict[type[Object], set[int]] = field(default_factory=dict)
    boots: dict[str, str] = field(default_factory=dict)
    """By name of a back-end, what it said when asked since when it runs."""
    log: Any = None

    def __post_init__(self) -> None:
        if self.log is None:
            self.log = LazyLogger(
                step=self.step.rpartition(".")[2],
                synchronizer=self.registry.context.synchronizer,
                **({"model": self.model} if self.model else {}),
            )

    def check(self) -> None:
        """Raise if the run is not wanted any more."""
        if self.abandoned.is_set():
            raise AbandonedError(f"{self.step} was given up on")

    def saw(self, o: Object) -> None:
        """Take note that the back-end has an object."""
        self.seen.setdefault(shape_of(type(o)).root, set()).add(o.pk)

    def failed(self, raw: object, error: Exception) -> None:
        """Report a record that could not be taken in."""
        if isinstance(error, PendingChange):
            self.log.info("not pulled", why=str(error))
            return
        self.bad += 1
        message = secrets.redact_text(outcome_of(error).message)
        shown = fit(repr(secrets.redact(raw)), _SHOWN)
        self.first_error = self.first_error or message
        self.log.error("bad record", error=message, record=shown)

    def changed(self, objects: Iterable[Object]) -> None:
        """Make due again what depends on objects that came in changed."""
        self.results.changed_at_the_back_end(objects)


def _saved(
    *, instance: Any, created: bool, update_fields: frozenset[str] | None, **_: object
) -> None:
    """Tell the run in which an object was saved whose declared state is another now."""
    writing = current()
    if writing.writer is not Writer.PULL or not isinstance(writing.on, Run):
        return
    if is_object(type(instance)) and (created or "generation" in (update_fields or ())):
        writing.on.changed([instance])


post_save.connect(_saved, dispatch_uid="xgen.runtime.intake")

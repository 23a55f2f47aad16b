"""What operators are told: the words for states, counts by model, and why an object is in one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from xgen.runtime.pauses import Pause

IN_SYNC, DUE, RUNNING, IN_ERROR = "in sync", "due", "running", "error"
BLOCKED, DEFERRED, DELETING, HELD = "blocked", "deferred", "deleting", "held back"
PAUSED, LIMITED, QUARANTINED = "paused", "limited", "quarantined"
ELSEWHERE = "not synced by this service"


@dataclass(slots=True, kw_only=True)
class ModelStatus:
    """How many objects of one model are in which state; each counts once."""

    model: str
    in_sync: int = 0
    due: int = 0
    running: int = 0
    error: int = 0
    blocked: int = 0
    deferred: int = 0
    deleting: int = 0
    paused: int = 0
    """Dirty, and an operator wants it to be left alone."""
    held_back: int = 0
    """Dirty, and an operator's switch keeps them so."""
    limited: int = 0
    """They could start, but for a limit or an open breaker."""
    quarantined: int = 0
    """They do not settle, and are left alone."""

    @property
    def total(self) -> int:
        """Return how many objects there are."""
        return self.in_sync + self.unfinished

    @property
    def unfinished(self) -> int:
        """Return how many objects are not in sync."""
        dirty = self.due + self.running + self.error + self.blocked
        held = self.paused + self.held_back + self.limited + self.quarantined
        return dirty + self.deferred + self.deleting + held


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocker:
    """An object that is waited for, with its state and what it says about itself."""

    name: str
    state: str
    status: str

    def __str__(self) -> str:
        return f"{self.name}: {self.status}" if self.status else f"{self.name} ({self.state})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """Why an object is in its state. Times are unix seconds."""

    name: str
    state: str
    action: str
    """What is to be done next."""
    since: datetime | None
    """When somebody last changed what is declared."""
    attempts: int
    next_attempt: float | None
    """None: as soon as possible if it is due, else when something changes."""
    status: str
    policy_status: str
    waits_for: tuple[Blocker, ...] = ()
    root_causes: tuple[Blocker, ...] = ()
    claimed_by: str | None = None
    claim_expires: float | None = None
    failing_since: float | None = None
    """When the first of its failures in a row was."""
    paused: Pause | None = None
    limit: str | None = None
    """The limit or open breaker that holds it."""
    notes: tuple[str, ...] = ()

    def __str__(self) -> str:
        if self.root_causes:
            return f"blocked by {'; '.join(str(cause) for cause in self.root_causes)}"
        if self.paused and self.state == PAUSED:
            return f"paused by {self.paused.who}" + (
                f": {self.paused.why}" if self.paused.why else ""
            )
        if self.limit and self.state in (LIMITED, DELETING):
            return f"{self.state}: {self.limit}"
        return f"{self.state}: {self.status}" if self.status else self.state

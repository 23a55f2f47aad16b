"""How many runs of a synchronizer ended how."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from xgen.runtime.outcome import Deferred, Failed, Quarantined
from xgen.runtime.reconcile import Action

if TYPE_CHECKING:
    from xgen.runtime.ended import Ended


@dataclass(slots=True)
class Counts:
    """How many runs ended how."""

    synced: int = 0
    deleted: int = 0
    policies: int = 0
    failed: int = 0
    deferred: int = 0

    def add(self, e: Ended) -> None:
        """Count a run."""
        if isinstance(e.outcome, Failed | Quarantined):
            self.failed += 1
        elif isinstance(e.outcome, Deferred):
            self.deferred += 1
        elif e.action is Action.POLICY:
            self.policies += 1
        elif e.action is Action.SYNC:
            self.synced += 1
        else:
            self.deleted += 1

"""A run that ended, on its way into the database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from xgen.runtime.outcome import Done, Outcome
from xgen.runtime.reconcile import Action

if TYPE_CHECKING:
    from xgen.runtime.models import Object


@dataclass(slots=True)
class Ended:
    """A run that ended: on which object, as it was loaded, and how."""

    key: int
    action: Action
    obj: Object
    token: int
    generation: int
    revision: int
    outcome: Outcome
    unsaved: bool = False
    """The step left feedback on the object that is not in the database yet."""
    keep_claim: bool = False
    """The run was given up on but its thread has not ended; nobody may start another one."""

    @property
    def is_synced(self) -> bool:
        """Say whether the back-end now has what is declared."""
        return self.action is Action.SYNC and isinstance(self.outcome, Done)

    @property
    def takes_row(self) -> bool:
        """Say whether the row of the object may go."""
        return self.action in (Action.DELETE, Action.REAP) and isinstance(self.outcome, Done)

    def held(self, name: str) -> int:
        """Return a counter as it was when the object was loaded."""
        return int(self.obj.__dict__.get(name) or 0)

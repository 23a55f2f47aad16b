"""What follows from a change of any SyncStep."""

from kinds._generated.models import SyncStep
from kinds._generated.policies import SyncStepPolicyBase


class SyncStepPolicy(SyncStepPolicyBase):
    """Derives other objects and fields from each SyncStep; runs before its step."""

    def handle_create(self, o: SyncStep) -> None:
        """Act on a new object."""

    def handle_update(self, o: SyncStep) -> None:
        """Act on an object that a user or its step changed."""

    def handle_delete(self, o: SyncStep) -> None:
        """Act on a deleted object, while its row is still there."""

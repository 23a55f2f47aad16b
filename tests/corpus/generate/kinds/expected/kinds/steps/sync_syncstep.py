"""Syncs each SyncStep."""

from kinds._generated.models import SyncStep
from kinds._generated.steps import SyncSyncStepBase


class SyncSyncStep(SyncSyncStepBase):
    """Keeps the back-end as each SyncStep declares it."""

    def sync_record(self, o: SyncStep) -> None:
        """Create or update it in the back-end. Runs again until it returns."""
        super().sync_record(o)  # not implemented yet: put your code here instead

    def delete_record(self, o: SyncStep) -> None:
        """Remove it from the back-end; fine if it is not there."""
        super().delete_record(o)  # likewise

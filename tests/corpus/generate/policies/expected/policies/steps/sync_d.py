"""Syncs each D."""

from policies._generated.models import D
from policies._generated.steps import SyncDBase


class SyncD(SyncDBase):
    """Keeps the back-end as each D declares it."""

    def sync_record(self, o: D) -> None:
        """Create or update it in the back-end. Runs again until it returns."""
        super().sync_record(o)  # not implemented yet: put your code here instead

    def delete_record(self, o: D) -> None:
        """Remove it from the back-end; fine if it is not there."""
        super().delete_record(o)  # likewise

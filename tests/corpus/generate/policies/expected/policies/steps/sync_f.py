"""Syncs each F."""

from policies._generated.models import F
from policies._generated.steps import SyncFBase


class SyncF(SyncFBase):
    """Keeps the back-end as each F declares it."""

    def sync_record(self, o: F) -> None:
        """Create or update it in the back-end. Runs again until it returns."""
        super().sync_record(o)  # not implemented yet: put your code here instead

    def delete_record(self, o: F) -> None:
        """Remove it from the back-end; fine if it is not there."""
        super().delete_record(o)  # likewise

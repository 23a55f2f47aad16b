"""Syncs each E."""

from policies._generated.models import E
from policies._generated.steps import SyncEBase


class SyncE(SyncEBase):
    """Keeps the back-end as each E declares it."""

    def sync_record(self, o: E) -> None:
        """Create or update it in the back-end. Runs again until it returns."""
        super().sync_record(o)  # not implemented yet: put your code here instead

    def delete_record(self, o: E) -> None:
        """Remove it from the back-end; fine if it is not there."""
        super().delete_record(o)  # likewise

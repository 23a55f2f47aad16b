"""Syncs each Names."""

from kinds._generated.models import Names
from kinds._generated.steps import SyncNamesBase


class SyncNames(SyncNamesBase):
    """Keeps the back-end as each Names declares it."""

    def sync_record(self, o: Names) -> None:
        """Create or update it in the back-end. Runs again until it returns."""
        super().sync_record(o)  # not implemented yet: put your code here instead

    def delete_record(self, o: Names) -> None:
        """Remove it from the back-end; fine if it is not there."""
        super().delete_record(o)  # likewise

"""Syncs each C."""

from policies._generated.models import C
from policies._generated.steps import SyncCBase


class SyncC(SyncCBase):
    """Keeps the back-end as each C declares it."""

    def sync_record(self, o: C) -> None:
        """Create or update it in the back-end. Runs again until it returns."""
        super().sync_record(o)  # not implemented yet: put your code here instead

    def delete_record(self, o: C) -> None:
        """Remove it from the back-end; fine if it is not there."""
        super().delete_record(o)  # likewise

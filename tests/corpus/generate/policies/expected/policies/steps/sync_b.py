"""Syncs each B."""

from policies._generated.models import B
from policies._generated.steps import SyncBBase


class SyncB(SyncBBase):
    """Keeps the back-end as each B declares it."""

    def sync_record(self, o: B) -> None:
        """Create or update it in the back-end. Runs again until it returns."""
        super().sync_record(o)  # not implemented yet: put your code here instead

    def delete_record(self, o: B) -> None:
        """Remove it from the back-end; fine if it is not there."""
        super().delete_record(o)  # likewise

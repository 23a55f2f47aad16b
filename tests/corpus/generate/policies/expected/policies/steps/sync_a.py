"""Syncs each A."""

from policies._generated.models import A
from policies._generated.steps import SyncABase


class SyncA(SyncABase):
    """Keeps the back-end as each A declares it."""

    def sync_record(self, o: A) -> None:
        """Create or update it in the back-end. Runs again until it returns."""
        super().sync_record(o)  # not implemented yet: put your code here instead

    def delete_record(self, o: A) -> None:
        """Remove it from the back-end; fine if it is not there."""
        super().delete_record(o)  # likewise

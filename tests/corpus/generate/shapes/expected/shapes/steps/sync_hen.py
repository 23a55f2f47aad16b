"""Syncs each Hen."""

from shapes._generated.models import Hen
from shapes._generated.steps import SyncHenBase


class SyncHen(SyncHenBase):
    """Keeps the back-end as each Hen declares it."""

    def sync_record(self, o: Hen) -> None:
        """Create or update it in the back-end. Runs again until it returns."""
        super().sync_record(o)  # not implemented yet: put your code here instead

    def delete_record(self, o: Hen) -> None:
        """Remove it from the back-end; fine if it is not there."""
        super().delete_record(o)  # likewise

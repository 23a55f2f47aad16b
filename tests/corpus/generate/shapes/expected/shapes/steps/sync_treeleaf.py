"""Syncs each TreeLeaf."""

from shapes._generated.models import TreeLeaf
from shapes._generated.steps import SyncTreeLeafBase


class SyncTreeLeaf(SyncTreeLeafBase):
    """Keeps the back-end as each TreeLeaf declares it."""

    def sync_record(self, o: TreeLeaf) -> None:
        """Create or update it in the back-end. Runs again until it returns."""
        super().sync_record(o)  # not implemented yet: put your code here instead

    def delete_record(self, o: TreeLeaf) -> None:
        """Remove it from the back-end; fine if it is not there."""
        super().delete_record(o)  # likewise

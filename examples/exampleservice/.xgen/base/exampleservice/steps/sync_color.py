"""Syncs each Color."""

from exampleservice._generated.models import Color
from exampleservice._generated.steps import SyncColorBase


class SyncColor(SyncColorBase):
    """Keeps the back-end as each Color declares it."""

    def sync_record(self, o: Color) -> None:
        """Create or update it in the back-end. Runs again until it returns."""
        super().sync_record(o)  # not implemented yet: put your code here instead

    def delete_record(self, o: Color) -> None:
        """Remove it from the back-end; fine if it is not there."""
        super().delete_record(o)  # likewise

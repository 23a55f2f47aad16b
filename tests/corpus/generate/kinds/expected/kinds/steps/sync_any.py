"""Syncs each Any."""

from kinds._generated.models import Any
from kinds._generated.steps import SyncAnyBase


class SyncAny(SyncAnyBase):
    """Keeps the back-end as each Any declares it."""

    def sync_record(self, o: Any) -> None:
        """Create or update it in the back-end. Runs again until it returns."""
        super().sync_record(o)  # not implemented yet: put your code here instead

    def delete_record(self, o: Any) -> None:
        """Remove it from the back-end; fine if it is not there."""
        super().delete_record(o)  # likewise

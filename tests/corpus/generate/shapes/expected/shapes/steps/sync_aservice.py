"""Syncs each AService."""

from shapes._generated.models import AService
from shapes._generated.steps import SyncAServiceBase


class SyncAService(SyncAServiceBase):
    """Keeps the back-end as each AService declares it."""

    def sync_record(self, o: AService) -> None:
        """Create or update it in the back-end. Runs again until it returns."""
        super().sync_record(o)  # not implemented yet: put your code here instead

    def delete_record(self, o: AService) -> None:
        """Remove it from the back-end; fine if it is not there."""
        super().delete_record(o)  # likewise

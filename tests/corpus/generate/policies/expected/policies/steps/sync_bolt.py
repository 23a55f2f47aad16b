"""Syncs each Bolt."""

from policies._generated.models import Bolt
from policies._generated.steps import SyncBoltBase


class SyncBolt(SyncBoltBase):
    """Keeps the back-end as each Bolt declares it."""

    def sync_record(self, o: Bolt) -> None:
        """Create or update it in the back-end. Runs again until it returns."""
        super().sync_record(o)  # not implemented yet: put your code here instead

    def delete_record(self, o: Bolt) -> None:
        """Remove it from the back-end; fine if it is not there."""
        super().delete_record(o)  # likewise

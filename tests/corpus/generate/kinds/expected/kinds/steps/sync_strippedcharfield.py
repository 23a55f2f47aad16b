"""Syncs each StrippedCharField."""

from kinds._generated.models import StrippedCharField
from kinds._generated.steps import SyncStrippedCharFieldBase


class SyncStrippedCharField(SyncStrippedCharFieldBase):
    """Keeps the back-end as each StrippedCharField declares it."""

    def sync_record(self, o: StrippedCharField) -> None:
        """Create or update it in the back-end. Runs again until it returns."""
        super().sync_record(o)  # not implemented yet: put your code here instead

    def delete_record(self, o: StrippedCharField) -> None:
        """Remove it from the back-end; fine if it is not there."""
        super().delete_record(o)  # likewise

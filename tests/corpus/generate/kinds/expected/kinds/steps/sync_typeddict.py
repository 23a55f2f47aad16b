"""Syncs each TypedDict."""

from kinds._generated.models import TypedDict
from kinds._generated.steps import SyncTypedDictBase


class SyncTypedDict(SyncTypedDictBase):
    """Keeps the back-end as each TypedDict declares it."""

    def sync_record(self, o: TypedDict) -> None:
        """Create or update it in the back-end. Runs again until it returns."""
        super().sync_record(o)  # not implemented yet: put your code here instead

    def delete_record(self, o: TypedDict) -> None:
        """Remove it from the back-end; fine if it is not there."""
        super().delete_record(o)  # likewise

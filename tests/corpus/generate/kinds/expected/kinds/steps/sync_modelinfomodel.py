"""Syncs each ModelInfoModel."""

from kinds._generated.models import ModelInfoModel
from kinds._generated.steps import SyncModelInfoModelBase


class SyncModelInfoModel(SyncModelInfoModelBase):
    """Keeps the back-end as each ModelInfoModel declares it."""

    def sync_record(self, o: ModelInfoModel) -> None:
        """Create or update it in the back-end. Runs again until it returns."""
        super().sync_record(o)  # not implemented yet: put your code here instead

    def delete_record(self, o: ModelInfoModel) -> None:
        """Remove it from the back-end; fine if it is not there."""
        super().delete_record(o)  # likewise

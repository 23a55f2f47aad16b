"""Syncs each Shade, as its base does."""

from paint.common import MyBase

from .._generated.steps import SyncShadeBase


class SyncShade(MyBase, SyncShadeBase):
    """Has all that it needs."""

    def sync_record(self, o):
        """Leave it to the base."""
        super().sync_record(o)

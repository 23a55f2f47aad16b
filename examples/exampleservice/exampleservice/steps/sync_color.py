"""Syncs each Color."""

from exampleservice._generated.models import Color
from exampleservice._generated.steps import SyncColorBase


class SyncColor(SyncColorBase):
    """A colour has no place of its own in the back-end: the pages carry it."""

    def sync_record(self, o: Color) -> None:
        """Do nothing: the pages that use it are published anew when it changes."""

    def delete_record(self, o: Color) -> None:
        """Do nothing, for the same reason."""

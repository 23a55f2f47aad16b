"""Syncs each EmbeddedImage."""

from exampleservice._generated.models import EmbeddedImage
from exampleservice._generated.steps import SyncEmbeddedImageBase


class SyncEmbeddedImage(SyncEmbeddedImageBase):
    """Keeps the back-end as each EmbeddedImage declares it."""

    def sync_record(self, o: EmbeddedImage) -> None:
        """Create or update it in the back-end. Runs again until it returns."""
        super().sync_record(o)  # not implemented yet: put your code here instead

    def delete_record(self, o: EmbeddedImage) -> None:
        """Remove it from the back-end; fine if it is not there."""
        super().delete_record(o)  # likewise

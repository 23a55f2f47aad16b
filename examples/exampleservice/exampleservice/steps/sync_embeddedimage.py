"""Syncs each EmbeddedImage."""

from exampleservice._generated.models import EmbeddedImage
from exampleservice._generated.steps import SyncEmbeddedImageBase


class SyncEmbeddedImage(SyncEmbeddedImageBase):
    """An image is part of its page: the policy of this model has that published anew."""

    def sync_record(self, o: EmbeddedImage) -> None:
        """Note which page shows the image now."""
        o.backend_handle = str(o.serviceinstance_id or "")

    def delete_record(self, o: EmbeddedImage) -> None:
        """Do nothing: the page goes on without the image."""

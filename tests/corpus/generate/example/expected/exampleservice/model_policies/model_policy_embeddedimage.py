"""What follows from a change of any EmbeddedImage."""

from exampleservice._generated.models import EmbeddedImage
from exampleservice._generated.policies import EmbeddedImagePolicyBase


class EmbeddedImagePolicy(EmbeddedImagePolicyBase):
    """Derives other objects and fields from each EmbeddedImage; runs before its step."""

    def handle_create(self, o: EmbeddedImage) -> None:
        """Act on a new object."""

    def handle_update(self, o: EmbeddedImage) -> None:
        """Act on an object that a user or its step changed."""

    def handle_delete(self, o: EmbeddedImage) -> None:
        """Act on a deleted object, while its row is still there."""

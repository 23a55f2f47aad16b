"""What follows from a change of an EmbeddedImage."""

from exampleservice._generated.models import EmbeddedImage, ExampleServiceInstance
from exampleservice._generated.policies import EmbeddedImagePolicyBase


class EmbeddedImagePolicy(EmbeddedImagePolicyBase):
    """Has the page of an image published anew whenever the image comes, changes or goes."""

    def handle_create(self, o: EmbeddedImage) -> None:
        """Act on a new image."""
        # The step notes the page that shows the image; when the image moves, both change.
        pages = {o.serviceinstance_id, int(o.backend_handle or 0)}
        for page in ExampleServiceInstance.objects.filter(pk__in=pages - {None}):
            page.resync()

    def handle_update(self, o: EmbeddedImage) -> None:
        """Act on a changed image."""
        self.handle_create(o)

    def handle_delete(self, o: EmbeddedImage) -> None:
        """Act on a deleted image."""
        self.handle_create(o)

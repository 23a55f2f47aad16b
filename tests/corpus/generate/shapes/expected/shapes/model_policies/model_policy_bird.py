"""What follows from a change of any Bird."""

from shapes._generated.models import Bird
from shapes._generated.policies import BirdPolicyBase


class BirdPolicy(BirdPolicyBase):
    """Derives other objects and fields from each Bird; runs before its step."""

    def handle_create(self, o: Bird) -> None:
        """Act on a new object."""

    def handle_update(self, o: Bird) -> None:
        """Act on an object that a user or its step changed."""

    def handle_delete(self, o: Bird) -> None:
        """Act on a deleted object, while its row is still there."""

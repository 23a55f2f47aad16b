"""What follows from a change of any Place."""

from shapes._generated.models import Place
from shapes._generated.policies import PlacePolicyBase


class PlacePolicy(PlacePolicyBase):
    """Derives other objects and fields from each Place; runs before its step."""

    def handle_create(self, o: Place) -> None:
        """Act on a new object."""

    def handle_update(self, o: Place) -> None:
        """Act on an object that a user or its step changed."""

    def handle_delete(self, o: Place) -> None:
        """Act on a deleted object, while its row is still there."""

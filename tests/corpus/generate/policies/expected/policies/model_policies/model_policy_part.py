"""What follows from a change of any Part."""

from policies._generated.models import Part
from policies._generated.policies import PartPolicyBase


class PartPolicy(PartPolicyBase):
    """Derives other objects and fields from each Part; runs before its step."""

    def handle_create(self, o: Part) -> None:
        """Act on a new object."""

    def handle_update(self, o: Part) -> None:
        """Act on an object that a user or its step changed."""

    def handle_delete(self, o: Part) -> None:
        """Act on a deleted object, while its row is still there."""

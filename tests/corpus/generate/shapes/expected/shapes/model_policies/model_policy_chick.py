"""What follows from a change of any Chick."""

from shapes._generated.models import Chick
from shapes._generated.policies import ChickPolicyBase


class ChickPolicy(ChickPolicyBase):
    """Derives other objects and fields from each Chick; runs before its step."""

    def handle_create(self, o: Chick) -> None:
        """Act on a new object."""

    def handle_update(self, o: Chick) -> None:
        """Act on an object that a user or its step changed."""

    def handle_delete(self, o: Chick) -> None:
        """Act on a deleted object, while its row is still there."""

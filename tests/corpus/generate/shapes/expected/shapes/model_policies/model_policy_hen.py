"""What follows from a change of any Hen."""

from shapes._generated.models import Hen
from shapes._generated.policies import HenPolicyBase


class HenPolicy(HenPolicyBase):
    """Derives other objects and fields from each Hen; runs before its step."""

    def handle_create(self, o: Hen) -> None:
        """Act on a new object."""

    def handle_update(self, o: Hen) -> None:
        """Act on an object that a user or its step changed."""

    def handle_delete(self, o: Hen) -> None:
        """Act on a deleted object, while its row is still there."""

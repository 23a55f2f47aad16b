"""What follows from a change of any Egg."""

from shapes._generated.models import Egg
from shapes._generated.policies import EggPolicyBase


class EggPolicy(EggPolicyBase):
    """Derives other objects and fields from each Egg; runs before its step."""

    def handle_create(self, o: Egg) -> None:
        """Act on a new object."""

    def handle_update(self, o: Egg) -> None:
        """Act on an object that a user or its step changed."""

    def handle_delete(self, o: Egg) -> None:
        """Act on a deleted object, while its row is still there."""

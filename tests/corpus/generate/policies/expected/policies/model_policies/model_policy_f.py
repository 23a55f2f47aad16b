"""What follows from a change of any F."""

from policies._generated.models import F
from policies._generated.policies import FPolicyBase


class FPolicy(FPolicyBase):
    """Derives other objects and fields from each F; runs before its step."""

    def handle_create(self, o: F) -> None:
        """Act on a new object."""

    def handle_update(self, o: F) -> None:
        """Act on an object that a user or its step changed."""

    def handle_delete(self, o: F) -> None:
        """Act on a deleted object, while its row is still there."""

"""What follows from a change of any D."""

from policies._generated.models import D
from policies._generated.policies import DPolicyBase


class DPolicy(DPolicyBase):
    """Derives other objects and fields from each D; runs before its step."""

    def handle_create(self, o: D) -> None:
        """Act on a new object."""

    def handle_update(self, o: D) -> None:
        """Act on an object that a user or its step changed."""

    def handle_delete(self, o: D) -> None:
        """Act on a deleted object, while its row is still there."""

"""What follows from a change of any Bolt."""

from policies._generated.models import Bolt
from policies._generated.policies import BoltPolicyBase


class BoltPolicy(BoltPolicyBase):
    """Derives other objects and fields from each Bolt; runs before its step."""

    def handle_create(self, o: Bolt) -> None:
        """Act on a new object."""

    def handle_update(self, o: Bolt) -> None:
        """Act on an object that a user or its step changed."""

    def handle_delete(self, o: Bolt) -> None:
        """Act on a deleted object, while its row is still there."""

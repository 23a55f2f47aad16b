"""What follows from a change of any B."""

from policies._generated.models import B
from policies._generated.policies import BPolicyBase


class BPolicy(BPolicyBase):
    """Derives other objects and fields from each B; runs before its step."""

    def handle_create(self, o: B) -> None:
        """Act on a new object."""

    def handle_update(self, o: B) -> None:
        """Act on an object that a user or its step changed."""

    def handle_delete(self, o: B) -> None:
        """Act on a deleted object, while its row is still there."""

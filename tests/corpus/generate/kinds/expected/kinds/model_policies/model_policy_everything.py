"""What follows from a change of any Everything."""

from kinds._generated.models import Everything
from kinds._generated.policies import EverythingPolicyBase


class EverythingPolicy(EverythingPolicyBase):
    """Derives other objects and fields from each Everything; runs before its step."""

    def handle_create(self, o: Everything) -> None:
        """Act on a new object."""

    def handle_update(self, o: Everything) -> None:
        """Act on an object that a user or its step changed."""

    def handle_delete(self, o: Everything) -> None:
        """Act on a deleted object, while its row is still there."""

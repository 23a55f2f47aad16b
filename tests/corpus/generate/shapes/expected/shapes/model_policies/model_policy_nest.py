"""What follows from a change of any Nest."""

from shapes._generated.models import Nest
from shapes._generated.policies import NestPolicyBase


class NestPolicy(NestPolicyBase):
    """Derives other objects and fields from each Nest; runs before its step."""

    def handle_create(self, o: Nest) -> None:
        """Act on a new object."""

    def handle_update(self, o: Nest) -> None:
        """Act on an object that a user or its step changed."""

    def handle_delete(self, o: Nest) -> None:
        """Act on a deleted object, while its row is still there."""

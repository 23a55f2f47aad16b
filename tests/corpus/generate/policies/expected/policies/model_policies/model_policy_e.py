"""What follows from a change of any E."""

from policies._generated.models import E
from policies._generated.policies import EPolicyBase


class EPolicy(EPolicyBase):
    """Derives other objects and fields from each E; runs before its step."""

    def handle_create(self, o: E) -> None:
        """Act on a new object."""

    def handle_update(self, o: E) -> None:
        """Act on an object that a user or its step changed."""

    def handle_delete(self, o: E) -> None:
        """Act on a deleted object, while its row is still there."""

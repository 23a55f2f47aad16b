"""What follows from a change of any A."""

from policies._generated.models import A
from policies._generated.policies import APolicyBase


class APolicy(APolicyBase):
    """Derives other objects and fields from each A; runs before its step."""

    def handle_create(self, o: A) -> None:
        """Act on a new object."""

    def handle_update(self, o: A) -> None:
        """Act on an object that a user or its step changed."""

    def handle_delete(self, o: A) -> None:
        """Act on a deleted object, while its row is still there."""

"""What follows from a change of any AnInstance."""

from shapes._generated.models import AnInstance
from shapes._generated.policies import AnInstancePolicyBase


class AnInstancePolicy(AnInstancePolicyBase):
    """Derives other objects and fields from each AnInstance; runs before its step."""

    def handle_create(self, o: AnInstance) -> None:
        """Act on a new object."""

    def handle_update(self, o: AnInstance) -> None:
        """Act on an object that a user or its step changed."""

    def handle_delete(self, o: AnInstance) -> None:
        """Act on a deleted object, while its row is still there."""

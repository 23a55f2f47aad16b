"""What follows from a change of any AService."""

from shapes._generated.models import AService
from shapes._generated.policies import AServicePolicyBase


class AServicePolicy(AServicePolicyBase):
    """Derives other objects and fields from each AService; runs before its step."""

    def handle_create(self, o: AService) -> None:
        """Act on a new object."""

    def handle_update(self, o: AService) -> None:
        """Act on an object that a user or its step changed."""

    def handle_delete(self, o: AService) -> None:
        """Act on a deleted object, while its row is still there."""

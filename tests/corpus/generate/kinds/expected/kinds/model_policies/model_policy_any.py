"""What follows from a change of any Any."""

from kinds._generated.models import Any
from kinds._generated.policies import AnyPolicyBase


class AnyPolicy(AnyPolicyBase):
    """Derives other objects and fields from each Any; runs before its step."""

    def handle_create(self, o: Any) -> None:
        """Act on a new object."""

    def handle_update(self, o: Any) -> None:
        """Act on an object that a user or its step changed."""

    def handle_delete(self, o: Any) -> None:
        """Act on a deleted object, while its row is still there."""

"""What follows from a change of any Text."""

from hostile._generated.models import Text
from hostile._generated.policies import TextPolicyBase


class TextPolicy(TextPolicyBase):
    """Derives other objects and fields from each Text; runs before its step."""

    def handle_create(self, o: Text) -> None:
        """Act on a new object."""

    def handle_update(self, o: Text) -> None:
        """Act on an object that a user or its step changed."""

    def handle_delete(self, o: Text) -> None:
        """Act on a deleted object, while its row is still there."""

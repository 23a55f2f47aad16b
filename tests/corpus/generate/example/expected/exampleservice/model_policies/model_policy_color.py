"""What follows from a change of any Color."""

from exampleservice._generated.models import Color
from exampleservice._generated.policies import ColorPolicyBase


class ColorPolicy(ColorPolicyBase):
    """Derives other objects and fields from each Color; runs before its step."""

    def handle_create(self, o: Color) -> None:
        """Act on a new object."""

    def handle_update(self, o: Color) -> None:
        """Act on an object that a user or its step changed."""

    def handle_delete(self, o: Color) -> None:
        """Act on a deleted object, while its row is still there."""

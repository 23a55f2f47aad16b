"""What follows from a change of any StrippedCharField."""

from kinds._generated.models import StrippedCharField
from kinds._generated.policies import StrippedCharFieldPolicyBase


class StrippedCharFieldPolicy(StrippedCharFieldPolicyBase):
    """Derives other objects and fields from each StrippedCharField; runs before its step."""

    def handle_create(self, o: StrippedCharField) -> None:
        """Act on a new object."""

    def handle_update(self, o: StrippedCharField) -> None:
        """Act on an object that a user or its step changed."""

    def handle_delete(self, o: StrippedCharField) -> None:
        """Act on a deleted object, while its row is still there."""

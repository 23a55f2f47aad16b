"""What follows from a change of any TypedDict."""

from kinds._generated.models import TypedDict
from kinds._generated.policies import TypedDictPolicyBase


class TypedDictPolicy(TypedDictPolicyBase):
    """Derives other objects and fields from each TypedDict; runs before its step."""

    def handle_create(self, o: TypedDict) -> None:
        """Act on a new object."""

    def handle_update(self, o: TypedDict) -> None:
        """Act on an object that a user or its step changed."""

    def handle_delete(self, o: TypedDict) -> None:
        """Act on a deleted object, while its row is still there."""

"""What follows from a change of any TreeLeaf."""

from shapes._generated.models import TreeLeaf
from shapes._generated.policies import TreeLeafPolicyBase


class TreeLeafPolicy(TreeLeafPolicyBase):
    """Derives other objects and fields from each TreeLeaf; runs before its step."""

    def handle_create(self, o: TreeLeaf) -> None:
        """Act on a new object."""

    def handle_update(self, o: TreeLeaf) -> None:
        """Act on an object that a user or its step changed."""

    def handle_delete(self, o: TreeLeaf) -> None:
        """Act on a deleted object, while its row is still there."""

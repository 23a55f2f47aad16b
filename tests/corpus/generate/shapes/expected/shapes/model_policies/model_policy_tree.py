"""What follows from a change of any Tree."""

from shapes._generated.models import Tree
from shapes._generated.policies import TreePolicyBase


class TreePolicy(TreePolicyBase):
    """Derives other objects and fields from each Tree; runs before its step."""

    def handle_create(self, o: Tree) -> None:
        """Act on a new object."""

    def handle_update(self, o: Tree) -> None:
        """Act on an object that a user or its step changed."""

    def handle_delete(self, o: Tree) -> None:
        """Act on a deleted object, while its row is still there."""

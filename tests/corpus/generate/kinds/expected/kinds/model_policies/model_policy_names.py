"""What follows from a change of any Names."""

from kinds._generated.models import Names
from kinds._generated.policies import NamesPolicyBase


class NamesPolicy(NamesPolicyBase):
    """Derives other objects and fields from each Names; runs before its step."""

    def handle_create(self, o: Names) -> None:
        """Act on a new object."""

    def handle_update(self, o: Names) -> None:
        """Act on an object that a user or its step changed."""

    def handle_delete(self, o: Names) -> None:
        """Act on a deleted object, while its row is still there."""

"""What follows from a change of any C."""

from policies._generated.models import C
from policies._generated.policies import CPolicyBase


class CPolicy(CPolicyBase):
    """Derives other objects and fields from each C; runs before its step."""

    def handle_create(self, o: C) -> None:
        """Act on a new object."""

    def handle_update(self, o: C) -> None:
        """Act on an object that a user or its step changed."""

    def handle_delete(self, o: C) -> None:
        """Act on a deleted object, while its row is still there."""

"""What follows from a change of any Thing."""

from policies._generated.models import Thing
from policies._generated.policies import ThingPolicyBase


class ThingPolicy(ThingPolicyBase):
    """Derives other objects and fields from each Thing; runs before its step."""

    def handle_create(self, o: Thing) -> None:
        """Act on a new object."""

    def handle_update(self, o: Thing) -> None:
        """Act on an object that a user or its step changed."""

    def handle_delete(self, o: Thing) -> None:
        """Act on a deleted object, while its row is still there."""

"""What follows from a change of any AMachine."""

from shapes._generated.models import AMachine
from shapes._generated.policies import AMachinePolicyBase


class AMachinePolicy(AMachinePolicyBase):
    """Derives other objects and fields from each AMachine; runs before its step."""

    def handle_create(self, o: AMachine) -> None:
        """Act on a new object."""

    def handle_update(self, o: AMachine) -> None:
        """Act on an object that a user or its step changed."""

    def handle_delete(self, o: AMachine) -> None:
        """Act on a deleted object, while its row is still there."""

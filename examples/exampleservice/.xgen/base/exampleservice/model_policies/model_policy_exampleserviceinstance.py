"""What follows from a change of any ExampleServiceInstance."""

from exampleservice._generated.models import ExampleServiceInstance
from exampleservice._generated.policies import ExampleServiceInstancePolicyBase


class ExampleServiceInstancePolicy(ExampleServiceInstancePolicyBase):
    """Derives other objects and fields from each ExampleServiceInstance; runs before its step."""

    def handle_create(self, o: ExampleServiceInstance) -> None:
        """Act on a new object."""

    def handle_update(self, o: ExampleServiceInstance) -> None:
        """Act on an object that a user or its step changed."""

    def handle_delete(self, o: ExampleServiceInstance) -> None:
        """Act on a deleted object, while its row is still there."""

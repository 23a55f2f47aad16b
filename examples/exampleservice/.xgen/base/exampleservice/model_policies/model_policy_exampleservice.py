"""What follows from a change of any ExampleService."""

from exampleservice._generated.models import ExampleService
from exampleservice._generated.policies import ExampleServicePolicyBase


class ExampleServicePolicy(ExampleServicePolicyBase):
    """Derives other objects and fields from each ExampleService; runs before its step."""

    def handle_create(self, o: ExampleService) -> None:
        """Act on a new object."""

    def handle_update(self, o: ExampleService) -> None:
        """Act on an object that a user or its step changed."""

    def handle_delete(self, o: ExampleService) -> None:
        """Act on a deleted object, while its row is still there."""

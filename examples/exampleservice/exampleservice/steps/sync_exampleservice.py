"""Syncs each ExampleService."""

from exampleservice._generated.models import ExampleService
from exampleservice._generated.steps import SyncExampleServiceBase


class SyncExampleService(SyncExampleServiceBase):
    """The service has no place of its own in the back-end: the pages carry its message."""

    def sync_record(self, o: ExampleService) -> None:
        """Do nothing: the pages that use it are published anew when it changes."""

    def delete_record(self, o: ExampleService) -> None:
        """Do nothing, for the same reason."""

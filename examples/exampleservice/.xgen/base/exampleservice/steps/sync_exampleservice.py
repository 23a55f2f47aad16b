"""Syncs each ExampleService."""

from exampleservice._generated.models import ExampleService
from exampleservice._generated.steps import SyncExampleServiceBase


class SyncExampleService(SyncExampleServiceBase):
    """Keeps the back-end as each ExampleService declares it."""

    def sync_record(self, o: ExampleService) -> None:
        """Create or update it in the back-end. Runs again until it returns."""
        super().sync_record(o)  # not implemented yet: put your code here instead

    def delete_record(self, o: ExampleService) -> None:
        """Remove it from the back-end; fine if it is not there."""
        super().delete_record(o)  # likewise

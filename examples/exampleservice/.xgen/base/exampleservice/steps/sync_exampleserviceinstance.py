"""Syncs each ExampleServiceInstance."""

from exampleservice._generated.models import ExampleServiceInstance
from exampleservice._generated.steps import SyncExampleServiceInstanceBase


class SyncExampleServiceInstance(SyncExampleServiceInstanceBase):
    """Runs playbooks/sync_exampleserviceinstance.yaml."""

    def variables(self, o: ExampleServiceInstance) -> dict[str, object]:
        """Say what the playbook gets to know: the model's fields, and what you add."""
        return {**super().variables(o)}

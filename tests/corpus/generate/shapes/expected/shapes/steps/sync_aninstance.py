"""Syncs each AnInstance."""

from shapes._generated.models import AnInstance
from shapes._generated.steps import SyncAnInstanceBase


class SyncAnInstance(SyncAnInstanceBase):
    """Runs playbooks/sync_aninstance.yaml."""

    def variables(self, o: AnInstance) -> dict[str, object]:
        """Say what the playbook gets to know: the model's fields, and what you add."""
        return {**super().variables(o)}

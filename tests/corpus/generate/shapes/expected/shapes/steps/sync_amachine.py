"""Syncs each AMachine."""

from shapes._generated.models import AMachine
from shapes._generated.steps import SyncAMachineBase


class SyncAMachine(SyncAMachineBase):
    """Runs playbooks/sync_amachine.yaml."""

    def variables(self, o: AMachine) -> dict[str, object]:
        """Say what the playbook gets to know: the model's fields, and what you add."""
        return {**super().variables(o)}

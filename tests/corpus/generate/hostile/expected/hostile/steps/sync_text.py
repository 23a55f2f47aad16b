"""Syncs each Text."""

from hostile._generated.models import Text
from hostile._generated.steps import SyncTextBase


class SyncText(SyncTextBase):
    """Runs playbooks/sync_text.yaml."""

    def variables(self, o: Text) -> dict[str, object]:
        """Say what the playbook gets to know: the model's fields, and what you add."""
        return {**super().variables(o)}

"""A base that is reached by a star and another name."""

from paint._generated.steps import SyncDoorBase


class Mixin:
    """Says what the playbook gets."""

    def send(self, o):
        """Send the height."""
        return o


class Deep(Mixin, SyncDoorBase):
    """For doors."""

    def sync_record(self, o):
        """Send the height, misspelt."""
        return self.send(o.hieght)

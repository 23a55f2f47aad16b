"""Syncs each Room."""

from paint._generated.steps import SyncRoomBase


class _Common(SyncRoomBase):
    """A base of the author's own."""


class SyncRoom(_Common):
    """Leaves out the sign."""

    def variables(self, o):
        """Say what the playbook gets to know."""
        wanted = self.inputs(o)
        return {"walls": len(wanted["walls"]), "leaf": o.leaf, "owner": o.owner.paintservice.id}

"""Syncs each Lamp: its base says which model it is for."""

from ..lib.lamps import LampBase as Base
from ....too.far import Nothing


class SyncLamp(Base):
    """Takes the model from its base."""

    def sync_record(self, o):
        """Not written."""
        super().sync_record(o)

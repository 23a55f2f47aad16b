"""Syncs each Wall, or so it says."""

from paint._generated import models
from paint._generated.steps import SyncShadeBase as Base
from xgen.runtime import SyncStep


class SyncWall(Base):
    """In the wrong file, and a second one for its model."""

    def sync_record(self, o):
        """Not written."""
        super().sync_record(o)

    def delete_record(self, o):
        """Written."""
        return self.remove(o.kode)


class SyncWal(SyncStep[models.Wal]):
    """For a model that is not there."""

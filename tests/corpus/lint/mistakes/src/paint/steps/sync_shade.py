"""Syncs each Shade."""

from paint._generated.models import Shade, Wall
from paint._generated.steps import SyncShadeBase


class SyncShade(SyncShadeBase):
    """Asks for what is not there."""

    def sync_record(self, o: Shade) -> None:
        """Do it."""
        self.put(o.nmae, o.walls.count(), o.get_answer_display(), o.backend_status)
        for wall in Wall.objects.filter(shade=o.pk):
            wall.repaint()
        o.anser = "yes"

    def delete_record(self, o: Wall) -> None:
        """Do it."""
        print("é", o.shade.coed, o.service.wallz, o.door.hight, o.shade_id)

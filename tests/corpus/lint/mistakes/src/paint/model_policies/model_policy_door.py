"""What follows from a change of a Door."""

from paint._generated.models import Door
from paint._generated.policies import DoorPolicyBase


class DoorPolicy(DoorPolicyBase):
    """Knows what a door has."""

    def handle_create(self, o: Door) -> None:
        """Look at what is inherited, at its own row of the base, and at what others say."""
        if o.height > 3 and o.shade is not None and o.wall_ptr_id and o.rooms.exists():
            o.name = o.shade.name
            o.save(update_fields=["name"])
        o = self.other()
        o.anything()

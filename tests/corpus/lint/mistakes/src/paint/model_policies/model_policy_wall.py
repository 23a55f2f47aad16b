"""What follows from a change of a Wall."""

from paint._generated.models import Door, Shade
from paint._generated.policies import WallPolicyBase


class WallPolicy(WallPolicyBase):
    """Watches something else."""

    model = Shade


class EmptyPolicy(WallPolicyBase):
    """Does nothing."""

    def handle_create(self, o):
        """Nothing."""

    def handle_update(self, o):
        pass

"""What follows from a change of a Shade, as its base says."""

from paint._generated.policies import ShadePolicyBase
from paint.common import NamedPolicy


class ShadePolicy(NamedPolicy, ShadePolicyBase):
    """Has it from its base."""

    def handle_update(self, obj):
        """Nothing."""

"""Syncs each Shade. The words `# xgen: allow nothing` in a text are no comment."""

from paint._generated.models import Shade
from paint._generated.steps import SyncShadeBase


# xgen: allow unused-field: the code is only for people
class SyncShade(SyncShadeBase):
    """Syncs it."""

    def sync_record(self, o: Shade) -> None:
        """Do it."""
        self.put(o.name, o.extra)  # xgen: allow unknown-attribute: a mixin of ours adds it

    def delete_record(self, o: Shade) -> None:  # xgen: allow step-not-implemented: shades stay
        """Nothing to do yet."""
        super().delete_record(o)
        # xgen: allow unused-field
        # xgen: allow unused-feild: mistyped
        # xgen: allow duplicate-step: there is none

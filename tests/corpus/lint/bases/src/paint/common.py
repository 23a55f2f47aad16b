"""What several steps share."""

from xgen.runtime import ModelPolicy, SyncStep

from .lib import *
from .steps.sync_lamp import SyncLamp  # leads back


class MyBase(SyncStep):
    """Sends the name of an object."""

    def sync_record(self, o):
        """Send it."""
        self.send(o.name, o.code)

    def delete_record(self, o):
        """Take it away."""
        self.send(o.name, None)


class NamedPolicy(ModelPolicy):
    """Does what follows from a name."""

    def handle_create(self, obj):
        """Count the letters."""
        obj.length = len(obj.name)


Alias = Deep

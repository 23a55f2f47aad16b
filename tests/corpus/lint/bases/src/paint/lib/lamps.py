"""A base that observes."""

from xgen.runtime import SyncStep

try:
    import fast
except ImportError:

    class LampBase(SyncStep):
        """For lamps."""

        observes = "Lamp"

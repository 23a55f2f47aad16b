"""Has no step: its bases go in a circle, or are not there."""

from paint.lib import Circle, Gone
from paint.missing import Other


class SyncFence(Circle, Gone, Other):
    """Nobody knows what this is."""

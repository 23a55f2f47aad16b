"""Syncs each Door, by an alias of a class that comes through a star."""

import paint.common as c


class SyncDoor(c.Alias):
    """Takes all from its bases."""

"""Syncs each Shade."""


class SyncShade(:
    pass

"""Syncs each Room."""

from paint._generated.steps import SyncRoomBase


class SyncRoom(SyncRoomBase):
    """As it was generated."""

"""Syncs each Wall: its base asks for a code that walls do not have, and not for the shade."""

from paint import common
from paint._generated.steps import SyncWallBase


class SyncWall(SyncWallBase, common.MyBase):
    """Nothing of its own."""

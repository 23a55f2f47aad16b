"""The other one."""

from paint.lib.circle import Circle


class Round(Circle):
    """Never done."""

"""Two files that import each other, and a class that is its own base."""

from paint.lib.round import Round


class Circle(Round):
    """Never done."""


class Own(Own):
    """Python refuses it."""

"""What a formula is evaluated over: values, how attributes of them are read, and stored objects.

The world here is one of plain Python objects; another kind of world overrides what differs.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from xgen.logic.literals import equal_plain, is_number


class EvaluationError(Exception):
    """A formula asks for something that its values do not have."""


class World:
    """Plain objects, and the stored ones by model."""

    def __init__(self, stored: Mapping[str, Sequence[object]] | None = None) -> None:
        self._stored = stored or {}

    def attribute(self, value: object, name: str) -> Any:
        """Return an attribute; that of null is null."""
        if value is None:
            return None
        try:
            return getattr(value, name)
        except AttributeError:
            raise EvaluationError(f"{self.shown(value)} has no attribute `{name}`") from None

    def called(self, value: Any) -> Any:
        """Return what a method gives without arguments."""
        if value is None:
            return None
        if not callable(value):
            raise EvaluationError(f"a {type(value).__name__} cannot be called")
        return value()

    def rows(self, model: str) -> Sequence[object]:
        """Return the stored objects of a model."""
        return self._stored.get(model, ())

    def elements(self, value: object) -> Iterable[object]:
        """Return what a quantifier over a collection looks at; null has no elements."""
        if value is None:
            return ()
        if isinstance(value, str) or not isinstance(value, Collection):
            raise EvaluationError(f"{self.shown(value)} is no collection")
        return value

    def equal(self, left: object, right: object) -> bool:
        """Say whether two values are equal."""
        plain = (str, type(None))
        if any(isinstance(value, plain) or is_number(value) for value in (left, right)):
            return equal_plain(left, right)
        return left is right or bool(left == right)

    def contains(self, container: object, value: object) -> bool:
        """Say whether ``value`` is in a collection or text."""
        if container is None:
            return False
        if isinstance(container, str):
            return isinstance(value, str) and value in container
        return any(self.equal(element, value) for element in self.elements(container))

    def shown(self, value: object) -> str:
        """Return how people read a value."""
        return repr(value)

"""Saves ``backend_handle`` at the moment a step assigns it.

What a step created at a back-end must be found again, so that it can be taken away, even if the
process dies before the step returns.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from xgen.runtime.writer import Writer, current

if TYPE_CHECKING:
    from xgen.runtime.models import Object

_NAME = "backend_handle"


class HandleAttribute:
    """In place of the attribute of the model: holds the value, and saves what a step assigns."""

    def __init__(self, before: Any) -> None:
        self._before = before

    def __get__(self, instance: Any, owner: type[Any] | None = None) -> Any:
        if instance is None:
            return self._before
        if _NAME in instance.__dict__:
            return instance.__dict__[_NAME]
        return self._before.__get__(instance, owner)  # deferred: Django reads it

    def __set__(self, instance: Any, value: Any) -> None:
        held = instance.__dict__
        changed = held.get(_NAME) != value
        held[_NAME] = value
        if changed:
            writing = current()
            if writing.writer is Writer.STEP and writing.on is instance:
                # By what the step holds, not by what it was declared as.
                cast("Object", instance).save(update_fields=[_NAME])


def save_at_once(model: type[Object]) -> None:
    """Let handles of ``model`` be saved when they are assigned; again is harmless."""
    for base in model.__mro__:
        before = vars(base).get(_NAME)
        if before is not None:
            if not isinstance(before, HandleAttribute):
                setattr(base, _NAME, HandleAttribute(before))
            return

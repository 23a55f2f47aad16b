"""Fields whose values have names: people read and write these, the database holds numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.db.models import Field


def value_of(field: Field[Any, Any], name: str) -> Any:
    """The value of a field's choice that has this name, in any case; None if there is none."""
    wanted = name.strip().casefold()
    names = ((value, str(known)) for value, known in field.flatchoices)
    return next((value for value, known in names if known.casefold() == wanted), None)


def name_of(field: Field[Any, Any], value: Any) -> Any:
    """The name of a value of an enum; any other value as it is, texts too, which speak already."""
    if isinstance(value, int) and field.choices:
        return dict(field.flatchoices).get(value, value)
    return value

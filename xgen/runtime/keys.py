"""Natural keys: how people call an object when they do not know its number.

The key of a model is what its ``ModelInfo`` says, else the fields of its unique constraint, else
a unique field, else ``name``. A link in a key stands for the key of its peer.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar, cast

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import models

from xgen.runtime.errors import AmbiguousKey, BadKey, NoSuchObject
from xgen.runtime.kinds import shape_of

if TYPE_CHECKING:
    from xgen.runtime.models import Object

M = TypeVar("M", bound="Object")


@cache
def key_fields(model: type[Object]) -> tuple[str, ...]:
    """Return the names of the fields that tell the objects of ``model`` apart; () for none."""
    if key := shape_of(model).key:
        return key
    bases = [base for base in model.__mro__ if hasattr(base, "_meta")]
    for base in bases:
        for constraint in base._meta.constraints:
            if isinstance(constraint, models.UniqueConstraint) and constraint.fields:
                return tuple(constraint.fields)
    names = [f.name for f in model._meta.concrete_fields if f.unique and not f.primary_key]
    names = [name for name in names if shape_of(model).by_name[name].field.remote_field is None]
    if names:
        return (names[0],)
    return ("name",) if "name" in shape_of(model).by_name else ()


def key_of(o: Object) -> Any:
    """Return the natural key of ``o`` as people write it; its number if the model has no key."""
    names = key_fields(type(o))
    if not names:
        return o.pk
    parts = {name: _part(o, name) for name in names}
    return parts[names[0]] if len(parts) == 1 else parts


def _part(o: Object, name: str) -> Any:
    value = getattr(o, name)
    return key_of(cast("Object", value)) if isinstance(value, models.Model) else value


def find(model: type[M], key: object, *, using: str | None = None) -> M:
    """Return the object of ``model`` that people call ``key``.

    ``key`` is the value of the key's field; for a key of several fields a mapping of them, in which
    a link is given by the key of its peer. The first field alone will do where it is enough, and
    any mapping of fields that leaves one object.

    Raises:
        NoSuchObject: there is none.
        AmbiguousKey: there are several.
        BadKey: ``key`` is not what a key of this model looks like.
    """
    lookup = lookup_of(model, key, using=using)
    try:
        rows = model.objects.using(using).filter(**lookup).order_by("pk")
        found = list(rows[:2])
    except (ValueError, TypeError, ValidationError) as error:
        raise BadKey(f"{described(key)} is no key of {model.__name__}: {error}") from error
    if not found:
        raise NoSuchObject(f"there is no {model.__name__} {described(key)}")
    if len(found) > 1:
        names = ", ".join(key_fields(model))
        raise AmbiguousKey(
            f"{model.__name__} {described(key)} could be any of several"
            + (f"; give {names}" if not isinstance(key, Mapping) and "," in names else "")
        )
    return found[0]


def lookup_of(model: type[Object], key: object, *, using: str | None = None) -> dict[str, Any]:
    """Return ``key`` as arguments of ``filter``, with the links in it resolved."""
    if isinstance(key, Mapping):
        return {
            _field(model, str(name)).name: _value(_field(model, str(name)), value, using)
            for name, value in key.items()
        }
    names = key_fields(model)
    if not names:
        if isinstance(key, int) and not isinstance(key, bool):
            return {"pk": key}
        raise BadKey(f"{model.__name__} has no natural key: give its number, or its fields")
    if isinstance(key, list | tuple):
        raise BadKey(f"a list is no key of {model.__name__}: give {', '.join(names)}")
    return {names[0]: _value(_field(model, names[0]), key, using)}


def _field(model: type[Object], name: str) -> Any:
    try:
        field = model._meta.get_field(name)
    except FieldDoesNotExist:
        field = None
    if field is None or not getattr(field, "concrete", False) or field.many_to_many:
        raise BadKey(f"{model.__name__} has no field `{name}` to be found by")
    return field


def _value(field: Any, value: object, using: str | None) -> Any:
    if field.remote_field is None or value is None or isinstance(value, models.Model):
        return value
    return find(field.related_model, value, using=using)


def described(key: object) -> str:
    """Return ``key`` as messages show it."""
    if isinstance(key, Mapping):
        return "with " + ", ".join(f"{name} {described(value)}" for name, value in key.items())
    return f"`{key}`"

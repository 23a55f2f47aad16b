"""Values for objects in tests: the least that a model accepts, different for each object."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils import timezone

from xgen.runtime.kinds import Kind, is_object, shape_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from xgen.runtime.models import Object

    AnyField = models.Field[Any, Any]


def complete(
    model: type[Object],
    given: Mapping[str, Any],
    number: Callable[[str], int],
    make: Callable[[type[Any]], Any],
    *,
    users: bool = False,
) -> dict[str, Any]:
    """What is given, with a value for every declarative field that needs one.

    `number` counts objects by what they are called; `make` makes the peer of a required link.
    With `users`, links to users get one although they are optional.
    """
    values = dict(given)
    shape = shape_of(model)
    count = number(model.__name__)
    for column in shape.columns:
        field = column.field
        if column.kind is not Kind.DECLARATIVE or {field.name, field.attname} & values.keys():
            continue
        if field.name == "owner" and shape.owner is not None:
            values["owner"] = _owner(model, make)
        elif _is_needed(field) or field.name == "name" or (users and _leads_to_user(field)):
            values[field.name] = _value(field, model, count, make)
    return values


def _is_needed(field: AnyField) -> bool:
    return not (field.null or field.blank or field.has_default())


def _leads_to_user(field: AnyField) -> bool:
    return isinstance(field, models.ForeignKey) and not is_object(field.related_model)


def _owner(model: type[Object], make: Callable[[type[Any]], Any]) -> Any:
    from xgen.runtime.values import owner_model

    service = owner_model(shape_of(model))
    return service.objects.first() or make(service)


def _value(
    field: AnyField, model: type[Object], count: int, make: Callable[[type[Any]], Any]
) -> Any:
    if field.choices:
        return field.flatchoices[0][0]
    if isinstance(field, models.ForeignKey):
        return _peer(field, model, count, make)
    for kind, value in _SIMPLE:
        if isinstance(field, kind):
            return value(count) if callable(value) else value
    text = f"{model.__name__.lower()}-{field.name}-{count}"
    if field.name == "name":
        text = f"{model.__name__.lower()}-{count}"
    limit = field.max_length
    return text if limit is None or len(text) <= limit else str(count)[-limit:]


def _peer(
    field: models.ForeignKey[Any, Any],
    model: type[Object],
    count: int,
    make: Callable[[type[Any]], Any],
) -> Any:
    peer: Any = field.related_model
    if is_object(peer):
        return make(peer)
    if peer._meta.label == "contenttypes.ContentType":
        return peer.objects.get_for_model(model)
    return peer.objects.create(email=f"user-{model.__name__.lower()}-{count}@example.org")


_SIMPLE: tuple[tuple[type, Any], ...] = (
    (models.BooleanField, False),
    (models.IntegerField, lambda count: count),
    (models.FloatField, float),
    (models.DecimalField, lambda count: count),
    (models.GenericIPAddressField, lambda count: f"10.0.{count // 250 % 250}.{count % 250 + 1}"),
    (models.EmailField, lambda count: f"someone-{count}@example.org"),
    (models.URLField, lambda count: f"https://example.org/{count}"),
    (models.SlugField, lambda count: f"slug-{count}"),
    (models.JSONField, lambda _count: {}),
    (models.DateTimeField, lambda _count: timezone.now()),
    (models.DateField, lambda _count: timezone.now().date()),
)

"""What may enter the database: values that the model allows, links to objects that are there.

SQLite checks neither lengths nor choices, so the store does, for what a write changes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db.models import ForeignKey
from django.db.models.expressions import Combinable
from django.utils import timezone

from xgen.runtime.access import admission
from xgen.runtime.access.plain import stored
from xgen.runtime.byids import chunks
from xgen.runtime.changes import guard, guard_existence
from xgen.runtime.errors import DeletedPeer
from xgen.runtime.kinds import Kind, Shape, Tracked, is_object, shape_of
from xgen.runtime.writer import Writer, current

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import datetime

    from xgen.runtime.kinds import AnyField
    from xgen.runtime.models import Object


def prepare_new(objects: Sequence[Object], using: str) -> None:
    """Fill in what new objects of one model get by themselves and refuse what may not enter."""
    if not objects:
        return
    writing = current()
    shape = shape_of(type(objects[0]))
    guard_existence(shape.model, "creating objects", writing)
    _set_owner(shape, objects, using)
    now = timezone.now()
    for o in objects:
        if writing.writer is not Writer.RUNTIME:
            _guard_new(shape, o)
            clean(o, [column for column in shape.columns if _is_cleaned(column)])
        o.leaf_model_name = o._meta.label
        o.updated = now
        if writing.writer is Writer.POLICY:
            o.changed_by_policy = now  # type: ignore[attr-defined]  # a column of XOSBase
        elif writing.writer is Writer.PULL:
            _set_enacted(o, now)
    if writing.writer is not Writer.RUNTIME:
        admission.admit_new(objects)


def _set_enacted(o: Object, now: datetime) -> None:
    """Note that the back-end has a new object already, which is where it was pulled from."""
    o.enacted_generation = o.generation
    o.enacted = now  # type: ignore[attr-defined]  # a column of XOSBase, as those below
    o.backend_code, o.backend_status = 1, "OK"
    o.backend_need_delete = True  # type: ignore[attr-defined]


def _is_cleaned(column: Tracked) -> bool:
    return column.kind in (Kind.DECLARATIVE, Kind.FEEDBACK, Kind.SWITCH)


def _guard_new(shape: Shape, o: Object) -> None:
    held = o.__dict__
    guard(
        shape.model,
        (
            column
            for column in shape.columns
            if column.kind not in (Kind.IDENTITY, Kind.DECLARATIVE, Kind.SWITCH)
            and not callable(column.field.default)
            and not getattr(column.field, "auto_now_add", False)
            and column.field.name != "leaf_model_name"
            and held.get(column.attname) not in (None, "", column.field.get_default())
        ),
        current(),
    )


def clean(o: Object, columns: Iterable[Tracked]) -> None:
    """Convert and validate the values of ``columns`` as Django forms would.

    Raises:
        ValidationError: with a message for each field that has a wrong value.
    """
    errors: dict[str, Any] = {}
    for _attname, _kind, field in columns:
        value = getattr(o, field.attname)
        if isinstance(value, Combinable) or (field.blank and value in field.empty_values):
            continue
        try:
            if isinstance(field, ForeignKey):
                _clean_link(field, value)
            else:
                setattr(o, field.attname, field.clean(value, o))
        except ValidationError as error:
            errors[field.name] = error.error_list
    if errors:
        raise ValidationError(errors)


def _clean_link(field: ForeignKey[Any, Any], value: object) -> None:
    """Check a link by itself; whether its peer is there is asked for many objects at once."""
    if value is None and not field.null:
        raise ValidationError(field.error_messages["null"], code="null")


def check_links(
    objects: Sequence[Object], using: str, columns: Collection[Tracked] | None = None
) -> None:
    """Refuse links (of ``columns`` only) to objects that are deleted or not there.

    The peers are locked where the database can: no deletion slips in between.
    """
    if not objects or current().writer is Writer.RUNTIME:
        return
    shape = shape_of(type(objects[0]))
    for field in shape.links:
        if columns is not None and not any(column.field is field for column in columns):
            continue
        check_peers(field, {getattr(o, field.attname) for o in objects}, using)


def check_peers(field: AnyField, ids: Collection[Any], using: str) -> None:
    """Refuse ``ids`` as peers of the link ``field`` unless all are there and not deleted."""
    model: object = field.related_model
    if not is_object(model):
        return
    wanted = {pk for pk in ids if pk is not None and not isinstance(pk, Combinable)}
    alive: set[Any] = set()
    for part in chunks(wanted):
        # Lock the table with the mark: a row of a derived model has none of its own.
        rows = shape_of(model).root.objects.using(using).filter(pk__in=part)
        alive.update(rows.select_for_update(no_key=True).values_list("pk", flat=True))
    if missing := sorted(wanted - alive):
        raise DeletedPeer(
            f"{field.model.__name__}.{field.name}: {model.__name__} {missing[0]} "
            "is deleted or was never there"
        )


def _set_owner(shape: Shape, objects: Sequence[Object], using: str) -> None:
    """Give the single object of the owning service's model to objects that name no owner."""
    column = shape.by_name.get("owner")
    if shape.owner is None or column is None:
        return
    orphans = [o for o in objects if getattr(o, column.attname) is None]
    if not orphans:
        return
    service = owner_model(shape)
    # Who makes an object need not be allowed to see the service that will own it.
    found = list(stored(service, using).filter(deleted=False).order_by("pk")[:2])
    if len(found) != 1:
        name = service.__name__
        why = (
            f"there is no {name} to own it: create one"
            if not found
            else (f"there is more than one {name}: say which one owns it")
        )
        raise ValidationError({"owner": [why]})
    for o in orphans:
        setattr(o, column.field.name, found[0])


def owner_model(shape: Shape) -> type[Object]:
    """Return the service model that ``owner_class_name`` names, of the same app if it has one."""
    name = cast("str", shape.owner)
    if "." in name:
        return cast("type[Object]", apps.get_model(name))
    own = shape.model._meta.app_label
    found = [model for model in apps.get_models() if model.__name__ == name and is_object(model)]
    found.sort(key=lambda model: model._meta.app_label != own)
    if not found:
        raise ValidationError({"owner": [f"the owning model {name} is not installed"]})
    return found[0]

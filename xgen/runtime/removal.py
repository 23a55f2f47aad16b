"""Deletion as operators ask for it: what goes along is told, what stands in the way is named."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.apps import apps
from django.db import router
from django.db.models import ProtectedError

from xgen.runtime.byids import chunks
from xgen.runtime.deletion import Marked, soft_delete
from xgen.runtime.errors import DataError
from xgen.runtime.kinds import is_object, shape_of
from xgen.runtime.objects import leaf, manager, named

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import Model

#: So many of those in the way are named.
_FEW = 5


def remove(obj: Model) -> tuple[str, ...]:
    """Deletes an object and returns the names of the objects that cannot be without it.

    Raises:
        DataError: it, or one of these, may not be deleted.
    """
    if is_object(type(obj)):
        using = router.db_for_write(type(obj), instance=obj)
        marked = soft_delete(cast("Any", type(obj)), [obj.pk], using=using)
        return tuple(_others(obj, marked))
    try:
        obj.delete()
    except ProtectedError as error:
        raise DataError(f"{named(obj)} is used by {_users(error)}") from error
    return ()


def _others(obj: Any, marked: Marked) -> Iterator[str]:
    root = shape_of(cast("Any", type(obj))).root
    for base, leaves in marked.leaves.items():
        by_label: dict[str, list[int]] = {}
        for pk, label in leaves.items():
            if (base, pk) != (root, obj.pk):
                by_label.setdefault(label or base._meta.label, []).append(pk)
        for label, ids in by_label.items():
            model = apps.get_model(label)
            for part in chunks(ids):
                found = manager(model, deleted=True).filter(pk__in=part).order_by("pk")
                yield from map(named, found)


def _users(error: ProtectedError) -> str:
    found = sorted(map(_user, error.protected_objects))
    more = len(found) - _FEW
    return ", ".join(found[:_FEW]) + (f" and {more} more" if more > 0 else "")


def _user(obj: Any) -> str:
    going = " (which is being deleted)" if getattr(obj, "deleted", False) else ""
    return named(leaf(obj)) + going

"""Many-to-many links: changing one changes the object that has the link.

Django writes the rows of such links itself and says so with a signal; this is its one receiver.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.db.models.signals import m2m_changed

from xgen.runtime import changes, kept, values
from xgen.runtime.access import admission
from xgen.runtime.kinds import Kind, Tracked, is_object, shape_of
from xgen.runtime.links import many_of
from xgen.runtime.queries import all_rows
from xgen.runtime.writer import Writer, current

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import Model

    from xgen.runtime.kinds import AnyField
    from xgen.runtime.models import Object


def connect() -> None:
    """Start to listen; again does no harm."""
    m2m_changed.connect(_changed, dispatch_uid="xgen.runtime.manylinks")


def _changed(
    *,
    sender: type[Model],
    instance: Model,
    action: str,
    reverse: bool,
    model: type[Model],
    pk_set: set[Any] | None,
    using: str,
    **_: object,
) -> None:
    writing = current()
    holder = model if reverse else type(instance)
    if writing.writer is Writer.RUNTIME or not is_object(holder) or pk_set == set():
        return
    field = next(f for f in holder._meta.many_to_many if f.remote_field.through is sender)
    link = many_of(field)
    owner = cast("type[Object]", link.model)
    column = Tracked(field.name, shape_of(owner).kind_of(field.name), cast("AnyField", field))
    if action.startswith("pre_"):
        changes.guard(owner, [column], writing)
    if action == "pre_add":
        peers = {instance.pk} if reverse else pk_set or set()
        values.check_peers(column.field, peers, using)
    elif action in ("pre_remove", "pre_clear"):
        this, others = (link.peer, link.holder) if reverse else (link.holder, link.peer)
        rows = link.rows(using).filter(**{this: instance.pk})
        if pk_set is not None:
            rows = rows.filter(**{f"{others}__in": pk_set})
        if column.kind is Kind.DECLARATIVE:
            kept.keep_many(link, rows, using)
        _touch(owner, column, rows.values_list(link.holder, flat=True), using)
    elif action == "post_add":
        _touch(owner, column, pk_set or () if reverse else [instance.pk], using)


def _touch(owner: type[Object], column: Tracked, ids: Iterable[Any], using: str) -> None:
    """Move the counters of the objects whose links were changed."""
    if column.kind in (Kind.DECLARATIVE, Kind.FEEDBACK):
        changed = set(ids)
        admission.admit_rows(owner, changed, using)
        all_rows(owner, using).touch(changed, [column])

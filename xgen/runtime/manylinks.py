"""Many-to-many links: changing one changes the object that has the link.

Django writes the rows of such links itself and says so with a signal; this is its one receiver.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.db.models.signals import m2m_changed

from xgen.runtime import changes, values
from xgen.runtime.deletion import attname_of
from xgen.runtime.kinds import Kind, Tracked, is_object, shape_of
from xgen.runtime.writer import Writer, current

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import ManyToManyField, Model

    from xgen.runtime.models import Object

    ManyLink = ManyToManyField[Any, Any]


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
    link = _link(holder, sender)
    owner = cast("type[Object]", link.model)
    column = Tracked(link.name, shape_of(owner).kind_of(link.name), cast("Any", link))
    if action.startswith("pre_"):
        changes.guard(owner, [column], writing)
    if action == "pre_add":
        peers = {instance.pk} if reverse else pk_set or set()
        values.check_peers(link, peers, using)
    elif action in ("pre_remove", "pre_clear"):
        _touch(owner, column, _linked(link, instance, pk_set, reverse=reverse, using=using), using)
    elif action == "post_add":
        _touch(owner, column, pk_set or () if reverse else [instance.pk], using)


def _link(holder: type[Model], through: type[Model]) -> ManyLink:
    return next(f for f in holder._meta.many_to_many if f.remote_field.through is through)


def _linked(
    link: ManyLink, instance: Model, pk_set: set[Any] | None, *, reverse: bool, using: str
) -> set[Any]:
    """Return the objects whose links are about to go."""
    through = link.remote_field.through
    holder = attname_of(through, link.m2m_column_name())
    peer = attname_of(through, link.m2m_reverse_name())
    this, others = (peer, holder) if reverse else (holder, peer)
    rows = through._base_manager.using(using).filter(**{this: instance.pk})
    if pk_set is not None:
        rows = rows.filter(**{f"{others}__in": pk_set})
    return set(rows.values_list(holder, flat=True))


def _touch(owner: type[Object], column: Tracked, ids: Iterable[Any], using: str) -> None:
    """Move the counters of the objects whose links were changed."""
    if column.kind in (Kind.DECLARATIVE, Kind.FEEDBACK):
        owner.all_objects.using(using).touch(set(ids), [column])

"""Many-to-many links: changing one changes the object that has the link.

Django writes the rows of such links itself and says so with a signal; this is its one receiver.
"""

from __future__ import annotations

from collections import defaultdict
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast

from django.db import transaction
from django.db.models.signals import m2m_changed

from xgen.runtime import changes, kept, values
from xgen.runtime.access import admission
from xgen.runtime.kinds import Kind, Tracked, is_object, shape_of
from xgen.runtime.links import many_of
from xgen.runtime.queries import all_rows
from xgen.runtime.writer import Writer, current

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from django.db.models import Model

    from xgen.runtime.kinds import AnyField
    from xgen.runtime.models import Object

    _Held: TypeAlias = dict[tuple[type[Object], Kind], set[Any]]

_COUNTED: Final = (Kind.DECLARATIVE, Kind.FEEDBACK)

#: The objects whose links were changed in a block that is not over yet.
_held: ContextVar[_Held | None] = ContextVar("xgen_changed_links", default=None)


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
        _admit(owner, column, pk_set or () if reverse else [instance.pk], using)
    elif action in ("pre_remove", "pre_clear"):
        this, others = (link.peer, link.holder) if reverse else (link.holder, link.peer)
        rows = link.rows(using).filter(**{this: instance.pk})
        if pk_set is not None:
            rows = rows.filter(**{f"{others}__in": pk_set})
        ids = set(rows.values_list(link.holder, flat=True))
        _admit(owner, column, ids, using)
        if column.kind is Kind.DECLARATIVE:
            kept.keep_many(link, rows, using)
        _touch(owner, column, ids, using)
    elif action == "post_add":
        _touch(owner, column, pk_set or () if reverse else [instance.pk], using)


def _admit(owner: type[Object], column: Tracked, ids: Iterable[Any], using: str) -> None:
    """Refuse a change before anything is written; what comes of it is looked at afterwards."""
    if column.kind in _COUNTED:
        admission.admit_rows(owner, set(ids), using)
        held = _held.get()
        if held is not None:
            held[owner, column.kind].update(ids)


def _touch(owner: type[Object], column: Tracked, ids: Iterable[Any], using: str) -> None:
    """Move the counters of the objects whose links were changed."""
    if column.kind in _COUNTED:
        all_rows(owner, using).touch(set(ids), [column])


@contextmanager
def together(using: str) -> Iterator[None]:
    """Take the changes inside of this block as one: all of it is allowed and valid, or none is.

    Raises:
        ValidationError: an object does not satisfy a validator any more.
        AccessDenied: an object is now one that the user may not change.
    """
    if _held.get() is not None or current().writer is Writer.RUNTIME:
        yield
        return
    held: _Held = defaultdict(set)
    token = _held.set(held)
    try:
        with transaction.atomic(using=using):
            yield
            for (owner, kind), ids in held.items():
                if kind is Kind.DECLARATIVE:
                    admission.validate_rows(owner, ids, using)
                admission.admit_rows(owner, ids, using)
    finally:
        _held.reset(token)

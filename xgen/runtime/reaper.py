"""Taking the rows of deleted objects away, once nothing needs them any more.

Django's own deletion would walk objects and stop at protected links; a deleted object has lost
those that matter when it was marked, and what is left over goes here table by table.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import DEFAULT_DB_ALIAS, models, transaction

from xgen.runtime import kept
from xgen.runtime.access.plain import stored
from xgen.runtime.byids import chunks
from xgen.runtime.kinds import is_object, shape_of
from xgen.runtime.links import incoming, outgoing_many, split_by_member
from xgen.runtime.queries import all_rows

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from xgen.runtime.models import Object


def reap(
    model: type[Object], ids: Iterable[int], *, using: str = DEFAULT_DB_ALIAS
) -> frozenset[int]:
    """Remove the rows of deleted objects from all their tables and return the ids that went.

    Objects that are not marked as deleted stay, and so do those that a row still needs: one with a
    required link to them, whose own back-end has yet to confirm. They can go the next time.
    """
    root = shape_of(model).root
    with transaction.atomic(using=using):
        leaves: dict[int, str] = {}
        for part in chunks(ids):
            rows = all_rows(root, using).filter(pk__in=part, deleted=True)
            rows = rows.select_for_update().order_by("pk")
            leaves.update(rows.values_list("pk", "leaf_model_name"))
        going = set(leaves) - _needed(root, leaves, using)
        parts = list(split_by_member(root, {pk: leaves[pk] for pk in going}))
        for member, gone in parts:
            _let_go(member, gone, using)
        for member, gone in reversed(parts):
            for part in chunks(gone):
                _raw_delete(member, "pk__in", part, using)
        kept.forget(root, going, using)
    return frozenset(going)


def _needed(root: type[Object], leaves: dict[int, str], using: str) -> set[int]:
    """Return those of ``leaves`` that a row which stays has a required link to."""
    pairs: list[tuple[int | None, int]] = []
    for member, ids in split_by_member(root, leaves):
        for link in incoming(member).required:
            inside = is_object(link.model) and shape_of(link.model).root is root
            if not is_object(link.model) and link.remote_field.on_delete is models.CASCADE:
                continue  # goes with the object, as its author said
            for part in chunks(ids):
                rows = stored(link.model, using)
                found = rows.filter(**{f"{link.attname}__in": part}).values_list("pk", link.attname)
                pairs.extend((pk if inside else None, peer) for pk, peer in found)
    needed: set[int] = set()
    while True:
        more = {
            peer
            for source, peer in pairs
            if peer not in needed and (source not in leaves or source in needed)
        }
        if not more:
            return needed
        needed |= more


def _let_go(member: type[Object], gone: Collection[int], using: str) -> None:
    """Remove what is left of links from and to ``gone``."""
    links = incoming(member)
    for part in chunks(gone):
        for link in links.optional:
            rows = stored(link.model, using).filter(**{f"{link.attname}__in": part})
            models.QuerySet.update(rows, **{link.attname: None})
        for link in links.required:
            if not is_object(link.model):
                stored(link.model, using).filter(**{f"{link.attname}__in": part}).delete()
        for many in links.many:
            _raw_delete(many.through, f"{many.peer}__in", part, using)
        for many in outgoing_many(member):
            _raw_delete(many.through, f"{many.holder}__in", part, using)


def _raw_delete(model: type[models.Model], lookup: str, ids: list[Any], using: str) -> None:
    """Delete rows of this one table, without Django's walk over what points to them."""
    rows: Any = stored(model, using).filter(**{lookup: ids})
    rows._raw_delete(using)  # noqa: SLF001 - there is no public way to do only this

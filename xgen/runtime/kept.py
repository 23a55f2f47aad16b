"""Edges that were cut and that a back-end may still have: they order deletions until it knows.

An object was synced with a link; then the link was cleared, or leads elsewhere. What stands at
the back-end was made with the old one. So the edge is kept, in the transaction that cuts it, and
the object it led to is not deleted from its back-end before the first one

- was synced at a generation that has the cut, or
- is gone, if it was deleted, too.

If that contradicts what is declared now, what is declared counts (``drop_between``).

Only links that model-deps.yaml names order anything. A link that no run ever saw is not kept; one
that a run may have seen is. Where the waiting object is not the one that has the link
(``reverse.py``), it is made due by the cut.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from xgen.runtime import reverse
from xgen.runtime.access.plain import stored
from xgen.runtime.byids import chunks
from xgen.runtime.core.engine import KeptEdge
from xgen.runtime.kinds import Kind, is_object, shape_of
from xgen.runtime.writer import Writer, current

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from xgen.runtime.edges import Link
    from xgen.runtime.kinds import Tracked
    from xgen.runtime.links import Many
    from xgen.runtime.models import Object

# What a pull brings the back-end has already; the runtime itself cuts nothing but links of the gone.
_SILENT = frozenset({Writer.PULL, Writer.RUNTIME})


class Kept(NamedTuple):
    """A kept edge: the labels of the models with the counters, and ids."""

    link: str
    source_root: str
    source: int
    target: int


def name_of(link: Link) -> str | None:
    """Return under which name edges along a link are kept; None if it has no table."""
    return None if link.table is None else f"{link.table._meta.label}.{link.far}"


def keep(model: type[Object], columns: Iterable[Tracked], ids: Iterable[int], using: str) -> None:
    """Keep the edges that an update of ``columns``, which is about to be made, will cut."""
    links = [c.field for c in columns if c.kind is Kind.DECLARATIVE and c.field in _links(model)]
    ids = list(ids) if links else ()
    for field in links:
        keep_one(model, field, ids, using)


def keep_one(model: type[Object], field: Any, ids: Iterable[int], using: str) -> None:
    """Keep the edges along one link of objects that is about to be cut."""
    if current().writer in _SILENT or not is_object(field.related_model):
        return
    name = f"{field.model._meta.label}.{field.attname}"
    links = list(reverse.along(field.model, field.attname))
    for part in chunks(ids):
        rows = stored(model, using).filter(pk__in=part)
        rows = rows.filter(**{f"{field.attname}__isnull": False}).order_by()
        known = rows.filter(backend_need_delete=True)
        found = list(known.values_list("pk", field.attname, "generation"))
        _write(name, model, field.related_model, found, using)
        for link in links:
            keep_reverse(
                link, [(near, pk) for pk, near in rows.values_list("pk", field.attname)], using
            )


def keep_many(many: Many, rows: Any, using: str) -> None:
    """Keep the edges of a many-to-many link whose rows are about to be removed."""
    peer = _far_model(many)
    if current().writer in _SILENT or not (is_object(many.model) and is_object(peer)):
        return
    name = f"{many.through._meta.label}.{many.peer}"
    pairs = list(rows.values_list(many.holder, many.peer))
    for link in reverse.along(many.through, many.peer):
        keep_reverse(link, [(near, pk) for pk, near in pairs], using)
    generations: dict[int, int] = {}
    for part in chunks({holder for holder, _ in pairs}):
        holders = stored(many.model, using).filter(pk__in=part)
        holders = holders.filter(backend_need_delete=True)
        generations.update(holders.order_by().values_list("pk", "generation"))
    found = [(pk, far, generations[pk]) for pk, far in pairs if pk in generations]
    _write(name, many.model, peer, found, using)


def keep_reverse(link: Link, pairs: Collection[tuple[int, int]], using: str) -> None:
    """Keep edges (who waits, for whom) that are declared from the other side of a link."""
    if pairs:
        generations = reverse.make_due(link, (near for near, _ in pairs), using)
        found = [(near, far, generations[near]) for near, far in pairs if near in generations]
        _write(str(name_of(link)), link.model, link.peer, found, using)


def keep_deleted(model: type[Object], ids: Collection[int], using: str) -> None:
    """Keep such edges to objects that are being deleted: who waited for them goes without."""
    if current().writer not in _SILENT:
        for link, pairs in reverse.of_rows(model, ids, using):
            keep_reverse(link, pairs, using)


def synced(root: type[Object], generations: dict[int, int], using: str) -> None:
    """Let go of edges whose objects were synced at these generations, by id."""
    rows = KeptEdge.objects.using(using).filter(source_root=root._meta.label)
    gone: list[int] = []
    for part in chunks(generations):
        found = rows.filter(source_id__in=part).values_list("pk", "source_id", "generation")
        gone += [pk for pk, source, cut in found if cut <= generations[source]]
    for part in chunks(gone):
        rows.filter(pk__in=part).delete()


def is_needed(using: str) -> bool:
    """Say whether any edge is kept at all; mostly none is."""
    return KeptEdge.objects.using(using).exists()


def forget(root: type[Object], ids: Iterable[int], using: str) -> None:
    """Let go of the edges from and to objects whose rows are gone."""
    label = root._meta.label
    if not is_needed(using):
        return
    for part in chunks(ids):
        rows = KeptEdge.objects.using(using)
        rows.filter(source_root=label, source_id__in=part).delete()
        rows.filter(target_root=label, target_id__in=part).delete()


def drop_between(ids: Mapping[type[Object], Iterable[int]], using: str) -> int:
    """Let go of the edges between objects that wait for one another; return how many.

    Was A made on top of B, and is B on top of A now, no order of deletion is right for both. What
    is declared now counts.
    """
    labels = {root._meta.label: set(some) for root, some in ids.items()}
    gone: list[int] = []
    for label, some in labels.items():
        for part in chunks(some):
            rows = KeptEdge.objects.using(using).filter(source_root=label, source_id__in=part)
            found = rows.values_list("pk", "target_root", "target_id")
            gone += [pk for pk, root, target in found if target in labels.get(root, ())]
    for part in chunks(gone):
        KeptEdge.objects.using(using).filter(pk__in=part).delete()
    return len(gone)


def to(root: type[Object], ids: Iterable[int], names: set[str], using: str) -> Iterator[Kept]:
    """Yield the kept edges along links of these names that lead to objects."""
    rows = KeptEdge.objects.using(using).filter(target_root=root._meta.label)
    for part in chunks(ids):
        found = rows.filter(target_id__in=part)
        for one in found.values_list("link", "source_root", "source_id", "target_id"):
            if one[0] in names:
                yield Kept(*one)


def _links(model: type[Object]) -> tuple[Any, ...]:
    return shape_of(model).links


def _far_model(many: Many) -> Any:
    fields = {field.attname: field for field in many.through._meta.concrete_fields}
    return fields[many.peer].related_model


def _write(
    name: str,
    source: type[Object],
    target: type[Object],
    found: Iterable[tuple[int, int, int]],
    using: str,
) -> None:
    """Write edges, each from (source, target, the generation of the source before the cut)."""
    labels = {
        "source_root": shape_of(source).root._meta.label,
        "target_root": shape_of(target).root._meta.label,
    }
    rows = [
        KeptEdge(link=name, source_id=pk, target_id=far, generation=generation + 1, **labels)
        for pk, far, generation in found
    ]
    if rows:
        KeptEdge.objects.using(using).bulk_create(
            rows,
            batch_size=500,
            update_conflicts=True,
            update_fields=["generation"],
            unique_fields=["link", "source_id", "target_id"],
        )

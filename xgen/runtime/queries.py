"""Managers and query sets that keep the rules of the store for set-wise writes too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from django.db import models, transaction
from django.db.models import Q

from xgen.runtime import changes, values
from xgen.runtime.kinds import is_object, shape_of
from xgen.runtime.writer import Writer, current

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from xgen.runtime.kinds import Tracked
    from xgen.runtime.models import Object
    from xgen.runtime.writer import Writing

M = TypeVar("M", bound="Object")


class ObjectQuerySet(models.QuerySet[M]):
    """A query set whose writes move the counters and keep the kinds of state apart."""

    def update(self, **assigned: Any) -> int:
        """Update the rows that this changes and return how many; the others keep their counters."""
        if self.query.is_sliced:
            raise TypeError("Cannot update a query once a slice has been taken.")
        if current().writer is Writer.RUNTIME:
            return super().update(**assigned)
        writing = current()
        shape = shape_of(self.model)
        columns = [shape.by_name[name] for name in assigned if name in shape.by_name]
        changes.guard(self.model, columns, writing)
        assigned = _cleaned(self.model, assigned)
        with transaction.atomic(using=self.db):
            for column in columns:
                if column.field in shape.links:
                    peer = assigned.get(column.field.name, assigned.get(column.attname))
                    values.check_peers(column.field, {getattr(peer, "pk", peer)}, self.db)  # type: ignore[arg-type]  # links are foreign keys
            ids = set(self.filter(_differs(columns, assigned)).order_by().values_list("pk", flat=True))
            changed = self.touch(ids, columns, assigned)
        self._result_cache = None
        return changed

    update.alters_data = True  # type: ignore[attr-defined]  # how Django keeps templates from calling it

    def touch(
        self, ids: set[Any], columns: Sequence[Tracked], assigned: Mapping[str, Any] | None = None
    ) -> int:
        """Write ``assigned`` to the rows ``ids`` and move what a change of ``columns`` moves."""
        writing = current()
        own = _own_id(self.model, writing, ids)
        count = 0
        for is_own, some in ((False, ids - own), (True, own)):
            moves = changes.moves_of(columns, writing, own=is_own)
            for part in values.chunks(some):
                if everything := {**(assigned or {}), **moves}:
                    count += self._rows(part)._plain_update(everything)
        return count

    def _rows(self, ids: list[Any]) -> ObjectQuerySet[M]:
        return self.model.all_objects.using(self.db).filter(pk__in=ids)

    def _plain_update(self, assigned: dict[str, Any]) -> int:
        return super().update(**assigned)

    def bulk_create(self, objs: Iterable[M], *args: Any, **options: Any) -> list[M]:
        """Insert many objects; those of derived models one by one, in one transaction."""
        objects = list(objs)
        with transaction.atomic(using=self.db):
            if self.model._meta.parents:  # Django cannot: several tables
                for o in objects:
                    o.save(force_insert=True, using=self.db)
                return objects
            values.prepare_new(objects, self.db)
            values.check_links(objects, self.db)
            created = super().bulk_create(objects, *args, **options)
        for o in created:
            changes.remember(o)
        return created

    def bulk_update(
        self, objs: Iterable[M], fields: Iterable[str], batch_size: int | None = None
    ) -> int:
        """Update ``fields`` of those objects that were changed in them."""
        names = list(fields)
        changed = [o for o in objs if changes.changed_columns(o, names)]
        if current().writer is not Writer.RUNTIME:
            for o in changed:
                values.clean(o, changes.changed_columns(o, names))
        with transaction.atomic(using=self.db):
            values.check_links(changed, self.db, _columns(self.model, names))
            count = super().bulk_update(changed, names, batch_size)
            counters = {
                row.pop("pk"): row
                for part in values.chunks(o.pk for o in changed)
                for row in self._rows(part).values("pk", "generation", "revision")
            }
        for o in changed:
            o.__dict__.update(counters[o.pk])
            changes.remember(o, [*(c.attname for c in _columns(self.model, names)), "generation", "revision"])
        return count

    def delete(self) -> tuple[int, dict[str, int]]:
        """Mark all of these as deleted, with what cannot be without them."""
        from xgen.runtime.deletion import soft_delete

        ids = list(self.order_by().values_list("pk", flat=True))
        marked = soft_delete(self.model, ids, using=self.db)
        self._result_cache = None
        return marked.total, marked.by_label()

    delete.alters_data = True  # type: ignore[attr-defined]  # as for update
    delete.queryset_only = True  # type: ignore[attr-defined]  # managers do not offer it

    def resync(self) -> int:
        """Ask for all of these to be synced again; return how many."""
        return self.move(generation=True)

    def move(self, *, generation: bool = False, revision: bool = False) -> int:
        """Move counters by one, whatever the fields say; return how many rows."""
        writing = current()
        changes.guard_existence(self.model, "asking for another run", writing)
        moves: dict[str, Any] = {}
        if generation:
            moves.update(changes.SYNC_MOVES)
        if revision:
            moves.update(changes.POLICY_MOVES)
        return self._plain_update(moves)


class AllObjects(models.Manager.from_queryset(ObjectQuerySet)[M]):  # type: ignore[misc]  # made at run time
    """All rows, those of deleted objects too."""


class LiveObjects(models.Manager.from_queryset(ObjectQuerySet)[M]):  # type: ignore[misc]  # likewise
    """The objects that are not deleted."""

    def get_queryset(self) -> ObjectQuerySet[M]:
        """Return the rows without the mark."""
        return super().get_queryset().filter(deleted=False)


def _columns(model: type[Object], names: Iterable[str]) -> list[Tracked]:
    by_name = shape_of(model).by_name
    return [by_name[name] for name in names if name in by_name]


def _cleaned(model: type[Object], assigned: dict[str, Any]) -> dict[str, Any]:
    """Validate the constants among ``assigned``; expressions are the database's to judge."""
    shape = shape_of(model)
    blank = model()
    constants = {
        name: value
        for name, value in assigned.items()
        if name in shape.by_name and not hasattr(value, "resolve_expression")
    }
    for name, value in constants.items():
        setattr(blank, name, value)
    columns = [shape.by_name[name] for name in constants]
    values.clean(blank, columns)
    return assigned | {
        name: blank.__dict__[shape.by_name[name].attname]
        for name in constants
        if not shape.by_name[name].field.is_relation
    }


def _differs(columns: Sequence[Tracked], assigned: dict[str, Any]) -> Q:
    """Return the condition that a row is changed by ``assigned``."""
    differs = Q()
    for column in columns:
        value = assigned.get(column.field.name, assigned.get(column.attname))
        if hasattr(value, "resolve_expression"):
            return Q()
        value = getattr(value, "pk", value)
        same = Q(**{f"{column.attname}__isnull": True} if value is None else {column.attname: value})
        differs |= ~same
    return differs


def _own_id(model: type[Object], writing: Writing, ids: set[Any]) -> set[Any]:
    """Return the id of the object that the writer runs on, if it is among ``ids``."""
    on = writing.on
    if isinstance(on, model) or (
        on is not None and is_object(type(on)) and shape_of(type(on)).root is shape_of(model).root
    ):
        return ids & {on.pk}
    return set()

"""Managers and query sets that keep the rules of the store for set-wise writes too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from django.db import NotSupportedError, models, transaction
from django.db.models import Q

from xgen.runtime import changes, kept, values, wakeup
from xgen.runtime.access import admission
from xgen.runtime.access.acting import acting_user
from xgen.runtime.access.guarded import GuardedQuery, GuardedQuerySet, guarded, refuse_to_users
from xgen.runtime.byids import chunks
from xgen.runtime.kinds import Kind, shape_of
from xgen.runtime.writer import Writer, current

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from xgen.runtime.kinds import Tracked
    from xgen.runtime.models import Object

M = TypeVar("M", bound="Object")


class ObjectQuerySet(GuardedQuerySet[M]):
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
                    peer = _constant(column, assigned)
                    values.check_peers(column.field, [] if peer is _UNKNOWN else [peer], self.db)
            differing = self.filter(_differs(columns, assigned)).order_by()
            if writing.writer is Writer.PULL and any(c.kind is Kind.DECLARATIVE for c in columns):
                # What a user changed and the back-end does not know yet is not for a pull to undo.
                differing = differing.filter(changes.IN_SYNC)
            ids = set(differing.values_list("pk", flat=True))
            admission.admit_rows(self.model, ids, self.db)
            changed = self.touch(ids, columns, assigned)
            if any(column.kind is Kind.DECLARATIVE for column in columns):
                admission.validate_rows(self.model, ids, self.db)
            admission.admit_rows(self.model, ids, self.db)
        self._result_cache = None
        return changed

    def touch(
        self, ids: set[Any], columns: Sequence[Tracked], assigned: Mapping[str, Any] | None = None
    ) -> int:
        """Write ``assigned`` to the rows ``ids`` and move what a change of ``columns`` moves."""
        writing = current()
        own = ids & {changes.own_id(self.model, writing)}
        fields = [column.field.name for column in columns]
        count = 0
        for is_own, some in ((False, ids - own), (True, own)):
            moves = changes.moves_of(columns, writing, own=is_own)
            if some and assigned:
                kept.keep(self.model, columns, some, self.db)
            if some:
                wakeup.touched(self.model, some, fields, moves, self.db)
            for part in chunks(some):
                if everything := {**(assigned or {}), **moves}:
                    count += (
                        all_rows(self.model, self.db).filter(pk__in=part).plain_update(everything)
                    )
        return count

    def plain_update(self, assigned: Mapping[str, Any]) -> int:
        """Update without any of this: for the store itself, which knows what it does."""
        if isinstance(self.query, GuardedQuery):
            refuse_to_users("rows are not written past the counters")
        if "generation" in assigned or "revision" in assigned:
            wakeup.announce(self.model, None, self.db)
        return super().update(**assigned)

    def bulk_create(self, objs: Iterable[M], *args: Any, **options: Any) -> list[M]:
        """Insert many objects; those of derived models one by one, in one transaction."""
        if options.get("ignore_conflicts") or options.get("update_conflicts"):
            raise NotSupportedError("conflicts cannot be told apart here; use update_or_create()")
        objects = list(objs)
        with transaction.atomic(using=self.db):
            if self.model._meta.parents:  # Django cannot: several tables
                for o in objects:
                    o.save(force_insert=True, using=self.db)
                return objects
            values.prepare_new(objects, self.db)
            values.check_links(objects, self.db)
            created = super().bulk_create(objects, *args, **options)
            wakeup.announce(self.model, [o.pk for o in created], self.db)
        for o in created:
            changes.remember(o)
        return created

    def bulk_update(
        self, objs: Iterable[M], fields: Iterable[str], batch_size: int | None = None
    ) -> int:
        """Update ``fields`` of those objects that were changed in them."""
        names = list(fields)
        columns = _columns(self.model, names)
        changed = [o for o in objs if changes.changed_columns(o, names)]
        writing = current()
        changes.guard(self.model, columns if changed else (), writing)
        if writing.writer is not Writer.RUNTIME:
            for o in changed:
                columns_of_it = changes.changed_columns(o, names)
                values.clean(o, columns_of_it)
                declared = any(column.kind is Kind.DECLARATIVE for column in columns_of_it)
                admission.admit_change(o, self.db, declared=declared)
        moves = changes.moves_of(columns, writing)
        counters = [name for name in ("generation", "revision") if name in moves]
        with transaction.atomic(using=self.db):
            values.check_links(changed, self.db, columns)
            kept.keep(self.model, columns, [o.pk for o in changed], self.db)
            count = super().bulk_update(changed, names, batch_size)
            fields = [column.field.name for column in columns]
            wakeup.touched(self.model, [o.pk for o in changed], fields, moves, self.db)
            after = {
                row.pop("pk"): row
                for part in chunks(o.pk for o in changed)
                for row in all_rows(self.model, self.db).filter(pk__in=part).values("pk", *counters)
            }
        for o in changed:
            o.__dict__.update(after.get(o.pk, {}))
            changes.remember(o, [*(column.attname for column in columns), *counters])
        return count

    def delete(self) -> tuple[int, dict[str, int]]:
        """Mark all of these as deleted, with what cannot be without them."""
        from xgen.runtime.deletion import soft_delete

        ids = list(self.order_by().values_list("pk", flat=True))
        marked = soft_delete(self.model, ids, using=self.db)
        self._result_cache = None
        return marked.total, marked.by_label()

    def resync(self) -> int:
        """Ask for all of these to be synced again; return how many."""
        return self.move(generation=True)

    def move(self, *, generation: bool = False, revision: bool = False) -> int:
        """Move counters by one, whatever the fields say; return how many rows."""
        writing = current()
        changes.guard_existence(self.model, "asking for another run", writing)
        rows = self
        if acting_user() is not None:
            seen = set(self.values_list("pk", flat=True))
            admission.admit_rows(self.model, seen, self.db)
            rows = cast("Self", all_rows(self.model, self.db).filter(pk__in=seen))
        moves: dict[str, Any] = {}
        if generation:
            moves.update(changes.sync_moves(writing))
        if revision:
            moves.update(changes.policy_moves(writing))
        if writing.on is not None:
            ids = list(self.order_by().values_list("pk", flat=True))
            wakeup.touched(self.model, ids, ["the counters"], moves, self.db)
        return rows.plain_update(moves)


# Django's templates call what they are given unless it says this, and managers do not offer it.
ObjectQuerySet.update.alters_data = True  # type: ignore[attr-defined]  # functions have no such
ObjectQuerySet.resync.alters_data = True  # type: ignore[attr-defined]  # likewise
ObjectQuerySet.delete.alters_data = True  # type: ignore[attr-defined]  # likewise
ObjectQuerySet.delete.queryset_only = True  # type: ignore[attr-defined]  # likewise


class AllObjects(models.Manager[M]):
    """All objects, those that are being deleted too; a user in context sees those it may read."""

    def get_queryset(self) -> ObjectQuerySet[M]:
        """Return all rows, as far as they may be read."""
        return ObjectQuerySet(self.model, query=guarded(self.model), using=self._db)

    def visible_to(self, user: Any) -> ObjectQuerySet[M]:
        """Return the objects that ``user`` may read."""
        return self.get_queryset().visible_to(user)


class LiveObjects(AllObjects[M]):
    """The objects that are not being deleted; a user in context sees those it may read."""

    def get_queryset(self) -> ObjectQuerySet[M]:
        """Return the rows without the mark, as far as they may be read."""
        return super().get_queryset().filter(deleted=False)


def all_rows(model: type[M], using: str | None) -> ObjectQuerySet[M]:
    """Return all rows of ``model``, whoever asks: the runtime's own way to them, and the only one."""
    return ObjectQuerySet(model, using=using)


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
        setattr(blank, shape.by_name[name].attname, getattr(value, "pk", value))
    columns = [shape.by_name[name] for name in constants]
    values.clean(blank, columns)
    return assigned | {
        name: blank.__dict__[shape.by_name[name].attname]
        for name in constants
        if not shape.by_name[name].field.is_relation
    }


_UNKNOWN = object()


def _constant(column: Tracked, assigned: Mapping[str, Any]) -> Any:
    """Return the value that ``column`` gets, _UNKNOWN where only the database knows."""
    value = assigned.get(column.field.name, assigned.get(column.attname))
    if isinstance(value, models.Model):
        return value.pk
    return _UNKNOWN if hasattr(value, "resolve_expression") else value


def _differs(columns: Sequence[Tracked], assigned: Mapping[str, Any]) -> Q:
    """Return the condition that a row is changed by ``assigned``."""
    differs = Q()
    for column in columns:
        value = _constant(column, assigned)
        if value is _UNKNOWN:
            return Q()
        name = column.attname
        differs |= ~(Q(**{f"{name}__isnull": True}) if value is None else Q(**{name: value}))
    return differs

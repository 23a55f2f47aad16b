"""The base of all models that the runtime keeps in sync.

:class:`Object` has behaviour and no columns; those are in the generated ``XOSBase``. It tracks
what was changed since it was loaded, so that a save writes these fields and no others: a write by
a step can never undo what a user changed meanwhile. Counters move in SQL (``changes.py``), and
deletion only marks (``deletion.py``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self, cast

from django.apps import apps
from django.db import DatabaseError, models, router, transaction

from xgen.runtime import changes, kept, manylinks, values, wakeup
from xgen.runtime.access import admission, guard
from xgen.runtime.access.acting import acting_user, unrestricted
from xgen.runtime.kinds import Kind, ModelInfo, shape_of
from xgen.runtime.queries import AllObjects, LiveObjects, all_rows
from xgen.runtime.writer import Writer, current

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import datetime

    from django.db.models.base import ModelBase

    from xgen.runtime.access.acting import Context

    _CharField = models.CharField[Any, Any]
else:
    _CharField = models.CharField  # generic in the type stubs only

#: A new object is due for its step and its policy.
_NEW = {"generation": 1, "revision": 1}

__all__ = ["ModelInfo", "Object", "StrippedCharField", "due_indexes"]


def due_indexes(name: str, *, sync: bool = True, policy: bool = True) -> list[models.Index]:
    """Return the indexes by which the runtime finds what is due in a table.

    They hold only what is due, so that a table in sync costs nothing to look at.
    """
    pairs = {
        "due": ("enacted_generation", "generation") if sync else None,
        "policy": ("policed_revision", "revision") if policy else None,
    }
    return [
        models.Index(
            fields=["id"],
            condition=models.Q(**{f"{pair[0]}__lt": models.F(pair[1])}),
            name=f"{name}_{purpose}",
        )
        for purpose, pair in pairs.items()
        if pair is not None
    ]


class StrippedCharField(_CharField):
    """Text without white space at its ends, whatever was assigned."""

    def to_python(self, value: Any) -> Any:
        """Return ``value`` as text, stripped."""
        value = super().to_python(value)
        return value.strip() if isinstance(value, str) else value

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """Strip on the instance too, so that it holds what the database will."""
        value = super().pre_save(model_instance, add)
        if isinstance(value, str) and value != value.strip():
            value = value.strip()
            setattr(model_instance, self.attname, value)
        return value

    def get_prep_value(self, value: Any) -> Any:
        """Strip what is looked up or updated."""
        value = super().get_prep_value(value)
        return value.strip() if isinstance(value, str) else value


class Object(models.Model):
    """Something that the runtime keeps in the state which its fields declare."""

    class Meta:  # noqa: D106 - Django's
        abstract = True
        default_manager_name = "objects"
        base_manager_name = "all_objects"

    objects: ClassVar[LiveObjects[Self]] = LiveObjects()
    all_objects: ClassVar[AllObjects[Self]] = AllObjects()
    xgen: ClassVar[ModelInfo] = ModelInfo()

    # As loaded: (names, values), the very sequences that Django made, so that tracking costs
    # a tuple an object. Compared only when the object is saved.
    _loaded: tuple[Sequence[str], Sequence[Any]] = ((), ())
    _leaf: Object | None = None

    if TYPE_CHECKING:
        id: int
        created: datetime
        updated: datetime
        backend_status: str
        backend_code: int
        backend_handle: str | None
        policy_status: str | None
        policy_code: int | None
        leaf_model_name: str
        deleted: bool
        write_protect: bool
        generation: int
        enacted_generation: int
        revision: int
        policed_revision: int

    def __str__(self) -> str:
        kind = type(self).__name__
        key = self._key_at_hand()
        return f"{kind} {','.join(key)}" if key and all(key) else f"{kind} {self.pk}"

    def _key_at_hand(self) -> list[str]:
        """Return the parts of the natural key as far as that takes no query."""
        from xgen.runtime.keys import key_fields

        parts: list[str] = []
        for name in key_fields(type(self)):
            held = {**self.__dict__, **self._state.fields_cache}.get(name)
            if isinstance(held, Object):
                parts.append(",".join(held._key_at_hand()))  # noqa: SLF001 - our own
            else:
                parts.append("" if held is None else str(held))
        return parts

    @classmethod
    def from_db(
        cls,
        db: str | None,
        field_names: Collection[str],
        values: Collection[Any],
        **options: Any,  # newer lines of Django pass more
    ) -> Self:
        """Make an instance of a row and remember the row."""
        new = super().from_db(db, field_names, values, **options)
        new.__dict__["_loaded"] = (field_names, values)
        return new

    def refresh_from_db(self, *args: Any, **options: Any) -> None:
        """Load again (some of) the fields; what was loaded counts as unchanged."""
        try:
            super().refresh_from_db(*args, **options)
        except self.DoesNotExist:
            guard.deny_hidden(type(self), {"pk": self.pk}, self._state.db)
            raise
        fields = options.get("fields", args[1] if len(args) > 1 else None)
        shape = shape_of(type(self))
        names = None if fields is None else [f for f in fields if f in shape.by_name]
        changes.remember(self, None if names is None else [shape.by_name[n].attname for n in names])
        self._leaf = None

    def save(  # noqa: DJ012 - with the rest of loading and saving
        self,
        *,
        force_insert: bool | tuple[ModelBase, ...] = False,
        force_update: bool = False,
        using: str | None = None,
        update_fields: Iterable[str] | None = None,
    ) -> None:
        """Write what was changed, if anything, and move the counters accordingly.

        Raises:
            ForbiddenWrite: a changed field is not for this writer.
            ValidationError: a changed field has a value that its model does not allow, or the
                object does not satisfy a validator.
            AccessDenied: code that acts for a user makes a change which that user may not make.
            DeletedPeer: a changed link leads to an object that is deleted or not there.
        """
        using = using or router.db_for_write(type(self), instance=self)
        if force_insert or (self._state.adding and not force_update):
            self._insert(using)
        else:
            self._update(using, update_fields)

    def _insert(self, using: str) -> None:
        values.prepare_new([self], using)
        with transaction.atomic(using=using):
            values.check_links([self], using)
            # Parents too: a row that is there already is an error, not something to overwrite.
            super().save(force_insert=(models.Model,), using=using)
            wakeup.announce(type(self), [self.pk], using)
            wakeup.touched(type(self), [self.pk], ["all"], _NEW, using)
        changes.remember(self)

    def _update(self, using: str, update_fields: Iterable[str] | None) -> None:
        changed = changes.changed_columns(self, update_fields)
        if not changed:
            return
        writing = current()
        changes.guard(type(self), changed, writing)
        if writing.writer is not Writer.RUNTIME:
            values.clean(self, changed)
            changed = changes.changed_columns(self, update_fields)
            declared = any(column.kind is Kind.DECLARATIVE for column in changed)
            admission.admit_change(self, using, declared=declared)
        moves = changes.moves_of(changed, writing, own=changes.is_own(self, writing))
        before = {name: getattr(self, name) for name in moves if name in self.__dict__}
        names = [column.attname for column in changed]
        try:
            with transaction.atomic(using=using):
                changes.guard_pending(self, changed, writing, using)
                values.check_links([self], using, changed)
                kept.keep(type(self), changed, [self.pk], using)
                for name, value in moves.items():
                    setattr(self, name, value)
                super().save(using=using, force_update=True, update_fields=[*names, *moves])
                wakeup.announce(type(self), [self.pk], using)
                fields = [column.field.name for column in changed]
                wakeup.touched(type(self), [self.pk], fields, moves, using)
                after = changes.read_counters(self, moves, using)
        except BaseException as error:
            for name in moves:
                self.__dict__.pop(name, None)
            self.__dict__.update(before)
            if isinstance(error, DatabaseError) and not self._is_there(using):
                raise self.DoesNotExist(f"{self} is no longer there") from error
            raise
        self.__dict__.update(after)
        changes.remember(self, [*names, *moves])

    def _is_there(self, using: str) -> bool:
        try:
            return all_rows(type(self), using).filter(pk=self.pk).exists()
        except DatabaseError:
            return True  # the database is what failed

    def delete(
        self, using: str | None = None, keep_parents: bool = False
    ) -> tuple[int, dict[str, int]]:
        """Mark this object as deleted, with all that cannot be without it.

        The rows go when their back-ends have confirmed. Deleting again is harmless.

        Raises:
            WriteProtected: this object, or one that would go with it, is protected.
        """
        del keep_parents  # a mark is on the whole object
        from xgen.runtime.deletion import soft_delete

        using = using or router.db_for_write(type(self), instance=self)
        marked = soft_delete(type(self), [self.pk], using=using)
        with unrestricted():  # what was just written is no secret
            names = ["deleted", "generation", "revision", "updated"]
            self.refresh_from_db(using=using, fields=names)
        return marked.total, marked.by_label()

    def can_access(self, ctx: Context) -> tuple[bool, str]:
        """Return whether the model's policy allows ``ctx`` on this object, and its name."""
        return guard.verdict(self, ctx)

    def resync(self) -> None:
        """Ask for this object to be synced again although nothing was changed."""
        using = router.db_for_write(type(self), instance=self)
        all_rows(type(self), using).filter(pk=self.pk).resync()
        with unrestricted():  # likewise
            self.refresh_from_db(using=using, fields=["generation"])

    @property
    def leaf(self) -> Object:
        """The object as an instance of its most derived model; loaded once."""
        if self.leaf_model_name in ("", self._meta.label):
            return self
        if self._leaf is None:
            model = cast("type[Object]", apps.get_model(self.leaf_model_name))
            self._leaf = all_rows(model, self._state.db).get(pk=self.pk)
        if (user := acting_user()) is not None:
            guard.require_read(self._leaf, user, known=False)
        return self._leaf


manylinks.connect()

"""What pull and event steps share: how records of a back-end become objects.

``upsert`` and its relatives write what the back-end *has*. That is not pushed back to it, and it
never overwrites what a user has changed and the back-end has yet to hear of.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from django.db import IntegrityError, transaction

from xgen.runtime import changes
from xgen.runtime.byids import chunks
from xgen.runtime.deletion import soft_delete
from xgen.runtime.errors import BadKey
from xgen.runtime.intake import resync
from xgen.runtime.intake.outage import ERRORS, check_commit
from xgen.runtime.intake.run import AbandonedError, Run
from xgen.runtime.keys import key_fields
from xgen.runtime.kinds import Kind, shape_of
from xgen.runtime.queries import all_rows
from xgen.runtime.step import NOWHERE, StepContext
from xgen.runtime.writer import Writer, writing_as

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from xgen.runtime.models import Object

__all__ = ["Intake"]

M = TypeVar("M", bound="Object")


class Intake:
    """The part of a step that takes records in. Each run has an instance of its own."""

    observes: ClassVar[type[Any] | None] = None
    """The model that this step is about, for the log; it may write others."""
    timeout: ClassVar[float | None] = None
    """Seconds that a run may take; None for what config.yaml says."""

    def __init__(self, context: StepContext = NOWHERE, run: Run | None = None) -> None:
        self.context = context
        self.config: Mapping[str, Any] = context.settings
        self._run = run

    @property
    def run(self) -> Run:
        """The run at hand."""
        if self._run is None:
            raise RuntimeError(f"{type(self).__name__} works only when a synchronizer runs it")
        return self._run

    @property
    def log(self) -> Any:
        """A logger with the step bound to each line."""
        return self.run.log

    @contextmanager
    def record(self, raw: object = None) -> Iterator[None]:
        """Take one record in: all that is written inside, or nothing.

        An error inside is reported with ``raw`` and stops nothing else.
        """
        self.run.check()
        self.run.records += 1
        try:
            with transaction.atomic(using=self.run.using):
                yield
                check_commit(self.run.using)
        except (AbandonedError, *ERRORS):
            raise  # the run, or the database: no fault of this record
        except Exception as error:  # noqa: BLE001 - whatever an author's code makes of a record
            self.run.failed(raw, error)

    def upsert(self, model: type[M], by: Sequence[str] = (), /, **fields: Any) -> M | None:
        """Create or update the object that a record of the back-end stands for.

        It is found by the fields ``by``, or else by the model's natural key; all of these must be
        among ``fields``. Where a user's change waits to be synced only feedback fields are
        written. Returns None, and does nothing, for an object that is being deleted.
        """
        run = self.run
        run.check()
        key = _key(model, by, fields)
        many = {f.name: fields.pop(f.name) for f in model._meta.many_to_many if f.name in fields}
        with transaction.atomic(using=run.using), writing_as(Writer.PULL, run):
            found = self._find(model, key)
            if found is None:
                found = self._create(model, key, fields)
            return found if self._update(found, fields, many) else None

    def _find(self, model: type[M], key: Mapping[str, Any]) -> M | None:
        """Return the object with this key, its row locked; one that is being deleted as the last."""
        using = self.run.using
        pk = all_rows(model, using).filter(**key).order_by("deleted", "pk").values_list("pk")
        first = pk.first()
        if first is None:
            return None
        root = shape_of(model).root
        all_rows(root, using).filter(pk=first[0]).select_for_update(no_key=True).values(
            "pk"
        ).first()
        return all_rows(model, using).filter(pk=first[0]).first()

    def _create(self, model: type[M], key: Mapping[str, Any], fields: dict[str, Any]) -> M:
        using = self.run.using
        new = model(**fields)
        try:
            with transaction.atomic(using=using):
                new.save(using=using)
        except IntegrityError:
            found = self._find(model, key)  # somebody else was faster, or it is another mistake
            if found is None:
                raise
            return found
        return new

    def _update(self, o: Object, fields: Mapping[str, Any], many: Mapping[str, Any]) -> bool:
        """Write what is different; say whether the object is there to stay."""
        run, shape = self.run, shape_of(type(o))
        run.saw(o)
        if o.deleted:
            return False
        pending = o.enacted_generation < o.generation
        left_out = []
        for name, value in fields.items():
            if pending and shape.kind_of(name) is not Kind.FEEDBACK:
                left_out.append(name)
            else:
                setattr(o, name, value)
        o.save(using=run.using)
        for name, peers in many.items():
            if pending and shape.kind_of(name) is not Kind.FEEDBACK:
                left_out.append(name)
            elif set(getattr(o, name).values_list("pk", flat=True)) != {p.pk for p in peers}:
                getattr(o, name).set(peers)
                run.changed([o])
                names = ["generation", "enacted_generation", "revision", "enacted", "updated"]
                o.refresh_from_db(using=run.using, fields=names)
        if left_out:
            run.log.debug("a change waits to be synced", id=o.pk, not_pulled=left_out)
        return True

    def delete_missing(
        self, model: type[Object], /, *, empty_ok: bool = False, **scope: Any
    ) -> int:
        """Delete the objects (of ``scope``) that this run has not seen; return how many.

        To be called when the back-end has told all that it has. Their rows go without a delete
        step, since the back-end does not have them; what cannot be without them is deleted as
        usual. Left alone are objects that wait to be synced or that are younger than this run.
        Nothing happens if a record was bad, since it may have been any of them, or if there was no
        record at all, unless ``empty_ok``.
        """
        with transaction.atomic(using=self.run.using), writing_as(Writer.PULL, self.run):
            gone = self._missing(model, scope, empty_ok=empty_ok)
            if not gone:
                return 0
            root = shape_of(model).root
            marked = soft_delete(model, gone, using=self.run.using)
            for part in chunks(gone):
                rows = all_rows(root, self.run.using).filter(pk__in=part)
                rows.plain_update({"backend_need_delete": False})
        self.run.log.info("deleted what vanished", count=len(gone), all=marked.total)
        return len(gone)

    def resync_missing(
        self, model: type[Object], /, *, empty_ok: bool = False, **scope: Any
    ) -> int:
        """Sync again the objects (of ``scope``) that this run has not seen; return how many.

        For a back-end that has lost what it should have; otherwise as ``delete_missing``.
        """
        with transaction.atomic(using=self.run.using), writing_as(Writer.PULL, self.run):
            gone = self._missing(model, scope, empty_ok=empty_ok)
            for part in chunks(gone):
                all_rows(shape_of(model).root, self.run.using).filter(pk__in=part).resync()
        return len(gone)

    def _missing(
        self, model: type[Object], scope: Mapping[str, Any], *, empty_ok: bool
    ) -> list[int]:
        """Return the objects that should have been seen, their rows locked."""
        run, root = self.run, shape_of(model).root
        run.check()
        seen = run.seen.get(root, set())
        if run.bad or not (seen or empty_ok):
            why = f"{run.bad} bad records" if run.bad else "there were no records at all"
            run.log.warning("what vanished is not known", why=why, model=model.__name__)
            return []
        rows = all_rows(model, run.using).filter(deleted=False, write_protect=False, **scope)
        missing = set(rows.order_by().values_list("pk", flat=True)) - seen
        found: list[int] = []
        for part in chunks(missing):
            settled = all_rows(root, run.using).filter(changes.IN_SYNC, pk__in=part)
            settled = settled.filter(created__lt=run.began, enacted__lt=run.began)
            found += settled.select_for_update(no_key=True).values_list("pk", flat=True)
        return found

    def backend_restarted(self, backend: str) -> int:
        """Sync again all objects whose step says ``backend = "..."``; return how many.

        What waits for its next try gets it at once.
        """
        run = self.run
        run.check()
        count = resync.behind(run.registry, backend, using=run.using)
        run.log.warning("a back-end restarted", backend=backend, resync=count)
        return count

    def backend_runs_since(self, backend: str, boot: object) -> bool:
        """Tell since when a back-end runs, in any words of its own; say whether it restarted.

        If they are not what they were in an earlier run of this step, ``backend_restarted`` is
        called.
        """
        run, said = self.run, str(boot)
        before = run.boots.get(backend)
        run.boots[backend] = said
        if before is None or before == said:
            return False
        self.backend_restarted(backend)
        return True


def _key(model: type[Object], by: Sequence[str], fields: Mapping[str, Any]) -> dict[str, Any]:
    names = tuple(by) or key_fields(model)
    if not names:
        raise BadKey(f"{model.__name__} has no natural key: say by which fields to find objects")
    if missing := [name for name in names if name not in fields]:
        raise BadKey(f"{model.__name__} is found by {', '.join(names)}: {missing[0]} is missing")
    return {name: fields[name] for name in names}

"""Pauses: what the synchronizer is to leave alone, for whom, why and until when.

The engine reads all pauses of a synchronizer with one query, when something was committed, and
decides in memory. A pause that is over counts no longer, whether its row is still there or not.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.apps import apps
from django.db.models import Q

from xgen.runtime.core.operation import Pause as PauseRow
from xgen.runtime.kinds import is_object, shape_of
from xgen.runtime.reconcile import NEVER

if TYPE_CHECKING:
    from collections.abc import Iterable

    from xgen.runtime.models import Object
    from xgen.runtime.reconcile import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """A pause; times are unix seconds. ``until`` None: until somebody resumes."""

    what: str
    """What is paused: `everything`, `Color` or `Color red`."""
    who: str
    why: str = ""
    since: float = 0.0
    until: float | None = None

    @property
    def end(self) -> float:
        """Return the time when it is over."""
        return NEVER if self.until is None else self.until


@dataclass(frozen=True, slots=True)
class Pauses:
    """The pauses of a synchronizer at one moment."""

    everything: Pause | None = None
    models: dict[str, Pause] = field(default_factory=dict)
    """By label, those of derived models included."""
    objects: dict[tuple[str, int], Pause] = field(default_factory=dict)
    """By the label of the model with the counters, and id."""

    def __bool__(self) -> bool:
        return bool(self.everything or self.models or self.objects)

    def of(self, root: type[Object], row: Row, now: float) -> Pause | None:
        """Return the pause that holds an object, the longest if there are several."""
        if not self:
            return None
        found = (
            self.everything,
            self.models.get(row.leaf_model_name),
            self.objects.get((root._meta.label, row.pk)) if self.objects else None,
        )
        held = [pause for pause in found if pause is not None and pause.end > now]
        return max(held, key=lambda pause: pause.end, default=None)


NO_PAUSES = Pauses()


def read(synchronizer: str, using: str | None = None) -> Pauses:
    """Return the pauses of a synchronizer, with one query."""
    everything: Pause | None = None
    models: dict[str, Pause] = {}
    objects: dict[tuple[str, int], Pause] = {}
    for row in PauseRow.objects.using(using).filter(synchronizer=synchronizer):
        pause = _pause(row)
        if not row.model:
            everything = pause
        elif row.object_id:
            objects[row.model, row.object_id] = pause
        else:
            for label in _labels(row.model):
                if label not in models or models[label].end < pause.end:
                    models[label] = pause
    return Pauses(everything, models, objects)


def listed(synchronizer: str, now: float) -> list[Pause]:
    """Return the pauses that are in force, the oldest first."""
    rows = PauseRow.objects.filter(synchronizer=synchronizer).order_by("since", "pk")
    return [_pause(row) for row in rows if row.until is None or row.until > now]


def pause(
    synchronizer: str,
    model: type[Object] | None,
    objects: Iterable[Object] | None,
    told: Pause,
) -> int:
    """Pause the whole synchronizer, a model or objects; a pause there was before is replaced."""
    rows = list(_rows(synchronizer, model, objects, told))
    PauseRow.objects.bulk_create(
        rows,
        batch_size=500,
        update_conflicts=True,
        update_fields=["name", "who", "why", "since", "until"],
        unique_fields=["synchronizer", "model", "object_id"],
    )
    return len(rows)


def resume(
    synchronizer: str, model: type[Object] | None, ids: Iterable[int] | None, now: float
) -> int:
    """End pauses and return how many there were.

    Without a model all pauses of the synchronizer end; with one that of the model and those of its
    objects; with ids those of the objects.
    """
    rows = PauseRow.objects.filter(synchronizer=synchronizer)
    rows.filter(until__lte=now).delete()
    if model is None:
        return rows.delete()[0]
    root = shape_of(model).root._meta.label
    if ids is not None:
        return rows.filter(model=root, object_id__in=list(ids)).delete()[0]
    from xgen.runtime.queries import all_rows

    its_objects = Q(model=root, object_id__in=all_rows(model, None).values("pk"))
    whole = Q(model=model._meta.label, object_id=0)
    return rows.filter(whole | its_objects).delete()[0]


def _rows(
    synchronizer: str,
    model: type[Object] | None,
    objects: Iterable[Object] | None,
    told: Pause,
) -> Iterable[PauseRow]:
    common = {
        "synchronizer": synchronizer,
        "who": told.who,
        "why": told.why,
        "since": told.since,
        "until": told.until,
    }
    if model is None or objects is None:
        label = model._meta.label if model is not None else ""
        yield PauseRow(model=label, name=told.what, **common)
        return
    from xgen.runtime.objects import key_text

    root = shape_of(model).root._meta.label
    for o in objects:
        kind = o.leaf_model_name.rpartition(".")[2]
        name = f"{kind} {key_text(o)}"
        yield PauseRow(model=root, object_id=o.pk, name=name[:512], **common)


def _pause(row: PauseRow) -> Pause:
    return Pause(what=row.name, who=row.who, why=row.why, since=row.since, until=row.until)


def _labels(label: str) -> list[str]:
    """Return the labels of a model and of those derived from it; none if it is gone."""
    try:
        model = apps.get_model(label)
    except LookupError:
        return []
    found = [m for m in apps.get_models() if is_object(m) and issubclass(m, model)]
    return [m._meta.label for m in found]

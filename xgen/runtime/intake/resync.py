"""Back-ends that restarted: what is behind them is synced again, in a few statements.

The counters move and nothing else, as an operator's resync does: it is not a user's change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import BigIntegerField, Case, F, Q, When

from xgen.runtime import backends as declared
from xgen.runtime import changes
from xgen.runtime.byids import chunks
from xgen.runtime.kinds import shape_of
from xgen.runtime.queries import all_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xgen.runtime.models import Object
    from xgen.runtime.queries import ObjectQuerySet
    from xgen.runtime.registry import Registry, Work

__all__ = ["behind"]


def behind(registry: Registry, backend: str, *, using: str) -> int:
    """Ask for all objects behind a back-end to be synced again; return how many.

    What is due anyway stays as it is, unless it is running at this moment: that run may have
    reached the back-end before it went down. Waiting times end.
    """
    known = declared.names(registry)
    if known is not None and backend not in known:
        hint = f"known: {', '.join(sorted(known))}" if known else "no step has `backend = ...`"
        raise ValueError(f"no step is for the back-end `{backend}` ({hint})")
    labels: dict[type[Object], list[str]] = {}
    for label, work in registry.work.items():
        if work.backend == backend:
            labels.setdefault(shape_of(work.model).root, []).append(label)
    with transaction.atomic(using=using):
        count = sum(
            _resync(_rows(root, using).filter(leaf_model_name__in=leaves))
            for root, leaves in labels.items()
        )
        for label, work in registry.work.items():
            if callable(work.backend):
                for ids in chunks(_found(label, work, backend, using)):
                    rows = _rows(shape_of(work.model).root, using)
                    count += _resync(rows.filter(pk__in=ids))
        return count


def _found(label: str, work: Work, backend: str, using: str) -> Iterator[int]:
    """Yield the objects of which the step itself says that they are behind this back-end."""
    rows = all_rows(work.model, using).filter(leaf_model_name=label, deleted=False, no_sync=False)
    links = work.step.select_related if work.step else ()
    for o in (rows.select_related(*links) if links else rows).iterator(chunk_size=500):
        if declared.backend_of(work, o) == backend:
            yield o.pk


def _rows(root: type[Object], using: str) -> ObjectQuerySet[Object]:
    return all_rows(root, using).filter(deleted=False, no_sync=False)


def _resync(rows: ObjectQuerySet[Object]) -> int:
    again = Q(changes.IN_SYNC) | Q(claim_owner__isnull=False)
    moves = {
        **changes.SYNC_MOVES_KEPT,
        "generation": Case(
            When(again, then=F("generation") + 1),
            default=F("generation"),
            output_field=BigIntegerField(),
        ),
    }
    return rows.plain_update(moves)

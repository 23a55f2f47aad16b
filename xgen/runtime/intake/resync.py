"""Back-ends that restarted: what is behind them is synced again, in a few statements.

The counters move and nothing else, as an operator's resync does: it is not a user's change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import BigIntegerField, Case, F, Q, When

from xgen.runtime import changes
from xgen.runtime.kinds import shape_of
from xgen.runtime.queries import all_rows

if TYPE_CHECKING:
    from collections.abc import Iterable

    from xgen.runtime.models import Object
    from xgen.runtime.registry import Registry

__all__ = ["backends", "behind"]


def backends(registry: Registry) -> frozenset[str]:
    """Return the names of all back-ends that steps say they work on."""
    found = (getattr(work.step, "backend", "") for work in registry.work.values() if work.step)
    return frozenset(name for name in found if name)


def behind(registry: Registry, backend: str, *, using: str) -> int:
    """Ask for all objects behind a back-end to be synced again; return how many.

    What is due anyway stays as it is, unless it is running at this moment: that run may have
    reached the back-end before it went down. Waiting times end.
    """
    known = backends(registry)
    if backend not in known:
        hint = f"known: {', '.join(sorted(known))}" if known else "no step has `backend = ...`"
        raise ValueError(f"no step is for the back-end `{backend}` ({hint})")
    labels: dict[type[Object], list[str]] = {}
    for label, work in registry.work.items():
        if work.step is not None and getattr(work.step, "backend", "") == backend:
            labels.setdefault(shape_of(work.model).root, []).append(label)
    with transaction.atomic(using=using):
        return sum(_resync(root, leaves, using) for root, leaves in labels.items())


def _resync(root: type[Object], leaves: Iterable[str], using: str) -> int:
    rows = all_rows(root, using).filter(leaf_model_name__in=leaves, deleted=False, no_sync=False)
    again = Q(changes.IN_SYNC) | Q(claim_owner__isnull=False)
    moves = {
        **changes.SYNC_MOVES,
        "generation": Case(
            When(again, then=F("generation") + 1),
            default=F("generation"),
            output_field=BigIntegerField(),
        ),
    }
    return rows.plain_update(moves)

"""The history of objects: errors, recoveries, deletions and what operators did; bounded.

Successes are not in it, so a synchronizer at full speed writes nothing here, and an error that
repeats itself is written once. Entries are written set-wise, in the transaction that they are of.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Max, Q

from xgen.runtime.core.operation import HistoryEntry
from xgen.runtime.keys import key_fields
from xgen.runtime.kinds import shape_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from xgen.runtime.config import HistoryConfig
    from xgen.runtime.models import Object

ERROR, RECOVERED, DELETED = "error", "recovered", "deleted"
POLICY_ERROR, POLICY_RECOVERED = "policy error", "policy recovered"
RETRY, RESYNC, RELEASE = "retry", "resync", "release"
PAUSE, RESUME = "pause", "resume"
QUARANTINE = "quarantine"
BREAKER_OPENED, BREAKER_CLOSED = "breaker opened", "breaker closed"
_DAY = 86_400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Something that happened to an object."""

    root: str
    pk: int
    model: str
    name: str
    what: str
    text: str = ""


def note(o: Object, what: str, text: str = "") -> Note:
    """Return what happened to a loaded object; no queries."""
    return Note(
        root=shape_of(type(o)).root._meta.label,
        pk=o.pk,
        model=o.leaf_model_name or type(o)._meta.label,
        name=_name(o),
        what=what,
        text=text,
    )


def _name(o: Object) -> str:
    """Return the natural key of an object, without the links in it."""
    held = o.__dict__
    return ",".join(str(held[name]) for name in key_fields(type(o)) if name in held)


def write(notes: Iterable[Note], now: float, *, who: str = "", using: str | None = None) -> None:
    """Write notes, with a few statements for many."""
    who = who[:200]
    rows = [
        (one.root, one.pk, one.model, one.name[:512], now, one.what, one.text, who) for one in notes
    ]
    if not rows:
        return
    # As plain SQL: thousands of objects may be deleted at once, and instances would be the most
    # of what that costs.
    connection = connections[using or DEFAULT_DB_ALIAS]
    with connection.cursor() as cursor:
        cursor.executemany(_insert(connection.ops.quote_name), rows)


def _insert(quote: Callable[[str], str]) -> str:
    names = ("root", "object_id", "model", "name", "at", "what", "text", "who")
    columns = ", ".join(map(quote, names))
    values = ", ".join(["%s"] * len(names))
    return f"INSERT INTO {quote(HistoryEntry._meta.db_table)} ({columns}) VALUES ({values})"  # noqa: S608 - our own names


def of_object(root: str, pk: int, labels: Iterable[str], *, most: int) -> list[HistoryEntry]:
    """Return the newest entries of an object, and of pauses of its models, the oldest first."""
    wanted = Q(root=root, object_id=pk) | Q(root="", model__in=["", *labels])
    rows = HistoryEntry.objects.filter(wanted).order_by("-id")[:most]
    return list(rows)[::-1]


def of_the_gone(label: str, name: str, *, most: int) -> list[HistoryEntry]:
    """Return the newest entries of objects of that model and name, whose rows may be gone."""
    rows = HistoryEntry.objects.filter(model=label, name=name).order_by("-id")[:most]
    return list(rows)[::-1]


def failing_since(root: str, pk: int) -> float | None:
    """Return when the errors of an object began that have not ended yet."""
    rows = HistoryEntry.objects.filter(root=root, object_id=pk)
    began: float | None = None
    for what, at in rows.order_by("-id").values_list("what", "at")[:1000]:
        if what in (RECOVERED, POLICY_RECOVERED):
            break
        if what in (ERROR, POLICY_ERROR):
            began = at
    return began


def prune(config: HistoryConfig, now: float, using: str) -> int:
    """Remove what is too old or too much, and return how many entries."""
    rows = HistoryEntry.objects.using(using)
    gone = rows.filter(at__lt=now - config.days * _DAY).delete()[0]
    newest = rows.aggregate(newest=Max("id"))["newest"]
    if newest is not None:
        gone += rows.filter(id__lte=newest - config.entries).delete()[0]
    table = connections[using].ops.quote_name(HistoryEntry._meta.db_table)
    rank = "ROW_NUMBER() OVER (PARTITION BY root, object_id ORDER BY id DESC) AS number"
    ranked = f"SELECT id, {rank} FROM {table}"  # noqa: S608 - our own names, here and below
    old = f"SELECT id FROM ({ranked}) AS ranked WHERE number > %s"  # noqa: S608
    with connections[using].cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE id IN ({old})", [config.per_object])  # noqa: S608
        return int(gone) + int(cursor.rowcount)

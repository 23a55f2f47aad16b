"""What was changed since an object was loaded, who may change it, and which counters move.

The one place that knows the rules of the counters:

- declarative state changed: ``generation`` + 1 (a step is due) and ``revision`` + 1 (a policy is);
- feedback changed, other than the status of runs: ``revision`` + 1;
- a policy does not set itself off: ``revision`` stays for the object it is running on;
- what a pull step brings is what the back-end has: an object that was in sync stays so.

Counters move in SQL, never from what an instance happened to hold.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import BigIntegerField, Case, DateTimeField, F, IntegerField, Q, Value, When
from django.utils import timezone

from xgen.runtime.access.plain import stored
from xgen.runtime.errors import ForbiddenWrite, PendingChange
from xgen.runtime.kinds import Kind, Tracked, is_object, shape_of
from xgen.runtime.retry import QUARANTINED
from xgen.runtime.writer import Writer, Writing

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import datetime

    from django.db.models import Model

    from xgen.runtime.models import Object

_MISSING = object()

_MAY_WRITE = {
    Writer.USER: frozenset({Kind.DECLARATIVE, Kind.SWITCH}),
    Writer.POLICY: frozenset({Kind.DECLARATIVE, Kind.FEEDBACK, Kind.SWITCH}),
    Writer.PULL: frozenset({Kind.DECLARATIVE, Kind.FEEDBACK}),
    Writer.EVENT: frozenset({Kind.DECLARATIVE, Kind.FEEDBACK, Kind.SWITCH}),
    Writer.STEP: frozenset({Kind.FEEDBACK}),
    Writer.RUNTIME: frozenset(Kind),
}


def unless_quarantined(attempts: str) -> Case:
    """Return no attempts, but those of an object in quarantine, which stay."""
    kept = When(**{f"{attempts}__gte": QUARANTINED}, then=F(attempts))
    return Case(kept, default=Value(0), output_field=IntegerField())


# A new generation or revision is a new chance: what failed before is tried at once.
SYNC_MOVES: dict[str, Any] = {
    "generation": F("generation") + 1,
    "sync_attempts": 0,
    "sync_retry_at": None,
}
POLICY_MOVES: dict[str, Any] = {
    "revision": F("revision") + 1,
    "policy_attempts": 0,
    "policy_retry_at": None,
}

# What an object in quarantine keeps when no user is at work: otherwise it would go on for ever.
SYNC_MOVES_KEPT = SYNC_MOVES | {"sync_attempts": unless_quarantined("sync_attempts")}
POLICY_MOVES_KEPT = POLICY_MOVES | {"policy_attempts": unless_quarantined("policy_attempts")}
_MACHINES = frozenset({Writer.STEP, Writer.POLICY, Writer.PULL, Writer.EVENT})

#: Nothing is declared that the back-end has yet to hear of.
IN_SYNC = Q(enacted_generation__gte=F("generation"))


def changed_columns(o: Object, only: Iterable[str] | None = None) -> list[Tracked]:
    """Return the columns whose value differs from what was loaded, ``only`` among these names."""
    shape = shape_of(type(o))
    columns: Sequence[Tracked] = shape.columns
    if only is not None:
        wanted = {shape.by_name[name] for name in only if name in shape.by_name}
        columns = [column for column in columns if column in wanted]
    loaded = dict(zip(*o._loaded, strict=True))  # noqa: SLF001 - this module is its other half
    held = o.__dict__
    changed = []
    for column in columns:
        value = held.get(column.attname, _MISSING)
        if value is _MISSING or column.kind is Kind.IDENTITY:
            continue
        before = loaded.get(column.attname, _MISSING)
        if value is not before and (before is _MISSING or value != before):
            changed.append(column)
    return changed


def remember(o: Object, names: Collection[str] | None = None) -> None:
    """Take what ``o`` holds now as unchanged: all of it, or the columns called ``names``."""
    held = o.__dict__
    if names is None:
        columns = shape_of(type(o)).columns
        now = {c.attname: held[c.attname] for c in columns if c.attname in held}
    else:
        now = dict(zip(*o._loaded, strict=True))  # noqa: SLF001 - this module is its other half
        now.update({name: held[name] for name in names if name in held})
    o._loaded = (tuple(now), tuple(now.values()))  # noqa: SLF001 - likewise


def guard(model: type[Model], columns: Iterable[Tracked], writing: Writing) -> None:
    """Refuse a write to a kind of state that is not this writer's."""
    allowed = _MAY_WRITE[writing.writer]
    for column in columns:
        if column.kind not in allowed:
            why = f"it is {column.kind.value}"
            if writing.writer is Writer.STEP and column.kind is Kind.DECLARATIVE:
                why += ", which users and model policies write; steps write feedback state"
            raise ForbiddenWrite(model.__name__, column.field.name, writing.writer.value, why)


def guard_existence(model: type[Model], what: str, writing: Writing) -> None:
    """Refuse to a step what brings objects about or ends them."""
    if writing.writer is Writer.STEP:
        why = f"{what} is declarative state, which users and model policies write"
        raise ForbiddenWrite(model.__name__, "*", writing.writer.value, why)


def is_own(o: Object, writing: Writing) -> bool:
    """Say whether ``o`` is the object that the writer is running on."""
    return bool(own_id(type(o), writing) == o.pk)


def own_id(model: type[Object], writing: Writing) -> Any:
    """Return the number of the object that the writer is running on, if ``model`` can be its."""
    kind: object = type(writing.on)
    if not is_object(kind) or shape_of(kind).root is not shape_of(model).root:
        return None
    return getattr(writing.on, "pk", None)


def moves_of(columns: Iterable[Tracked], writing: Writing, *, own: bool = False) -> dict[str, Any]:
    """Return the counters and times that a change of ``columns`` moves, as values for SQL."""
    moves: dict[str, Any] = {}
    if writing.writer is Writer.RUNTIME:
        return moves
    columns = tuple(columns)
    declared = any(column.kind is Kind.DECLARATIVE for column in columns)
    substantive = declared or any(column.is_substantive_feedback for column in columns)
    if declared:
        moves.update(sync_moves(writing))
    if substantive and not (writing.writer is Writer.POLICY and own):
        moves.update(policy_moves(writing))
    if substantive:
        moves[stamp_of(writing)] = now = timezone.now()
        if declared and writing.writer is Writer.PULL:
            moves.update(_pulled_moves(now))
    return moves


def sync_moves(writing: Writing) -> dict[str, Any]:
    """Return what asks for another run of the step; only users end a quarantine by it."""
    return SYNC_MOVES_KEPT if writing.writer in _MACHINES else SYNC_MOVES


def policy_moves(writing: Writing) -> dict[str, Any]:
    """Return what asks for another run of the policy; likewise."""
    return POLICY_MOVES_KEPT if writing.writer in _MACHINES else POLICY_MOVES


def _pulled_moves(now: datetime) -> dict[str, Any]:
    """Return what keeps an object in sync that was so before a pull changed it."""
    return {
        "enacted_generation": Case(
            When(IN_SYNC, then=F("generation") + 1),
            default=F("enacted_generation"),
            output_field=BigIntegerField(),
        ),
        "enacted": Case(
            When(IN_SYNC, then=Value(now)), default=F("enacted"), output_field=DateTimeField()
        ),
    }


def guard_pending(o: Object, columns: Iterable[Tracked], writing: Writing, using: str) -> None:
    """Refuse to a pull what would overwrite a change that the back-end has yet to hear of.

    The row is locked where the database can, so that no such change slips in between.
    """
    declared = [c.field.name for c in columns if c.kind is Kind.DECLARATIVE]
    if writing.writer is not Writer.PULL or not declared:
        return
    root = shape_of(type(o)).root
    rows = stored(root, using).filter(pk=o.pk).select_for_update(no_key=True)
    now = rows.values_list("generation", "enacted_generation").first()
    if now is not None and (now[0] > now[1] or now[0] != o.generation):
        raise PendingChange(
            f"{type(o).__name__} {o.pk} has a change that is not synced yet; "
            f"what was pulled for {', '.join(declared)} is not written over it"
        )


def stamp_of(writing: Writing) -> str:
    """Return the name of the time that people read to see when this kind of writer wrote."""
    names = {Writer.STEP: "changed_by_step", Writer.POLICY: "changed_by_policy"}
    return names.get(writing.writer, "updated")


def read_counters(o: Object, moves: dict[str, Any], using: str) -> dict[str, Any]:
    """Return the values that ``moves`` got; what SQL computed is read, the rest is known.

    Only counters that this very write moved: an instance must never claim a generation whose
    values it does not hold, since a step marks done the generation that it ran on.
    """
    computed = [name for name, value in moves.items() if hasattr(value, "resolve_expression")]
    if not computed:
        return dict(moves)
    root = shape_of(type(o)).root
    row = stored(root, using).filter(pk=o.pk).values(*computed).get()
    return {**moves, **row}


def declared_at(o: Object) -> datetime | None:
    """Return the time of the last change of what is declared; its only use is to be compared.

    A resync and a retry leave it as it is, which tells them from a change.
    """
    held = o.__dict__
    times = [t for t in (held.get("updated"), held.get("changed_by_policy")) if t is not None]
    return max(times, default=None)

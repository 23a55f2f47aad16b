"""Objects as operators see them: plain data, and pages of text; links by natural key, no secrets."""

from __future__ import annotations

import datetime as dt
import time
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from django.db.models import F, Q

from xgen.runtime import enums, retry, secrets, tables
from xgen.runtime.kinds import Kind, is_object, shape_of
from xgen.runtime.objects import is_instance, key_text, leaf, manager, meta, models, value_of
from xgen.runtime.outcome import TIMED_OUT
from xgen.runtime.owner import is_surely_dead

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from django.db.models import Model

    from xgen.runtime.answers import Blocker, Why
    from xgen.runtime.pauses import Pause
    from xgen.runtime.registry import Registry

_ERROR = 2
#: So many columns of declared fields does a list show; `-o yaml` has them all.
_MOST_COLUMNS = 6
_WORDS = {
    Kind.DECLARATIVE: "declarative",
    Kind.SWITCH: "switches",
    Kind.FEEDBACK: "feedback",
    Kind.BOOKKEEPING: "bookkeeping",
}
_HIDDEN_COLUMNS = frozenset({"owner", "description"})


@cache
def _of_the_base() -> frozenset[str]:
    """Fields that every object has; what a model adds is shown before them."""
    from xgen.runtime.core.models import XOSBase

    return frozenset(field.name for field in meta(XOSBase).fields)


def state_of(obj: Any, *, now: float | None = None, service: Registry | None = None) -> str:
    """The state of an object in a word, as far as its own row tells.

    The words are those of `xgen.runtime.explain`, which also looks at what an object waits for.
    With `service`, objects that none of its steps and policies is for are said to be such.
    """
    from xgen.runtime.answers import ELSEWHERE
    from xgen.runtime.explain import is_elsewhere

    if service and is_elsewhere(service, obj.leaf_model_name, deleted=obj.deleted):
        return ELSEWHERE
    now = time.time() if now is None else now
    running = obj.claim_owner is not None and (obj.claim_expires or 0.0) > now
    running = running and not _is_given_up(obj) and not is_surely_dead(obj.claim_owner)
    due = obj.enacted_generation < obj.generation
    words = (
        ("running", running),
        ("not synced", obj.no_sync and not obj.deleted),
        ("held back", due and obj.lazy_blocked),
        ("quarantined", max(obj.sync_attempts, obj.policy_attempts) >= retry.QUARANTINED),
        ("error", (due and obj.backend_code == _ERROR) or obj.policy_code == _ERROR),
        ("deleting", obj.deleted),
        ("deferred", due and (obj.sync_retry_at or 0.0) > now),
        ("due", due),
    )
    return next((word for word, holds in words if holds), "in sync")


def _is_given_up(obj: Any) -> bool:
    """Whether the time of its last run was up: its claim is held until that run's thread ends."""
    said = [obj.backend_status if obj.backend_code == _ERROR else ""]
    said.append(obj.policy_status if obj.policy_code == _ERROR else "")
    return any(text.startswith(TIMED_OUT) for text in said)


def trouble_of(obj: Any) -> str | None:
    """What keeps an object from being in sync, for people; None when nothing does."""
    if obj.policy_code == _ERROR:
        return f"model policy: {obj.policy_status}"
    return obj.backend_status if state_of(obj) in {"error", "deferred", "quarantined"} else None


def in_error(package: str) -> list[Any]:
    """The objects of a package's models that are in error, oldest model first."""
    found: list[Any] = []
    failed = Q(enacted_generation__lt=F("generation"), backend_code=_ERROR) | Q(policy_code=_ERROR)
    for model in models(package):
        if is_object(model) and not any(is_object(base) for base in meta(model).parents):
            rows = manager(model, deleted=True).filter(failed).order_by("pk")
            found += [leaf(obj) for obj in rows]
    return found


def sections(obj: Model) -> dict[str, dict[str, Any]]:
    """An object's fields by kind of state, as plain data."""
    if not is_object(type(obj)):
        hidden = {"password"}
        fields = [f for f in meta(type(obj)).concrete_fields if f.name not in hidden]
        return {"declarative": {f.name: _plain(getattr(obj, f.attname)) for f in fields}}
    found: dict[str, dict[str, Any]] = {word: {} for word in _WORDS.values()}
    shape = shape_of(cast("Any", type(obj)))
    common = _of_the_base()
    for column in shape.columns:
        if column.kind is Kind.IDENTITY:
            continue
        value = value_of(obj, column.field.name)
        if column.field.name in shape.secrets and value not in (None, ""):
            value = secrets.HIDDEN
        found[_WORDS[column.kind]][column.field.name] = _plain(enums.name_of(column.field, value))
    last = {name: found["declarative"].pop(name) for name in common & found["declarative"].keys()}
    for many in meta(type(obj)).many_to_many:
        peers = getattr(obj, many.name).all()
        found["declarative"][many.name] = [key_text(peer) for peer in peers]
    found["declarative"].update(sorted(last.items()))
    return found


def as_data(obj: Model, *, service: Registry | None = None) -> dict[str, Any]:
    """An object as one flat mapping; the order of its keys is that of the model."""
    data: dict[str, Any] = {"model": type(obj).__name__, "id": obj.pk}
    if is_object(type(obj)):
        data["state"] = state_of(obj, service=service)
    for fields in sections(obj).values():
        data.update(fields)
    return data


def listing(
    objects: Sequence[Model], *, width: int | None = None, service: Registry | None = None
) -> str:
    """A table of objects of one model: key, what is declared, state."""
    rows = [sections(obj)["declarative"] for obj in objects]
    names = _columns(objects[0], rows)
    synced = is_object(type(objects[0]))
    body = [
        [
            key_text(obj),
            *(_short(row[name]) for name in names),
            *(_state_cells(obj, service) if synced else ()),
        ]
        for obj, row in zip(objects, rows, strict=True)
    ]
    headers = ["key", *names, *(("state", "message") if synced else ())]
    if synced and all(row[-1] is None for row in body):
        headers.pop()
        body = [row[:-1] for row in body]
    return tables.table(headers, body, width=width)


def title(obj: Model) -> str:
    """An object by model, key and id."""
    return f"{type(obj).__name__} {tables.printable(key_text(obj))} (id {obj.pk})"


def page(obj: Model, why: Why | None = None) -> str:
    """All that is known about an object, for people; `why` is what the engine knows."""
    lines = [title(obj)]
    if is_object(type(obj)):
        lines += _state_lines(obj) if why is None else why_lines(obj, why)
    for kind, fields in sections(obj).items():
        if not fields:
            continue
        lines += ["", kind.capitalize()]
        size = max(map(len, fields))
        lines += [f"  {name:<{size}}  {_long(value, size + 4)}" for name, value in fields.items()]
    return "\n".join(lines) + "\n"


def _state_lines(obj: Any) -> list[str]:
    """The state in words: what it is, and what keeps it there."""
    state = state_of(obj)
    lines = [f"State: {state}"]
    if obj.deleted and state != "deleting":
        lines[0] += " (it is being deleted)"
    if trouble := trouble_of(obj):
        lines += _indented(trouble)
    if failed := retry.failures(obj.sync_attempts):
        lines.append(f"  failed {failed} times in a row")
    if obj.sync_retry_at is not None and obj.enacted_generation < obj.generation:
        lines.append(f"  next attempt at {tables.moment(obj.sync_retry_at)}")
    elif state in {"error", "quarantined"} and obj.sync_attempts:
        lines.append("  no further attempt until the object changes")
    return lines


def why_lines(obj: Any, why: Why) -> list[str]:
    """The state of an object and what it comes from, as the engine explains it."""
    lines = [f"State: {why.state}"]
    if obj.deleted and why.state not in ("deleting", "gone"):
        lines[0] += " (it is being deleted)"
    told = why.state in ("error", "deferred", "gone", "running", "quarantined")
    told = told or (why.state == "paused" and obj.backend_code == _ERROR)
    if why.status and told and obj.policy_code != _ERROR:
        lines += _indented(why.status)
    if obj.policy_code == _ERROR:
        lines += _indented(f"model policy: {why.policy_status}")
    return [*lines, *_attempt_lines(why), *_holding_lines(why)]


def _attempt_lines(why: Why) -> Iterator[str]:
    """What comes next, and what was tried."""
    if why.action != "nothing":
        yield f"Next: {why.action}"
    if why.attempts:
        times = "once" if why.attempts == 1 else f"{why.attempts} times in a row"
        since = f", since {tables.moment(why.failing_since)}" if why.failing_since else ""
        yield f"Failed: {times}{since}"
    if why.next_attempt is not None:
        yield f"Next attempt: {tables.moment(why.next_attempt)}"


def _holding_lines(why: Why) -> Iterator[str]:
    """Who or what holds the object up."""
    if why.paused is not None:
        yield f"Paused: {pause_text(why.paused)}"
    if why.limit is not None:
        yield f"Held by: {tables.printable(why.limit)}"
    for title_, blockers in (("Waits for", why.waits_for), ("Root cause", why.root_causes)):
        if blockers:
            yield f"{title_}:"
            yield from (f"  {_blocker(one)}" for one in blockers)
    if why.claimed_by:
        until = f", until {tables.moment(why.claim_expires)}" if why.claim_expires else ""
        yield f"Claimed by: {why.claimed_by}{until}"
    if why.since is not None and why.action != "nothing":
        yield f"Last change: {tables.moment(why.since.timestamp())}"
    yield from (f"Note: {note}" for note in why.notes)


def pause_text(pause: Pause) -> str:
    """Who paused what, since when, until when, and why."""
    until = f", until {tables.moment(pause.until)}" if pause.until is not None else ""
    why = f": {tables.printable(pause.why)}" if pause.why else ""
    what = tables.printable(pause.what)
    return f"{what}, by {pause.who} at {tables.moment(pause.since)}{until}{why}"


def _blocker(one: Blocker) -> str:
    status = tables.printable(one.status, lines=True).strip().replace("\n", "\n    ")
    return f"{one.name} ({one.state})" + (f": {status}" if status else "")


def _indented(text: str) -> list[str]:
    return [f"  {line}" for line in tables.printable(text, lines=True).splitlines()]


def _columns(example: Model, rows: Sequence[dict[str, Any]]) -> list[str]:
    """The declared fields worth a column: not in the key, and not empty everywhere."""
    from xgen.runtime.objects import natural_key

    options = meta(type(example))
    skipped = {*natural_key(type(example)), *_HIDDEN_COLUMNS, *_of_the_base()}
    usual = {field.name: field.get_default() for field in options.concrete_fields}
    names = [
        name
        for name in rows[0]
        if name not in skipped
        and any(row[name] not in (None, "", []) and row[name] != usual.get(name) for row in rows)
    ]
    return names[:_MOST_COLUMNS]


def _state_cells(obj: Any, service: Registry | None) -> tuple[str, str | None]:
    trouble = trouble_of(obj)
    return state_of(obj, service=service), trouble.splitlines()[0] if trouble else None


def _plain(value: Any) -> Any:
    if is_instance(value):
        return key_text(value)
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, str | int | float | bool | list | dict) or value is None:
        return value
    return str(value)


def _short(value: Any) -> Any:
    return ",".join(map(str, value)) if isinstance(value, list) else value


def _long(value: Any, indent: int) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, list) else value
    if not isinstance(text, str):
        return tables.cell(text)
    lines: Iterable[str] = tables.printable(text, lines=True).split("\n") if text else ["-"]
    return ("\n" + " " * indent).join(lines)

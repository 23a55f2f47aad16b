"""Objects as operators see them: plain data, and pages of text; links by natural key, no secrets."""

from __future__ import annotations

import datetime as dt
import time
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from xgen.runtime import secrets, tables
from xgen.runtime.kinds import Kind, is_object, shape_of
from xgen.runtime.objects import is_instance, key_text, meta

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.db.models import Model

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


def state_of(obj: Any, *, now: float | None = None) -> str:
    """The state of an object in a word, as far as its own row tells."""
    now = time.time() if now is None else now
    status = obj.backend_status or ""
    running = obj.claim_owner is not None and (obj.claim_expires or 0.0) > now
    due = obj.enacted_generation < obj.generation
    words = (
        ("running", running),
        ("error", due and obj.backend_code == _ERROR),
        ("blocked", due and status.startswith("blocked")),
        ("deleting", obj.deleted),
        ("not synced", obj.no_sync),
        ("held", due and obj.lazy_blocked),
        ("deferred", due and obj.backend_code == 0 and obj.sync_retry_at is not None),
        ("pending", due),
        ("policy error", obj.policy_code == _ERROR),
    )
    return next((word for word, holds in words if holds), "in sync")


def trouble_of(obj: Any) -> str | None:
    """What keeps an object from being in sync, for people; None when nothing does."""
    state = state_of(obj)
    if state == "policy error":
        return cast("str", obj.policy_status)
    return obj.backend_status if state in {"error", "blocked", "deferred"} else None


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
        value = getattr(obj, column.field.name)
        if column.field.name in shape.secrets and value not in (None, ""):
            value = secrets.HIDDEN
        found[_WORDS[column.kind]][column.field.name] = _plain(value)
    last = {name: found["declarative"].pop(name) for name in common & found["declarative"].keys()}
    for many in meta(type(obj)).many_to_many:
        peers = getattr(obj, many.name).all()
        found["declarative"][many.name] = [key_text(peer) for peer in peers]
    found["declarative"].update(sorted(last.items()))
    return found


def as_data(obj: Model) -> dict[str, Any]:
    """An object as one flat mapping; the order of its keys is that of the model."""
    data: dict[str, Any] = {"model": type(obj).__name__, "id": obj.pk}
    if is_object(type(obj)):
        data["state"] = state_of(obj)
    for fields in sections(obj).values():
        data.update(fields)
    return data


def listing(objects: Sequence[Model], *, width: int | None = None) -> str:
    """A table of objects of one model: key, what is declared, state."""
    rows = [sections(obj)["declarative"] for obj in objects]
    names = _columns(objects[0], rows)
    synced = is_object(type(objects[0]))
    body = [
        [
            key_text(obj),
            *(_short(row[name]) for name in names),
            *(_state_cells(obj) if synced else ()),
        ]
        for obj, row in zip(objects, rows, strict=True)
    ]
    headers = ["key", *names, *(("state", "message") if synced else ())]
    if synced and all(row[-1] is None for row in body):
        headers.pop()
        body = [row[:-1] for row in body]
    return tables.table(headers, body, width=width)


def page(obj: Model) -> str:
    """All that is known about an object, for people."""
    lines = [f"{type(obj).__name__} {tables.printable(key_text(obj))} (id {obj.pk})"]
    if is_object(type(obj)):
        lines += _state_lines(obj)
    for title, fields in sections(obj).items():
        if not fields:
            continue
        lines += ["", title.capitalize()]
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
        lines += [f"  {line}" for line in tables.printable(trouble, lines=True).splitlines()]
    if obj.sync_attempts:
        lines.append(f"  failed {obj.sync_attempts} times in a row")
    if obj.sync_retry_at is not None and obj.enacted_generation < obj.generation:
        lines.append(f"  next attempt at {_moment(obj.sync_retry_at)}")
    elif state == "error" and obj.sync_attempts:
        lines.append("  no further attempt until the object changes")
    return lines


def _moment(seconds: float) -> str:
    return dt.datetime.fromtimestamp(seconds, dt.UTC).isoformat(sep=" ", timespec="seconds")


def _columns(example: Model, rows: Sequence[dict[str, Any]]) -> list[str]:
    """The declared fields worth a column: not in the key, and not empty everywhere."""
    from xgen.runtime.objects import natural_key

    skipped = {*natural_key(type(example)), *_HIDDEN_COLUMNS, *_of_the_base()}
    names = [name for name in rows[0] if name not in skipped]
    return [name for name in names if any(row[name] not in (None, "", []) for row in rows)][
        :_MOST_COLUMNS
    ]


def _state_cells(obj: Any) -> tuple[str, str | None]:
    trouble = trouble_of(obj)
    return state_of(obj), trouble.splitlines()[0] if trouble else None


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

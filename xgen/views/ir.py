"""The IR as plain data, for tools that are no templates. `targets/json/ir.schema.json` is its schema.

Keys are the names of the attributes of :mod:`xgen.ir.app`, every one of them always there; what a
value does not have is null or empty. Places in the text are left out: they move with each edit.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any

from xgen.ir.app import Field, Link
from xgen.ir.options import Option, Options
from xgen.views.launch import relative

if TYPE_CHECKING:
    from xgen.ir.app import App, Model

VERSION = 1
"""Grows when a key changes its meaning or goes; new keys may come at any time."""

# Where a thing is written, and hashes of what is written: of no use without the text.
_OF_THE_TEXT = frozenset({"span", "written"})


def ir(app: App) -> dict[str, Any]:
    """Return everything that the linker found out."""
    return {
        "$schema": "ir.schema.json",
        "version": VERSION,
        **_record(app, leave_out=("models", "library")),
        "sources": [relative(path) for path in app.sources],
        "models": [_model(model, app) for model in app.models],
        "library": [_model(model, app) for model in app.library],
    }


def _model(model: Model, app: App) -> dict[str, Any]:
    return {
        **_record(model),
        "ancestors": [ancestor.ref for ancestor in app.ancestors(model)],
        "reverse_links": [_record(reverse) for reverse in app.reverse_links(model)],
    }


def _record(value: Any, leave_out: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return the attributes of a value by name."""
    return {
        field.name: _plain(getattr(value, field.name))
        for field in value.__fields__
        if field.name not in _OF_THE_TEXT and field.name not in leave_out
    }


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Options):
        return {name: _option(option) for name, option in value.items()}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    kind = type(value).__name__.lower()
    # The two kinds of members and the nodes of a formula stand side by side in one list.
    tag = "member" if isinstance(value, Field | Link) else "node"
    is_tagged = isinstance(value, Field | Link) or type(value).__module__ == "xgen.ir.expr"
    return {tag: kind, **_record(value)} if is_tagged else _record(value)


def _option(option: Option) -> dict[str, Any]:
    return {
        "kind": option.kind.value,
        "value": option.value,
        "raw": option.raw,
        "inherited": option.inherited,
    }

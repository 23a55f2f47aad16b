"""Quantifiers over stored objects, for policies as functions: one query each, wherever it can be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xgen.runtime.access.plain import live
from xgen.runtime.access.symbols import CannotFilter, Row
from xgen.runtime.access.values import Objects
from xgen.runtime.access.where import lower, model_named, not_

if TYPE_CHECKING:
    from collections.abc import Callable


def rows(label: str) -> Objects:
    """Return the stored objects of a model."""
    return Objects(live(model_named(label)).order_by("pk"))


def exists(label: str, body: Callable[[Any], Any]) -> bool:
    """Say whether ``body`` is true of some stored object of a model."""
    objects = rows(label).query
    try:
        found = lower(body(Row(objects.model, 0)))
    except CannotFilter:
        return any(lower(body(one)) for one in objects)
    if isinstance(found, bool):
        return found and objects.exists()
    return objects.filter(found).exists()


def forall(label: str, body: Callable[[Any], Any]) -> bool:
    """Say whether ``body`` is true of all stored objects of a model."""
    return not exists(label, lambda one: not_(body(one)))

"""The order of models as it was fixed when a package was generated (target ``static``).

A package that brings a schedule orders its objects by model, wave by wave, and looks no links up
for it (``waves.py``). That is right only while the package is what it was generated as, so a
schedule is compared with ``model-deps.yaml`` and the loaded models at each start.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xgen.runtime import edges

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from django.db.models import Model

    from xgen.runtime.models import Object

MODULE = "_generated.schedule"
_MEND = "generate the target `static` anew, or drop it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """What ``_generated/schedule.py`` says."""

    waves: tuple[tuple[type[Object], ...], ...]
    """Each wave waits only for earlier ones; the objects within one have no order."""
    edges: tuple[tuple[type[Object], str, type[Object]], ...] = ()
    """The links behind that order: model, accessor, peer."""


def read(package: str) -> Schedule | None:
    """Return the schedule of a package, None if it has none."""
    name = f"{package}.{MODULE}"
    try:
        found = importlib.import_module(name).SCHEDULE
    except ModuleNotFoundError as error:
        if error.name not in (name, name.rpartition(".")[0]):
            raise
        return None
    return found if isinstance(found, Schedule) else None


def objection(
    schedule: Schedule, models: Collection[type[Object]], links: edges.Links
) -> str | None:
    """Return why a schedule does not hold for what was loaded, None if it does.

    ``models`` are those that the synchronizer looks after.
    """
    return next(_objections(schedule, models, links), None)


def warning(text: str) -> str:
    """Return what to tell about a schedule that does not hold."""
    return (
        f"the static schedule does not hold, so dependencies are looked up at run time: {text}"
        f" (help: {_MEND})"
    )


def _objections(
    schedule: Schedule, models: Collection[type[Object]], links: edges.Links
) -> Iterator[str]:
    place = {model: number for number, wave in enumerate(schedule.waves) for model in wave}
    for model in models:
        if model not in place:
            yield f"`{model.__name__}` has no place in it"
    fixed = set(schedule.edges)
    found = {(link.model, link.edge.accessor, link.peer): link for link in links.all}
    for key, link in found.items():
        if key not in fixed:
            yield f"{_where(link)} has `{_shown(key)}`, which is not in it"
    for key in schedule.edges:
        if key not in found:
            yield f"it has `{_shown(key)}`, which is not in model-deps.yaml"
    for link in links.all:
        yield from _out_of_order(link, place)
    for model in models:
        yield from _held_too_long(model, place)


def _held_too_long(model: type[Object], place: dict[type[Object], int]) -> Iterator[str]:
    """Yield the required links that would hold rows of a model when its turn to go has come."""
    for holder, _, column in edges.holders(model):
        for later in _within(holder, place):
            if place[later] <= place.get(model, -1):
                text = f"{later.__name__}.{column.removesuffix('_id')}"
                yield f"`{text}` is required, and its model does not come after {model.__name__}"


def _out_of_order(link: edges.Link, place: dict[type[Object], int]) -> Iterator[str]:
    """Yield what is wrong with the places of the two ends of an edge."""
    target = edges.target_of(link)
    if target is None:
        yield f"{_where(link)}: `{link.edge.model}.{link.edge.accessor}` is code"
        return
    firsts = _within(target, place)
    if not firsts:
        yield f"{_where(link)}: objects of {link.edge.peer} are looked after elsewhere"
    for later in _within(link.model, place):
        for first in firsts:
            if place[first] >= place[later]:
                ends = f"`{later.__name__}.{link.edge.accessor}` can lead to {first.__name__}"
                yield f"{_where(link)}: {ends}, which does not come before it"


def _within(base: type[Model], place: dict[type[Object], int]) -> list[type[Object]]:
    return [model for model in place if issubclass(model, base)]


def _where(link: edges.Link) -> str:
    return f"{link.edge.path}:{link.edge.line}"


def _shown(key: tuple[type[Object], str, type[Object]]) -> str:
    model, accessor, peer = key
    return f"{model.__name__}.{accessor} -> {peer.__name__}"

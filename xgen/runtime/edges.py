"""The edges of ``model-deps.yaml`` between tables: how to find peers with set queries.

Whatever kind of link an accessor is (one, many, the other side of either), it comes down to a
table with two columns: who waits, and for whom. Objects are known by the table with their
counters (*root*) and their id, so a link to a base model and one to its derived model agree.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import connections

from xgen.runtime.access.plain import stored
from xgen.runtime.byids import ByIds
from xgen.runtime.errors import ConfigError
from xgen.runtime.kinds import is_object, shape_of
from xgen.runtime.links import incoming, many_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from django.db import models

    from xgen.runtime.deps import Edge, ModelDeps
    from xgen.runtime.models import Object


@dataclass(frozen=True, slots=True)
class Link:
    """One edge. The row (near, far) of ``table`` says: object ``near`` waits for ``far``.

    ``table`` None: the accessor is code, nobody can tell where it leads without running it for
    each object, so an object counts as waiting for all objects of ``peer``.
    """

    edge: Edge
    model: type[Object]
    peer: type[Object]
    table: type[models.Model] | None
    near: str
    far: str


@dataclass(frozen=True, slots=True)
class Links:
    """All edges of a package."""

    all: tuple[Link, ...] = ()

    def of(self, model: type[Object]) -> list[Link]:
        """Return the edges of ``model`` and of its bases."""
        return [link for link in self.all if issubclass(model, link.model)]

    def to(self, model: type[Object]) -> list[Link]:
        """Return the edges that may lead to objects of ``model``."""
        root = shape_of(model).root
        return [
            link
            for link in self.all
            if shape_of(link.peer).root is root
            and (issubclass(model, link.peer) or issubclass(link.peer, model))
        ]


def compile_links(deps: ModelDeps, app_label: str, errors: list[ConfigError]) -> Links:
    """Return the edges between tables; what cannot be walked goes to ``errors``."""
    for name, line in (deps.models or {}).items():
        if find_model(name, app_label) is None:
            errors.append(_unknown(name, app_label, ConfigError("", path=deps.path, line=line)))
    found: list[Link] = []
    for edge in deps.edges:
        model = find_model(edge.model, app_label)
        if model is None:
            continue
        peer = find_model(edge.peer, app_label)
        if peer is None:
            errors.append(_unknown(edge.peer, app_label, edge.error("")))
        elif is_object(model):
            link = _compile(edge, model, peer, errors)
            if link is not None:
                found.append(link)
    return Links(tuple(found))


def find_model(name: str, app_label: str) -> type[models.Model] | None:
    """Return the model called ``name``: the app's own first, else the only one of that name."""
    if "." in name:
        label, _, short = name.partition(".")
        return next((m for m in _models() if _label(m) == (label, short)), None)
    named = [m for m in _models() if m.__name__ == name]
    own = [m for m in named if m._meta.app_label == app_label]
    if own or len(named) == 1:
        return (own or named)[0]
    return next((m for m in named if m._meta.app_label.startswith("xgen_")), None)


def _models() -> list[type[models.Model]]:
    return apps.get_models()


def _label(model: type[models.Model]) -> tuple[str, str]:
    return model._meta.app_label, model.__name__


def _unknown(name: str, app_label: str, place: ConfigError) -> ConfigError:
    from difflib import get_close_matches

    own = [m.__name__ for m in _models() if m._meta.app_label == app_label]
    others = [m._meta.label for m in _models() if m._meta.app_label.startswith("xgen_")]
    close = get_close_matches(name, [*own, *others], n=1, cutoff=0.6)
    return ConfigError(
        f"there is no model `{name}`",
        path=place.path,
        line=place.line,
        column=place.column,
        help=f"did you mean `{close[0]}`?" if close else None,
    )


def _compile(
    edge: Edge, model: type[Object], peer: type[models.Model], errors: list[ConfigError]
) -> Link | None:
    field = _field(model, edge.accessor)
    if field is None:
        if not hasattr(model, edge.accessor):
            errors.append(_no_accessor(edge, model))
        elif is_object(peer):
            return Link(edge, model, peer, None, "", "")
        return None
    if not field.is_relation or field.related_model is None:
        errors.append(edge.error(f"`{edge.model}.{edge.accessor}` is not a link"))
        return None
    target = cast("type[models.Model]", field.related_model)
    if not (issubclass(target, peer) or issubclass(peer, target)):
        leads = f"`{edge.model}.{edge.accessor}` leads to {target.__name__}, not to {edge.peer}"
        errors.append(edge.error(leads))
        return None
    if not is_object(target):
        return None  # users and the like have no state to wait for
    table, near, far = _columns(field)
    return Link(edge, model, cast("type[Object]", peer), table, near, far)


def _field(model: type[models.Model], accessor: str) -> Any:
    """Return the field or relation behind an attribute, None if there is none."""
    for relation in model._meta.related_objects:
        if relation.get_accessor_name() == accessor:
            return relation
    try:
        found = model._meta.get_field(accessor)
    except FieldDoesNotExist:
        return None
    # By the name for queries a relation is found too, but instances have no such attribute.
    return found if found.concrete else None


def is_reverse(link: Link) -> bool:
    """Say whether an edge follows a link from the side that does not have it."""
    return link.table is not None and not _field(link.model, link.edge.accessor).concrete


def target_of(link: Link) -> type[models.Model] | None:
    """Return the model whose objects an edge can lead to; None if its accessor is code.

    That may be a base of the peer: a link to a base holds objects of all derived models.
    """
    field = _field(link.model, link.edge.accessor)
    return None if field is None else cast("type[models.Model]", field.related_model)


def _no_accessor(edge: Edge, model: type[models.Model]) -> ConfigError:
    from difflib import get_close_matches

    names = [f.name for f in model._meta.get_fields() if f.is_relation and f.concrete]
    names += [r.get_accessor_name() or "" for r in model._meta.related_objects]
    close = get_close_matches(edge.accessor, names, n=1, cutoff=0.6)
    return edge.error(
        f"`{edge.model}` has no link `{edge.accessor}`",
        f"did you mean `{close[0]}`?" if close else None,
    )


def _columns(field: Any) -> tuple[type[models.Model], str, str]:
    """Return the table of a link, and its columns for the near and the far end."""
    link = field if field.concrete else field.field
    if link.many_to_many:
        many = many_of(link)
        near, far = (many.holder, many.peer) if field.concrete else (many.peer, many.holder)
        return many.through, near, far
    ends = (link.model._meta.pk.attname, link.attname)
    return link.model, *(ends if field.concrete else ends[::-1])


def holders(model: type[Object]) -> Iterator[tuple[type[Object], str, str]]:
    """Yield the columns that hold a row of ``model``: required links, as (source, near, far).

    Whatever ``model-deps.yaml`` says, the objects behind these must be gone first.
    """
    for base in model.__mro__:
        if not is_object(base) or base._meta.abstract:
            continue
        for link in incoming(base).required:
            if is_object(link.model):
                yield link.model, link.model._meta.pk.attname, link.attname


def pairs(
    table: type[models.Model], near: str, far: str, *, by: str, ids: Iterable[int], using: str
) -> list[tuple[int, int]]:
    """Return the rows (near, far) whose column ``by`` is among ``ids``."""
    found = _pairs(table, near, far, by, using, connections[using].vendor).fetch(ids)
    return cast("list[tuple[int, int]]", list(found))


@cache
def _pairs(
    table: type[models.Model], near: str, far: str, by: str, using: str, _vendor: str
) -> ByIds:
    ends = {f"{near}__isnull": False, f"{far}__isnull": False}
    rows = stored(table, using).filter(**ends).order_by()
    return ByIds(lambda ids: rows.filter(**{f"{by}__in": ids}).values_list(near, far), using)

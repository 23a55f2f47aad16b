"""What points to the objects of a model, and in which tables these have rows."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from django.apps import apps
from django.db import models

from xgen.runtime.access.plain import stored

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from xgen.runtime.models import Object

    One: TypeAlias = models.ForeignKey[Any, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Many:
    """A many-to-many link: who has it, and the table behind it with its two columns."""

    model: type[models.Model]
    through: type[models.Model]
    holder: str
    peer: str

    def rows(self, using: str) -> models.QuerySet[models.Model]:
        """Return the rows of the table behind the link."""
        return stored(self.through, using)


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """The links that lead to the rows of one model's table."""

    required: tuple[One, ...]
    optional: tuple[One, ...]
    many: tuple[Many, ...]


@cache
def incoming(model: type[models.Model]) -> Incoming:
    """Return the links to ``model`` itself (not to its bases), hidden ones included."""
    ones: list[One] = []
    manys: list[Many] = []
    for relation in model._meta.get_fields(include_parents=False, include_hidden=True):
        if not relation.auto_created or relation.concrete:
            continue
        link: Any = cast("models.ForeignObjectRel", relation).field
        if link.model._meta.auto_created or link.remote_field.model is not model:
            continue  # the table behind a many-to-many link
        if link.many_to_many:
            manys.append(many_of(link))
        elif isinstance(link, models.ForeignKey) and not link.remote_field.parent_link:
            ones.append(link)
    return Incoming(
        required=tuple(link for link in ones if not link.null),
        optional=tuple(link for link in ones if link.null),
        many=tuple(manys),
    )


@cache
def outgoing_many(model: type[models.Model]) -> tuple[Many, ...]:
    """Return the many-to-many links that ``model`` itself (not its bases) has."""
    return tuple(many_of(link) for link in model._meta.local_many_to_many)


def many_of(link: Any) -> Many:
    """Return what there is to know about a many-to-many field."""
    through = link.remote_field.through
    attnames = {field.column: field.attname for field in through._meta.concrete_fields}
    return Many(
        model=link.model,
        through=through,
        holder=attnames[link.m2m_column_name()],
        peer=attnames[link.m2m_reverse_name()],
    )


def family(root: type[Object]) -> tuple[type[Object], ...]:
    """Return the models whose objects have a row in the table of ``root``, bases first."""
    below = [m for m in apps.get_models() if issubclass(m, root) and m is not root]
    return (root, *sorted(below, key=lambda m: len(m.__mro__)))


def split_by_member(
    root: type[Object], leaves: Mapping[int, str]
) -> Iterable[tuple[type[Object], set[int]]]:
    """Split objects by the models whose tables they have rows in: their leaf and all its bases.

    ``leaves`` has the name of the leaf model of each; bases come first.
    """
    by_leaf: dict[type[Object], set[int]] = defaultdict(set)
    for pk, label in leaves.items():
        by_leaf[leaf_model(label, root)].add(pk)
    for member in family(root):
        parts = [pks for leaf, pks in by_leaf.items() if issubclass(leaf, member)]
        if parts:
            yield member, set().union(*parts)


def leaf_model(label: str, root: type[Object]) -> type[Object]:
    """Return the model called ``label``; ``root`` if its package is not installed here."""
    try:
        return cast("type[Object]", apps.get_model(label))
    except (LookupError, ValueError):
        return root

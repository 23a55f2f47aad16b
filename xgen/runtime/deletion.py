"""Deletion in two halves: marking what goes, and taking rows away once back-ends have confirmed.

Both walk the links level by level, with set queries: their number grows with the depth of the
links and not with the objects.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from django.apps import apps
from django.db import models, transaction
from django.utils import timezone

from xgen.runtime import changes
from xgen.runtime.errors import WriteProtected
from xgen.runtime.kinds import is_object, shape_of
from xgen.runtime.values import chunks
from xgen.runtime.writer import current

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from xgen.runtime.models import Object


@dataclass(slots=True)
class Marked:
    """The objects that one deletion marked: by root model, the ids and the leaf model of each."""

    leaves: dict[type[Object], dict[int, str]] = field(default_factory=lambda: defaultdict(dict))

    @property
    def total(self) -> int:
        """Return how many objects were marked."""
        return sum(map(len, self.leaves.values()))

    def by_label(self) -> dict[str, int]:
        """Return how many objects of each leaf model were marked."""
        counts: dict[str, int] = defaultdict(int)
        for leaves in self.leaves.values():
            for label in leaves.values():
                counts[label] += 1
        return dict(counts)


@dataclass(frozen=True, slots=True)
class Incoming:
    """What points to the rows of one model's table."""

    required: tuple[models.ForeignKey[Any, Any], ...]
    optional: tuple[models.ForeignKey[Any, Any], ...]
    many: tuple[models.ManyToManyField[Any, Any], ...]


@cache
def incoming(model: type[models.Model]) -> Incoming:
    """Return the links to ``model`` itself (not to its bases), hidden ones included."""
    required, optional, many = [], [], []
    for relation in model._meta.get_fields(include_parents=False, include_hidden=True):
        if not relation.auto_created or relation.concrete:
            continue
        link = cast("models.ForeignObjectRel", relation).field
        if link.model._meta.auto_created or link.remote_field.model is not model:
            continue  # the table behind a many-to-many link
        if isinstance(link, models.ManyToManyField):
            many.append(link)
        elif isinstance(link, models.ForeignKey) and not link.remote_field.parent_link:
            (optional if link.null else required).append(link)
    return Incoming(tuple(required), tuple(optional), tuple(many))


def family(root: type[Object]) -> tuple[type[Object], ...]:
    """Return the concrete models whose objects have a row in the table of ``root``, bases first."""
    below = [m for m in apps.get_models() if issubclass(m, root) and m is not root]
    return (root, *sorted(below, key=lambda m: len(m.__mro__)))


def soft_delete(model: type[Object], ids: Collection[Any], *, using: str) -> Marked:
    """Mark objects as deleted, with all that has a required link to them, and clear optional links.

    Objects that are marked already are left alone.

    Raises:
        WriteProtected: one of the objects is protected; nothing is marked then.
    """
    changes.guard_existence(model, "deleting objects", current())
    marked = Marked()
    level: dict[type[Object], set[Any]] = {shape_of(model).root: set(ids)}
    with transaction.atomic(using=using):
        while level:
            following: dict[type[Object], set[Any]] = defaultdict(set)
            for root, wanted in level.items():
                fresh = _mark(root, wanted, using)
                marked.leaves[root].update(fresh)
                for link, sources in _required_links(root, fresh, using):
                    following[shape_of(link).root].update(sources)
            level = following
        for root in marked.leaves:
            for member, part in split_by_member(root, marked.leaves[root]):
                _clear_links(member, part, using)
    return marked


def _mark(root: type[Object], ids: Collection[Any], using: str) -> dict[int, str]:
    """Mark those of ``ids`` that are not yet marked and return them with their leaf models."""
    writing = current()
    fresh: dict[int, str] = {}
    for part in chunks(ids):
        rows = root.all_objects.using(using).filter(pk__in=part, deleted=False)
        found = list(
            rows.select_for_update().order_by("pk").values_list("pk", "leaf_model_name", "write_protect")
        )
        for pk, leaf, protected in found:
            if protected:
                raise WriteProtected(f"{leaf or root._meta.label} {pk} is write-protected")
            fresh[pk] = leaf
        moves = changes.SYNC_MOVES | changes.POLICY_MOVES
        stamp = {changes.stamp_of(writing): timezone.now()}
        root.all_objects.using(using).filter(pk__in=[pk for pk, _, _ in found])._plain_update(
            {"deleted": True, "enacted": None, **moves, **stamp}
        )
    return fresh


def split_by_member(
    root: type[Object], leaves: dict[int, str]
) -> Iterable[tuple[type[Object], set[int]]]:
    """Split objects by the models whose tables they have rows in: their leaf and all its bases.

    ``leaves`` has the name of the leaf model of each; bases come first.
    """
    by_leaf: dict[str, set[int]] = defaultdict(set)
    for pk, leaf in leaves.items():
        by_leaf[leaf].add(pk)
    for member in family(root):
        part: set[int] = set()
        for label, pks in by_leaf.items():
            if issubclass(_leaf_model(label, root), member):
                part |= pks
        if part:
            yield member, part


def _leaf_model(label: str, root: type[Object]) -> type[Object]:
    try:
        return cast("type[Object]", apps.get_model(label))
    except (LookupError, ValueError):
        return root  # its package is not installed here


def _required_links(
    root: type[Object], fresh: dict[int, str], using: str
) -> Iterable[tuple[type[Object], set[int]]]:
    """Find the objects with a required link to one of ``fresh``."""
    for member, ids in split_by_member(root, fresh):
        for link in incoming(member).required:
            if is_object(link.model):
                yield link.model, _sources(link, ids, using)


def _sources(link: models.ForeignKey[Any, Any], ids: Collection[int], using: str) -> set[int]:
    """Return the objects, not deleted, whose ``link`` leads to one of ``ids``."""
    rows = cast("type[Object]", link.model).objects.using(using).order_by()
    found: set[int] = set()
    for part in chunks(ids):
        found.update(rows.filter(**{f"{link.name}__in": part}).values_list("pk", flat=True))
    return found


def _clear_links(member: type[Object], gone: Collection[int], using: str) -> None:
    """Take optional links to ``gone`` from objects that stay; these are due again."""
    moves = changes.SYNC_MOVES | changes.POLICY_MOVES
    moves = {**moves, changes.stamp_of(current()): timezone.now()}
    links = incoming(member)
    for link in links.optional:
        if not is_object(link.model):
            continue
        for part in chunks(_sources(link, gone, using)):
            rows = link.model.all_objects.using(using).filter(pk__in=part)
            rows._plain_update({link.attname: None, **moves})
    for many in links.many:
        _leave(many, gone, moves, using)


def _leave(
    many: models.ManyToManyField[Any, Any],
    gone: Collection[int],
    moves: dict[str, Any],
    using: str,
) -> None:
    """Take ``gone`` out of the many-to-many links of objects that stay."""
    through = many.remote_field.through
    holder, peer = many.m2m_column_name(), many.m2m_reverse_name()
    holder, peer = (attname_of(through, name) for name in (holder, peer))
    for part in chunks(gone):
        rows = through._base_manager.using(using).filter(**{f"{peer}__in": part})
        holders = set(rows.values_list(holder, flat=True))
        if not is_object(many.model):
            rows.delete()
            continue
        staying: set[int] = set()
        for some in chunks(holders):
            found = many.model.objects.using(using).filter(pk__in=some)
            staying.update(found.values_list("pk", flat=True))
        for some in chunks(staying):
            rows.filter(**{f"{holder}__in": some}).delete()
            many.model.all_objects.using(using).filter(pk__in=some)._plain_update(moves)


def attname_of(through: type[models.Model], column: str) -> str:
    return next(f.attname for f in through._meta.concrete_fields if f.column == column)

"""Deletion in two halves: marking what goes, and taking rows away once back-ends have confirmed.

Both walk the links level by level, with set queries: their number grows with the depth of the
links and not with the objects.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from django.db import transaction
from django.utils import timezone

from xgen.runtime import changes, kept
from xgen.runtime.access import admission
from xgen.runtime.access.acting import acting_user
from xgen.runtime.byids import chunks
from xgen.runtime.errors import WriteProtected
from xgen.runtime.kinds import is_object, shape_of
from xgen.runtime.links import incoming, leaf_model, split_by_member
from xgen.runtime.queries import all_rows
from xgen.runtime.writer import current

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from xgen.runtime.links import Many, One
    from xgen.runtime.models import Object
    from xgen.runtime.queries import ObjectQuerySet


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


def soft_delete(model: type[Object], ids: Collection[Any], *, using: str) -> Marked:
    """Mark objects as deleted, with all that has a required link to them, and clear optional links.

    Objects that are marked already are left alone.

    Raises:
        WriteProtected: one of the objects is protected; nothing is marked then.
        AccessDenied: code that acts for a user may not delete one of the objects; likewise.
    """
    changes.guard_existence(model, "deleting objects", current())
    admission.admit_rows(model, ids, using)
    with transaction.atomic(using=using):
        marked = _going(shape_of(model).root, ids, using)
        if acting_user() is not None:
            for root, leaves in marked.leaves.items():
                for member, part in _by_leaf(root, leaves):
                    admission.admit_rows(member, part, using, known=False)
        for root, leaves in marked.leaves.items():
            _mark(root, leaves, using)
        for root, leaves in marked.leaves.items():
            for member, members in split_by_member(root, leaves):
                kept.keep_deleted(member, members, using)
                _clear_links(member, members, using)
    return marked


def _going(root: type[Object], ids: Collection[Any], using: str) -> Marked:
    """Lock and return the objects that go, level by level along required links."""
    marked = Marked()
    level: dict[type[Object], set[Any]] = {root: set(ids)}
    while level:
        following: dict[type[Object], set[Any]] = defaultdict(set)
        for base, wanted in level.items():
            fresh = _lock(base, wanted - marked.leaves[base].keys(), using)
            marked.leaves[base].update(fresh)
            for link, sources in _required_links(base, fresh, using):
                following[shape_of(link).root].update(sources)
        level = following
    return marked


def _lock(root: type[Object], ids: Collection[Any], using: str) -> dict[int, str]:
    """Lock those of ``ids`` that are not yet marked and return them with their leaf models."""
    fresh: dict[int, str] = {}
    for part in chunks(ids):
        rows = all_rows(root, using).filter(pk__in=part, deleted=False)
        rows = rows.select_for_update().order_by("pk")
        for pk, leaf, protected in rows.values_list("pk", "leaf_model_name", "write_protect"):
            if protected:
                raise WriteProtected(f"{leaf or root._meta.label} {pk} is write-protected")
            fresh[pk] = leaf
    return fresh


def _by_leaf(
    root: type[Object], leaves: dict[int, str]
) -> Iterable[tuple[type[Object], list[int]]]:
    """Split objects by what they are: the policy of the most derived model counts."""
    parts: dict[str, list[int]] = defaultdict(list)
    for pk, label in leaves.items():
        parts[label].append(pk)
    for label, part in parts.items():
        yield leaf_model(label, root), part


def _mark(root: type[Object], ids: Collection[Any], using: str) -> None:
    stamp = {changes.stamp_of(current()): timezone.now()}
    moves = changes.SYNC_MOVES | changes.POLICY_MOVES | stamp
    for part in chunks(ids):
        rows = all_rows(root, using).filter(pk__in=part)
        rows.plain_update({"deleted": True, "enacted": None, **moves})


def _required_links(
    root: type[Object], fresh: dict[int, str], using: str
) -> Iterable[tuple[type[Object], set[int]]]:
    """Find the objects with a required link to one of ``fresh``."""
    for member, ids in split_by_member(root, fresh):
        for link in incoming(member).required:
            if is_object(link.model):
                yield link.model, _sources(link, ids, using)


def _sources(link: One, ids: Collection[int], using: str) -> set[int]:
    """Return the objects, not deleted, whose ``link`` leads to one of ``ids``."""
    found: set[int] = set()
    for part in chunks(ids):
        rows = _staying(cast("type[Object]", link.model), using)
        found.update(rows.filter(**{f"{link.name}__in": part}).values_list("pk", flat=True))
    return found


def _staying(model: type[Object], using: str) -> ObjectQuerySet[Object]:
    return all_rows(model, using).filter(deleted=False).order_by()


def _clear_links(member: type[Object], gone: Collection[int], using: str) -> None:
    """Take optional links to ``gone`` from objects that stay; these are due again."""
    moves = changes.SYNC_MOVES | changes.POLICY_MOVES
    moves = {**moves, changes.stamp_of(current()): timezone.now()}
    links = incoming(member)
    for link in links.optional:
        if is_object(link.model):
            for part in chunks(_sources(link, gone, using)):
                kept.keep_one(link.model, link, part, using)
                rows = all_rows(link.model, using).filter(pk__in=part)
                rows.plain_update({link.attname: None, **moves})
    for many in links.many:
        _leave(many, gone, moves, using)


def _leave(many: Many, gone: Collection[int], moves: dict[str, Any], using: str) -> None:
    """Take ``gone`` out of the many-to-many links of objects that stay."""
    for part in chunks(gone):
        rows = many.rows(using).filter(**{f"{many.peer}__in": part})
        if not is_object(many.model):
            rows.delete()
            continue
        holders = set(rows.values_list(many.holder, flat=True))
        staying: set[int] = set()
        for some in chunks(holders):
            found = _staying(many.model, using).filter(pk__in=some)
            staying.update(found.values_list("pk", flat=True))
        for some in chunks(staying):
            going = rows.filter(**{f"{many.holder}__in": some})
            kept.keep_many(many, going, using)
            going.delete()
            all_rows(many.model, using).filter(pk__in=some).plain_update(moves)

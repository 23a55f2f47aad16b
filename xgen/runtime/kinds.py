"""What a model's fields are for: declared by its author, fed back, or the runtime's bookkeeping.

Generated models say it in ``xgen = ModelInfo(...)``, each for its own fields; a :class:`Shape` is
the sum over a model and its bases, worked out once for each model.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, TypeGuard

from django.db import models

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xgen.runtime.models import Object

    AnyField: TypeAlias = models.Field[Any, Any]


class Kind(Enum):
    """The kinds of state; the value is how messages call them."""

    DECLARATIVE = "declarative state"
    FEEDBACK = "feedback state"
    BOOKKEEPING = "the runtime's bookkeeping"
    SWITCH = "an operator's switch"
    IDENTITY = "the object's identity"


# Bookkeeping by its declaration in core.xproto, but these are there for people to set. They do not
# move the counters: what is due stays due while a switch holds it back.
SWITCHES = frozenset({"lazy_blocked", "no_policy", "no_sync", "write_protect"})

# Feedback that is about the run itself; a policy that watched it would never come to rest.
_STATUS = ("backend_", "policy_")


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelInfo:
    """What the runtime has to know about a model beside its Django fields.

    ``feedback`` and ``bookkeeping`` name fields of that kind; all others are declarative.
    ``secrets`` never reach a log. ``owner`` is the service model whose single object owns new
    objects that name no owner. ``key`` is the natural key, where the fields alone do not tell it.
    """

    feedback: tuple[str, ...] = ()
    bookkeeping: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()
    owner: str | None = None
    key: tuple[str, ...] = ()


class Tracked(NamedTuple):
    """A column of a model: under which name instances hold it, and what kind of state it is."""

    attname: str
    kind: Kind
    field: AnyField

    @property
    def is_substantive_feedback(self) -> bool:
        """Say whether a change of this feedback field concerns policies."""
        return self.kind is Kind.FEEDBACK and not self.attname.startswith(_STATUS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A model as the store sees it. ``root`` is the model whose table has the counters."""

    model: type[Object]
    root: type[Object]
    columns: tuple[Tracked, ...]
    by_name: Mapping[str, Tracked]
    links: tuple[models.ForeignKey[Any, Any], ...]
    secrets: frozenset[str]
    owner: str | None
    key: tuple[str, ...]
    kinds: Mapping[str, Kind]

    def kind_of(self, name: str) -> Kind:
        """Return the kind of a field by its name; many-to-many links, which have no column, too."""
        return self.kinds.get(name, Kind.DECLARATIVE)


def is_object(model: object) -> TypeGuard[type[Object]]:
    """Say whether ``model`` is one that the runtime keeps in sync (users, say, are not)."""
    from xgen.runtime.models import Object

    return isinstance(model, type) and issubclass(model, Object)


@cache
def shape_of(model: type[Object]) -> Shape:
    """Return the shape of ``model``."""
    infos = [vars(base)["xgen"] for base in model.__mro__ if "xgen" in vars(base)]
    feedback = frozenset(name for info in infos for name in info.feedback)
    bookkeeping = frozenset(name for info in infos for name in info.bookkeeping)
    kinds = {
        **dict.fromkeys(bookkeeping, Kind.BOOKKEEPING),
        **dict.fromkeys(feedback, Kind.FEEDBACK),
        **dict.fromkeys(SWITCHES, Kind.SWITCH),
    }
    columns: list[Tracked] = []
    by_name: dict[str, Tracked] = {}
    for field in model._meta.concrete_fields:
        kind = kinds.get(field.name, Kind.DECLARATIVE)
        if field.primary_key or _is_parent_link(field):
            kind = Kind.IDENTITY
        column = Tracked(field.attname, kind, field)
        columns.append(column)
        by_name[field.name] = by_name[field.attname] = column
    return Shape(
        model=model,
        root=_root_of(model),
        columns=tuple(columns),
        by_name=by_name,
        links=tuple(
            column.field
            for column in columns
            if isinstance(column.field, models.ForeignKey)
            and column.kind is not Kind.IDENTITY
            and is_object(column.field.related_model)
        ),
        secrets=frozenset(name for info in infos for name in info.secrets),
        owner=next((info.owner for info in infos if info.owner), None),
        key=next((info.key for info in infos if info.key), ()),
        kinds=kinds,
    )


def _is_parent_link(field: AnyField) -> bool:
    return bool(field.remote_field and getattr(field.remote_field, "parent_link", False))


def _root_of(model: type[Object]) -> type[Object]:
    parents = [parent for parent in model._meta.parents if is_object(parent)]
    return _root_of(parents[0]) if parents else model

"""Which objects an operator means: a model, some of its objects by key, or those a condition fits.

A condition is ``FIELD=VALUE``, ``FIELD!=VALUE`` or ``FIELD~=TEXT`` (contains, whatever the case);
several are joined by commas and all have to hold. A link is compared with the key of its object.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db.models import BooleanField, CharField, ForeignKey, Q, TextField

from xgen.runtime import enums
from xgen.runtime.errors import DataError
from xgen.runtime.kinds import is_object, shape_of
from xgen.runtime.objects import (
    find_model,
    find_object,
    key_text,
    meta,
    natural_key,
    peer_of,
    suggest,
)
from xgen.runtime.queries import all_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from django.db.models import Field

    from xgen.runtime.models import Object
    from xgen.runtime.queries import ObjectQuerySet

_CONDITION = re.compile(r"\s*([A-Za-z_]\w*)\s*(!=|~=|=)(.*)", re.DOTALL)
_WHERE = re.compile(r"\s+where\s+", re.IGNORECASE)
_USAGE = "FIELD=VALUE, FIELD!=VALUE or FIELD~=TEXT, joined by commas"


class SelectionError(DataError):
    """Words that select no objects."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Objects, as an operator selected them."""

    model: type[Object]
    text: str
    """How people call the selection: `Color`, `Color red` or `Color where name~=r`."""
    ids: tuple[int, ...] | None = None
    """The objects that were named; None when it is all of the model, or a condition."""
    condition: Q | None = None

    @property
    def is_whole_model(self) -> bool:
        """Say whether all objects of the model are meant, those to come too."""
        return self.ids is None and self.condition is None

    def rows(self) -> ObjectQuerySet[Object]:
        """Return the objects, those that are being deleted too."""
        rows = all_rows(self.model, None).order_by("pk")
        if self.ids is not None:
            return rows.filter(pk__in=self.ids)
        return rows if self.condition is None else rows.filter(self.condition).distinct()

    def objects(self) -> Iterator[Object]:
        """Yield the objects."""
        yield from self.rows().iterator(chunk_size=2000)


def select(words: Sequence[str], package: str) -> Selection:
    """Return what ``MODEL``, ``MODEL KEY...`` or ``MODEL where CONDITION`` means.

    Raises:
        DataError: no such model, object or field, or a condition that cannot be read.
    """
    text = " ".join(words).strip()
    parts = _WHERE.split(text, maxsplit=1)
    if len(parts) == 1 and text.lower().endswith(" where"):
        raise SelectionError(f"there is no condition after `where`; write {_USAGE}")
    keys = list(words[1:]) if len(parts) == 1 else []
    model = synced_model(words[0] if len(parts) == 1 else parts[0], package)
    name = model.__name__
    if len(parts) == 2:  # noqa: PLR2004 - model and condition
        return Selection(
            model=model, text=f"{name} where {parts[1]}", condition=condition(model, parts[1])
        )
    if not keys:
        return Selection(model=model, text=name)
    found = [cast("Object", find_object(model, key)) for key in keys]
    shown = ", ".join(key_text(o) for o in found)
    return Selection(model=model, text=f"{name} {shown}", ids=tuple(o.pk for o in found))


def whole(package: str) -> list[Selection]:
    """Return all objects of a package's own models."""
    own = {config.label for config in apps.get_app_configs() if config.name == package}
    models = [m for m in apps.get_models() if is_object(m) and m._meta.app_label in own]
    return [
        Selection(model=m, text=m.__name__, condition=Q(leaf_model_name=m._meta.label))
        for m in models
    ]


def name_of(o: Object) -> str:
    """Return how people call an object: `Color red`."""
    kind = o.leaf_model_name.rpartition(".")[2] or type(o).__name__
    return f"{kind} {key_text(o)}"


def condition(model: type[Object], text: str) -> Q:
    """Return the filter that a condition stands for."""
    found = Q()
    for part in text.split(","):
        match = _CONDITION.fullmatch(part)
        if match is None:
            raise SelectionError(f"cannot read the condition {part.strip()!r}; write {_USAGE}")
        name, operator, value = match.group(1), match.group(2), match.group(3).strip()
        found &= _one_condition(model, name, operator, value)
    return found


def synced_model(name: str, package: str) -> type[Object]:
    """Return the model of this name, if its objects are synced."""
    model = find_model(name.strip(), package)
    if not is_object(model):
        raise SelectionError(f"objects of {model.__name__} are not synced")
    return model


def _one_condition(model: type[Object], name: str, operator: str, value: str) -> Q:
    field = _field(model, name)
    if operator == "~=":
        if isinstance(field, ForeignKey):
            inner = natural_key(peer_of(field))
            if len(inner) == 1:
                return Q(**{f"{field.name}__{inner[0]}__icontains": value})
        if not isinstance(field, CharField | TextField):
            raise SelectionError(f"`~=` looks into text, and {model.__name__}.{name} is none")
        return Q(**{f"{field.name}__icontains": value})
    same = _same(field, value)
    return same if operator == "=" else ~same


def _same(field: Field[Any, Any], value: str) -> Q:
    if value in ("", "null"):
        nothing = Q(**{f"{field.name}__isnull": True}) if field.null else Q()
        blank = Q(**{field.name: ""}) if isinstance(field, CharField | TextField) else Q()
        if nothing | blank == Q():
            raise SelectionError(f"{field.name} always has a value")
        return nothing | blank
    if isinstance(field, ForeignKey):
        peer = peer_of(field)
        inner = natural_key(peer)
        if value.startswith("#") or not inner:
            return Q(**{field.attname: _number(field, value.removeprefix("#"))})
        parts = value.split("/", len(inner) - 1)
        pairs = zip(inner, parts, strict=False)
        return Q(**{f"{field.name}__{key}": part for key, part in pairs})
    if (named := enums.value_of(field, value)) is not None:
        return Q(**{field.name: named})
    if isinstance(field, BooleanField):
        value = value.capitalize()
    try:
        return Q(**{field.name: field.to_python(value)})
    except ValidationError as error:
        raise SelectionError(f"{field.name}: {' '.join(error.messages)}") from error


def _number(field: Field[Any, Any], text: str) -> int:
    if not text.isdecimal():
        raise SelectionError(f"{field.name}: {text!r} is no id")
    return int(text)


def _field(model: type[Object], name: str) -> Field[Any, Any]:
    shape = shape_of(model)
    known: dict[str, Field[Any, Any]] = {
        field.name: field
        for field in meta(model).concrete_fields
        if field.name not in shape.secrets and not getattr(field.remote_field, "parent_link", False)
    }
    if name in known:
        return known[name]
    if name in shape.secrets:
        raise SelectionError(f"{model.__name__}.{name} is secret: nothing can be selected by it")
    message = f"{model.__name__} has no field {name!r}"
    if close := suggest(name, known):
        message += f"; did you mean {close}?"
    raise SelectionError(message)

"""Models by name and objects by natural key, as operators write them.

Shared by `apply` and by the commands that show, explain and delete objects. Names of models are
found whatever their case and in the plural; what is not found comes with a suggestion.
"""

from __future__ import annotations

import difflib
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db.models import ForeignKey

from xgen.runtime.access.acting import unrestricted
from xgen.runtime.errors import AccessDenied, DataError
from xgen.runtime.keys import key_fields
from xgen.runtime.kinds import is_object

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from django.db.models import Field, Model, QuerySet
    from django.db.models.options import Options

#: How many objects a message about an ambiguous key names.
_FEW = 5


def meta(model: type[Model]) -> Options[Any]:
    """What Django knows about a model."""
    return model._meta


class UnknownModelError(DataError):
    """No model has this name."""


class UnknownObjectError(DataError):
    """No object, or more than one, has this key."""


def models(package: str | None = None) -> list[type[Model]]:
    """The models that objects can be of: those of the package first, then what it requires."""
    found = [model for model in apps.get_models() if is_object(model) or _is_user(model)]
    own = {config.label for config in apps.get_app_configs() if config.name == package}
    found.sort(key=lambda model: (meta(model).app_label not in own, is_object(model) is False))
    return found


def find_model(name: str, package: str | None = None) -> type[Model]:
    """The model of this name (`Color`, `colors`, `color`, `exampleservice.Color`)."""
    known = models(package)
    for model in known:
        if name in (model.__name__, meta(model).label):
            return model
    wanted = _plain(name)
    for model in known:
        if wanted in _spellings(model):
            return model
    message = f"there is no model {name!r}"
    if close := suggest(name, [model.__name__ for model in known]):
        message += f"; did you mean {close}?"
    raise UnknownModelError(message)


def as_clause(message: str) -> str:
    """One of Django's sentences as the part of a message after the colon."""
    return message[:1].lower() + message[1:].rstrip(".")


def suggest(name: str, known: Iterable[str]) -> str | None:
    """The known name that is most like this one, if any is."""
    by_plain = {_plain(item): item for item in known}
    close = difflib.get_close_matches(_plain(name), by_plain, 1)
    return by_plain[close[0]] if close else None


def natural_key(model: type[Model]) -> tuple[str, ...]:
    """Names of the fields by which operators call objects of a model; users have an email."""
    if is_object(model):
        return key_fields(cast("Any", model))
    return ("email",) if _is_user(model) else ()


def key_text(obj: Model) -> str:
    """An object's natural key as operators write it: `red`, `sun,blue-page`, or its id."""
    values = key_values(obj)
    return ",".join(map(str, values)) if values and all(values) else f"#{obj.pk}"


def named(obj: Model) -> str:
    """What messages call an object: `Color red`."""
    return f"{type(obj).__name__} {key_text(obj)}"


def key_values(obj: Model) -> tuple[Any, ...]:
    """The parts of an object's natural key; for a link, the key of the object that it leads to."""
    parts = []
    for name in natural_key(type(obj)):
        value = value_of(obj, name)
        parts.append(key_text(value) if is_instance(value) else value)
    return tuple(parts)


def value_of(obj: Model, name: str) -> Any:
    """What a field holds; where a link leads to what the user may not read, `#` and its id."""
    try:
        return getattr(obj, name)
    except AccessDenied:
        return f"#{getattr(obj, f'{name}_id')}"


def is_instance(value: object) -> bool:
    """Whether a value is an object of some model."""
    return hasattr(type(value), "_meta")


def find_object(model: type[Model], text: str, *, deleted: bool = True) -> Model:
    """The object with this key (parts joined by commas) or id (`#7`, or `7` if no key says so).

    Objects whose deletion is still under way are found too, when no live one has the key.
    """
    found = _by_key(model, text, deleted=deleted)
    if not found and text.removeprefix("#").isdecimal():
        found = list(manager(model, deleted=deleted).filter(pk=int(text.removeprefix("#"))))
    if len(found) > 1:
        ids = ", ".join(f"#{obj.pk}" for obj in found[:_FEW])
        raise UnknownObjectError(f"several objects of {model.__name__} are called {text!r}: {ids}")
    if not found:
        message = f"there is no {model.__name__} {text!r}"
        if close := suggest_key(model, text):
            message += f"; did you mean {close!r}?"
        raise UnknownObjectError(message)
    return leaf(found[0])


def find_even_hidden(model: type[Model], text: str) -> Model:
    """Likewise, also what the user in context may not read; that is never suggested."""
    try:
        return find_object(model, text)
    except UnknownObjectError:
        with suppress(UnknownObjectError), unrestricted():
            return find_object(model, text)
        raise


def _by_key(model: type[Model], text: str, *, deleted: bool) -> list[Model]:
    key = natural_key(model)
    if not key or text.startswith("#"):
        return []
    parts = text.split(",", len(key) - 1) if len(key) > 1 else [text]
    wanted = dict(zip(key, parts, strict=False))
    try:
        found = list(matching(model, wanted, deleted=deleted)[: _FEW + 1])
    except (ValidationError, ValueError, TypeError):
        return []
    live = [obj for obj in found if not getattr(obj, "deleted", False)]
    return live or found


def matching(
    model: type[Model], wanted: Mapping[str, Any], *, deleted: bool = False
) -> QuerySet[Model]:
    """The objects with these values; for links, objects or the text of their peers' keys."""
    filters: dict[str, Any] = {}
    for name, value in wanted.items():
        field = meta(model).get_field(name)
        if isinstance(field, ForeignKey) and isinstance(value, str):
            inner = natural_key(peer_of(field))
            parts = value.split(",", len(inner) - 1) if inner else [value]
            names = inner or ("pk",)
            for part_name, part in zip(names, parts, strict=False):
                filters[f"{name}__{part_name}"] = part
        elif value is None:
            filters[f"{name}__isnull"] = True
        else:
            filters[name] = value
    found: QuerySet[Model] = manager(model, deleted=deleted).filter(**filters).order_by("pk")
    return found


def manager(model: type[Model], *, deleted: bool = False) -> Any:
    """The manager that sees the live objects of a model, or those being deleted too."""
    if deleted and is_object(model):
        return cast("Any", model).all_objects
    return meta(model).default_manager


def peer_of(field: Field[Any, Any]) -> type[Model]:
    """The model that a link leads to."""
    return cast("type[Model]", field.related_model)


def leaf(obj: Model) -> Model:
    """The object as its most derived model."""
    return cast("Any", obj).leaf if is_object(type(obj)) else obj


def suggest_key(model: type[Model], text: str, more: Iterable[str] = ()) -> str | None:
    """The key of a live object that is most like this text."""
    key = natural_key(model)
    known = list(more)
    if len(key) == 1 and not isinstance(meta(model).get_field(key[0]), ForeignKey):
        rows: Sequence[Any] = manager(model).values_list(key[0], flat=True).order_by("pk")[:1000]
        known += [str(value) for value in rows]
    close = difflib.get_close_matches(text, known, 1, cutoff=0.6)
    return close[0] if close else None


@cache
def _spellings(model: type[Model]) -> frozenset[str]:
    one = _plain(model.__name__)
    many = {one + "s", one + "es", _plain(str(meta(model).verbose_name_plural))}
    if one.endswith("y"):
        many.add(one[:-1] + "ies")
    return frozenset({one, *many, _plain(meta(model).label)})


def _plain(name: str) -> str:
    return "".join(char for char in name.lower() if char not in "_- ")


def _is_user(model: type[Model]) -> bool:
    from django.conf import settings

    return bool(meta(model).label == settings.AUTH_USER_MODEL)

"""One object as a file declares it, checked against its model without asking the database.

Fields are sorted into values (converted to what the model holds), links and many-valued links;
whatever does not fit the model becomes a problem at its place.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.dateparse import parse_datetime

from xgen.runtime import enums, secrets
from xgen.runtime.documents import Problem
from xgen.runtime.kinds import Kind, is_object, shape_of
from xgen.runtime.objects import as_clause, meta, suggest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xgen.runtime.documents import Entry, Place, Value

#: Fields of users that files may not set: passwords are never in files, rights have their tools.
_USER_PRIVATE = frozenset({"password", "last_login", "is_superuser", "created", "updated"})
_WHY_NOT = {
    Kind.FEEDBACK: "it is feedback state, which comes from the back-end",
    Kind.BOOKKEEPING: "it is the runtime's bookkeeping",
    Kind.IDENTITY: "it is the object's identity",
}


@dataclass(slots=True)
class Declared:
    """What one entry of a file wants, and later the object that it became."""

    entry: Entry
    model: type[models.Model]
    #: `id`, when the entry names its object by it.
    pk: int | None = None
    values: dict[str, Any] = field(default_factory=dict)
    links: dict[str, Value] = field(default_factory=dict)
    many: dict[str, Value] = field(default_factory=dict)
    #: Has a problem; others may refer to it, but it is not written.
    broken: bool = False
    obj: models.Model | None = None

    def place_of(self, name: str) -> Place:
        """Where a field's value stands, or the object if the field is not there."""
        value = self.entry.body.data.get(name)
        return value.place if value is not None else self.entry.place

    def title(self) -> str:
        """The model's name, for messages."""
        return self.model.__name__


def declare(entry: Entry, model: type[models.Model], problems: list[Problem]) -> Declared:
    """Checks an entry against its model."""
    declared = Declared(entry, model)
    before = len(problems)
    for name, value in entry.body.data.items():
        if name == "id":
            _take_id(declared, value, problems)
            continue
        found = _settable(model).get(name)
        if found is None:
            place = entry.body.keys[name]
            problems.append(_refusal(model, name, place))
        elif isinstance(found, models.ManyToManyField):
            if isinstance(value.data, list):
                declared.many[name] = value
            else:
                problems.append(Problem(value.place, f"{name} takes a list"))
        elif isinstance(found, models.ForeignKey):
            if value.data is None and not found.null:
                problems.append(Problem(value.place, f"{name} must lead to an object"))
            declared.links[name] = value
        else:
            declared.values[name] = _checked(found, value, model, problems)
    declared.broken = len(problems) > before
    return declared


def missing(declared: Declared) -> Iterator[str]:
    """The fields that a new object of this model needs and the entry does not give."""
    owner = is_object(declared.model) and shape_of(cast("Any", declared.model)).owner
    for name, found in _settable(declared.model).items():
        if isinstance(found, models.ManyToManyField) or name in declared.entry.body.data:
            continue
        if name == "owner" and owner:  # found by the store
            continue
        if not (found.null or found.blank or found.has_default()):
            yield name


def _take_id(declared: Declared, value: Value, problems: list[Problem]) -> None:
    if isinstance(value.data, int) and not isinstance(value.data, bool):
        declared.pk = value.data
    else:
        problems.append(Problem(value.place, "id is a number"))


def _settable(model: type[models.Model]) -> dict[str, models.Field[Any, Any]]:
    """The fields that a file may set, many-valued ones too, by name."""
    options = meta(model)
    fields: dict[str, models.Field[Any, Any]] = {}
    if is_object(model):
        for column in shape_of(cast("Any", model)).columns:
            if column.kind in (Kind.DECLARATIVE, Kind.SWITCH):
                fields[column.field.name] = column.field
    else:
        for found in options.concrete_fields:
            if not found.primary_key and found.name not in _USER_PRIVATE:
                fields[found.name] = found
    for many in options.many_to_many:
        fields[many.name] = many
    return fields


def _refusal(model: type[models.Model], name: str, place: Place) -> Problem:
    """Says why a field cannot be set, or what the name may have meant."""
    if is_object(model):
        column = shape_of(cast("Any", model)).by_name.get(name)
        if column is not None and column.kind in _WHY_NOT:
            return Problem(place, f"{name} cannot be set: {_WHY_NOT[column.kind]}")
    for relation in meta(model).related_objects:
        if relation.get_accessor_name() == name:
            other = f"{relation.related_model.__name__}.{relation.field.name}"
            return Problem(place, f"{name} is the other side of a link", f"set {other}")
    if not is_object(model) and name in _USER_PRIVATE:
        return Problem(place, f"{name} cannot be set by a file")
    known = _settable(model)
    close = suggest(name, known)
    hint = f"did you mean {close}?" if close else f"it has {', '.join(sorted(known))}"
    return Problem(place, f"{model.__name__} has no field {name!r}", hint)


def _checked(  # noqa: PLR0911 - one for each way not to fit
    found: models.Field[Any, Any],
    value: Value,
    model: type[models.Model],
    problems: list[Problem],
) -> Any:
    """The value converted to what the field holds; a problem when it does not fit."""
    if value.data is None:
        if found.null:
            return None
        hint = 'write "" for an empty text' if found.blank else None
        problems.append(Problem(value.place, f"{found.name} must have a value", hint))
        return None
    # YAML reads a bare ON as a truth.
    if isinstance(value.data, str | bool):
        named = enums.value_of(found, value.written)
        if named is not None:
            return named
    if (wrong := _wrong_type(found, value)) and not found.choices:
        problems.append(Problem(value.place, *wrong))
        return None
    plain = value.plain()
    if isinstance(found, models.DateTimeField):
        plain = _aware(plain)
    if found.blank and plain in found.empty_values:
        return plain
    try:
        return found.clean(plain, cast("Any", None))
    except ValidationError as error:
        secret = found.name in secrets.secret_fields(model)
        for message in error.messages:
            text = message.replace(str(plain), secrets.HIDDEN) if secret else message
            problems.append(_invalid(found, value, text, secret=secret))
        return None


def _aware(value: Any) -> Any:
    """Times without a zone are UTC, as everywhere in the store."""
    if isinstance(value, str):
        try:
            value = parse_datetime(value) or value
        except ValueError:
            return value
    elif isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        value = dt.datetime(value.year, value.month, value.day, tzinfo=dt.UTC)
    if isinstance(value, dt.datetime) and value.tzinfo is None:
        return value.replace(tzinfo=dt.UTC)
    return value


def _invalid(found: models.Field[Any, Any], value: Value, message: str, *, secret: bool) -> Problem:
    choices = [(str(choice), str(name)) for choice, name in found.flatchoices]
    if choices and not secret:
        close = suggest(str(value.data), [word for pair in choices for word in pair])
        text = f"{value.written!r} is not a choice of {found.name}"
        every = [one if one == name else f"{one} ({name})" for one, name in choices]
        hint = f"did you mean {close}? " if close else ""
        hint += f"choose from {', '.join(every)}"
        return Problem(value.place, text, hint)
    return Problem(value.place, f"{found.name}: {as_clause(message)}")


def _wrong_type(found: models.Field[Any, Any], value: Value) -> tuple[str, str | None] | None:
    """Message and hint when YAML read the value as another type than the field's."""
    accepted, expected = _accepted(found)
    data = value.data
    if accepted is None or (
        isinstance(data, accepted) and (bool in accepted or not isinstance(data, bool))
    ):
        return None
    got = _yaml_name(data)
    hint = None
    if accepted == (str,) and not isinstance(data, list | dict):
        hint = f'quote it: "{value.written}"'
    elif isinstance(data, str) and bool in accepted:
        hint = "write true or false, without quotes"
    elif isinstance(data, str):
        hint = "write it without quotes" if data.strip("-").isdecimal() else None
    return f"{found.name} is {expected}, this is {got}", hint


_TYPES: tuple[tuple[type, tuple[type, ...], str], ...] = (
    (models.BooleanField, (bool,), "true or false"),
    (models.IntegerField, (int,), "a whole number"),
    (models.FloatField, (int, float), "a number"),
    (models.DecimalField, (int, float, str), "a number"),
    (models.DateTimeField, (dt.datetime, dt.date, str), "a date and time"),
    (models.DateField, (dt.date, str), "a date"),
    (models.JSONField, (object,), "anything"),
    (models.CharField, (str,), "a text"),
    (models.TextField, (str,), "a text"),
    (models.GenericIPAddressField, (str,), "an IP address"),
)


def _accepted(found: models.Field[Any, Any]) -> tuple[tuple[type, ...] | None, str]:
    for kind, types, name in _TYPES:
        if isinstance(found, kind):
            return (None if types == (object,) else types), name
    return None, "a value"


def _yaml_name(data: object) -> str:
    if isinstance(data, bool):
        return "true or false (as YAML reads it)"
    names: tuple[tuple[type, str], ...] = (
        (str, "a text"),
        (int, "a whole number"),
        (float, "a number"),
        (list, "a list"),
        (dict, "a mapping"),
        (dt.date, "a date"),
    )
    return next((name for kind, name in names if isinstance(data, kind)), type(data).__name__)

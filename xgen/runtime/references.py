"""What links in object files mean: objects of the same files first, then those of the database.

A link is written as the peer's natural key (`red`; parts joined by commas where there are
several), or as a mapping of fields that single it out (`{name: sun, serviceinstance: blue-page}`,
`{id: 7}`).
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, cast

from django.core.exceptions import ValidationError

from xgen.runtime.documents import Problem, Value
from xgen.runtime.objects import (
    UnknownModelError,
    find_model,
    matching,
    meta,
    natural_key,
    peer_of,
    suggest,
    suggest_key,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from django.db import models

    from xgen.runtime.declared import Declared

_UNKNOWN = object()


class References:
    """Finds entries and objects by what files call them."""

    def __init__(self, declared: Sequence[Declared], problems: list[Problem]) -> None:
        self.problems = problems
        #: By model (and each of its bases) and first part of the key.
        self._index: dict[type[models.Model], dict[str, list[Declared]]] = defaultdict(
            lambda: defaultdict(list)
        )
        seen: dict[tuple[type[models.Model], tuple[str, ...]], Declared] = {}
        for one in declared:
            key = self._written_key(one)
            for model in _bases(one.model):
                if first := _first_part(one, model):
                    self._index[model][first].append(one)
            if key is None:
                continue
            other = seen.setdefault((one.model, key), one)
            if other is not one:
                one.broken = True
                text = f"{one.title()} {','.join(key)} is declared twice"
                hint = f"first at {other.entry.place}"
                self.problems.append(Problem(one.entry.place, text, hint))

    def key_of(self, declared: Declared) -> dict[str, Any] | None:
        """The natural key that an entry gives, links as objects; None with a problem noted."""
        names = natural_key(declared.model)
        if not names:
            self._note(declared, f"{declared.title()} has no natural key; give the object's id")
            return None
        key: dict[str, Any] = {}
        for name in names:
            found = cast("models.Field[Any, Any]", meta(declared.model).get_field(name))
            if name in declared.links:
                value = declared.links[name]
                peer = self.resolve(declared, name, value) if value.data is not None else None
                if peer is None and value.data is not None:
                    return None
                key[name] = peer
            elif name in declared.values:
                if declared.values[name] is None and not found.null:
                    return None  # a value that does not fit, which has been said
                key[name] = declared.values[name]
            elif found.null or found.has_default():
                key[name] = found.get_default()
            else:
                if not declared.broken:
                    together = " and ".join(names)
                    text = f"{declared.title()} is known by {together}; {name} is missing"
                    self._note(declared, text)
                return None
        return key

    def in_files(
        self, declared: Declared, value: Value, name: str | None = None
    ) -> Iterator[Declared]:
        """The entries that a link, or each value of a many-valued link, may lead to."""
        if name is None:
            name = next(key for key, many in declared.many.items() if many is value)
        peer = self._peer(declared, name)
        for item in value.data if isinstance(value.data, list) else [value]:
            yield from self._entries(peer, item)

    def resolve(self, declared: Declared, name: str, value: Value) -> models.Model | None:
        """The object that a link leads to; None with a problem noted if there is none."""
        peer = self._peer(declared, name)
        entries = list(self._entries(peer, value))
        if len(entries) > 1:
            places = ", ".join(str(other.entry.place) for other in entries)
            self._note(declared, f"{name} may lead to several objects: {places}", value)
            return None
        if entries:
            if entries[0].obj is None:
                declared.broken = True  # for a reason that is reported where that entry stands
            return entries[0].obj
        found = self._in_database(declared, peer, name, value)
        if found is not None and len(found) == 1:
            return found[0]
        if found is not None:
            self._note(
                declared,
                *self._explain(peer, name, value, found),
            )
        return None

    def resolve_all(self, declared: Declared, name: str, value: Value) -> list[models.Model] | None:
        """The objects of a many-valued link; None when one of them is a problem."""
        found = [self.resolve(declared, name, item) for item in value.data]
        return None if None in found else cast("list[models.Model]", found)

    def _entries(self, peer: type[models.Model], value: Value) -> Iterator[Declared]:
        names = natural_key(peer)
        if not names:
            return
        wanted = _wanted(value, names)
        if wanted is None or names[0] not in wanted:
            return
        first = _text(wanted[names[0]])
        for one in self._index[peer].get(first, ()) if first is not None else ():
            if all(self._same(one, name, item) for name, item in wanted.items()):
                yield one

    def _same(self, one: Declared, name: str, wanted: Value | str) -> bool:
        given = one.entry.body.data.get(name)
        if given is None:
            return False
        return _flat(given) == _flat(wanted)

    def _in_database(
        self, declared: Declared, peer: type[models.Model], name: str, value: Value
    ) -> list[models.Model] | None:
        """The live objects that a value may mean; None when it cannot mean any."""
        if meta(peer).label == "contenttypes.ContentType":
            return self._content_type(declared, name, value)
        if isinstance(value.data, list):
            self._note(declared, f"{name} leads to one object, this is a list", value)
            return None
        filters: dict[str, Any] = {}
        if isinstance(value.data, dict):
            for part, item in value.data.items():
                if part != "id" and not _has_field(peer, part):
                    known = [field.name for field in meta(peer).concrete_fields]
                    close = suggest(part, known)
                    text = f"{peer.__name__} has no field {part!r}"
                    self._note(
                        declared, text + (f"; did you mean {close}?" if close else ""), value
                    )
                    return None
                filters[part] = item.written if isinstance(item.data, str) else item.plain()
        else:
            names = natural_key(peer)
            if not names:
                self._note(
                    declared, f"{peer.__name__} has no natural key; write {{id: ...}}", value
                )
                return None
            filters = dict(_split(str(value.data), names))
        try:
            return list(matching(peer, filters)[:3])
        except (ValidationError, ValueError, TypeError):
            return []

    def _content_type(
        self, declared: Declared, name: str, value: Value
    ) -> list[models.Model] | None:
        from django.contrib.contenttypes.models import ContentType

        try:
            return [ContentType.objects.get_for_model(find_model(str(value.data)))]
        except UnknownModelError as error:
            self._note(declared, f"{name}: {error}", value)
            return None

    def _explain(
        self, peer: type[models.Model], name: str, value: Value, found: Sequence[models.Model]
    ) -> tuple[str, Value]:
        shown = _show(value)
        if found:
            ids = ", ".join(str(obj.pk) for obj in found)
            return f"{name}: several objects of {peer.__name__} match {shown} (ids {ids})", value
        text = f"{name}: there is no {peer.__name__} {shown}"
        close = suggest_key(peer, shown, self._index[peer])
        return (f"{text}; did you mean {close!r}?" if close else text), value

    def _peer(self, declared: Declared, name: str) -> type[models.Model]:
        return peer_of(cast("models.Field[Any, Any]", meta(declared.model).get_field(name)))

    def _written_key(self, one: Declared) -> tuple[str, ...] | None:
        names = natural_key(one.model)
        given = [one.entry.body.data.get(name) for name in names]
        if not names or all(value is None for value in given):
            return None
        return tuple("" if value is None else "/".join(_flat(value)) for value in given)

    def _note(self, declared: Declared, text: str, value: Value | None = None) -> None:
        declared.broken = True
        place = declared.entry.place if value is None else value.place
        self.problems.append(Problem(place, text))


def _bases(model: type[models.Model]) -> Iterator[type[models.Model]]:
    yield model
    yield from meta(model).get_parent_list()


def _first_part(one: Declared, model: type[models.Model]) -> str | None:
    names = natural_key(model)
    given = one.entry.body.data.get(names[0]) if names else None
    return None if given is None else _text(given)


def _wanted(value: Value, names: Sequence[str]) -> Mapping[str, Value | str] | None:
    if isinstance(value.data, dict):
        return cast("Mapping[str, Value | str]", value.data)
    if isinstance(value.data, list) or value.data is None:
        return None
    return dict(_split(str(value.data), names))


def _split(text: str, names: Sequence[str]) -> list[tuple[str, str]]:
    """Parts of a key by name; a part may be left out at the end while that stays unambiguous."""
    return list(
        zip(names, text.split(",", len(names) - 1) if len(names) > 1 else [text], strict=False)
    )


def _flat(value: Value | str) -> tuple[str, ...]:
    """What a link or value says, whichever way it is written."""
    if isinstance(value, str):
        return tuple(value.split(","))
    if isinstance(value.data, dict):
        return tuple(part for item in value.data.values() for part in _flat(item))
    return tuple(str(value.data).split(","))


def _text(value: Value | str) -> str | None:
    if isinstance(value, str):
        return value
    return None if isinstance(value.data, list | dict) or value.data is None else str(value.data)


def _has_field(model: type[models.Model], name: str) -> bool:
    return any(field.name == name for field in meta(model).concrete_fields)


def _show(value: Value) -> str:
    if isinstance(value.data, dict):
        return ", ".join(f"{name}={_show(item)}" for name, item in value.data.items())
    return str(value.data)

"""What is wrong with objects as they were given: names that no field has, values that do not fit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xgen.diagnostics import did_you_mean
from xgen.ir.app import Field
from xgen.ir.types import ContentType, FieldType, Modifier

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from xgen.explain.data import YamlWorld
    from xgen.ir.app import Model


def mistake(world: YamlWorld, values: Mapping[Any, Any], kind: Model | None) -> str | None:
    """Return the first mistake in an object and those inside of it."""
    return next(_mistakes(world, values, kind, set()), None)


def _mistakes(
    world: YamlWorld, values: Mapping[Any, Any], kind: Model | None, seen: set[int]
) -> Iterator[str]:
    if id(values) in seen:
        return  # an alias inside of its own anchor
    seen.add(id(values))
    for name, value in values.items():
        if not isinstance(name, str):
            yield f"`{name}` is no name of a field"
        elif kind is not None and not world.has(kind, name):
            guess = did_you_mean(name, world.names(kind))
            yield f"`{kind.name}` has no field `{name}`" + (f"; {guess}" if guess else "")
        elif kind is not None and value is not None:
            yield from _misfits(world, kind, name, value, seen)


def _misfits(world: YamlWorld, kind: Model, name: str, value: Any, seen: set[int]) -> Iterator[str]:
    peer, many, _ = world.member(kind, name)
    field = world.field(kind, name)
    what = f"`{name}` of `{kind.name}`"
    if peer is not None or many:
        if isinstance(value, list) != many:
            yield f"{what} is {'a list of objects' if many else 'one object'}, not {value!r}"
            return
        for one in value if many else [value]:
            if isinstance(one, dict):
                yield from _mistakes(world, one, peer, seen)
            elif isinstance(one, list):
                yield f"{what} leads to objects, not to {one!r}"
    elif isinstance(field, Field) and (wanted := _wanted(field, value)):
        yield f"{what} is {wanted}, not {value!r}"


def _wanted(field: Field, value: Any) -> str | None:
    """Return what a field's value should be, if it is not that."""
    if field.type in (FieldType.NAMED, FieldType.BYTES):
        return None
    if field.modifier is Modifier.REPEATED:
        return None if isinstance(value, list) else "a list"
    if field.type is FieldType.BOOL:
        return None if isinstance(value, bool) else "true or false"
    if field.type is FieldType.STRING:
        is_text = isinstance(value, str) or field.content is ContentType.DATE
        return None if is_text else "text, which is written in quotes"
    if field.type.is_integer:
        return None if isinstance(value, int) and not isinstance(value, bool) else "a whole number"
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return None if is_number else "a number"

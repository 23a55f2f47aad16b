"""Descriptions of the models for a user interface: what to show, how to edit it, what to check."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xgen.ir.app import Field, Link
from xgen.ir.types import ContentType, FieldType, LinkKind, StateKind
from xgen.views.django import model_text
from xgen.views.english import plural_of
from xgen.views.proto import member_text
from xgen.views.values import default_of, may_be_null

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xgen.ir.app import App, Member, Model
    from xgen.ir.options import Scalar

_FORMATS = {ContentType.IP: "ip", ContentType.URL: "url"}


def modeldefs(app: App) -> dict[str, list[dict[str, Any]]]:
    """Return a description of each model that has objects and is not hidden."""
    shown = (m for m in app.models if not m.abstract and not m.options.flag("gui_hidden"))
    return {"items": [_item(app, model) for model in shown]}


def _item(app: App, model: Model) -> dict[str, Any]:
    members = {m.name: m for m in app.all_members(model)}
    visible = [
        member
        for member in members.values()
        if member.state is not StateKind.BOOKKEEPING and not member.options.flag("gui_hidden")
    ]
    fields = [m for m in visible if not isinstance(m, Link) or not m.kind.is_many]
    return {
        "app": str(app.name),
        "name": str(model.name),
        "verbose_name": " ".join(model.verbose_name.split()),
        "plural": plural_of(model),
        "description": model_text(model),
        "sync_implemented": model.options.flag("sync_implemented"),
        "policy_implemented": model.options.flag("policy_implemented"),
        "fields": [_field(member, app) for member in fields],
        "relations": list(_relations(app, model, visible)),
    }


def _field(member: Member, app: App) -> dict[str, Any]:
    field: dict[str, Any] = {
        "name": f"{member.attribute}_id" if isinstance(member, Link) else str(member.attribute),
        "type": _type(member),
        "hint": " ".join(member_text(member).split()),
        "read_only": member.state is not StateKind.DECLARATIVE,
    }
    if isinstance(member, Field):
        field["default"] = default_of(member)
        field["nullable"] = may_be_null(member)
        options = list(_options(member, app))
        if options:
            field["options"] = [{"id": value, "label": label} for value, label in options]
        if member.secret:
            field["secret"] = True
    validators = list(_validators(member))
    return {**field, "validators": validators} if validators else field


def _options(member: Field, app: App) -> Iterator[tuple[Scalar, str]]:
    """Yield what can be chosen."""
    yield from ((choice.value, choice.label) for choice in member.choices)
    for enum in app.enums:
        if member.type is FieldType.NAMED and enum.ref == member.type_ref:
            yield from ((value.number, value.name) for value in enum.values)


def _type(member: Member) -> str:
    if isinstance(member, Link):
        return "number"
    if member.choices or member.type is FieldType.NAMED:
        return "select"
    if member.content is ContentType.DATE:
        return "date"
    if member.type is FieldType.STRING:
        return "text" if member.text or not member.max_length else "string"
    if member.type is FieldType.BYTES:
        return "text"
    return "boolean" if member.type is FieldType.BOOL else "number"


def _validators(member: Member) -> Iterator[dict[str, Any]]:
    """Yield what a form can check before anything is sent."""
    if isinstance(member, Field):
        if member.max_length and member.type is FieldType.STRING and not member.text:
            yield {"name": "maxlength", "int_value": member.max_length}
        for name, value in (("min", member.min_value), ("max", member.max_value)):
            if value is not None:
                yield {"name": name, "int_value": value}
        if member.content in _FORMATS:
            yield {"name": _FORMATS[member.content], "bool_value": True}
    if member.required:
        yield {"name": "required", "bool_value": True}


def _relations(app: App, model: Model, members: list[Member]) -> Iterator[dict[str, Any]]:
    """Yield the links of a model, then those of others that lead to it or to what it derives from.

    Joins are none.
    """
    for member in members:
        if isinstance(member, Link) and member.kind is not LinkKind.MANY_TO_MANY:
            yield _relation(member.peer, member.kind, str(member.attribute))
    for holder in (model, *app.ancestors(model)):
        for reverse in app.reverse_links(holder):
            if reverse.kind is not LinkKind.MANY_TO_MANY:
                yield _relation(reverse.peer, reverse.kind, reverse.link)


def _relation(peer: str, kind: LinkKind, field: str) -> dict[str, Any]:
    return {"model": peer.rpartition(".")[2], "type": kind.value, "on_field": field}

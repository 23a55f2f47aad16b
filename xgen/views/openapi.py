"""An OpenAPI 3.1 document: how the objects of each model are read and written over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xgen.ir.app import Link
from xgen.ir.types import ContentType, FieldType, Modifier, StateKind
from xgen.views.django import model_text
from xgen.views.english import plural_of
from xgen.views.proto import member_text
from xgen.views.schema import schema
from xgen.views.values import default_of, is_computed, may_be_null
from xgen.views.wire import field_name, free_name, has_objects

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xgen.ir.app import App, Enumeration, Field, Member, Model

_LARGEST = {"uint32": 2**32 - 1, "fixed32": 2**32 - 1}
_CONTENTS: dict[ContentType, dict[str, Any]] = {
    ContentType.DATE: {"format": "date-time"},
    ContentType.IP: {"anyOf": [{"format": "ipv4"}, {"format": "ipv6"}]},
    ContentType.URL: {"format": "uri"},
}
_ID: dict[str, Any] = {"type": "integer", "format": "int64"}
_COMMON: dict[str, Any] = {
    "parameters": {
        "id": {"name": "id", "in": "path", "required": True, "schema": _ID},
        "limit": {
            "name": "limit",
            "in": "query",
            "description": "At most so many.",
            "schema": {"type": "integer", "minimum": 1, "default": 100},
        },
        "offset": {
            "name": "offset",
            "in": "query",
            "description": "After leaving out so many.",
            "schema": {"type": "integer", "minimum": 0, "default": 0},
        },
    },
    "responses": {
        "Problem": {
            "description": "Why it was not done.",
            "content": {
                "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
            },
        }
    },
    "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
}
_PROBLEM: dict[str, Any] = {
    "type": "object",
    "properties": {
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "object",
            "description": "What is wrong with each field.",
            "additionalProperties": {"type": "array", "items": {"type": "string"}},
        },
    },
    "required": ["title", "status"],
}


def openapi(app: App, options: Mapping[str, object]) -> dict[str, Any]:
    """Return the document; ``server`` and ``version`` may be given as options of the target."""
    return _Document(app).whole(
        server=str(options.get("server", f"/api/{app.name}")),
        version=str(options.get("version", "1.0.0")),
    )


class _Document:
    def __init__(self, app: App) -> None:
        self._app = app
        self._models = [model for model in app.models if has_objects(model)]
        bases = {base.ref: base for model in self._models for base in app.ancestors(model)}
        self._bases = [base for base in bases.values() if base not in self._models]
        names = schema(app).class_names
        taken = {"Problem"}
        self._schemas: dict[str, str] = {}
        for ref in (*(m.ref for m in (*self._models, *self._bases)), *(e.ref for e in app.enums)):
            name = free_name(names[ref], taken)
            # The fields of a model are a schema of their own: what a change may consist of.
            taken.update((name, f"{name}Fields"))
            self._schemas[ref] = name

    def whole(self, *, server: str, version: str) -> dict[str, Any]:
        info = {"title": _line(self._app.title) or str(self._app.name), "version": version}
        if self._app.doc.strip():
            info["description"] = self._app.doc.strip()
        paths: dict[str, Any] = {}
        for model in self._models:
            word = free_name(_word(plural_of(model)), {path[1:] for path in paths})
            paths[f"/{word}"] = self._many(model)
            paths[f"/{word}/{{id}}"] = self._one(model)
        schemas: dict[str, Any] = {"Problem": _PROBLEM}
        for enum in self._app.enums:
            schemas[self._schemas[enum.ref]] = _enum(enum)
        for model in (*self._models, *self._bases):
            schemas[f"{self._schemas[model.ref]}Fields"] = self._fields(model)
        for model in self._models:
            schemas[self._schemas[model.ref]] = self._object(model)
        return {
            "openapi": "3.1.0",
            "info": info,
            "servers": [{"url": server}],
            "security": [{"token": []}],
            "tags": [_tag(self._schemas[model.ref], model) for model in self._models],
            "paths": paths,
            "components": {"schemas": schemas, **_COMMON},
        }

    def _many(self, model: Model) -> dict[str, Any]:
        name = self._schemas[model.ref]
        content = self._content(name)
        page = {
            "type": "object",
            "properties": {
                "items": {"type": "array", "items": _schema(name)},
                "total": {"type": "integer", "description": "How many there are."},
            },
            "required": ["items", "total"],
        }
        return {
            "get": {
                **self._head(name, "list", f"List objects of {name}."),
                "parameters": [_parameter("limit"), _parameter("offset")],
                "responses": _responses("200", "Some objects.", _json(page)),
            },
            "post": {
                **self._head(name, "create", f"Create an object of {name}."),
                "requestBody": {"required": True, "content": content},
                "responses": _responses("201", "The object as it was stored.", content),
            },
        }

    def _one(self, model: Model) -> dict[str, Any]:
        name = self._schemas[model.ref]
        content = self._content(name)
        change = {"application/merge-patch+json": {"schema": _schema(f"{name}Fields")}}
        return {
            "parameters": [_parameter("id")],
            "get": {
                **self._head(name, "get", f"Read one object of {name}."),
                "responses": _responses("200", "The object.", content),
            },
            "patch": {
                **self._head(name, "update", f"Change the fields of {name} that are sent."),
                "requestBody": {"required": True, "content": change},
                "responses": _responses("200", "The object as it is now.", content),
            },
            "delete": {
                **self._head(name, "delete", f"Ask for the deletion of an object of {name}."),
                "responses": _responses("202", "It goes when the back-end has let go of it."),
            },
        }

    def _head(self, name: str, verb: str, summary: str) -> dict[str, Any]:
        return {"operationId": f"{verb}{name}", "tags": [name], "summary": summary}

    def _content(self, name: str) -> dict[str, Any]:
        return _json(_schema(name))

    def _object(self, model: Model) -> dict[str, Any]:
        """Return an object as it is read; it has what every object needs."""
        fields = _schema(f"{self._schemas[model.ref]}Fields")
        members = {field_name(m): m for m in self._app.all_members(model)}
        needed = [name for name, member in members.items() if _is_needed(member)]
        whole = {"allOf": [fields], "description": model_text(model)}
        return {**whole, "required": needed} if needed else whole

    def _fields(self, model: Model) -> dict[str, Any]:
        """Return the own fields of a model on top of those of its bases; none is required."""
        properties = {field_name(member): self._property(member) for member in model.members}
        if not model.bases:
            properties = {"id": {**_ID, "readOnly": True}, **properties}
        for reverse in self._app.reverse_links(model):
            ids: dict[str, Any] = {"type": "array", "items": _ID, "readOnly": True}
            ids["description"] = f"Each `{reverse.peer}` that links here."
            properties.setdefault(f"{reverse.name}_ids", ids)
        bases = [_schema(f"{self._schemas[base]}Fields") for base in model.bases]
        shape: dict[str, Any] = {"allOf": bases} if bases else {}
        return {**shape, "type": "object", "properties": properties}

    def _property(self, member: Member) -> dict[str, Any]:
        shape = self._link(member) if isinstance(member, Link) else self._plain(member)
        text = member_text(member)
        if text:
            shape["description"] = text
        if _is_read_only(member):
            shape["readOnly"] = True
        return shape

    def _link(self, link: Link) -> dict[str, Any]:
        peer = self._schemas.get(link.peer, link.peer.rpartition(".")[2])
        if link.kind.is_many:
            return {"type": "array", "items": _ID, "uniqueItems": True, "x-links-to": peer}
        shape = {**_ID, "x-links-to": peer}
        return shape if link.required else _or_null(shape)

    def _plain(self, member: Field) -> dict[str, Any]:
        shape = self._typed(member)
        if member.modifier is Modifier.REPEATED:
            return {"type": "array", "items": shape}
        if member.options.text("verbose_name"):
            shape["title"] = _line(member.options.text("verbose_name") or "")
        default = default_of(member)
        if default is not None:
            shape["default"] = default
        if member.secret:
            shape["writeOnly"] = True
        return _or_null(shape) if may_be_null(member) else shape

    def _typed(self, member: Field) -> dict[str, Any]:
        kind = member.type
        if kind is FieldType.NAMED:
            ref = self._schemas.get(member.type_ref or "")
            return {} if ref is None else _schema(ref)
        if kind is FieldType.BOOL:
            return {"type": "boolean"}
        shape = _text(member) if kind in (FieldType.STRING, FieldType.BYTES) else _number(member)
        if member.choices:
            shape["enum"] = list(dict.fromkeys(choice.value for choice in member.choices))
            if None in shape["enum"]:
                shape = _or_null(shape)
        return shape


def _text(member: Field) -> dict[str, Any]:
    if member.type is FieldType.BYTES:
        return {"type": "string", "contentEncoding": "base64"}
    shape: dict[str, Any] = {"type": "string"}
    if member.max_length is not None and member.max_length > 0 and not member.text:
        shape["maxLength"] = member.max_length
    if member.content is not None:
        shape |= _CONTENTS.get(member.content, {})
    return shape


def _number(member: Field) -> dict[str, Any]:
    kind = member.type
    if not kind.is_integer:
        shape: dict[str, Any] = {"type": "number", "format": kind.value}
    else:
        shape = {"type": "integer", "format": "int32" if kind.value.endswith("32") else "int64"}
        if kind.value in _LARGEST:
            shape["format"] = "int64"  # what is not signed does not fit into 32 bits
        if kind.value.startswith(("uint", "fixed")):
            shape["minimum"] = 0
    smallest, largest = member.min_value, member.max_value
    if smallest is not None:
        shape["minimum"] = smallest
    if largest is None:
        largest = _LARGEST.get(kind.value)
    if largest is not None:
        shape["maximum"] = largest
    return shape


def _or_null(shape: dict[str, Any]) -> dict[str, Any]:
    """Return a schema that takes null as well."""
    if "$ref" in shape:
        reference = {"$ref": shape.pop("$ref")}
        return {"anyOf": [reference, {"type": "null"}], **shape}
    if isinstance(shape.get("type"), str):
        shape = {**shape, "type": [shape["type"], "null"]}
    if "enum" in shape and None not in shape["enum"]:
        shape["enum"] = [*shape["enum"], None]
    return shape


def _enum(enum: Enumeration) -> dict[str, Any]:
    shape: dict[str, Any] = {"type": "string", "enum": [value.name for value in enum.values]}
    if not enum.values:
        shape = {"type": "string"}
    return {**shape, "description": enum.doc.strip()} if enum.doc.strip() else shape


def _is_read_only(member: Member) -> bool:
    automatic = not isinstance(member, Link) and member.auto_now_add
    return automatic or member.state is not StateKind.DECLARATIVE


def _is_needed(member: Member) -> bool:
    """Say whether an object cannot be created without a value for the field."""
    if not member.required or _is_read_only(member):
        return False
    if isinstance(member, Link):
        return not member.kind.is_many
    return not is_computed(member) and member.type is not FieldType.BOOL


def _tag(name: str, model: Model) -> dict[str, str]:
    return {"name": name, "description": model_text(model)}


def _schema(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def _parameter(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/parameters/{name}"}


def _json(shape: dict[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": shape}}


def _responses(
    code: str, description: str, content: dict[str, Any] | None = None
) -> dict[str, Any]:
    good: dict[str, Any] = {"description": description}
    if content is not None:
        good["content"] = content
    return {code: good, "default": {"$ref": "#/components/responses/Problem"}}


def _word(text: str) -> str:
    """Return a plural as a part of a path: ``EmbeddedImages`` is ``embeddedimages``."""
    return "".join(c for c in text.lower() if c.isascii() and c.isalnum()) or "objects"


def _line(text: str) -> str:
    return " ".join(text.split())

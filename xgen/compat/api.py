"""What the gRPC API, its OpenAPI description and TOSCA were told about fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xgen.compat import values
from xgen.compat.members import components
from xgen.compat.text import unquote

if TYPE_CHECKING:
    from collections.abc import Iterable

_FLAGS = (
    ("feedback_state", "(feedbackState) = true"),
    ("gui_hidden", "(guiHidden) = true"),
    ("bookkeeping_state", "(bookkeepingState) = true"),
)
_INTEGERS = ("int", "int32", "uint32")
_STRINGS = ("string", "double", "float")


def api_type(field: Any) -> str:
    """Return a field's type in the API, where dates are numbers."""
    return "double" if values.is_content(field["options"], "date") else str(field["type"])


def api_opts(field: Any) -> str:
    """Return the options behind a field of the API, "" without any."""
    options = field["options"]
    found = []
    if field["type"] == "string" and options.get("max_length"):
        found.append(f"(val).maxLength = {options['max_length']}")
    found += [text for name, text in _FLAGS if options.get(name)]
    if options.get("null") == "False":
        found.append("(val).nonNull = true")
    if field.get("link"):
        found.append(f'(foreignKey).modelName = "{options.get("model")}"')
        if options.get("port"):
            found.append(f'(foreignKey).reverseFieldName = "{options["port"]}"')
    return f"[{', '.join(found)}]" if found else ""


def type_to_swagger_type(field: Any) -> str | None:
    """Return a field's type in OpenAPI, None when there is none."""
    options, type_ = field["options"], field["type"]
    if options.get("choices") or values.is_content(options, "date"):
        return "string"
    if type_ == "bool":
        return "boolean"
    if type_ in _STRINGS:
        return "string"
    return "integer" if type_ in _INTEGERS or field.get("link") else None


def field_to_swagger_enum(field: Any) -> list[Any] | bool:
    """Return the allowed values in order, without null; False when all are allowed."""
    text = field["options"].get("choices")
    if not text:
        return False
    found = [value for value, _ in values.choices(unquote(text)) if value is not None]
    return sorted(found, key=lambda value: (isinstance(value, str), value))


def tosca_field_type(type_: str) -> str:
    """Return a type as TOSCA calls it."""
    return {"bool": "boolean", "int32": "integer"}.get(type_, type_)


_NOT_GIVEN = object()


def tosca_required(
    null: Any, blank: Any = _NOT_GIVEN, default: Any = None, modifier: Any = None
) -> str:
    """Return ``"true"`` for what has to be given, else ``"false"``.

    A default that the template found nowhere is undefined and counts as one: so it always was.
    The first templates gave nothing but the option ``blank``.
    """
    if blank is _NOT_GIVEN:
        return "true" if null == "False" else "false"
    optional = modifier == "optional" or blank == "True" or default is not None
    return "false" if optional else "true"


def fields_to_tosca_keys(fields: Iterable[Any], model: Any = None) -> list[Any]:
    """Return the names that identify an object, then lists of those of which one is needed."""
    fields = list(fields)
    keys: list[Any] = [_key(field) for field in fields if field["options"].get("tosca_key")]
    if not keys and any(field["name"] == "name" for field in fields):
        keys.append("name")
    return keys + components(fields, model, "tosca_key_one_of", _key)


def _key(field: Any) -> str:
    return f"{field['name']}_id" if field.get("link") else str(field["name"])

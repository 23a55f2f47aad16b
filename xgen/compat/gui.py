"""What the ancestor's web interface was told about fields and links."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from jinja2 import TemplateRuntimeError

from xgen.compat import values
from xgen.compat.records import Record
from xgen.compat.text import string_type

if TYPE_CHECKING:
    from collections.abc import Iterable

_NUMBERS = ("int", "int32", "uint32")
_WORDS = {"True": "true", "False": "false", "None": "null"}
_ON_FIELD = {"manytoone": "src_port", "onetomany": "dst_port"}


def type_to_ui_type(field: Any) -> str | None:
    """Return the kind of input for a field, None when there is none."""
    options, type_ = field["options"], field["type"]
    if options.get("choices"):
        return "select"
    if values.is_content(options, "date"):
        return "date"
    if type_ == "bool":
        return "boolean"
    if type_ == "string":
        return string_type(options)
    if type_ in _NUMBERS or field.get("link"):
        return "number"
    return "string" if type_ in ("double", "float") else None


def options_choices_to_dict(text: str) -> list[Record] | None:
    """Return the choices as records of ``id`` and ``label``, None without any."""
    found = [Record(id=value, label=label) for value, label in values.choices(text)]
    return found or None


def dict_to_sorted_string(record: Any) -> str:
    """Return a record as a YAML flow mapping, keys in order."""
    pairs = [
        f"'{key}': {value}" if value is None else f"'{key}': '{value}'"
        for key, value in sorted(record.items())
    ]
    return "{" + ", ".join(pairs) + "}"


def validators(field: Any) -> list[Record]:
    """Return what is checked of an input."""
    options = field["options"]
    found = [
        Record(name=name, int_value=_number(options[option], option))
        for option, name in (("max_length", "maxlength"), ("min", "min"), ("max", "max"))
        if option in options
    ]
    found += [
        Record(name=kind, bool_value=True)
        for kind in ("ip", "url", "email")
        if values.is_content(options, kind)
    ]
    if field.get("modifier") == "required":
        found.append(Record(name="required", bool_value=True))
    return found


def default_to_gui(default: Any) -> Any:
    """Return a default as YAML: numbers and quoted text as they are, null for a name or a call."""
    text = str(default)
    if text in _WORDS:
        return _WORDS[text]
    try:
        ast.literal_eval(text)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return "null"
    return default


def links_to_modeldef_relations(links: Iterable[Any]) -> list[str]:
    """Return the relations that the interface shows: all but those of many with many."""
    found = []
    for link in links:
        kind = link["link_type"]
        if kind != "manytomany":
            field = link[_ON_FIELD[kind]] if kind in _ON_FIELD else None
            on_field = "null" if field is None else field
            model = link["peer"]["name"]
            found.append(f"{{model: {model}, type: {kind}, on_field: {on_field}}}")
    return found


def _number(text: Any, option: str) -> int:
    try:
        return int(text)
    except (TypeError, ValueError):
        raise TemplateRuntimeError(f"{option} is no number: {text}") from None

"""Django's fields and their arguments, as old templates ask for them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from jinja2 import TemplateRuntimeError, Undefined

from xgen.compat import values

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_CONTENT = {
    "url": "URLField",
    "date": "DateTimeField",
    "ip": "GenericIPAddressField",
    "stripped": "StrippedCharField",
}
_TYPES = {
    "float": "FloatField",
    "bool": "BooleanField",
    "int32": "IntegerField",
    "uint32": "IntegerField",
    "int64": "BigIntegerField",
}
_LINKS = {"manytoone": "ForeignKey", "onetoone": "OneToOneField"}
_ARGUMENTS = frozenset(
    (
        "auto_now_add",
        "blank",
        "choices",
        "db_index",
        "default",
        "editable",
        "help_text",
        "max_length",
        "max_value",
        "min_value",
        "null",
        "on_delete",
        "unique",
        "verbose_name",
    )
)
_BOUNDS = (("max_value", "MaxValueValidator"), ("min_value", "MinValueValidator"))
_INTEGER = re.compile(r"[+-]?[0-9]+")


def base_def(*arguments: Any, suffix: str = "", suffix_list: Sequence[str] = ()) -> str:
    """Return the bases of a class statement: ``(name, bases[, suffix, suffix_list])``.

    The first templates gave the bases first, or nothing else.
    """
    given = list(arguments)
    if given and isinstance(given[0], str):
        given = [*given[1:2], given[0], *given[2:]]
    rest: tuple[Any, ...] = ("", "", suffix, suffix_list)
    bases, name, suffix, suffix_list = (*given, *rest[len(given) :])
    if name == "XOSBase":
        return "(models.Model, PlModelMixIn)"
    names = [str(base["name"] if hasattr(base, "keys") else base) for base in bases]
    if not names:
        return ""
    first = [name + suffix for name in names if name in suffix_list]
    return "(" + ",".join(first + [name for name in names if name not in suffix_list]) + ")"


def django_type(type_: str, options: Any) -> str:
    """Return the class of a field."""
    if type_ != "string":
        if type_ not in _TYPES:
            raise TemplateRuntimeError(f"there is no Django field for the type {type_}")
        return _TYPES[type_]
    if "text" in options:
        return "TextField"
    content = values.content_type(options)
    if content:
        if content not in _CONTENT:
            raise TemplateRuntimeError(f"there is no Django field for the content type {content}")
        return _CONTENT[content]
    return "CharField" if "max_length" in options else "TextField"


def django_link_type(link: Any) -> str:
    """Return the class of a link."""
    kind = link["link_type"]
    if kind == "manytomany":
        return "ManyToManyField" if link["dst_port"] else "GenericRelation"
    return _LINKS.get(kind, "")


def django_options_str(field: Any, dport: Any = None) -> str:
    """Return the arguments of a field."""
    arguments = _arguments(field)
    if _given(dport):
        dport = "+" if dport == "_" else dport
        if dport == "+" or "+" not in dport:
            arguments["related_name"] = f"'{dport}'"
    return _shown(arguments)


def django_link_options_str(link: Any, dport: Any = None) -> str:
    """Return the arguments of a link behind its peer."""
    arguments = _arguments(link)
    through = link["through"]
    if through and not through["name"].endswith(f"_{link['name']}"):
        arguments["through"] = f"'{through['fqn']}'"
    if _given(dport) and (dport == "+" or "+" not in dport):
        arguments["related_name"] = f"'{dport}'"
    return _shown(arguments)


def optioned_fields_to_list(fields: Iterable[Any], option: str, value: str) -> list[str]:
    """Return the names of the fields whose option has exactly this value."""
    return [str(field["name"]) for field in fields if field["options"].get(option) == value]


def _given(value: Any) -> bool:
    return bool(value) and not isinstance(value, Undefined)


def _arguments(record: Any) -> dict[str, Any]:
    """Return the options that Django takes, null and blank as the modifier says."""
    options = record["options"]
    found = {name: value for name, value in options.items() if name in _ARGUMENTS}
    nullable = record.get("link_type") != "manytomany"
    modifier = options.get("modifier")
    if modifier in ("optional", "required"):
        optional = modifier == "optional"
        found["blank"] = str(optional)
        if nullable and not (optional and record.get("type") == "bool"):
            found["null"] = str(optional)
    return found


def _shown(arguments: dict[str, Any]) -> str:
    bounds = [
        f"{validator}({arguments.pop(name)})" for name, validator in _BOUNDS if name in arguments
    ]
    shown = [f"{name} = {_value(arguments[name])}" for name in sorted(arguments)]
    if bounds:
        shown.append(f"validators=[{', '.join(bounds)}]")
    return ", ".join(shown)


def _value(text: Any) -> str:
    """Return an option's value as Python source."""
    if not isinstance(text, str):
        return str(text)
    if _INTEGER.fullmatch(text):
        return str(int(text))
    if not (len(text) > 1 and text[0] == '"' == text[-1]):
        return text
    if text.endswith('()"'):
        return text[1:-3]
    try:
        inner = values.evaluate(text[1:-1])
    except ValueError:
        return text
    return repr(inner) if isinstance(inner, tuple) else text

"""Functions for texts and options, as old templates call them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from jinja2 import TemplateRuntimeError, Undefined

from xgen.compat import plural

if TYPE_CHECKING:
    from collections.abc import Iterable

_TAIL = re.compile(r"(.)([A-Z][a-z]+)")
# A comma ends a validator only in front of the next one, so that messages may hold commas.
_BETWEEN = re.compile(r",\s*(?=[A-Za-z_$][A-Za-z0-9_+$.]*\s*:)")
_HEAD = re.compile(r"[A-Z]+[a-z]*")


def unquote(text: Any) -> Any:
    """Return ``text`` without one pair of double quotes; what is empty stays what it is."""
    if not text:
        return text
    if not isinstance(text, str):
        raise TemplateRuntimeError(f"only text can be unquoted, not {type(text).__name__}")
    return text[1:-1] if text[0] == '"' == text[-1] else text


def first_non_empty(values: Iterable[Any]) -> Any:
    """Return the first value that is there: neither None nor undefined nor an empty text."""
    for value in values:
        if value is not None and not isinstance(value, Undefined) and value != "":
            return value
    return None


def is_true(value: Any) -> bool:
    """Say whether an option is true: ``True`` or ``"True"``."""
    return value is True or (isinstance(value, str) and value in ("True", '"True"'))


def list_evaluates_true(values: Iterable[Any]) -> bool:
    """Say whether the first value that is there is true."""
    return is_true(first_non_empty(values))


def singularize(field: Any) -> str:
    """Return the singular of a field's or model's name, or its option ``singular``."""
    given = _option(field, "singular")
    if given is not None:
        return str(unquote(given))
    name: str = field["name"]
    return plural.singular_noun(name) or name


def pluralize(field: Any) -> str:
    """Return the plural of a field's or model's name, or its option ``plural``."""
    given = _option(field, "plural")
    return str(unquote(given)) if given is not None else plural.plural_noun(field["name"])


def singularize_pluralize(field: Any) -> str:
    """Return the plural of the singular."""
    given = _option(field, "plural")
    if given is not None:
        return str(unquote(given))
    return plural.plural_noun(singularize(field))


def camel_to_underscore(name: str) -> str:
    """Put an underscore in front of each capitalised tail, as far as they do not touch."""
    return _TAIL.sub(r"\1_\2", name)


def base_name(name: str) -> str:
    """Return the first word of a model's name, ``_`` when it has none."""
    found = None if name.startswith("NetworkParameter") else _HEAD.match(name)
    return found[0] if found else "_"


def string_type(options: Any) -> str:
    """Return ``text`` for a field without a limit, else ``string``."""
    return "text" if "text" in options else "string"


def tuplify(value: Any) -> Any:
    """Return nested lists and sets as tuples; sets in order."""
    if isinstance(value, set | frozenset):
        value = sorted(value)
    if isinstance(value, list | tuple):
        return tuple([tuplify(item) for item in value])
    return value


def validations(options: Any) -> list[list[str]]:
    """Return the pairs of policy and message in option ``validators``."""
    text = unquote(options.get("validators"))
    if text is None:
        return []
    return [[part.strip() for part in pair.split(":", 1)] for pair in _BETWEEN.split(text)]


def debug(**values: Any) -> str:
    """Do nothing: a debugger has no place in a run of the command line."""
    del values
    return ""


def dump_yaml(value: Any) -> str:
    """Return a value as YAML, keys in order."""
    import yaml

    from xgen.compat.records import Record, Reference

    class Dumper(yaml.Dumper):
        """Knows our records."""

    def reference(dumper: Any, data: Reference) -> Any:
        return dumper.represent_dict(data.as_record())

    Dumper.add_representer(Record, yaml.Dumper.represent_dict)
    Dumper.add_representer(Reference, reference)
    Dumper.add_multi_representer(Undefined, yaml.Dumper.represent_none)
    try:
        return str(yaml.dump(value, Dumper=Dumper, default_flow_style=False))
    except yaml.YAMLError as error:
        raise TemplateRuntimeError(f"no YAML can be made of it: {error.args[0]}") from None


def _option(field: Any, name: str) -> Any:
    value = field["options"].get(name)
    return value or None

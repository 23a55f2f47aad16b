"""What a model has by inheritance, and the numbers on the wire, as old templates ask for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jinja2 import TemplateRuntimeError, Undefined

from xgen.compat.records import Record
from xgen.compat.text import unquote

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

BLOCK = 100
_LARGEST = 99
_UNNUMBERED = 1900
_STATUS = {
    "no_sync": ("backend_status", "backend_code"),
    "no_policy": ("policy_status", "policy_code"),
}
_DEEPEST = 200
_HELP = "name the file of its bases (core.xproto, say) on the command line as well"


def base_fields(model: Any, table: Mapping[str, Any]) -> list[Record]:
    """Return copies of the inherited fields, the most distant first, each with its owner."""
    return _base_fields(model, table, 0)


def _base_fields(model: Any, table: Mapping[str, Any], depth: int) -> list[Record]:
    _check_depth(model, depth)
    found: list[Record] = []
    for base in model["bases"]:
        key = base["fqn"]
        if key not in table and model.get("package"):
            key = f"{model['package']}.{base['name']}"
        if key not in table:
            continue
        found += _base_fields(table[key], table, depth + 1)
        found += _owned(table[key]["fields"], key)
    dropped = {
        name for option in _STATUS if model["options"].get(option) for name in _STATUS[option]
    }
    return [field for field in found if field["name"] not in dropped]


def fields(model: Any, table: Mapping[str, Any]) -> list[Record]:
    """Return ``id``, the inherited fields and the own ones, numbered as in the API."""
    found = base_fields(model, table) + _owned(model["fields"], model["fqn"])
    if not found:
        raise TemplateRuntimeError(f"model {model['name']} has no fields: {_HELP}")
    implicit = Record(type="int32", name="id", options=Record(), id="1")
    implicit["accessor"] = found[0]["accessor"]
    found.insert(0, implicit)
    taken: dict[int, str] = {}
    offset = 0
    owner = found[0]["accessor"]
    for field in found:
        if field["accessor"] != owner:
            owner = field["accessor"]
            offset += BLOCK
        name = field["name"]
        number = _whole(field["id"])
        if number is None or not 1 <= number <= _LARGEST:
            raise TemplateRuntimeError(
                f"only numbers from 1 to 99 are permitted, field {name} of model"
                f" {model['name']} has {field['id']}"
            )
        field["id"] = number + offset
        if field["id"] in taken:
            raise TemplateRuntimeError(
                f"field {name} of model {model['name']} has the number {field['id']} of field"
                f" {taken[field['id']]}" + (f": {_HELP}" if model["bases"] else "")
            )
        taken[field["id"]] = name
    return found


def base_links(model: Any, table: Mapping[str, Any]) -> list[Record]:
    """Return the links of the bases, the very records."""
    return _base_links(model, table, 0)


def _base_links(model: Any, table: Mapping[str, Any], depth: int) -> list[Record]:
    return [
        link
        for base in _bases(model, table, depth)
        for link in (*_base_links(base, table, depth + 1), *base["links"])
    ]


def base_rlinks(model: Any, table: Mapping[str, Any]) -> list[Record]:
    """Return copies of the reverse links of the bases, each with its owner."""
    return _base_rlinks(model, table, 0)


def _base_rlinks(model: Any, table: Mapping[str, Any], depth: int) -> list[Record]:
    found: list[Record] = []
    for base in _bases(model, table, depth):
        found += _base_rlinks(base, table, depth + 1)
        found += _owned(base["rlinks"], base["name"])
    return found


def rlinks(model: Any, table: Mapping[str, Any]) -> list[Record]:
    """Return own and inherited reverse links that have an accessor, numbered as in the API."""
    found = [
        link
        for link in base_rlinks(model, table) + _owned(model["rlinks"], model["name"])
        if link["src_port"] is not None and "+" not in link["src_port"] + link["dst_port"]
    ]
    taken: dict[int, str] = {}
    offset, following = 0, _UNNUMBERED
    owner = found[0]["accessor"] if found else None
    for link in found:
        if link["accessor"] != owner:
            owner = link["accessor"]
            offset += BLOCK
        given = _whole(link["reverse_id"]) if link["reverse_id"] else None
        link["id"] = following if given is None else given + offset
        following += given is None
        if link["id"] in taken:
            raise TemplateRuntimeError(
                f"reverse link {link['src_port']} of model {model['name']} has the number"
                f" {link['id']} of {taken[link['id']]}"
            )
        taken[link["id"]] = link["src_port"]
    return found


def field_graph_components(
    fields: Any, model: Any = None, tag: str = "unique_with"
) -> list[list[str]]:
    """Return which fields belong together by an option that names others, each list sorted."""
    return components(fields, model, tag, lambda field: str(field["name"]))


def components(fields: Any, model: Any, tag: str, shown: Callable[[Any], str]) -> list[list[str]]:
    """Return the connected components of fields; ``shown`` gives a field's name in the result."""
    known = {field["name"]: shown(field) for field in fields}
    near: dict[str, set[str]] = {}
    for field in fields:
        option = field["options"].get(tag)
        for name in str(unquote(option)).split(",") if option else ():
            if name not in known:
                raise TemplateRuntimeError(_no_field(name, field, model, tag))
            near.setdefault(field["name"], set()).add(name)
            near.setdefault(name, set()).add(field["name"])
    found: list[list[str]] = []
    seen: set[str] = set()
    for name in sorted(near):
        if name not in seen:
            together = _reach(name, near)
            seen |= together
            found.append(sorted(known[each] for each in together))
    return sorted(found)


def _no_field(name: str, field: Any, model: Any, tag: str) -> str:
    has_model = model is not None and not isinstance(model, Undefined)
    where = f' in model "{model["name"]}"' if has_model else ""
    return f'field "{name}" not found{where}, referenced from field "{field["name"]}" by option "{tag}"'


def _reach(start: str, near: Mapping[str, set[str]]) -> set[str]:
    together, work = {start}, [start]
    while work:
        fresh = near[work.pop()] - together
        together |= fresh
        work += fresh
    return together


def _bases(model: Any, table: Mapping[str, Any], depth: int) -> Iterator[Any]:
    """Yield the bases that are there, by full name, then in the model's package."""
    _check_depth(model, depth)
    for base in model["bases"]:
        for key in (base["fqn"], f"{model.get('package')}.{base['name']}", base["name"]):
            if key in table:
                yield table[key]
                break


def _check_depth(model: Any, depth: int) -> None:
    if depth > _DEEPEST:
        raise TemplateRuntimeError(f"model {model['name']} derives from itself")


def _owned(records: Any, owner: str) -> list[Record]:
    """Return copies of fields or links that know their owner."""
    return [Record(record, accessor=owner) for record in records]


def _whole(text: Any) -> int | None:
    try:
        return int(text)
    except (TypeError, ValueError):
        return None

"""Whole documents from plain values: the filters ``yaml_document`` and ``json_document``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xgen.views.text import yaml_literal

if TYPE_CHECKING:
    from collections.abc import Iterator


def json_document(value: object) -> str:
    """Return a value as JSON, indented, without a line end behind it."""
    import json

    return json.dumps(value, indent=2, ensure_ascii=False)


def yaml_document(value: object) -> str:
    """Return a value as YAML in block style, without a line end behind it."""
    return "\n".join(_lines(value))


def _lines(value: object) -> Iterator[str]:
    if isinstance(value, dict) and value:
        for key, item in value.items():
            yield from _entry(f"{yaml_literal(key)}:", item, nested="  ")
    elif isinstance(value, list | tuple) and value:
        for item in value:
            yield from _item(item)
    else:
        yield yaml_literal(value)


def _entry(head: str, item: object, nested: str) -> Iterator[str]:
    if isinstance(item, dict | list | tuple) and item and not _is_short(item):
        yield head
        yield from (nested + line for line in _lines(item))
    else:
        yield f"{head} {yaml_literal(item)}"


def _item(item: object) -> Iterator[str]:
    if not isinstance(item, dict | list | tuple) or not item or _is_short(item):
        yield f"- {yaml_literal(item)}"
        return
    for number, line in enumerate(_lines(item)):
        yield ("  " if number else "- ") + line


def _is_short(item: object) -> bool:
    """Say whether a list of plain values is better read on one line."""
    plain = isinstance(item, list | tuple) and not any(
        isinstance(each, dict | list | tuple) for each in item
    )
    return plain and len(yaml_literal(item)) <= 60  # noqa: PLR2004

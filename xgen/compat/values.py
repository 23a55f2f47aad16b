"""Options as the library's functions read them: texts that may stand in quotes, and Python values."""

from __future__ import annotations

import ast
from typing import Any

from jinja2 import TemplateRuntimeError


def evaluate(text: str) -> Any:
    """Return the value of a Python literal; ValueError for what is none.

    Only a literal is looked at: text of a model is no program.
    """
    try:
        return ast.literal_eval(text.strip())
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError) as error:
        raise ValueError(text) from error


def choices(text: str) -> list[tuple[Any, Any]]:
    """Return the pairs of value and label of an option ``choices``, without its quotes."""
    try:
        pairs = [tuple(pair) for pair in evaluate(text)]
    except (ValueError, TypeError):
        pairs = [()]
    if any(len(pair) != 2 for pair in pairs):  # noqa: PLR2004  a value and its label
        raise TemplateRuntimeError(f"choices are no pairs of value and label: {text}")
    return [(pair[0], pair[1]) for pair in pairs]


def is_content(options: Any, *kinds: str) -> bool:
    """Say whether the content type is one of these, in quotes or not."""
    return content_type(options) in kinds


def content_type(options: Any) -> str:
    """Return the content type without quotes, "" without one."""
    return str(options.get("content_type") or "").strip('"')

"""Comparisons of plain values: what ``=`` and ``in`` say about them.

Numbers compare as numbers, a boolean being 0 or 1; nothing else is converted. Null equals null.
Nothing is in null; a text holds its parts, and nothing that is no text.
"""

from __future__ import annotations

from typing import TypeGuard


def is_number(value: object) -> TypeGuard[int | float]:
    """Say whether a value is compared as a number."""
    return isinstance(value, int | float)


def equal_plain(left: object, right: object) -> bool:
    """Say whether two texts, numbers, truth values or nulls are equal."""
    if is_number(left) or is_number(right):
        return is_number(left) and is_number(right) and left == right
    if isinstance(left, str) or isinstance(right, str):
        return isinstance(left, str) and isinstance(right, str) and left == right
    return left is right

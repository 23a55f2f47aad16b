"""Names that are valid by construction in generated code.

Text from a model reaches generated code only as one of these types or through a literal filter.
"""

from __future__ import annotations

import keyword
import re
from typing import Self

_CLASS = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")


class ClassName(str):
    """A Python class name, equal to the model's name wherever that is legal."""

    __slots__ = ()

    def __new__(cls, text: str) -> Self:
        """Accept a valid identifier that is no keyword; anything else is a ValueError."""
        if not _CLASS.match(text) or keyword.iskeyword(text):
            raise ValueError(f"not a class name: {text!r}")
        return super().__new__(cls, text)


class AttributeName(str):
    """A Python attribute that Django accepts as a field name."""

    __slots__ = ()

    def __new__(cls, text: str) -> Self:
        """Accept an identifier without ``__`` and without a trailing ``_``."""
        if not _CLASS.match(text) or keyword.iskeyword(text) or "__" in text or text.endswith("_"):
            raise ValueError(f"not an attribute name: {text!r}")
        return super().__new__(cls, text)


class ModuleName(str):
    """A Python module or package name: lower-case identifier, no keyword."""

    __slots__ = ()

    def __new__(cls, text: str) -> Self:
        """Accept a lower-case identifier."""
        if not _CLASS.match(text) or keyword.iskeyword(text) or text != text.lower():
            raise ValueError(f"not a module name: {text!r}")
        return super().__new__(cls, text)


def identifier(text: str) -> str:
    """Return ``text`` with every character that no identifier has turned into ``_``.

    A leading digit gets an ``x`` in front; an empty text becomes ``x``; a keyword gets ``_x``.
    """
    word = re.sub(r"[^A-Za-z0-9_]+", "_", text).strip("_") or "x"
    if word[0].isdigit():
        word = "x" + word
    return word + "_x" if keyword.iskeyword(word) else word

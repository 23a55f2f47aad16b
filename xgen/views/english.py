"""Words for people: the plural of a model's name.

The names of old URLs, which an English library made of class names (``Policys``), are another
matter: templates that need them have functions for that.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xgen.ir.app import Model

_IRREGULAR = {"child": "children", "person": "people", "index": "indexes", "datum": "data"}
_HISSING = re.compile(r"(?:s|x|z|ch|sh)\Z", re.IGNORECASE)
_CONSONANT_Y = re.compile(r"[^aeiou\W_]y\Z", re.IGNORECASE)
_LAST_WORD = re.compile(r"[A-Z]?[a-z]+\Z")


def plural(word: str) -> str:
    """Return the regular plural of an English noun, of the last word of a class name."""
    last = _LAST_WORD.search(word)
    irregular = _IRREGULAR.get(last[0].lower()) if last else None
    if last is not None and irregular is not None:
        return word[: last.start()] + last[0][0] + irregular[1:]
    if _CONSONANT_Y.search(word):
        return word[:-1] + "ies"
    return word + ("es" if _HISSING.search(word) else "s")


def plural_of(model: Model) -> str:
    """Return the plural of a model's name: as the model says, else the regular one."""
    return model.options.text("plural") or plural(str(model.name))

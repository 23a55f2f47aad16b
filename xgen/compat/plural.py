"""Plurals and singulars of names, as the library `inflect` gives them.

They are parts of URLs and of message names that clients know, so they have to be the same, odd
ones included (`Policys`, `ImageDeploymentss`). Importing inflect takes seconds; what it does to a word
depends on how the word ends, so a table of endings gives the same: the longest one that fits
counts. `benchmarks/plurals.py` makes the table and measures it.
"""

from __future__ import annotations

import re
from functools import cache

from xgen.compat import plural_tables as tables

_START = "^"
"""Where a word begins: an ending with it is the whole word."""


_ONE = re.compile(r"[a-z0-9_](Foot|Goose|Man|Mouse|Taco|Tooth)\Z")
_MANY = re.compile(r"[a-z0-9_](Feet|Geese|Men|Mice|Teeth)\Z")
"""Words of which inflect forgets at the end of a name that they had a capital."""


def plural_noun(name: str) -> str:
    """Return the plural of a name, which may be made of several words."""
    plural = _changed(name, tables.PLURAL_OF_CAPITALISED, tables.PLURAL) or name
    return _lowered(_ONE.search(name), plural)


def singular_noun(name: str) -> str | None:
    """Return the singular of a name, None when it is not taken for a plural."""
    singular = _changed(name, tables.SINGULAR_OF_CAPITALISED, tables.SINGULAR)
    return None if singular is None else _lowered(_MANY.search(name), singular)


def _lowered(word: re.Match[str] | None, changed: str) -> str:
    if word is None:
        return changed
    return changed[: word.start(1)] + changed[word.start(1) :].lower()


def _changed(name: str, of_capitalised: str, of_others: str) -> str | None:
    endings = _endings(of_capitalised if name[:1].isupper() else of_others)
    whole = _START + name.lower()
    for start in range(len(whole) + 1):
        found = endings.get(whole[start:])
        if found is not None:
            break
    if found is None:
        return None
    cut, more = found
    if cut < 0:
        return None
    is_all = cut == len(name) and name[:1].isupper()
    changed = name[: len(name) - cut] + (more.capitalize() if is_all else more)
    return changed.upper() if name == name.upper() else changed


@cache
def _endings(table: str) -> dict[str, tuple[int, str]]:
    """Return what becomes of a word by its ending: how many characters go, and what comes.

    A line of a table is what is done, as `2en`, then the endings. `-` means "is no plural", and
    the ending `.` fits all words.
    """
    found: dict[str, tuple[int, str]] = {}
    for line in table.splitlines():
        rule, *endings = line.split()
        more = rule.lstrip("0123456789")
        done = (-1, "") if rule == "-" else (int(rule.removesuffix(more) or 0), more)
        found.update(("" if ending == "." else ending, done) for ending in endings)
    return found

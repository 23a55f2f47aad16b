"""Patterns of paths: what they match, and which files of a folder they name."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_MAGIC = re.compile(r"[*?\[]")
_SKIPPED = ("__pycache__", "node_modules")


def matches(pattern: str, path: str) -> bool:
    """Say whether ``pattern`` means ``path``, both relative to the same folder.

    ``*`` and ``?`` stay within a name, ``**`` stands for any folders. A pattern without ``/`` means
    a name at any depth (``./name`` only the one here), one that ends in ``/`` all below a folder.
    """
    if "/" not in pattern:
        path = path.rpartition("/")[2]
    elif pattern.endswith("/"):
        pattern += "**"
    return _compiled(pattern.removeprefix("./")).fullmatch(path) is not None


def last_match(patterns: Iterable[str], path: str) -> str | None:
    """Return the last of the patterns that means ``path``: later ones are exceptions."""
    return next((p for p in reversed(tuple(patterns)) if matches(p, path)), None)


def is_pattern(text: str) -> bool:
    """Say whether a text can mean more than the path it spells."""
    return _MAGIC.search(text) is not None


def expand(root: str, pattern: str) -> list[str]:
    """Return the paths below ``root`` that a pattern of an input or a folder means, in order.

    Hidden folders are only entered where the pattern names them. A pattern without ``/`` means
    names in ``root`` itself. What is no pattern is returned if it is there.
    """
    found = [""]
    for part in pattern.removeprefix("./").split("/"):
        if part == "**":
            found = [below for folder in found for below in _folders(root, folder)]
        elif part in ("", "."):
            found = [path for path in found if os.path.isdir(os.path.join(root, path))]
        elif is_pattern(part):
            found = [path for folder in found for path in _named(root, folder, part)]
        else:
            joined = (f"{folder}/{part}" if folder else part for folder in found)
            found = [path for path in joined if os.path.exists(os.path.join(root, path))]
    return sorted(dict.fromkeys(path for path in found if path))


def _named(root: str, folder: str, part: str) -> Iterator[str]:
    pattern = _compiled(part)
    for name in _names(os.path.join(root, folder)):
        if pattern.fullmatch(name) and (name[0] != "." or part[0] == "."):
            yield f"{folder}/{name}" if folder else name


def _folders(root: str, folder: str) -> Iterator[str]:
    yield folder
    for name in _names(os.path.join(root, folder)):
        path = f"{folder}/{name}" if folder else name
        place = os.path.join(root, path)
        hidden = name[0] == "." or name in _SKIPPED
        # A link may lead back: following it would never end.
        if not hidden and os.path.isdir(place) and not os.path.islink(place):
            yield from _folders(root, path)


def _names(place: str) -> list[str]:
    try:
        return sorted(os.listdir(place))
    except OSError:
        return []


_known: dict[str, re.Pattern[str]] = {}


def _compiled(pattern: str) -> re.Pattern[str]:
    if pattern not in _known:
        _known[pattern] = re.compile(_expression(pattern), re.DOTALL)
    return _known[pattern]


def _expression(pattern: str) -> str:
    done = []
    at = 0
    while at < len(pattern):
        if pattern.startswith("**/", at):
            done.append("(?:.*/)?")
            at += 3
        elif pattern.startswith("**", at):
            done.append(".*")
            at += 2
        elif pattern[at] == "[" and "]" in pattern[at + 2 :]:
            end = pattern.index("]", at + 2)
            chosen = pattern[at + 1 : end].replace("\\", "\\\\").replace("[", "\\[")
            done.append(f"[^{chosen[1:]}]" if chosen[0] == "!" else f"[{chosen}]")
            at = end + 1
        else:
            done.append({"*": "[^/]*", "?": "[^/]"}.get(pattern[at]) or re.escape(pattern[at]))
            at += 1
    return "".join(done)

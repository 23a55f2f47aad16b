"""The protocol by which old templates give several files: a line ``+++ path`` ends each of them."""

from __future__ import annotations

from typing import NamedTuple

MARK = "+++"
_NAME_AT = len(MARK) + 1


class Part(NamedTuple):
    """One file."""

    path: str
    text: str


def split(text: str) -> tuple[list[Part], str]:
    """Return the files in a text, in order, and what is behind the last marker.

    The name is what follows the fourth character, in lower case, without blanks around it.
    """
    parts: list[Part] = []
    lines: list[str] = []
    for line in text.splitlines():
        if line.startswith(MARK):
            parts.append(Part(line[_NAME_AT:].strip().lower(), "\n".join(lines)))
            lines = []
        else:
            lines.append(line)
    return parts, "\n".join(lines)

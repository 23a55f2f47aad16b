"""Models with a new name: where their scaffolds were, what these say instead.

An author's scaffold follows its model: the file moves, and the names in it that the rendering
itself spells anew are replaced, in the author's text and in the text it was made from. What is left
is an ordinary merge.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from xgen.rendered import Owner

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from xgen.output.manifest import Entry

_WORD = re.compile(r"\w+")
_CLASS = re.compile(r"^class (\w+)", re.MULTILINE)
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


class Respelling:
    """Replaces the names of renamed models, in the ways in which files and code spell them."""

    def __init__(self, names: Mapping[str, str]) -> None:
        # `Color` gives one word in lower case, `PaintTone` two: `painttone` and `paint_tone`.
        self._styles = [
            {
                old: new
                for before, after in names.items()
                for old, new in zip(_spellings(before), spell(after), strict=True)
            }
            for spell in (_flat, _snake)
        ]
        longest_first = sorted(self._styles[0], key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, longest_first)))

    def words(self, text: str) -> Iterator[str]:
        """Yield what a word or a path may have become."""
        for style in self._styles:
            yield _replaced(text, self._pattern, style)

    def paths(self, old: str) -> set[str]:
        """Return what a path may have become: its last part respelt, or all of it."""
        folder, slash, name = old.rpartition("/")
        return {*(f"{folder}{slash}{word}" for word in self.words(name)), *self.words(old)}

    def between(self, before: str, now: str) -> dict[str, str]:
        """Return the words of ``before`` that ``now`` spells anew, and no longer in the old way."""
        return self._pairs(set(_WORD.findall(before)), set(_WORD.findall(now)))

    def classes(self, before: str, now: str) -> dict[str, str]:
        """Return the classes that are defined under another name now.

        An author may mention these anywhere.
        """
        return self._pairs(set(_CLASS.findall(before)), set(_CLASS.findall(now)))

    def _pairs(self, before: set[str], now: set[str]) -> dict[str, str]:
        pairs = ((old, new) for old in before - now for new in self.words(old) if new in now)
        return {old: new for old, new in pairs if old != new}


def respell(content: bytes, words: Mapping[str, str]) -> bytes:
    """Return a text with whole words replaced; one that is not UTF-8 stays as it is."""
    if not words:
        return content
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return content
    return _WORD.sub(lambda found: words.get(found[0], found[0]), text).encode()


def former_path(
    path: str, respelling: Respelling, files: Mapping[str, Entry], rendered: Iterable[str], app: str
) -> str | None:
    """Return where the scaffold ``path`` was under the old name of its model, None when nowhere."""
    still = set(rendered)
    for old, entry in files.items():
        ours = entry.owner is Owner.SCAFFOLD and entry.app == app and old not in still
        if ours and path in respelling.paths(old):
            return old
    return None


def _replaced(text: str, pattern: re.Pattern[str], by: Mapping[str, str]) -> str:
    return pattern.sub(lambda found: by[found[0]], text)


def _spellings(name: str) -> tuple[str, ...]:
    return name, name.lower(), _apart(name), name.upper(), _apart(name).upper()


def _flat(name: str) -> tuple[str, ...]:
    return name, name.lower(), name.lower(), name.upper(), name.upper()


def _snake(name: str) -> tuple[str, ...]:
    snake = _apart(name)
    return name, snake, snake, snake.upper(), snake.upper()


def _apart(name: str) -> str:
    return _HUMP.sub("_", name).lower()

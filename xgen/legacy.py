"""What the options of xosgenx ask for, as a value, and what xosgenx said about files it wrote."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from xgen.source import Source
    from xgen.syntax.tree import File

PRINT, SINGLE, MODEL, TARGET = MODES = ("stdout", "single", "model", "target")
"""What is done with a text: it is printed, one file, one for each model, or cut at `+++` lines."""
_ASSIGNED = re.compile(r"([^\W\d][\w.-]*)=(.*)", re.DOTALL)


class Legacy(NamedTuple):
    """The options of one run. ``mode`` is None when nothing was asked for: then as with new ones."""

    mode: str | None = None
    dest_file: str | None = None
    dest_extension: str | None = None
    attic: str | None = None
    context: tuple[tuple[str, str], ...] | None = None
    include_models: tuple[str, ...] = ()
    include_apps: tuple[str, ...] = ()
    reverse: bool = False
    """The models are written as plain protobuf."""
    single_table: bool = False
    """One file for each model: a template sees only that one in the table, as it was."""

    @property
    def writes(self) -> bool:
        """Say whether files are written as xosgenx did, over whatever is there."""
        return self.mode in (SINGLE, MODEL, TARGET)

    def mistake(self) -> str | None:
        """Return what is wrong with the options, None when nothing is."""
        if self.dest_file and self.mode != SINGLE:
            return "--dest-file is for --write-to-file single"
        if self.dest_extension and self.mode != MODEL:
            return "--dest-extension is for --write-to-file model"
        if self.mode == SINGLE and not self.dest_file:
            return "--write-to-file single needs --dest-file NAME"
        if self.mode == MODEL and not self.dest_extension:
            return "--write-to-file model needs --dest-extension EXTENSION"
        return None


class PairsError(ValueError):
    """A word of ``--kvpairs`` is not what it should be."""


def pairs(words: Sequence[str]) -> tuple[tuple[str, str], ...] | None:
    """Return the keys and values of ``--kvpairs``, None without any.

    A word is ``KEY=VALUE`` with any characters in the value, or ``K:V,K:V`` as it was.
    """
    found: dict[str, str] = {}
    for word in words:
        if (assigned := _ASSIGNED.fullmatch(word)) is not None:
            found[assigned[1]] = assigned[2]
            continue
        for piece in word.split(",") if word else ():
            key, colon, value = piece.partition(":")
            if not colon or ":" in value:
                raise PairsError(piece)
            found[key] = value
    return tuple(found.items()) or None


def said(mode: str | None, root: str, paths: Iterable[str]) -> Iterator[tuple[bool, str]]:
    """Yield what xosgenx said about the files it wrote: whether on stdout, and the line."""
    for path in paths:
        place = os.path.join(os.path.abspath(root), *path.split("/"))
        if mode == TARGET:
            yield True, f"Save file to: {place}"
        else:
            yield mode == SINGLE, f"Saved: {place}"


NAMES = frozenset(("proto", "options", "context", "include_file", "file_exists"))
"""What only the templates of xosgenx see, besides functions whose names begin with PREFIX."""
PREFIX = "xproto_"


class Input(NamedTuple):
    """What such a template is about: the options, and the files with their texts, when needed."""

    options: Legacy
    files: Callable[[], Sequence[tuple[File, Source]]]


def is_known(name: str) -> bool:
    """Say whether a name of a template is one of xosgenx."""
    return name in NAMES or name.startswith(PREFIX)

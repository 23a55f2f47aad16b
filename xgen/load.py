"""Find and parse what a model imports, and the bundled models; each file once."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from xgen import cache
from xgen.fingerprint import tool_fingerprint
from xgen.models import CORE, PLATFORM, parsed
from xgen.read import read
from xgen.syntax.parser import parse
from xgen.syntax.tree import File

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xgen.diagnostics import Report
    from xgen.fingerprint import Footprint
    from xgen.source import Source


class Loader:
    """Answers ``load(import_path, from_path)`` for the linker.

    An import is looked for beside the file that imports it, then in the folders of ``-I``, then
    in the current folder, then among the bundled models.
    """

    def __init__(
        self,
        report: Report,
        footprint: Footprint,
        sources: dict[str, Source],
        include: Sequence[str] = (),
    ) -> None:
        self._report = report
        self._footprint = footprint
        self._sources = sources
        self._include = tuple(include)
        self._files: dict[str, File | None] = {}

    def know(self, file: File) -> None:
        """Remember an input: an import of it gets the same tree."""
        self._files[os.path.realpath(file.path)] = file

    def __call__(self, path: str, from_path: str) -> File | None:
        """Return the parsed file that ``import "path"`` in ``from_path`` means, None without one."""
        folders = dict.fromkeys((os.path.dirname(from_path), *self._include, ""))
        for folder in folders:
            place = os.path.normpath(os.path.join(folder, path))
            identity = os.path.realpath(place)
            if identity in self._files:
                return self._files[identity]
            self._footprint.saw(place)
            if os.path.isfile(place):
                self._files[identity] = file = self._parse(place)
                return file
        return self.bundled(path) if path in (CORE, PLATFORM) else None

    def bundled(self, name: str) -> File:
        """Return the tree of a bundled file; it is parsed once for all runs."""
        key = f"{name}\0{tool_fingerprint()}"
        kept = cache.load_value("models", key)
        if isinstance(kept, File):
            return kept
        file = parsed(name)
        cache.store_value("models", key, file)
        return file

    def _parse(self, place: str) -> File | None:
        sources = read([place], self._report)
        self._sources.update(sources)
        return parse(sources[place], self._report) if place in sources else None

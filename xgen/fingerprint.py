"""What a run depended on, so that a later one can tell that nothing changed.

A :class:`Footprint` notes every file that was read (with the hash of what was read) and every
place that was looked at in vain: a file that appears there later changes the result too.
:func:`tool_fingerprint` stands for the tool itself and the libraries that shape its output.
"""

from __future__ import annotations

import os
import sys
from hashlib import sha256
from typing import TYPE_CHECKING

import xgen
from xgen.resources import bundled

if TYPE_CHECKING:
    from collections.abc import Iterable

_LIBRARIES = ("jinja2", "markupsafe", "lark", "yaml")
_SUFFIXES = (".py", ".lark", ".xproto", ".xtarget", ".jinja", ".json")
_SKIPPED = ("__pycache__", "runtime")
"""The runtime takes no part in generating."""

_PATTERN = "pattern:"
"""No absolute path begins like this."""

_tool: str | None = None


def digest(content: bytes) -> str:
    """Return the hash by which contents are compared everywhere."""
    return sha256(content).hexdigest()


def file_digest(path: str) -> str | None:
    """Return the hash of a file's contents, None when it cannot be read."""
    try:
        with open(path, "rb") as file:
            return digest(file.read())
    except OSError:
        return None


class Footprint:
    """The files a run read, by absolute path, and the hash of each; None for "was not there".

    What a pattern means is noted among them, as ``PATTERN:folder:pattern``.
    """

    __slots__ = ("files",)

    def __init__(self) -> None:
        self.files: dict[str, str | None] = {}

    def saw(self, path: str, content_digest: str | None = None) -> None:
        """Note that ``path`` was read or found missing; call it *before* reading the file.

        A file that changes between the two is then taken for changed later, never for unchanged.
        """
        place = os.path.abspath(path)
        if place not in self.files:
            self.files[place] = content_digest or file_digest(place)

    def saw_matches(self, folder: str, pattern: str) -> None:
        """Note which paths below ``folder`` a pattern means; call it before using them."""
        key = f"{_PATTERN}{os.path.abspath(folder)}\0{pattern}"
        self.files[key] = _current(key)

    def wrote(self, path: str, content: bytes) -> None:
        """Note that the run itself added a Python file to a folder all of which it had read."""
        place = os.path.abspath(path)
        folder = os.path.dirname(place)
        key = f"{_PATTERN}{folder}\0*.py"
        if key in self.files:
            self.files[place] = digest(content)
            names = {p for p, known in self.files.items() if known and os.path.dirname(p) == folder}
            shown = sorted(os.path.basename(p) for p in names if not is_pattern(p))
            self.files[key] = _names(shown)

    def holds(self) -> bool:
        """Say whether every file is as it was."""
        return all(_current(path) == known for path, known in self.files.items())


def is_pattern(noted: str) -> bool:
    """Say whether something that a footprint notes is a pattern, not a path."""
    return noted.startswith(_PATTERN)


def meant(noted: str) -> str:
    """Return a hash of the paths that a noted pattern means now."""
    from xgen.patterns import expand

    folder, _, pattern = noted.removeprefix(_PATTERN).partition("\0")
    return _names(expand(folder, pattern))


def _names(paths: Iterable[str]) -> str:
    return digest("\0".join(paths).encode("utf-8", "surrogateescape"))


def _current(noted: str) -> str | None:
    return meant(noted) if is_pattern(noted) else file_digest(noted)


def tool_fingerprint() -> str:
    """Return a hash that changes with the tool, its resources, its libraries and Python."""
    global _tool  # noqa: PLW0603  computed once a process: it walks some hundred files
    if _tool is None:
        lines = [xgen.__version__, sys.version, sys.prefix, *_libraries()]
        package = os.path.dirname(os.path.abspath(__file__))
        for folder in dict.fromkeys((package, bundled("grammars"), bundled("targets"))):
            _walk(folder, lines)
        _tool = digest("\0".join(lines).encode("utf-8", "surrogatepass"))
    return _tool


def _walk(folder: str, lines: list[str]) -> None:
    with os.scandir(folder) as entries:
        ordered = sorted(entries, key=lambda entry: entry.name)
    for entry in ordered:
        if entry.is_dir():
            if entry.name not in _SKIPPED:
                _walk(entry.path, lines)
        elif entry.name.endswith(_SUFFIXES):
            lines.append(_identity(entry.path, entry.stat()))


def _identity(path: str, status: os.stat_result) -> str:
    # The change time moves with every write, even one that sets the modification time back.
    return f"{path}:{status.st_size}:{status.st_mtime_ns}:{status.st_ctime_ns}"


def _libraries() -> list[str]:
    found: list[str] = []
    for name in _LIBRARIES:
        for folder in sys.path:
            place = os.path.join(folder, name, "__init__.py")
            try:
                found.append(_identity(place, os.stat(place)))
            except OSError:
                continue
            break
    return found

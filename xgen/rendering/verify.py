"""Look at what was rendered before any of it reaches a disk.

Paths stay inside the output and occur once; Python compiles; YAML, JSON and TOML load.
"""

from __future__ import annotations

import re
from hashlib import sha256
from typing import TYPE_CHECKING

from xgen import cache
from xgen.diagnostics import Diagnostic, Label
from xgen.fingerprint import tool_fingerprint
from xgen.rendering import compiles

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from xgen.diagnostics import Report
    from xgen.rendered import RenderedFile
    from xgen.source import Span

_BAD_CHARACTER = re.compile(r'[\x00-\x1f\x7f\\:*?"<>|]')
_MODULES = ("py", "pyi")
_DIGEST = 16
_LONGEST = 255
"""Longest name of a file or folder that common file systems take."""


class Passed:
    """The contents that an earlier run found good: looking at them again gives the same answer."""

    def __init__(self, target: str, app: str) -> None:
        self._key = f"{target}\0{app}\0{tool_fingerprint()}"
        kept = cache.load("passed", self._key) or b""
        self._before = {kept[at : at + _DIGEST] for at in range(0, len(kept), _DIGEST)}
        self._now: list[bytes] = []

    def knows(self, kind: str, text: str) -> bool:
        """Say whether a text is known to be good as a file, or a part of one, of a ``kind``."""
        digest = self._digest(kind, text)
        if digest not in self._before:
            return False
        self._now.append(digest)
        return True

    def add(self, kind: str, text: str) -> None:
        """Remember that a text is good."""
        self._now.append(self._digest(kind, text))

    def keep(self) -> None:
        """Keep what this run found, for the next one."""
        if set(self._now) != self._before:
            cache.store("passed", self._key, b"".join(self._now))

    @staticmethod
    def _digest(kind: str, text: str) -> bytes:
        return sha256(f"{kind}\0{text}".encode("utf-8", "surrogatepass")).digest()[:_DIGEST]


def verify(
    files: Iterable[RenderedFile],
    report: Report,
    place: Callable[[RenderedFile], Span],
    passed: Passed | None = None,
) -> list[RenderedFile]:
    """Return the files without repeated ones; report what is wrong with them.

    ``place`` tells where the file tag of a file is. What ``passed`` knows is not looked at again.
    """
    by_path: dict[str, RenderedFile] = {}
    for file in files:
        mistake = _path_mistake(file.path)
        known = by_path.get(file.path)
        if mistake is not None:
            report.add(_bad("bad-path", f"the path {file.path!r} {mistake}", place(file)))
        elif known is None:
            by_path[file.path] = file
            found = _content_mistake(file, passed)
            if found is not None:
                message, excerpt = found
                report.add(_bad("bad-output", message, place(file), excerpt))
        elif _differ(known, file):
            report.add(_twice(known, file, place(file), place(known)))
    return list(by_path.values())


def together(files: Iterable[RenderedFile], report: Report) -> tuple[RenderedFile, ...]:
    """Return the files of several targets as one set; report what two of them disagree about."""
    by_path: dict[str, RenderedFile] = {}
    for file in files:
        known = by_path.setdefault(file.path, file)
        if known is not file and _differ(known, file):
            report.add(_twice(known, file))
    _check_names_apart(by_path, report)
    return tuple(by_path.values())


def _path_mistake(path: str) -> str | None:
    """Return what is wrong with a path, the first thing that is."""
    pieces = path.split("/")
    mistakes = {
        "is empty": not path,
        "is absolute": path.startswith("/"),
        "leaves the output folder": ".." in pieces,
        "has an empty part or a `.`": "" in pieces or "." in pieces,
        "lies in .xgen, which is the tool's own": pieces[0].lower() == ".xgen",
        "has a character that not every file system takes": bool(_BAD_CHARACTER.search(path)),
        "has a part that begins or ends with a blank, or ends with a dot": any(
            piece != piece.strip() or piece.endswith(".") for piece in pieces
        ),
        "has a part that is too long": any(
            len(piece.encode("utf-8", "replace")) > _LONGEST for piece in pieces
        ),
    }
    return next((mistake for mistake, made in mistakes.items() if made), None)


def _check_names_apart(by_path: dict[str, RenderedFile], report: Report) -> None:
    """Report paths that differ only in case, and a file where another file needs a folder."""
    by_folded: dict[str, str] = {}
    for path in by_path:
        other = by_folded.setdefault(path.casefold(), path)
        if other != path:
            message = f"the paths `{other}` and `{path}` are one on some file systems"
            report.add(_bad("path-twice", message, None))
    for path in by_path:
        at = path.rfind("/")
        while at > 0:
            if path[:at].casefold() in by_folded:
                message = f"`{path[:at]}` is a file, and a folder for `{path}`"
                report.add(_bad("path-twice", message, None))
            at = path.rfind("/", 0, at)


def _suffix(path: str) -> str:
    return path.rpartition("/")[2].rpartition(".")[2]


def _content_mistake(file: RenderedFile, passed: Passed | None) -> tuple[str, str] | None:
    """Return what is wrong with a text, and the line that is: is it what its name promises?"""
    kind, text = _suffix(file.path), file.text
    # Of a long module, some pieces may be known where the whole is not.
    as_whole = passed if kind not in _MODULES or not compiles.is_long(text) else None
    if as_whole is not None and as_whole.knows(kind, text):
        return None
    try:
        if not text.isascii():
            text.encode()
    except UnicodeEncodeError as error:
        letter = error.object[error.start]
        return f"`{file.path}` has a character that UTF-8 cannot hold: {letter!a}", ""
    if kind in _MODULES:
        found = compiles.first_error(text, file.path, passed)
    else:
        check = _CHECKS.get(kind)
        found = None if check is None else check(text)
    if found is None:
        if as_whole is not None:
            as_whole.add(kind, text)
        return None
    line, message = found
    lines = text.split("\n")
    excerpt = lines[line - 1].strip() if 0 < line <= len(lines) else ""
    return (
        f"what was rendered for `{file.path}` {message}",
        f"line {line} of it: {excerpt}" if excerpt else "",
    )


def _bad(code: str, message: str, span: Span | None, *notes: str) -> Diagnostic:
    return Diagnostic(
        code=code, message=message, span=span, notes=tuple(note for note in notes if note)
    )


def _differ(first: RenderedFile, second: RenderedFile) -> bool:
    return (first.text, first.owner, first.executable) != (
        second.text,
        second.owner,
        second.executable,
    )


def _twice(
    first: RenderedFile,
    second: RenderedFile,
    span: Span | None = None,
    other: Span | None = None,
) -> Diagnostic:
    message = f"two file blocks give `{first.path}` and differ"
    if span is None or other is None:
        targets = f"they are in the targets `{first.target}` and `{second.target}`"
        return _bad("path-twice", message, None, targets)
    labels = (Label(other, "the first one"),) if other != span else ()
    return Diagnostic(code="path-twice", message=message, span=span, labels=labels)


def _yaml(text: str) -> tuple[int, str] | None:
    from xgen.tolerant_yaml import first_error

    return first_error(text)


def _json(text: str) -> tuple[int, str] | None:
    import json

    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        return error.lineno, f"is no JSON: {error.msg}"
    except RecursionError:
        return 0, "is no JSON: nested too deeply"
    return None


def _toml(text: str) -> tuple[int, str] | None:
    import tomllib

    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return 0, f"is no TOML: {error}"
    return None


_CHECKS: dict[str, Callable[[str], tuple[int, str] | None]] = {
    "yaml": _yaml,
    "yml": _yaml,
    "json": _json,
    "toml": _toml,
}

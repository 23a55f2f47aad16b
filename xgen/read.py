"""The first stage: from paths to text. Everything that can be wrong with a file is a finding."""

from __future__ import annotations

import os
import stat
import sys
from typing import TYPE_CHECKING, Final, TypeAlias

from xgen.diagnostics import Diagnostic, Severity
from xgen.source import Source, Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xgen.diagnostics import Report

Sources: TypeAlias = dict[str, Source]
"""What was read, by the name the user gave, in that order."""

STDIN: Final = "-"
STDIN_NAME: Final = "<stdin>"
LIMIT: Final = 64 * 1024 * 1024
"""The largest file that can be meant: larger ones are a mistake, and would take minutes."""


def read(paths: Sequence[str], report: Report, *, include: Sequence[str] = ()) -> Sources:
    """Read files; ``-`` is standard input.

    A relative path that does not exist here is looked for in the folders of ``include``. What
    cannot be read is reported and left out. A file named twice is read once.
    """
    sources: Sources = {}
    seen: set[str] = set()
    for path in paths:
        found = STDIN_NAME if path == STDIN else _locate(path, include)
        identity = found if path == STDIN else os.path.realpath(found)
        if identity in seen:
            continue
        seen.add(identity)
        data = content(path if path == STDIN else found, report)
        if data is not None and (source := decode(found, data, report)) is not None:
            sources[found] = source
    return sources


def content(path: str, report: Report) -> bytes | None:
    """Return the bytes of a file, or of standard input; None after reporting why not."""
    return _from_stdin(report) if path == STDIN else _from_file(path, report)


def decode(path: str, data: bytes, report: Report) -> Source | None:
    """Return the text of a file's bytes, or None after reporting why they are no text."""
    if (at := data.find(b"\0")) >= 0:
        encoding = _utf16(data)
        _fail(
            report,
            path,
            "encoding" if encoding else "binary-file",
            f"not UTF-8 text: looks like {encoding}"
            if encoding
            else f"not a text file: byte {at} is zero",
            "save the file as UTF-8" if encoding else None,
        )
        return None
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        known = data[: error.start].decode("utf-8")
        line = known.count("\n") + 1
        byte = data[error.start]
        message = f"not UTF-8 text: byte 0x{byte:02x} in line {line}"
        _fail(report, path, "encoding", message, "save the file as UTF-8")
        return None
    text = text.removeprefix("\ufeff")
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        report.add(
            Diagnostic(
                code="empty-file",
                message="the file is empty",
                severity=Severity.NOTE,
                span=Span(path, 0, 0),
            )
        )
    return Source(path, text)


def _locate(path: str, include: Sequence[str]) -> str:
    if os.path.isabs(path) or os.path.lexists(path):
        return path
    candidates = (os.path.join(folder, path) for folder in include)
    return next((c for c in candidates if os.path.lexists(c)), path)


def _from_stdin(report: Report) -> bytes | None:
    data = sys.stdin.buffer.read(LIMIT + 1)
    return _small(STDIN_NAME, data, report)


def _from_file(path: str, report: Report) -> bytes | None:
    try:
        with open(path, "rb") as file:
            status = os.fstat(file.fileno())
            if stat.S_ISREG(status.st_mode) and status.st_size > LIMIT:
                _too_large(path, status.st_size, report)
                return None
            return _small(path, file.read(LIMIT + 1), report)
    except IsADirectoryError:
        help_ = _models_in(path)
        _fail(report, path, "is-a-folder", "is a folder, not a file", help_)
    except FileNotFoundError:
        _fail(report, path, "missing-file", "no such file", _near(path))
    except PermissionError:
        _fail(report, path, "unreadable-file", "no permission to read the file")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        _fail(report, path, "unreadable-file", f"cannot read the file: {reason.lower()}")
    return None


def _small(path: str, data: bytes, report: Report) -> bytes | None:
    if len(data) <= LIMIT:
        return data
    _too_large(path, None, report)
    return None


def _too_large(path: str, size: int | None, report: Report) -> None:
    amount = f"{size // 2**20} MB" if size else f"more than {LIMIT // 2**20} MB"
    message = f"the file is too large: {amount}, the limit is {LIMIT // 2**20} MB"
    _fail(report, path, "huge-file", message)


def _fail(report: Report, path: str, code: str, message: str, help_: str | None = None) -> None:
    report.add(Diagnostic(code=code, message=message, path=path, help=help_))


def _utf16(data: bytes) -> str | None:
    if data.startswith((b"\xff\xfe\0\0", b"\0\0\xfe\xff")):
        return "UTF-32"
    return "UTF-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else None


def _models_in(folder: str) -> str | None:
    """Suggest the models in a folder."""
    try:
        names = sorted(name for name in os.listdir(folder) if name.endswith(".xproto"))
    except OSError:
        return None
    if not names:
        return None
    shown = ", ".join(f"`{os.path.join(folder, name)}`" for name in names[:3])
    return f"name its files: {shown}" + (" ..." if len(names) > 3 else "")  # noqa: PLR2004


def _near(path: str) -> str | None:
    """Suggest the file that was probably meant."""
    from xgen.diagnostics import did_you_mean

    folder, name = os.path.split(path)
    try:
        present = os.listdir(folder or ".")
    except (OSError, ValueError):
        return f"there is no folder `{folder}`"
    if hint := did_you_mean(name, present):
        return hint
    return f"did you mean `{path}.xproto`?" if f"{name}.xproto" in present else None

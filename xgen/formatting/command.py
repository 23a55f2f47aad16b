"""`xgen fmt`: put files into the canonical layout, or say which are not in it."""

from __future__ import annotations

import io
import os
import sys
from typing import TYPE_CHECKING, Any

from xgen.dataclass import dataclass
from xgen.diagnostics import Diagnostic, Report, Severity
from xgen.exit_codes import CLEAN, ERROR, FINDINGS
from xgen.formatting import formatted
from xgen.formatting.safety import say_the_same
from xgen.read import STDIN, STDIN_NAME, content, decode
from xgen.source import Source, Span
from xgen.syntax.parser import parse

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SUFFIX = ".xproto"


@dataclass(frozen=True, slots=True, kw_only=True)
class Formatted:
    """A file as it is and as it is to be."""

    name: str
    source: Source
    written: str
    """The file as it is, with its line ends and its byte-order mark."""
    text: str

    @property
    def changed(self) -> bool:
        """Say whether any byte is to be another."""
        return self.written != self.text


def fmt(**options: Any) -> int:
    """Format files, or with ``check`` and ``diff`` only look."""
    report, sources = Report(), dict[str, Source]()
    found: list[Formatted] = []
    for path in _expanded(options["files"], report):
        done = _format(path, report, sources)
        if done is not None:
            found.append(done)
    changed = [one for one in found if one.changed]
    for one in changed:
        if options["check"]:
            report.add(_finding(one))
        if options["diff"]:
            _write_out("".join(_diff(one)))
    looking = options["check"] or options["diff"]
    if not looking:
        changed = _written(found, report)
    _tell(options, report, sources, changed, len(found))
    if report.has_errors:
        return ERROR
    return FINDINGS if changed and options["check"] else CLEAN


def _format(path: str, report: Report, sources: dict[str, Source]) -> Formatted | None:
    """Return what a file is to be; None when it has errors, which are reported."""
    own = Report()
    name = STDIN_NAME if path == STDIN else path
    data = content(path, own)
    source = None if data is None else decode(name, data, own)
    if data is None or source is None:
        report.extend(own)
        return None
    sources[name] = source
    file = parse(source, own)
    # What is only doubtful is no business of the layout.
    report.extend(d for d in own if d.severity is Severity.ERROR)
    if own.has_errors:
        return None
    text = formatted(source)
    if text != source.text:
        again = Report()
        after = parse(Source(name, text), again)
        if again.has_errors or not say_the_same(file, after):
            raise AssertionError(f"the layout of `{name}` would change what it says")
    return Formatted(name=path, source=source, written=data.decode(), text=text)


def _expanded(paths: Sequence[str], report: Report) -> list[str]:
    """Return files as they are, and of folders all models below them."""
    found: dict[str, str] = {}
    for path in paths:
        if path == STDIN or not os.path.isdir(path):
            found.setdefault(os.path.normpath(path), path)
            continue
        below = sorted(_models(path))
        for one in below:
            found.setdefault(one, one)
        if not below:
            message = f"no file below this folder ends in {SUFFIX}"
            report.add(Diagnostic(code="no-models", message=message, path=path))
    return list(found.values())


def _models(folder: str) -> Iterator[str]:
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            if name.endswith(SUFFIX):
                yield os.path.normpath(os.path.join(place, name))


def _finding(one: Formatted) -> Diagnostic:
    """Return what to say about a file that is laid out in another way, at the first place."""
    source = one.source
    help_ = f"run `xgen fmt {one.name}`" if one.name != STDIN else None
    if source.text == one.text:
        marked = one.written.startswith("\ufeff")
        return Diagnostic(
            code="not-formatted",
            message="begins with a byte-order mark"
            if marked
            else "lines end with a carriage return",
            path=source.path,
            severity=Severity.WARNING,
            help=help_,
        )
    lines = source.text.split("\n")
    pairs = zip(lines, one.text.split("\n"), strict=False)
    same = next((n for n, (old, new) in enumerate(pairs) if old != new), len(lines) - 1)
    start = sum(len(line) + 1 for line in lines[:same])
    return Diagnostic(
        code="not-formatted",
        message="not in the canonical layout",
        span=Span(source.path, start, start + len(lines[same])),
        severity=Severity.WARNING,
        help=help_,
    )


def _diff(one: Formatted) -> Iterator[str]:
    from difflib import unified_diff

    name = one.source.path
    old, new = (io.StringIO(text, newline="\n").readlines() for text in (one.written, one.text))
    for line in unified_diff(old, new, name, name):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _written(found: Sequence[Formatted], report: Report) -> list[Formatted]:
    """Write what changed; return what was written. Standard input goes to standard output."""
    written = []
    for one in found:
        if one.name == STDIN:
            _write_out(one.text)
        elif one.changed:
            try:
                _replace(one.name, one.text)
            except OSError as error:
                reason = (error.strerror or str(error)).lower()
                message = f"cannot write: {reason}"
                report.add(Diagnostic(code="output-failed", message=message, path=one.name))
            else:
                written.append(one)
    return written


def _replace(path: str, text: str) -> None:
    """Put a text into a file at once: whoever looks sees the old one or the new one."""
    import shutil

    path = os.path.realpath(path)
    temporary = f"{path}.{os.getpid()}.tmp"
    try:
        with open(temporary, "xb") as file:
            file.write(text.encode())
            file.flush()
            os.fsync(file.fileno())
        shutil.copymode(path, temporary)
        os.replace(temporary, path)
    except BaseException:
        if os.path.lexists(temporary):
            os.unlink(temporary)
        raise


def _write_out(text: str) -> None:
    sys.stdout.buffer.write(text.encode("utf-8", "surrogateescape"))
    sys.stdout.flush()


def _tell(
    options: dict[str, Any],
    report: Report,
    sources: dict[str, Source],
    changed: Sequence[Formatted],
    count: int,
) -> None:
    from xgen import console

    form = options["format_"]
    stream = sys.stderr if form == "text" or options["diff"] else sys.stdout
    console.show(report, sources, stream, form=form)
    if options["quiet"] or form != "text" or STDIN in options["files"]:
        return
    done = "to format" if options["check"] or options["diff"] else "formatted"
    names = [one.name for one in changed]
    if not options["check"]:
        stream.writelines(f"{done}: {name}\n" for name in names)
    stream.write(f"{len(names)} {done}, {count - len(names)} as they should be\n")

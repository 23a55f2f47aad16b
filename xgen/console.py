"""Draws findings for people and machines."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from xgen.diagnostics import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import TextIO

    from xgen.diagnostics import Diagnostic, Label, Report
    from xgen.source import Source, Span

FORMATS: Final = ("text", "json", "github", "sarif")
"""The forms of output, the one for people first."""

_WIDTH: Final = 120
"""Longer source lines are cut around the place they are shown for."""
_TAB: Final = "    "
_RESET: Final = "\x1b[0m"
_BOLD: Final = "\x1b[1m"
_DIM: Final = "\x1b[2m"
_CYAN: Final = "\x1b[36m"
_COLOURS: Final = {
    Severity.ERROR: "\x1b[1;31m",
    Severity.WARNING: "\x1b[1;33m",
    Severity.NOTE: "\x1b[1;34m",
}


def show(
    report: Report,
    sources: Mapping[str, Source],
    stream: TextIO,
    *,
    form: str = "text",
    colour: bool | None = None,
) -> None:
    """Write a report to ``stream`` in one of :data:`FORMATS`.

    ``sources`` are the texts that findings point into. Text is coloured if ``colour`` says so
    or, without it, if the stream is a terminal; the other formats never are.
    """
    if form == "text":
        coloured = wants_colour(stream) if colour is None else colour
        text = "".join(f"{line}\n" for line in text_lines(report, sources, colour=coloured))
    else:
        from xgen import formats

        text = formats.render(form, report, sources)
    _write(stream, text)


def wants_colour(stream: TextIO) -> bool:
    """Say whether a stream takes colours: a terminal does, and ``NO_COLOR`` and such decide."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR", "0") not in ("", "0"):
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def _write(stream: TextIO, text: str) -> None:
    """Write text that the stream's encoding may not have all letters for."""
    encoding = getattr(stream, "encoding", None)
    if encoding:
        text = text.encode(encoding, "backslashreplace").decode(encoding)
    stream.write(text)


def text_lines(
    report: Report, sources: Mapping[str, Source], *, colour: bool = False
) -> Iterator[str]:
    """Return the lines for people: each finding with its source line, then how many there are."""
    drawing = _Drawing(sources, colour=colour)
    for diagnostic in report:
        yield from drawing.finding(diagnostic)
    counts = [
        f"{count} {severity.word}{'s' * (count != 1)}"
        for severity in (Severity.ERROR, Severity.WARNING)
        if (count := report.count(severity))
    ]
    if counts:
        yield ", ".join(counts)


class _Drawing:
    """Draws findings over known texts, in colour or not."""

    def __init__(self, sources: Mapping[str, Source], *, colour: bool) -> None:
        self._sources = sources
        self._colour = colour

    def _pen(self, colour: str, text: str) -> str:
        return f"{colour}{text}{_RESET}" if self._colour and text else text

    def finding(self, diagnostic: Diagnostic) -> Iterator[str]:
        """Return the lines of one finding: what, where, and what helps."""
        pen = self._pen
        colour = _COLOURS[diagnostic.severity]
        where = place(diagnostic.span, self._sources) or diagnostic.where
        yield (
            pen(_BOLD, f"{printable(where)}: " if where else "")
            + pen(colour, f"{diagnostic.severity.word}: ")
            + pen(_BOLD, printable(diagnostic.message))
            + pen(_DIM, f" [{diagnostic.code}]")
        )
        if diagnostic.span is not None:
            yield from self._excerpt(diagnostic.span, "", "^", colour)
        for label in diagnostic.labels:
            yield from self._label(label, diagnostic.where)
        for note in diagnostic.notes:
            yield f"    {pen(_CYAN, 'note:')} {printable(note)}"
        if diagnostic.help:
            yield f"    {pen(_CYAN, 'help:')} {printable(diagnostic.help)}"

    def _label(self, label: Label, home: str | None) -> Iterator[str]:
        span = label.span
        if span.path != home or span.path not in self._sources:
            where = place(span, self._sources) or span.path
            yield f"    {self._pen(_CYAN, '-->')} {printable(where)}"
        shown = list(self._excerpt(span, label.text, "-", _CYAN))
        yield from shown or [f"        {printable(label.text)}"]

    def _excerpt(self, span: Span, text: str, mark: str, colour: str) -> Iterator[str]:
        """Return the source line of a span with marks under it, and words behind the marks."""
        source = self._sources.get(span.path)
        if source is None or not source.text:
            return
        number, column = source.position(span.start)
        line = source.line(number)
        start = column - 1
        stop = max(min(start + span.end - span.start, len(line)), start + 1)
        left = max(0, start - _WIDTH // 2) if len(line) > _WIDTH else 0
        right = left + _WIDTH
        cut = "..." if left else ""
        shown = cut + _visible(line[left:right]) + ("..." if line[right:] else "")
        blank = " " * _width(cut + _visible(line[left:start]))
        marks = mark * max(1, _width(_visible(line[start : min(stop, right)])))
        words = f" {printable(text)}" if text else ""
        yield f"{self._pen(_DIM, f'{number:>5} |')} {shown}".rstrip()
        yield f"{self._pen(_DIM, '      |')} {blank}{self._pen(colour, marks + words)}"


def place(span: Span | None, sources: Mapping[str, Source]) -> str | None:
    """Return ``file:line:column`` of a span, or None where its text is not known."""
    if span is None or span.path not in sources:
        return None
    line, column = sources[span.path].position(span.start)
    return f"{span.path}:{line}:{column}"


def _visible(text: str) -> str:
    """Return source text as a terminal can show it: tabs as blanks, nothing that controls it."""
    return printable(text.replace("\t", _TAB))


def printable(text: str) -> str:
    """Replace what would control a terminal, or cannot be written at all."""
    if text.isprintable():
        return text
    return "".join(_shown(c) for c in text)


def _shown(character: str) -> str:
    if character.isprintable():
        return character
    return " " if character.isspace() else "\N{REPLACEMENT CHARACTER}"


def _width(text: str) -> int:
    """Return how many columns a text takes."""
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width

    return sum(0 if combining(c) else 1 + (east_asian_width(c) in "WF") for c in text)

"""How findings are drawn, for people and for programs."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

from xgen.console import show, wants_colour
from xgen.diagnostics import Diagnostic, Label, Report, Severity
from xgen.source import Source, Span

if TYPE_CHECKING:
    import pytest

SOURCE = Source("dir/a b.xproto", 'message A {\n\toption x = "\u6f22\u5b57" y;\n}\n')


def report(*diagnostics: Diagnostic) -> Report:
    result = Report()
    result.extend(diagnostics)
    return result


def drawn(found: Report, form: str = "text", *, colour: bool = False) -> str:
    stream = io.StringIO()
    show(found, {SOURCE.path: SOURCE}, stream, form=form, colour=colour)
    return stream.getvalue()


def finding(start: int, end: int, **more: Any) -> Diagnostic:
    more = {"code": "some-code", "message": "something is wrong", **more}
    return Diagnostic(span=Span(SOURCE.path, start, end), **more)


FULL = finding(
    29,
    30,
    labels=(Label(Span(SOURCE.path, 10, 11), "opened here"),),
    notes=("a fact",),
    help="do this",
)


def test_text_has_place_line_carets_and_help() -> None:
    assert drawn(report(FULL)) == (
        "dir/a b.xproto:2:18: error: something is wrong [some-code]\n"
        '    2 |     option x = "\u6f22\u5b57" y;\n'
        "      |                       ^\n"
        "    1 | message A {\n"
        "      |           - opened here\n"
        "    note: a fact\n"
        "    help: do this\n"
        "1 error\n"
    )


def test_a_span_over_lines_is_marked_to_the_end_of_its_first() -> None:
    assert "\n      |         ^^^\n" in drawn(report(finding(8, 40)))


def test_what_has_no_text_has_no_excerpt() -> None:
    missing = Diagnostic(code="missing-file", message="no such file", path="b.xproto")
    elsewhere = Diagnostic(code="x", message="y", span=Span("c.xproto", 1, 2))
    assert drawn(report(missing, elsewhere)) == (
        "b.xproto: error: no such file [missing-file]\nc.xproto: error: y [x]\n2 errors\n"
    )


def test_counts_speak_english() -> None:
    mild = finding(0, 1, severity=Severity.WARNING)
    note = finding(0, 1, severity=Severity.NOTE, message="so it is")
    assert drawn(report(FULL, mild, note)).endswith("\n1 error, 1 warning\n")
    assert not drawn(report(note)).endswith("warnings\n")
    assert drawn(report()) == ""


def test_long_lines_are_cut_around_the_place() -> None:
    source = Source("a", "x" * 1000 + "@" + "y" * 1000)
    stream = io.StringIO()
    here = Diagnostic(code="c", message="m", span=Span("a", 1000, 1001))
    show(report(here), {"a": source}, stream, colour=False)
    _, line, marks, _ = stream.getvalue().splitlines()
    assert len(line) < 150
    assert line[marks.index("^")] == "@"


def test_nothing_controls_the_terminal() -> None:
    source = Source("a", "x \x1b[31m \x07 y")
    stream = io.StringIO()
    here = Diagnostic(code="c", message="odd \x1b[2J", span=Span("a", 2, 3), help="\x07")
    show(report(here), {"a": source}, stream, colour=False)
    assert not set(stream.getvalue()) & {"\x1b", "\x07"}


def test_an_ascii_stream_gets_escapes() -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")
    show(report(FULL), {SOURCE.path: SOURCE}, stream, colour=False)
    stream.flush()
    assert b"\\u6f22" in raw.getvalue()


def test_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "\x1b[1;31merror: \x1b[0m" in drawn(report(FULL), colour=True)

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert wants_colour(Terminal())
    assert not wants_colour(io.StringIO())
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert wants_colour(io.StringIO())
    monkeypatch.setenv("NO_COLOR", "1")
    assert not wants_colour(Terminal())


def test_json() -> None:
    data = json.loads(drawn(report(FULL), "json"))
    assert data["counts"] == {"error": 1, "warning": 0, "note": 0}
    [found] = data["findings"]
    assert found["path"] == "dir/a b.xproto"
    assert found["start"] == {"offset": 29, "line": 2, "column": 18}
    assert found["end"] == {"offset": 30, "line": 2, "column": 19}
    assert found["labels"][0]["text"] == "opened here"
    assert (found["code"], found["severity"], found["help"]) == ("some-code", "error", "do this")


def test_github() -> None:
    tricky = finding(0, 7, severity=Severity.WARNING, message="50% of\nit", code="c,d:e")
    assert drawn(report(FULL, tricky), "github") == (
        "::warning file=dir/a b.xproto,line=1,endLine=1,col=1,endColumn=8,title=c%2Cd%3Ae"
        "::50%25 of%0Ait\n"
        "::error file=dir/a b.xproto,line=2,endLine=2,col=18,endColumn=19,title=some-code"
        "::something is wrong%0Aa fact%0Ahelp: do this\n"
    )


def test_sarif() -> None:
    data = json.loads(drawn(report(FULL, Diagnostic(code="x", message="y", path="/abs")), "sarif"))
    assert data["version"] == "2.1.0"
    [run] = data["runs"]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["some-code", "x"]
    bare, full = run["results"]
    assert bare["locations"][0]["physicalLocation"] == {"artifactLocation": {"uri": "file:///abs"}}
    place = full["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "dir/a%20b.xproto"
    assert place["region"] == {"startLine": 2, "startColumn": 18, "endLine": 2, "endColumn": 19}
    assert full["level"] == "error"
    assert full["message"]["text"] == "something is wrong\na fact\nhelp: do this"
    assert full["relatedLocations"][0]["message"]["text"] == "opened here"

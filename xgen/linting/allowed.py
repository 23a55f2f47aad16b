"""Comments that let a finding pass: `# xgen: allow RULE: reason`, in a model with `//`.

One stands behind what it is about, in its line, or in a line of its own above it. Allowed is one
rule, with a reason, for as long as it is needed.
"""

from __future__ import annotations

import io
import re
import tokenize
from typing import TYPE_CHECKING, Final, NamedTuple

from xgen.allowances import malformed, unknown, unused
from xgen.lint_rules import RULES
from xgen.source import Span
from xgen.syntax.comments import DIRECTIVE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from xgen.diagnostics import Diagnostic, Report
    from xgen.source import Source

_PYTHON: Final = ".py"
_COMMENT: Final = re.compile(
    rf"(?P<mark>#|//)[ \t]*{DIRECTIVE}[ \t]*(?P<verb>\S*)[ \t]*(?P<rule>[\w-]*)"
    r"[ \t]*(?::[ \t]*(?P<reason>.*))?$",
    re.MULTILINE,
)
_BROKEN: Final = (tokenize.TokenError, SyntaxError)


class _Allowance(NamedTuple):
    rule: str
    span: Span
    line: int
    """The line that it is about."""


class Allowances:
    """What the comments in some files allow."""

    def __init__(self, sources: Iterable[Source], report: Report) -> None:
        self._found: dict[tuple[str, int, str], _Allowance] = {}
        self._used: set[Span] = set()
        self._lines: dict[str, Source] = {}
        for source in sources:
            self._lines[source.path] = source
            for one in _read(source, report):
                self._found[source.path, one.line, one.rule] = one

    def left_of(self, findings: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
        """Yield the findings that nothing allows."""
        for finding in findings:
            allowance = self._covering(finding)
            if allowance is None:
                yield finding
            else:
                self._used.add(allowance.span)

    def report_unused(self, report: Report) -> None:
        """Report the comments that allowed nothing."""
        for one in self._found.values():
            if one.span not in self._used:
                report.add(unused(one.span, f"nothing here is against `{one.rule}`"))

    def _covering(self, finding: Diagnostic) -> _Allowance | None:
        if finding.span is None:
            return None
        source = self._lines.get(finding.span.path)
        if source is None:
            return None
        line = source.position(finding.span.start).line
        return self._found.get((source.path, line, finding.code))


def _read(source: Source, report: Report) -> Iterator[_Allowance]:
    is_python = source.path.endswith(_PYTHON)
    places = _python_comments(source) if is_python else None
    for match in _COMMENT.finditer(source.text):
        if (match["mark"] == "#") is not is_python:
            continue
        if places is not None and match.start() not in places:
            continue  # the words of a text
        span = Span(source.path, match.start(), match.start() + len(match[0].rstrip()))
        rule = match["rule"]
        if not is_python and rule not in RULES:
            continue  # what else a model may allow is the affair of `xgen breaking`
        if match["verb"] != "allow" or not rule or not (match["reason"] or "").strip():
            report.add(malformed(span, match["mark"]))
        elif rule not in RULES:
            report.add(unknown(rule, span, RULES))
        else:
            yield _Allowance(rule, span, _line_meant(source, match.start()))


def _python_comments(source: Source) -> set[int]:
    """Return where comments start; of a file that is no Python none is known."""
    found = set()
    try:
        for token in tokenize.generate_tokens(io.StringIO(source.text).readline):
            if token.type == tokenize.COMMENT:
                found.add(source.offset(token.start[0]) + token.start[1])
    except _BROKEN:
        return set()
    return found


def _line_meant(source: Source, at: int) -> int:
    """Return the line that a comment is about: its own, or the next one that is no comment."""
    number = source.position(at).line
    if source.text[source.offset(number) : at].strip():
        return number
    number += 1
    while source.line(number).strip().startswith(("#", "//")):
        number += 1
    return number

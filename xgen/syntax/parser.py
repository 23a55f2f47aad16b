"""From text to syntax tree."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from xgen.diagnostics import Diagnostic
from xgen.source import Span
from xgen.syntax import tables, tree
from xgen.syntax.builder import Builder, option_pattern
from xgen.syntax.engine import Language, Machine, Token
from xgen.syntax.policy import parse_policy

if TYPE_CHECKING:
    import re

    from xgen.diagnostics import Report
    from xgen.source import Source


@cache
def _language() -> tuple[Language, re.Pattern[str]]:
    xproto = tables.load("xproto")
    lexer = ("NAME", "OPTIONS", "NUMBER", "STRING", "BODY")
    return Language(xproto, lexer), option_pattern(xproto)


def parse(source: Source, report: Report) -> tree.File:
    """Return the syntax tree of a file; what is wrong with it goes to ``report``."""
    language, options = _language()
    builder = Builder(source.path, options, lambda body: parse_policy(source, body, report))

    def recover(machine: Machine, token: Token) -> int | None:
        span = Span(source.path, token.start, token.end)
        report.add(Diagnostic(code="syntax-error", message="unexpected text", span=span))
        return None

    machine = Machine(language, builder, source.path, source.text, recover)
    builder.machine = machine
    statements = machine.run(0) or ()
    comments = tuple(
        tree.Comment(source.text[start:end], Span(source.path, start, end))
        for start, end in machine.comments
    )
    return tree.File(source.path, statements, comments)

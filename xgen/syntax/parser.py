"""From text to syntax tree."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from xgen.diagnostics import Diagnostic
from xgen.syntax import tables, tree
from xgen.syntax.builder import DEPTH, Builder, TooDeep, option_pattern
from xgen.syntax.engine import Language, Machine
from xgen.syntax.policy import parse_policy

if TYPE_CHECKING:
    import re
    from collections.abc import Container

    from xgen.diagnostics import Report
    from xgen.source import Source
    from xgen.syntax.engine import Token
    from xgen.syntax.recovery import Recovery


@cache
def _language() -> tuple[Language, re.Pattern[str]]:
    xproto = tables.load("xproto")
    lexer = ("NAME", "OPTIONS", "NUMBER", "STRING", "BODY")
    return Language(xproto, lexer), option_pattern(xproto)


def parse(source: Source, report: Report, allowed: Container[str] = ()) -> tree.File:
    """Return the syntax tree of a file; what is wrong with it goes to ``report``.

    What has one of the codes ``allowed`` is put right and not reported. No text makes it raise. After a mistake it reads on where it can, and returns what it has.
    """
    language, options = _language()
    policy_comments: list[tuple[int, int]] = []
    builder = Builder(
        source.path,
        options,
        lambda body: parse_policy(source, body, report, policy_comments),
    )
    machine = Machine(language, builder, source.path, source.text, _Recovery(report, allowed))
    builder.machine = machine
    try:
        statements = machine.run(0)
    except TooDeep as block:
        report.add(too_deep(block.name))
        statements = None
    if statements is None:
        statements = _read_so_far(machine)
    del builder.machine  # each knows the other: apart, they and the tree go when last used
    comments = tree.Comments(source.path, source.text, machine.comments + policy_comments)
    return tree.File(source.path, statements, comments)


class _Recovery:
    """Loads what knows about mistakes when there is one."""

    def __init__(self, report: Report, allowed: Container[str]) -> None:
        self._report = report
        self._allowed = allowed
        self._recovery: Recovery | None = None

    def __call__(self, machine: Machine, token: Token) -> int | None:
        if self._recovery is None:
            from xgen.syntax.recovery import Recovery

            self._recovery = Recovery(self._report, self._allowed)
        return self._recovery(machine, token)


def too_deep(name: tree.Name) -> Diagnostic:
    """Say that a block is nested deeper than anybody can mean."""
    return Diagnostic(
        code="too-deep",
        message=f"blocks are nested more than {DEPTH} deep; the rest of the file was not read",
        span=name.span,
    )


def _read_so_far(machine: Machine) -> tuple[tree.Statement, ...]:
    """Return the statements that were complete when reading ended."""
    if machine.values and isinstance(machine.values[0], list):
        return tuple([s for s in machine.values[0] if not isinstance(s, int)])
    return ()

"""Reading on after a mistake: name it, repair what can be repaired, else skip the statement."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from xgen.diagnostics import Diagnostic, Severity
from xgen.source import Span
from xgen.syntax import (
    mistakes_blocks,
    mistakes_members,
    mistakes_options,
    mistakes_policy,
    odd_text,
)
from xgen.syntax.mistakes import Repair, Situation, diagnostic, shown
from xgen.syntax.tree import Name

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

    from xgen.diagnostics import Report
    from xgen.syntax.engine import Machine, Token

MISTAKES: Final = (
    *odd_text.MISTAKES,
    *mistakes_options.MISTAKES,
    *mistakes_policy.AROUND,
    *mistakes_blocks.MISTAKES,
    *mistakes_members.MISTAKES,
    *mistakes_blocks.LAST,
    *odd_text.LAST,
)
"""All that we know by name, in the order in which they are tried."""
LIMIT: Final = 20
"""How many syntax errors of a file are shown: more help nobody."""
_SKIM: Final = re.compile(
    r'"(?:[^"\\\n]|\\.)*"|(?://[^\n]*|/\*(?:[\s\S]*?\*/|[\s\S]*))|[A-Za-z_$][\w$+]*|[{};]|\S'
)
"""What matters when a statement is skipped. Each match takes what it looks at."""
_NO_TEXT: Final = frozenset({"hash-comment", "odd-comment", "unterminated-comment", "odd-space"})
"""What was skipped is comment or blank: what was read last is still what stands before it."""
_HEADED: Final = ("message", "enum", "extend", "service", "_service")
_WORDS: Final = {
    "%NAME": "a name",
    "%NUMBER": "a number",
    "%STRING": "a string",
    "%BODY": "`<`",
    "%OPTIONS": "`[`",
    "$END": "the end of the file",
}


class Recovery:
    """What the parser of one file calls when it is stuck."""

    def __init__(self, report: Report, allowed: Container[str] = ()) -> None:
        """Take where findings go, and the codes of what is no mistake this time."""
        self._report = report
        self._allowed = allowed
        self._errors = 0
        self._warnings = 0
        self._is_cut_off = False
        """The rest of the file is comment: that it does not end as it should is no news."""

    def __call__(self, machine: Machine, token: Token) -> int | None:
        """Report one mistake; return where to read on, None after too many of them."""
        machine.settle()
        situation = Situation(machine, token)
        for mistake in MISTAKES:
            repair = mistake(situation)
            if repair is not None:
                break
        else:
            repair = unexpected(situation)
        if not self._tell(machine.path, repair):
            return None
        if repair.resume is None:
            return _skip_statement(situation, repair.skip_to)
        for key, value in repair.feed:
            if not machine.accepts(key):
                return _skip_statement(situation)
            machine.feed(key, value)
        if repair.resume > token.start and repair.code not in _NO_TEXT:
            machine.last_end = repair.resume
        return repair.resume

    def _tell(self, path: str, repair: Repair) -> bool:
        """Report a mistake; say whether reading on is worth while."""
        if repair.code in self._allowed:
            return True
        if repair.severity is Severity.ERROR:
            self._errors += 1
        else:
            self._warnings += 1
            if self._warnings > LIMIT:
                return True
        if not self._is_cut_off:
            self._report.add(diagnostic(path, repair))
        self._is_cut_off |= repair.code == "unterminated-comment"
        if self._errors < LIMIT:
            return True
        self._report.add(
            Diagnostic(
                code="too-many-errors",
                message=f"{LIMIT} syntax errors; the rest of the file was not read",
                span=Span(path, repair.end, repair.end),
                severity=Severity.NOTE,
            )
        )
        return False


def unexpected(s: Situation) -> Repair:
    """Name what came and, if it is not much, what could have come."""
    wanted = sorted({_WORDS.get(key, f"`{key}`") for key in s.row if _is_shown(s, key)})
    found = {
        "$END": "the end of the file",
        "%STRING": "string",
        "%OPTIONS": "option list",
        "%BODY": "`<`",
    }.get(s.key, shown(s.text[s.start : s.end]))
    message = f"unexpected {found}"
    if 0 < len(wanted) <= 4:  # noqa: PLR2004  as many as one can take in
        *most, last = wanted
        message += f", expected {', '.join(most)} or {last}" if most else f", expected {last}"
    end = s.start + 1 if s.key in ("%BODY", "%OPTIONS") else s.end
    return Repair("syntax-error", message, s.start, end)


def _is_shown(s: Situation, key: str) -> bool:
    if key == ";" and _is_block(s.row):
        return False
    return (key[0] != "@" or len(key) == 1) and s.machine.accepts(key)


def _skip_statement(s: Situation, skip_to: int | None = None) -> int:
    """Give up the statement: unwind to the block it stands in and find where the next starts."""
    machine = s.machine
    rows = machine.language.tables.rows
    depth = len(machine.states) - 1
    while depth and not _is_block(rows[machine.states[depth]]):
        depth -= 1
    given_up = machine.values[depth:]
    del machine.states[depth + 1 :], machine.values[depth:]
    if skip_to is not None:
        machine.last_end = skip_to
        return skip_to
    head = given_up[0] if given_up and isinstance(given_up[0], Name) else None
    is_headed = head is not None and head.text in _HEADED and machine.accepts(head.text)
    if head is not None and is_headed and (brace := _block_follows(s)) is not None:
        name = next((v for v in given_up[1:] if isinstance(v, Name)), s.name("_"))
        machine.feed(head.text, head)
        machine.feed("%NAME", name)
        return brace
    at = _next_start(s, machine.row, given_up_something=bool(given_up))
    machine.last_end = max(machine.last_end, at)
    return at


def _is_block(row: Mapping[str, int]) -> bool:
    """Say whether a state is between the statements of a file or a block."""
    return ";" in row and ("}" in row or "$END" in row) and ("option" in row or "rpc" in row)


def _block_follows(s: Situation) -> int | None:
    """Return where a block opens before the statement can end, if it does."""
    found = s.ahead(r"[^{};\n]*\n?[ \t]*(?=\{)")
    return found.end() if found else None


def _next_start(s: Situation, row: Mapping[str, int], *, given_up_something: bool) -> int:
    """Return where the next statement starts, or this block ends."""
    text = s.text
    depth, last = 0, s.before
    for found in _SKIM.finditer(text, s.start):
        start, end = found.span()
        word = found[0]
        fresh = start > s.start or given_up_something
        if word in row and word.isidentifier():
            if depth == 0 and fresh and "\n" in text[last:start]:
                return start
        elif word == "{":
            depth += 1
        elif word == "}":
            if depth == 0 and "}" in row:
                return start
            depth -= 1
            if depth <= 0:
                return end
        elif word == ";" and depth == 0:
            return end
        last = end
    return len(text)

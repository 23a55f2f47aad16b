"""What people mistype, what to say about it, and how to read on.

A mistake is a function from the situation in which the parser is stuck to a :class:`Repair`, or
None when it is not this mistake. Each shows in its docstring what it recognises; the cases under
``tests/corpus/syntax`` hold the words. The functions are tried in the order of ``MISTAKES`` in
``recovery.py``.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from xgen.dataclass import dataclass
from xgen.diagnostics import Diagnostic, Label, Severity
from xgen.source import Span
from xgen.syntax.builder import Head
from xgen.syntax.tree import Name, Option, Value, ValueKind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from xgen.syntax.engine import Machine, Token

MODIFIERS = ("required", "optional", "repeated")
LINK_KINDS = ("manytoone", "onetoone", "manytomany")
STATEMENTS = (
    *("message", "option", "policy", "enum", "extend", "package", "import", "service"),
    *("_service", "map", "reduce"),
)
STARTERS = frozenset((*STATEMENTS, *MODIFIERS, "extensions", "rpc"))
"""The words that start something."""
SCALARS = frozenset(
    [
        "double",
        "float",
        "int32",
        "int64",
        "uint32",
        "uint64",
        "sint32",
        "sint64",
        "fixed32",
        "fixed64",
        "sfixed32",
        "sfixed64",
        "bool",
        "string",
        "bytes",
    ]
)
DOTTED = r"[\w$]+(?:\s*\.\s*[\w$]+)*"


class Repair(NamedTuple):
    """What was found, and how to read on.

    ``feed`` are tokens to put in; then reading goes on at ``resume``. Without ``resume`` the
    statement is given up and reading goes on behind it, at ``skip_to`` if that is known.
    """

    code: str
    message: str
    start: int
    end: int
    help: str | None = None
    feed: tuple[tuple[str, object], ...] = ()
    resume: int | None = None
    skip_to: int | None = None
    severity: Severity = Severity.ERROR
    labels: tuple[tuple[int, int, str], ...] = ()
    notes: tuple[str, ...] = ()


Mistake: TypeAlias = "Callable[[Situation], Repair | None]"


def diagnostic(path: str, repair: Repair) -> Diagnostic:
    """Return a mistake as a finding."""
    return Diagnostic(
        code=repair.code,
        message=repair.message,
        span=Span(path, repair.start, repair.end),
        severity=repair.severity,
        labels=tuple(Label(Span(path, start, end), text) for start, end, text in repair.labels),
        notes=repair.notes,
        help=repair.help,
    )


@dataclass(frozen=True)
class Situation:
    """Where the parser is stuck: a token came that cannot follow."""

    machine: Machine
    token: Token

    @property
    def text(self) -> str:
        """Return the text of the whole file."""
        return self.machine.text

    @property
    def start(self) -> int:
        """Return where the token starts."""
        return self.token.start

    @property
    def end(self) -> int:
        """Return where the token ends."""
        return self.token.end

    @property
    def character(self) -> str:
        """Return the first character of the token, nothing at the end of the text."""
        return self.text[self.start : self.start + 1]

    @property
    def before(self) -> int:
        """Return where the last good token ends."""
        return self.machine.last_end

    @property
    def key(self) -> str:
        """Return the token's key."""
        return self.token.key

    @property
    def word(self) -> str:
        """Return the token's text if it is a word, or nothing."""
        return self.token.key if self.token.kind == "NAME" else ""

    @cached_property
    def row(self) -> Mapping[str, int]:
        """Return what could have come."""
        return self.machine.row

    def expects(self, *keys: str) -> bool:
        """Say whether each of ``keys`` could have come."""
        return all(key in self.row and self.machine.accepts(key) for key in keys)

    @property
    def at_value(self) -> bool:
        """Say whether an option's value is due."""
        return self.expects("%STRING", "%NUMBER", "%NAME")

    @property
    def in_file(self) -> bool:
        """Say whether a statement of a file is due."""
        return "policy" in self.row

    @property
    def in_message(self) -> bool:
        """Say whether a member of a message is due."""
        return "required" in self.row

    @property
    def on_new_line(self) -> bool:
        """Say whether the token stands on a later line than the last good one."""
        return "\n" in self.text[self.before : self.start]

    @property
    def previous(self) -> Any:
        """Return the value of the last symbol that was read."""
        return self.machine.values[-1] if self.machine.values else None

    @property
    def value(self) -> Value | None:
        """Return the option value that was read last, if nothing was read after it."""
        last = self.previous
        if isinstance(last, list) and last:
            last = last[-1]
        if isinstance(last, Option):
            return last.value
        return last if isinstance(last, Value) else None

    def replace_value(self, value: Value) -> None:
        """Put another value in the place of :attr:`value`."""
        values = self.machine.values
        if isinstance(values[-1], list):
            values[-1][-1] = Option(values[-1][-1].name, value)
        elif isinstance(values[-1], Option):
            values[-1] = Option(values[-1].name, value)
        else:
            values[-1] = value

    @property
    def heads(self) -> list[Head]:
        """Return what stands before the blocks that are open, outermost first."""
        return [value for value in self.machine.values if isinstance(value, Head)]

    def ahead(self, pattern: str) -> re.Match[str] | None:
        """Match the text from the token on."""
        return _compiled(pattern).match(self.text, self.start)

    def name(self, text: str, start: int | None = None, end: int | None = None) -> Name:
        """Return a word to put in; without a place it stands behind the last good token."""
        start = self.before if start is None else start
        return Name(text, Span(self.machine.path, start, start if end is None else end))

    def raw(self, start: int, end: int) -> Value:
        """Return text that is no value, to stand for one."""
        return Value(ValueKind.RAW, self.text[start:end], Span(self.machine.path, start, end))


def next_line_start(s: Situation) -> int:
    """Return where the next line begins that starts with a statement, or the end of the text."""
    found = _compiled(rf"[\s\S]*?\n(?=[ \t]*(?:{'|'.join(sorted(STARTERS))})\b)").match(
        s.text, s.start
    )
    return found.end() if found else len(s.text)


_PATTERNS: dict[str, re.Pattern[str]] = {}


def _compiled(pattern: str) -> re.Pattern[str]:
    """Compile a pattern once; only files with mistakes pay for it."""
    if pattern not in _PATTERNS:
        _PATTERNS[pattern] = re.compile(pattern)
    return _PATTERNS[pattern]


def shown(text: str) -> str:
    """Return text for a message: one line, not long."""
    text = " ".join(text.split())
    return f"`{text if len(text) <= 40 else text[:37] + '...'}`"  # noqa: PLR2004

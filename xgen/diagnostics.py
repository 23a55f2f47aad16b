"""Findings about the user's input, as values.

A user's mistake is a :class:`Diagnostic`, never an exception. Stages add theirs to a
:class:`Report` and go on as far as they can; how a report is drawn is left to ``console.py``.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

from xgen.dataclass import dataclass, field, replace

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from xgen.source import Span


class Severity(IntEnum):
    """How bad a finding is; larger is worse."""

    NOTE = 1
    WARNING = 2
    ERROR = 3

    @property
    def word(self) -> str:
        """Return the lower-case name that users see."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Label:
    """A place that explains a finding, with a few words about it ("first used here")."""

    span: Span
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostic:
    """One finding.

    ``code`` is a stable id in words (``unknown-base``). ``message`` is lower case without a full
    stop. ``span`` is the smallest place that is wrong, None only where there is no text to show
    (a missing file). ``labels`` are other places; ``notes`` are facts; ``help`` says what to do.
    """

    code: str
    message: str
    span: Span | None = None
    severity: Severity = Severity.ERROR
    path: str | None = None
    labels: tuple[Label, ...] = ()
    notes: tuple[str, ...] = ()
    help: str | None = None

    @property
    def where(self) -> str | None:
        """Return the file the finding is about, if any."""
        return self.span.path if self.span is not None else self.path


def softened(finding: Diagnostic) -> Diagnostic:
    """Return a finding that is at most a warning: the ancestor let it pass."""
    return replace(finding, severity=min(finding.severity, Severity.WARNING))


def did_you_mean(name: str, known: Iterable[str]) -> str | None:
    """Return ``did you mean `X`?`` for the known name nearest to ``name``, or None."""
    from difflib import get_close_matches

    names = sorted(set(known))
    by_lower = {candidate.lower(): candidate for candidate in reversed(names)}
    if name.lower() in by_lower and by_lower[name.lower()] != name:
        return f"did you mean `{by_lower[name.lower()]}`?"
    close = get_close_matches(name, [n for n in names if n != name], n=1, cutoff=0.7)
    return f"did you mean `{close[0]}`?" if close else None


@dataclass(slots=True)
class Report:
    """Collects the findings of a run, without doubles."""

    _seen: dict[Diagnostic, None] = field(default_factory=dict)

    def add(self, diagnostic: Diagnostic) -> None:
        """Add one finding; an equal one that is already there is kept once."""
        self._seen.setdefault(diagnostic)

    def extend(self, diagnostics: Iterable[Diagnostic]) -> None:
        """Add several findings."""
        for diagnostic in diagnostics:
            self.add(diagnostic)

    @property
    def has_errors(self) -> bool:
        """Say whether any finding is an error."""
        return any(d.severity is Severity.ERROR for d in self._seen)

    def count(self, severity: Severity) -> int:
        """Return how many findings have exactly this severity."""
        return sum(d.severity is severity for d in self._seen)

    def __len__(self) -> int:
        return len(self._seen)

    def __iter__(self) -> Iterator[Diagnostic]:
        """Iterate in the order people read: by file, by place, worst first, then by code."""
        return iter(
            sorted(
                self._seen,
                key=lambda d: (
                    d.where or "",
                    d.span.start if d.span else -1,
                    -d.severity,
                    d.code,
                    d.message,
                ),
            )
        )

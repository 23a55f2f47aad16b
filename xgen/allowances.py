"""What is said about comments that allow something: `// xgen: allow RULE: reason`.

Lint rules and rules about what breaks are allowed alike, each next to what it is about.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xgen.diagnostics import Diagnostic, Severity, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable

    from xgen.source import Span


def malformed(span: Span, mark: str = "//") -> Diagnostic:
    """Return what to say about a comment without a rule or without a reason."""
    return Diagnostic(
        code="bad-allowance",
        message=f"a comment for xgen has the form `{mark} xgen: allow RULE: reason`",
        span=span,
        severity=Severity.WARNING,
        help="name the rule, and say behind the colon why it may be broken here",
    )


def unknown(rule: str, span: Span, rules: Iterable[str]) -> Diagnostic:
    """Return what to say about a rule that is none of ``rules``."""
    return Diagnostic(
        code="unknown-rule",
        message=f"there is no rule `{rule}`",
        span=span,
        severity=Severity.WARNING,
        help=did_you_mean(rule, rules),
    )


def unused(span: Span, message: str) -> Diagnostic:
    """Return what to say about a comment that nothing needs."""
    return Diagnostic(
        code="unused-allowance",
        message=message,
        span=span,
        severity=Severity.WARNING,
        help="remove the comment",
    )

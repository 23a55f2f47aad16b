"""Findings that the ancestor would not have made errors of, for templates written for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xgen.diagnostics import Report, softened

if TYPE_CHECKING:
    from collections.abc import Container

    from xgen.diagnostics import Diagnostic

DROPPED = frozenset(("bad-character", "bad-name", "curly-quotes", "single-quotes"))
"""Characters that the ancestor dropped with a note: what is left may well be a model."""


class Overlooking(Report):
    """Passes findings on, with errors as warnings: all of them, or those of some codes."""

    def __init__(self, report: Report, codes: Container[str] | None = None) -> None:
        super().__init__()
        self._to = report
        self._codes = codes

    def add(self, diagnostic: Diagnostic) -> None:
        """Pass one finding on."""
        if self._codes is None or diagnostic.code in self._codes:
            diagnostic = softened(diagnostic)
        self._to.add(diagnostic)

    def __len__(self) -> int:
        return len(self._to)

    @property
    def has_errors(self) -> bool:
        """Say whether any finding is an error all the same."""
        return self._to.has_errors

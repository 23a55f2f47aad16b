"""What all passes of one run share: the report, the severities and the words already decoded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xgen.dataclass import dataclass, field
from xgen.diagnostics import Report, Severity

if TYPE_CHECKING:
    from xgen.diagnostics import Diagnostic
    from xgen.ir.app import Choice


@dataclass(slots=True)
class Context:
    """One run of the linker."""

    report: Report
    strict: bool
    choices: dict[str, tuple[Choice, ...] | None] = field(default_factory=dict)
    """Parsed ``choices`` by their text: the same ones recur through a model."""

    @property
    def legacy(self) -> Severity:
        """Return how bad it is to write what the ancestor silently accepted."""
        return Severity.ERROR if self.strict else Severity.WARNING

    def add(self, finding: Diagnostic) -> None:
        """Report a finding."""
        self.report.add(finding)

"""Models that depend on each other in a circle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xgen.checks import findings
from xgen.diagnostics import Label
from xgen.ir.graph import cycles

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xgen.diagnostics import Diagnostic, Severity
    from xgen.ir.app import App


def check_cycles(app: App, legacy: Severity) -> Iterator[Diagnostic]:
    """Yield a shortest circle for each dependency that the generated order leaves out."""
    for cycle in cycles(app):
        first, *rest = cycle.edges
        labels = [Label(edge.link.span, "and this link") for edge in rest]
        yield findings.dependency_cycle(
            str(cycle), first.link.span, labels=labels, required=cycle.required, severity=legacy
        )

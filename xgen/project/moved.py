"""Findings about one folder, told as seen from another."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from xgen.diagnostics import Diagnostic, Label
from xgen.source import Source

if TYPE_CHECKING:
    from xgen.diagnostics import Report
    from xgen.job import Run
    from xgen.source import Span


def moved(run: Run, prefix: str, report: Report, sources: dict[str, Source]) -> None:
    """Add the findings and texts of ``run``, made in the folder ``prefix``, to those of here."""
    for path, source in run.sources.items():
        place = _path(path, prefix)
        sources[place] = source if place == path else Source(place, source.text)
    for found in run.report:
        report.add(
            Diagnostic(
                code=found.code,
                message=found.message,
                span=_span(found.span, prefix),
                severity=found.severity,
                path=None if found.path is None else _path(found.path, prefix),
                labels=tuple(
                    Label(label.span._replace(path=_path(label.span.path, prefix)), label.text)
                    for label in found.labels
                ),
                notes=found.notes,
                help=found.help,
            )
        )


def _span(span: Span | None, prefix: str) -> Span | None:
    return None if span is None else span._replace(path=_path(span.path, prefix))


def _path(path: str, prefix: str) -> str:
    if os.path.isabs(path) or path.startswith("<"):
        return path
    return os.path.normpath(os.path.join(prefix, path))

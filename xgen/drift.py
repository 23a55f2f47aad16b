"""What a plan would change, as findings: for CI, which shows them at the files of a change."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from xgen.diagnostics import Diagnostic
from xgen.output.steps import Action, is_migration
from xgen.source import Source, Span

if TYPE_CHECKING:
    from xgen.diagnostics import Report
    from xgen.output import Plan, Step

_RUN = "run `xgen generate` and check the result in"
_FOUND = {
    Action.CREATE: ("drift-missing", "is missing", _RUN),
    Action.UPDATE: ("drift-changed", "is not what the models give", _RUN),
    Action.MERGE: ("drift-merge", "lacks what the models give now", _RUN),
    Action.RENAME: ("drift-renamed", "belongs to a model that was renamed", _RUN),
    Action.REMOVE: ("drift-orphan", "is no longer rendered", _RUN),
    Action.CONFLICT: (
        "conflict",
        "has changes that cannot be joined with what the models give",
        "run `xgen generate --conflict markers` and resolve them, or use --ours or --theirs",
    ),
}
_DUE = ("migration-due", "is due: the tables are not what the models want", _RUN)
_NOTED = ("drift-record", "is not what `.xgen` remembers", _RUN)


def drift(
    plan: Plan, root: str, report: Report, sources: dict[str, Source], *, planned: bool
) -> None:
    """Report the steps of a plan whose output folder is ``root``, seen from here.

    When they were taken, not ``planned``, only what is left to a person is reported.
    """
    for step in plan.steps:
        if step.action is Action.CONFLICT or (planned and step.action in _FOUND):
            report.extend(_findings(step, root, sources))
    if planned:
        for name in plan.stale:
            report.add(_stale(name, root))
        for step in plan.noted:
            report.add(_finding(step, root, _NOTED))


def _stale(name: str, root: str) -> Diagnostic:
    return Diagnostic(
        code="stale-input",
        message=f"`{_path(root, name)}` is not what the files were generated from",
        path=_path(root, name),
        help=_RUN,
    )


def _findings(step: Step, root: str, sources: dict[str, Source]) -> list[Diagnostic]:
    told = _DUE if is_migration(step) else _FOUND[step.action]
    if not step.regions:
        return [_finding(step, root, told)]
    path = _path(root, step.path)
    text = _text(path)
    source = sources[path] = Source(path, text)
    starts = [0, *(at + 1 for at, letter in enumerate(text) if letter == "\n"), len(text)]
    found = []
    for first, last in step.regions:
        start = starts[min(first, len(starts)) - 1]
        end = starts[min(max(first, last), len(starts) - 1)]
        span = Span(source.path, start, max(end - 1, start))
        found.append(_finding(step, root, told, span))
    return found


def _finding(
    step: Step, root: str, told: tuple[str, str, str], span: Span | None = None
) -> Diagnostic:
    code, message, help_ = told
    return Diagnostic(
        code=code,
        message=f"`{step.path}` {message}",
        path=_path(root, step.path),
        span=span,
        notes=(step.why,) if step.why and step.why.split()[-1] not in message else (),
        help=help_,
    )


def _path(root: str, path: str) -> str:
    return os.path.normpath(os.path.join(root, path))


def _text(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="replace", newline="") as file:
            return file.read()
    except OSError:
        return ""

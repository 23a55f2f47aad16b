"""The generator for programs: three functions, the same stages as on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xgen.pipeline import Job, Outcome, Run, compile_models, find_targets, render_targets
from xgen.pipeline import generate as run_job

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xgen.diagnostics import Report
    from xgen.ir.app import App
    from xgen.rendered import RenderedFile


def compile(  # noqa: A001  the name of what it does
    paths: Sequence[str],
    *,
    report: Report,
    include: Sequence[str] = (),
    strict: bool = False,
    name: str | None = None,
) -> App | None:
    """Return what the models in ``paths`` mean; None when ``report`` says what is wrong."""
    job = Job(inputs=tuple(paths), include=tuple(include), strict=strict, name=name)
    return compile_models(job, Run(report=report))


def render_target(
    app: App,
    target: str,
    *,
    report: Report,
    target_path: Sequence[str] = (),
    options: Mapping[str, object] | None = None,
) -> tuple[RenderedFile, ...] | str | None:
    """Return the files of a target for ``app``, or its text; None when ``report`` has errors."""
    job = Job(
        inputs=(), targets=(target,), target_path=tuple(target_path), options=dict(options or {})
    )
    run = Run(report=report)
    targets = find_targets(job, run)
    if report.has_errors:
        return None
    files, text = render_targets(app, targets, job, run)
    if run.report.has_errors:
        return None
    return files if text is None or files else text


def generate(
    paths: Sequence[str],
    targets: Sequence[str],
    *,
    report: Report,
    output: str | None = None,
    include: Sequence[str] = (),
    write: bool = True,
) -> Outcome:
    """Render ``targets`` for the models in ``paths`` and merge the result into ``output``.

    With ``write`` off nothing is touched; the outcome's plan says what would be.
    """
    job = Job(inputs=tuple(paths), targets=tuple(targets), output=output, include=tuple(include))
    return run_job(job, Run(report=report), write=write)

"""What the smaller commands do: run some stages, print what came of it, choose the exit code."""

from __future__ import annotations

import os
import sys
from contextlib import chdir
from typing import TYPE_CHECKING, Any

from xgen import cache, console
from xgen.api import compile as compile_models
from xgen.diagnostics import Severity
from xgen.exit_codes import CLEAN, ERROR, FINDINGS, USAGE
from xgen.job import Run

if TYPE_CHECKING:
    from xgen.job import Job


def lint(**options: Any) -> int:
    """Run the stages up to checking; of a project, look at the code of its packages, too."""
    if options["no_cache"]:
        cache.disable()
    if options["files"]:
        run = _lint_files(options)
    else:
        found = _lint_project(options)
        if found is None:
            return USAGE
        run = found
    stream = sys.stderr if options["format_"] == "text" else sys.stdout
    console.show(run.report, run.sources, stream, form=options["format_"])
    if run.report.has_errors:
        return ERROR
    return FINDINGS if run.report.count(Severity.WARNING) else CLEAN


def _lint_files(options: dict[str, Any]) -> Run:
    run = Run()
    result = compile_models(options["files"], include=options["include"], strict=options["strict"])
    run.report.extend(result.diagnostics)
    run.sources.update(result.sources)
    if result.app is not None and options["package"] is not None:
        from xgen.linting import lint_service

        lint_service(result.app, options["package"], run.report, run.sources)
    return run


def _lint_project(options: dict[str, Any]) -> Run | None:
    """Lint all that the project file names; None after saying that there is none."""
    from xgen.project.moved import moved
    from xgen.project.tasks import NoProjectError, tasks

    unsaid = {"targets": (), "output": None, "target_path": (), "name": None}
    try:
        asked = tasks({**unsaid, **options})
    except NoProjectError:
        _usage("no model given, and no xgen.yaml here or above: `xgen init` writes one")
        return None
    if options["package"] is not None and len(asked.tasks) > 1:
        _usage("--package is for one package, and the project has several")
        return None
    whole = Run(report=asked.report, sources=asked.sources)
    for task in asked.tasks:
        package = options["package"]
        if package is not None:
            package = os.path.relpath(package, task.folder)
        with chdir(task.folder):
            run = _lint_job(task.job, package)
        moved(run, task.prefix, whole.report, whole.sources)
    return whole


def _lint_job(job: Job, package: str | None) -> Run:
    from xgen.linting import lint_service

    run = Run()
    result = compile_models(job.inputs, include=job.include, strict=job.strict, name=job.name)
    run.report.extend(result.diagnostics)
    run.sources.update(result.sources)
    if result.app is not None:
        place = package or os.path.normpath(os.path.join(job.output or "", result.app.name))
        lint_service(result.app, place, run.report, run.sources)
    return run


def _usage(message: str) -> None:
    from click import UsageError, get_current_context

    UsageError(message, get_current_context(silent=True)).show()

"""`xgen breaking`: compare the models with another version of them."""

from __future__ import annotations

import os
import sys
from contextlib import chdir
from typing import TYPE_CHECKING, Any

from xgen import cache
from xgen.breaking import RULES, breaking
from xgen.breaking.allowed import Allowances
from xgen.dataclass import dataclass
from xgen.diagnostics import Diagnostic, Label, Report, Severity
from xgen.earlier import compile_earlier, expanded
from xgen.exit_codes import CLEAN, ERROR, FINDINGS, USAGE
from xgen.job import Job, Run
from xgen.pipeline import compile_models
from xgen.project.moved import moved
from xgen.project.tasks import NoProjectError, tasks
from xgen.syntax.comments import DIRECTIVE
from xgen.syntax.parser import parse
from xgen.versions import UnknownVersionError, find_version

if TYPE_CHECKING:
    from xgen.breaking import Change
    from xgen.ir.app import App
    from xgen.project.tasks import Task
    from xgen.source import Source


@dataclass(slots=True)
class Tally:
    """How a comparison went."""

    broken: int = 0
    allowed: int = 0
    failed: bool = False
    """One of the versions has errors."""


def compare(**options: Any) -> int:
    """Say what the models in ``files``, or of the project, break."""
    if options["no_cache"]:
        cache.disable()
    try:
        asked = tasks({"targets": (), "output": None, "target_path": (), "name": None, **options})
    except NoProjectError:
        sys.stderr.write("xgen: no model given, and no xgen.yaml here or in a folder above\n")
        return USAGE
    against = options["against"]
    place = os.path.abspath(against) if os.path.exists(against) else None
    tally = Tally(failed=asked.report.has_errors)
    for task in asked.tasks:
        run = Run()
        with chdir(task.folder):
            try:
                there = _seen_from(task, place) or against
                project = asked.project is not None
                _compare(task.job, there, _chosen(options), run, tally, project=project)
            except UnknownVersionError as error:
                sys.stderr.write(f"xgen: {error}\n")
                return USAGE
        moved(run, task.prefix, asked.report, asked.sources)
    _show(asked.report, asked.sources, options, tally)
    if tally.failed:
        return ERROR
    found = any(finding.severity is not Severity.NOTE for finding in asked.report)
    return FINDINGS if found else CLEAN


def _seen_from(task: Task, place: str | None) -> str | None:
    """Return a file or folder as seen from a task's; a folder of services has one for each."""
    if place is None:
        return None
    prefix = task.prefix
    if os.path.isdir(place) and prefix and not prefix.startswith(os.pardir):
        place = os.path.join(place, prefix)
    return os.path.relpath(place)


def _chosen(options: dict[str, Any]) -> frozenset[str]:
    wanted = set(options["classes"])
    rules = RULES.values()
    return frozenset(r.id for r in rules if not wanted or wanted & {k.value for k in r.kinds})


def _compare(
    job: Job, against: str, rules: frozenset[str], run: Run, tally: Tally, *, project: bool
) -> None:
    """Compare one package; the current folder is its own."""
    version = find_version(against)
    inputs = expanded(job.inputs)
    current = Run()
    new = compile_models(Job(inputs=inputs, include=job.include, name=job.name), current)
    run.sources.update(current.sources)
    if new is None:
        tally.failed = True
        run.report.extend(d for d in current.report if d.severity.word == "error")
        return
    old = compile_earlier(version, job, new, run, project=project)
    if old is None:
        tally.failed = tally.failed or run.report.has_errors
        return
    changes = [change for change in breaking(old, new) if change.rule in rules]
    left = _allowances(new, run).apply(changes, rules, run.report)
    tally.broken += len(left)
    tally.allowed += len(changes) - len(left)
    run.report.extend(_finding(change, new.sources[0]) for change in left)


def _allowances(new: App, run: Run) -> Allowances:
    """Read the comments for xgen in the input; where there are none nothing is read again."""
    texts = {path: run.sources[path].text for path in new.sources}
    files = [
        parse(run.sources[path], Report()) for path, text in texts.items() if DIRECTIVE in text
    ]
    return Allowances(files, texts, run.report)


def _finding(change: Change, path: str) -> Diagnostic:
    kinds = ", ".join(kind.value for kind in RULES[change.rule].kinds)
    notes = [change.note] if change.note else []
    return Diagnostic(
        code=change.rule,
        message=change.message,
        span=change.span,
        path=None if change.span else path,
        labels=(Label(change.was, "was here"),) if change.was else (),
        notes=(*notes, f"breaks: {kinds}"),
        help=f"undo it, or say why it is meant: `// xgen: allow {change.rule}: reason`",
    )


def _show(
    report: Report, sources: dict[str, Source], options: dict[str, Any], tally: Tally
) -> None:
    from xgen import console

    form = options["format_"]
    console.show(report, sources, sys.stderr if form == "text" else sys.stdout, form=form)
    if form == "text" and not options["quiet"] and not tally.failed:
        more = f", {tally.allowed} allowed" if tally.allowed else ""
        sys.stderr.write(f"{tally.broken or 'nothing'} broken{more}\n")

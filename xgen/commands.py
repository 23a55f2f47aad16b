"""What the commands do: run the pipeline, print what came of it, choose the exit code."""

from __future__ import annotations

import io
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from xgen import cache
from xgen.diagnostics import Severity
from xgen.exit_codes import CLEAN, CONFLICT, ERROR, FINDINGS
from xgen.pipeline import Job, Outcome, Run, compile_models
from xgen.pipeline import generate as run_job

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TextIO

    from xgen.output import Plan

_LEFT_TO_A_PERSON = frozenset({"edited-machine-file"})


def lint(**options: Any) -> int:
    """Run the stages up to checking."""
    if options["no_cache"]:
        cache.disable()
    run = Run()
    job = Job(inputs=options["files"], include=options["include"], strict=options["strict"])
    with _naming_stage(run):
        compile_models(job, run)
    _show(run, options, sys.stderr if options["format_"] == "text" else sys.stdout)
    if run.report.has_errors:
        return ERROR
    return FINDINGS if run.report.count(Severity.WARNING) else CLEAN


def generate(**options: Any) -> int:
    """Run all stages, or all but the last."""
    began = time.time_ns()
    if options["no_cache"]:
        cache.disable()
    write = not (options["check"] or options["diff"] or options["dry_run"])
    progress = None
    if sys.stderr.isatty() and not options["quiet"]:
        from xgen.progress import Progress

        progress = Progress("rendering")
    run = Run(progress=progress)
    with _naming_stage(run):
        outcome = run_job(_job(options), run, write=write)
    if progress is not None:
        progress.done()

    # What is said is kept, because a later run that changes nothing says the same.
    said = io.StringIO()
    machine = options["format_"] != "text" and outcome.text is None and not options["diff"]
    _show(run, options, sys.stdout if machine else said)
    findings = said.getvalue()
    plan = outcome.plan
    if outcome.text is not None:
        sys.stdout.write(outcome.text)
    if plan is not None:
        if options["diff"]:
            from xgen.output import Disk
            from xgen.output.diff import diff

            for line in diff(plan, Disk(outcome.root)):
                sys.stdout.buffer.write(line.encode("utf-8", "surrogateescape"))
        _summarise(outcome, plan, options, said, done=not run.report.has_errors)
        code = _exit_code(run, plan, check=options["check"])
        if code == CLEAN and not machine and (write or not plan.changes):
            _leave_stamp(outcome, run, options, findings=findings, began=began)
    else:
        code = ERROR if run.report.has_errors else CLEAN
    if findings and sys.stderr.isatty():
        # A terminal may take colours, what is kept has none.
        _show(run, options, sys.stderr)
        sys.stderr.write(said.getvalue()[len(findings) :])
    else:
        sys.stderr.write(said.getvalue())
    return code


def _job(options: dict[str, Any]) -> Job:
    return Job(
        inputs=options["files"],
        targets=options["targets"],
        output=options["output"],
        include=options["include"],
        target_path=options["target_path"],
        name=options["name"],
        strict=options["strict"],
        markers=options["conflict"] == "markers",
    )


def _exit_code(run: Run, plan: Plan, *, check: bool) -> int:
    refused = [d for d in run.report if d.severity is Severity.ERROR]
    if any(d.code not in _LEFT_TO_A_PERSON for d in refused):
        return ERROR
    if check:
        return FINDINGS if refused or plan.conflicts or not plan.settled else CLEAN
    return CONFLICT if refused or plan.conflicts else CLEAN


def _show(run: Run, options: dict[str, Any], stream: TextIO) -> None:
    from xgen import console

    console.show(run.report, run.sources, stream, form=options["format_"])


def _summarise(
    outcome: Outcome, plan: Plan, options: dict[str, Any], stream: TextIO, *, done: bool
) -> None:
    from xgen import summary

    if options["quiet"] or not done:
        return
    name = outcome.name if plan.manifest.files else "text"
    wrote = not (options["check"] or options["diff"] or options["dry_run"])
    shown = summary.lines(plan, name, verbose=options["verbose"], done=wrote)
    stream.writelines(line + "\n" for line in shown)
    if options["check"] and not plan.settled:
        stream.write("run the same command without --check to do so\n")


def _leave_stamp(
    outcome: Outcome, run: Run, options: dict[str, Any], *, findings: str, began: int
) -> None:
    from xgen import stamp, summary
    from xgen.output import Disk, after

    plan = outcome.plan
    if plan is None or "-" in options["files"]:
        return
    left = after(plan, Disk(outcome.root))
    if left is None:
        return
    says = io.StringIO(findings)
    says.seek(0, io.SEEK_END)
    if not options["quiet"]:
        for line in summary.lines(plan, outcome.name, verbose=options["verbose"], again=True):
            says.write(line + "\n")
    stamp.leave(
        sys.argv[1:],
        root=outcome.root,
        inputs=run.footprint,
        outputs=left,
        says=says.getvalue(),
        began=began,
    )


@contextmanager
def _naming_stage(run: Run) -> Iterator[None]:
    """Add to an exception, which is a bug of ours, what was being done."""
    try:
        yield
    except Exception as error:
        error.xgen_stage = run.stage  # type: ignore[attr-defined]  # read by the command line
        raise

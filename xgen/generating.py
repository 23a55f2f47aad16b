"""What `xgen generate` does: run the pipeline for each package, say what came of it."""

from __future__ import annotations

import io
import os
import sys
import time
from contextlib import chdir
from typing import TYPE_CHECKING, Any, NamedTuple

from xgen import cache
from xgen.diagnostics import Report, Severity
from xgen.exit_codes import CLEAN, CONFLICT, ERROR, FINDINGS, USAGE
from xgen.fingerprint import Footprint
from xgen.job import Outcome, Run, naming_stage
from xgen.legacy import said
from xgen.pipeline import generate as run_job
from xgen.project.tasks import NoProjectError, Task, tasks

if TYPE_CHECKING:
    from typing import TextIO

    from xgen.output import Plan
    from xgen.source import Source

_LEFT_TO_A_PERSON = frozenset({"edited-machine-file", "unfinished-run"})
_ONE_PACKAGE = ("output", "name")
"""Options that make no sense for several packages at once."""


class Done(NamedTuple):
    """What came of one package."""

    task: Task
    run: Run
    outcome: Outcome

    @property
    def root(self) -> str:
        """Return the output folder as seen from here."""
        return os.path.normpath(os.path.join(self.task.prefix, self.outcome.root))


def generate(**options: Any) -> int:
    """Run all stages, or all but the last, for every package that is asked for."""
    if options["watch"]:
        from xgen.watch import watch

        return watch(lambda footprint: _once(options, footprint))
    return _once(options, Footprint())


def _once(options: dict[str, Any], footprint: Footprint) -> int:
    began = time.time_ns()
    session = start(options, footprint)
    if isinstance(session, int):
        return session
    missed = session.matched_nothing()
    if missed is not None:
        return _usage(missed)
    return session.finish(None if options.get("watch") else began)


def start(options: dict[str, Any], footprint: Footprint | None = None) -> Session | int:
    """Find out what is asked for, and run the pipeline for it; an exit code when that fails.

    ``footprint`` gets what was depended on, whatever comes of it.
    """
    if options["no_cache"]:
        cache.disable()
    try:
        asked = tasks(options)
    except NoProjectError:
        return _usage("no model given, and no xgen.yaml here or above: `xgen init` writes one")
    session = Session(options, asked.report, asked.sources, footprint or Footprint())
    session.footprint.files.update(asked.footprint.files)
    if asked.report.has_errors:
        session.say()
        return ERROR
    if not all(task.job.targets for task in asked.tasks):
        return _usage("no target given: use --target; `xgen targets` lists them")
    if len(asked.tasks) > 1 and any(options[name] for name in _ONE_PACKAGE):
        return _usage("--output and --name are for one package, and the project has several")
    for task in asked.tasks:
        session.do(task)
    return session


def _usage(message: str) -> int:
    from click import UsageError, get_current_context

    UsageError(message, get_current_context(silent=True)).show()
    return USAGE


class Session:
    """Gathers what the packages of one command give: findings, plans, what was depended on."""

    def __init__(
        self,
        options: dict[str, Any],
        report: Report,
        sources: dict[str, Source],
        footprint: Footprint,
    ) -> None:
        self.options = options
        self.report = report
        self.sources = sources
        self.footprint = footprint
        self.done: list[Done] = []
        self.write = not (options["check"] or options["diff"] or options["dry_run"])

    def do(self, task: Task) -> Done:
        """Run the pipeline for one package."""
        progress = None
        shown = self.options.get("progress", True) and not self.options["quiet"]
        if shown and sys.stderr.isatty():
            from xgen.progress import Progress

            progress = Progress("rendering")
        run = Run(progress=progress)
        with naming_stage(run), chdir(task.folder):
            outcome = run_job(task.job, run, write=self.write)
        if progress is not None:
            progress.done()
        done = Done(task, run, outcome)
        self.done.append(done)
        self.footprint.files.update(run.footprint.files)
        if task.prefix:
            from xgen.project.moved import moved

            moved(run, task.prefix, self.report, self.sources)
        else:
            self.report.extend(run.report)
            self.sources.update(run.sources)
        return done

    def say(self, stream: TextIO | None = None) -> None:
        """Show the findings in the form that was asked for."""
        from xgen import console

        form = self.options["format_"]
        to = stream or (sys.stderr if form == "text" else sys.stdout)
        console.show(self.report, self.sources, to, form=form)

    def matched_nothing(self) -> str | None:
        """Return what to say when ``--only`` names no file at all, None when it does."""
        plans = [done.outcome.plan for done in self.done]
        only = self.options["only"]
        if not only or any(plan is None or plan.steps or plan.refusals for plan in plans):
            return None
        return f"--only {' '.join(only)} matches no file; `xgen files` lists them"

    def finish(self, began: int | None) -> int:
        """Say what was done, and return the exit code.

        With the time when the run ``began``, in nanoseconds, a later one may build on it.
        """
        options = self.options
        texts = [done.outcome.text for done in self.done if done.outcome.text is not None]
        machine = options["format_"] != "text" and not texts and not options["diff"]
        check = options["check"]
        code = max((_exit_code(done, check=check) for done in self.done), key=_RANK.index)
        if machine:
            self._add_drift()
        # What is said is kept, because a later run that changes nothing says the same.
        words = io.StringIO()
        self.say(sys.stdout if machine else words)
        findings = words.getvalue()
        for text in texts:
            sys.stdout.write(text)
        if options["diff"]:
            self._show_diff()
        self._say_as_xosgenx(words)
        self._summarise(words)
        if code == CLEAN and not machine and began is not None:
            self._leave_stamp(findings, began)
        self._tell(words.getvalue(), findings)
        return code

    def _tell(self, said: str, findings: str) -> None:
        if findings and sys.stderr.isatty():
            # A terminal may take colours, what is kept has none.
            self.say(sys.stderr)
            said = said[len(findings) :]
        sys.stderr.write(said)

    def _add_drift(self) -> None:
        from xgen.drift import drift

        for done in self.done:
            if done.outcome.plan is not None and self._is_told(done):
                planned = not self.write
                drift(done.outcome.plan, done.root, self.report, self.sources, planned=planned)

    def _show_diff(self) -> None:
        from xgen.output import Disk
        from xgen.output.diff import diff

        for done in self.done:
            if done.outcome.plan is not None:
                for line in diff(done.outcome.plan, Disk(done.root)):
                    sys.stdout.buffer.write(line.encode("utf-8", "surrogateescape"))

    def _say_as_xosgenx(self, stream: TextIO) -> None:
        """Say which files were written, in the words that scripts know."""
        for done in self.done:
            plan, asked = done.outcome.plan, done.task.job.legacy
            if plan is None or not asked.writes or not self.write or done.run.report.has_errors:
                continue
            for is_result, line in said(asked.mode, done.root, [s.path for s in plan.steps]):
                print(line, file=sys.stdout if is_result else stream)

    def _summarise(self, stream: TextIO) -> None:
        if self.options["quiet"] or self.options["format_"] != "text":
            return
        from xgen import summary

        verbose = self.options["verbose"]
        settled = True
        for done in self.done:
            plan = done.outcome.plan
            if plan is None or not self._is_told(done):
                continue
            if self.write and done.task.job.legacy.writes:
                continue
            name, prefix = self._names(done, plan)
            shown = summary.lines(plan, name, prefix, verbose=verbose, done=self.write)
            stream.writelines(line + "\n" for line in shown)
            settled = settled and plan.settled
        refused = any(done.run.report.has_errors for done in self.done)
        if self.options["check"] and not settled and not refused:
            changes = any(done.outcome.plan and done.outcome.plan.changes for done in self.done)
            what = "do so" if changes else "have that noted in .xgen"
            stream.write(f"run the same command without --check to {what}\n")

    def _is_told(self, done: Done) -> bool:
        """Say whether the plan is of interest: after a refusal only to who asked what is to be done."""
        errors = [d.code for d in done.run.report if d.severity is Severity.ERROR]
        return not errors or (not self.write and _LEFT_TO_A_PERSON.issuperset(errors))

    def _names(self, done: Done, plan: Plan) -> tuple[str, str]:
        """Return the name of a package in its summary, and what its paths begin with there."""
        several = len(self.done) > 1 and done.root != os.curdir
        name = done.outcome.name if plan.manifest.files else "text"
        return name, done.root.replace(os.sep, "/") + "/" if several else ""

    def _leave_stamp(self, findings: str, began: int) -> None:
        from xgen import stamp, summary
        from xgen.output import Disk, after

        if "-" in self.options["files"]:
            return
        outputs: dict[str, dict[str, str | None]] = {}
        says = io.StringIO(findings)
        says.seek(0, io.SEEK_END)
        for done in self.done:
            plan = done.outcome.plan
            if plan is None or (plan.changes and not self.write) or done.task.job.legacy.writes:
                return
            left = after(plan, Disk(done.root))
            if left is None:
                return
            outputs.setdefault(done.root, {}).update(left)
            if not self.options["quiet"]:
                name, prefix = self._names(done, plan)
                verbose = self.options["verbose"]
                for line in summary.lines(plan, name, prefix, verbose=verbose, again=True):
                    says.write(line + "\n")
        stamp.leave(
            sys.argv[1:],
            inputs=self.footprint,
            outputs=outputs,
            says=says.getvalue(),
            began=began,
        )


_RANK = (CLEAN, FINDINGS, CONFLICT, ERROR, USAGE)


def _exit_code(done: Done, *, check: bool) -> int:
    refused = [d for d in done.run.report if d.severity is Severity.ERROR]
    if any(d.code == "wrong-mode" for d in refused):
        return USAGE
    if any(d.code not in _LEFT_TO_A_PERSON for d in refused):
        return ERROR
    plan = done.outcome.plan
    if plan is None:
        return FINDINGS if refused else CLEAN
    if check:
        return FINDINGS if refused or plan.conflicts or not plan.settled else CLEAN
    return CONFLICT if refused or plan.conflicts else CLEAN

"""The seven stages, in the order in which a model passes through them.

    read -> parse -> link -> check -> render -> merge -> write

Each is called here and nowhere else. Output stays a value up to the last stage: generating,
``--check``, ``--diff`` and ``--dry-run`` differ only in whether that one runs.
"""

from __future__ import annotations

import os
from contextlib import nullcontext
from typing import TYPE_CHECKING

from xgen import __version__
from xgen.diagnostics import Diagnostic, Report, Severity
from xgen.job import Outcome
from xgen.legacy import Input
from xgen.leniency import DROPPED, Overlooking
from xgen.rendered import Owner

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from xgen.history import History
    from xgen.ir.app import App
    from xgen.job import Job, Run
    from xgen.memo import Rendered
    from xgen.output import Plan
    from xgen.rendered import RenderedFile
    from xgen.rendering.target import Target
    from xgen.source import Source
    from xgen.syntax.tree import File


def compile_models(
    job: Job, run: Run, *, strict: bool = False, lenient: bool = False
) -> App | None:
    """Read, parse, link and check; None when there are errors.

    ``strict`` is what a target needs: models that can be built, however they are written. The
    job's own strictness covers style as well. ``lenient`` makes warnings of what the ancestor
    let pass, and keeps the trees.
    """
    from xgen.checks import check
    from xgen.linker import link
    from xgen.load import Loader
    from xgen.read import read
    from xgen.trees import Trees

    parse = _parser(job)
    run.stage = "reading"
    for path in job.inputs:
        run.footprint.saw(path)
    sources = read(job.inputs, run.report, include=job.include)
    run.sources.update(sources)

    report = Overlooking(run.report, DROPPED) if lenient else run.report
    trees = []
    known = Trees(job.inputs, sources.values())
    for path, source in sources.items():
        run.stage = f"parsing `{path}`"
        run.footprint.saw(path)
        trees.append(parse(source, report) if job.legacy.reverse else known.parse(source, report))
    if _failed(run.report):
        return None
    if not job.legacy.reverse:
        known.keep()
    if lenient:
        run.trees = tuple(trees)

    run.stage = "linking"
    report = Overlooking(run.report) if lenient else run.report
    load = Loader(report, run.footprint, run.sources, job.include)
    for tree in trees:
        load.know(tree)
    needed = strict or job.strict
    app = link(trees, load, report, strict=needed, name=job.name, bundled=load.bundled)

    run.stage = "checking"  # even after errors: what they left out is left out, the rest is sound
    report.extend(check(app, strict=job.strict, built=needed))
    return None if _failed(run.report) else app


def _parser(job: Job) -> Callable[[Source, Report], File]:
    """Return what reads a file in the syntax of the job."""
    if job.legacy.reverse:
        from xgen.compat.reverse import parse_plain

        return parse_plain
    from xgen.syntax.parser import parse

    return parse


def old_input(app: App, job: Job, run: Run) -> Input:
    """Return what templates of xosgenx see; nothing is done before one looks at it."""

    def files() -> list[tuple[File, Source]]:
        if run.trees is None:
            from xgen.read import read

            unheard = Report()
            parse = _parser(job)
            sources = read(app.sources, unheard)
            return [(parse(source, unheard), source) for source in sources.values()]
        return [(tree, run.sources[tree.path]) for tree in run.trees]

    return Input(job.legacy, files)


def render_targets(
    app: App, targets: tuple[Target, ...], job: Job, run: Run, history: History | None = None
) -> tuple[tuple[RenderedFile, ...], str | None]:
    """Render; return the files of all targets together, and the text of those without any."""
    from xgen.rendering.render import render
    from xgen.rendering.target import name_today, target_name
    from xgen.rendering.verify import together

    files: list[RenderedFile] = []
    texts: list[str] = []
    own: dict[str, Mapping[str, object]] = {}
    for asked, options in job.target_options.items():
        own[name_today(asked)] = own[target_name(asked)] = options
    for target in targets:
        run.stage = f"rendering `{target.name}`"
        rendering = render(
            app,
            target,
            report=run.report,
            options={**job.options, **own.get(target.name, {})},
            history=history,
            footprint=run.footprint,
            progress=run.progress,
            old=old_input(app, job, run),
        )
        files.extend(rendering.files)
        run.sources.update(rendering.sources)
        if rendering.text is not None:
            texts.append(rendering.text)
    return together(files, run.report), "".join(texts) if texts else None


def find_targets(job: Job, run: Run) -> tuple[Target, ...]:
    """Look up the job's targets; those that are not there are reported."""
    from xgen.rendering.target import find_target

    run.stage = "looking for targets"
    found = (find_target(t, job.target_path, run.report, run.footprint) for t in job.targets)
    return tuple(target for target in found if target is not None)


def render_job(job: Job, run: Run) -> Rendered | None:
    """Do the stages up to rendering, or recall what they gave; None when there are errors."""
    from xgen import memo, output
    from xgen.origins import origin

    known = memo.recall(job, run)
    if known is not None:
        return known
    targets = find_targets(job, run)
    app = compile_models(
        job,
        run,
        strict=any(target.strict for target in targets),
        lenient=all(target.legacy for target in targets) and not job.strict,
    )
    if app is None or _failed(run.report):
        return None
    came_from = origin(app, tuple(run.sources), run.footprint.files)
    history = output.history(job.output or os.curdir, run.footprint, job.may_lose)
    files, text = render_targets(app, targets, job, run, history)
    if _failed(run.report):
        return None
    names = tuple(target.name for target in targets)
    rendered = memo.Rendered(app.name, names, files, text, came_from)
    memo.keep(job, run, rendered)
    return rendered


def generate(job: Job, run: Run, *, write: bool = True) -> Outcome:
    """Do the whole job; with ``write`` off, up to the plan, and touch nothing."""
    rendered = render_job(job, run)
    if rendered is None:
        return Outcome()
    if job.legacy.writes:
        return _put_files(rendered, job, run, write=write)
    if rendered.text is None or rendered.files:
        return _merge_and_write(rendered, job, run, write=write)
    if job.output is not None:
        return _put_text(rendered, job.output, run, write=write)
    return Outcome(name=rendered.name, text=rendered.text)


def _put_text(rendered: Rendered, path: str, run: Run, *, write: bool) -> Outcome:
    """Put the text of targets without file tags into the file ``path``."""
    from xgen import output

    folder, name = os.path.split(path)
    root = folder or os.curdir
    run.stage = "writing"
    try:
        plan = output.plan_text(name, rendered.text or "", output.Disk(root))
        run.report.extend(plan.refusals)
        if write and not _failed(run.report):
            output.write_text(plan, root)
    except OSError as error:
        run.report.add(_output_error(error, path))
        return Outcome(name=rendered.name)
    return Outcome(name=rendered.name, root=root, plan=plan)


def _put_files(rendered: Rendered, job: Job, run: Run, *, write: bool) -> Outcome:
    """Write files as xosgenx did: over what is there, and nobody keeps track of them."""
    from xgen import output

    if job.output is None:
        run.report.add(
            Diagnostic(
                code="nothing-written",
                message="--write-to-file writes nothing without --output DIR",
                severity=Severity.WARNING,
            )
        )
        return Outcome(name=rendered.name)
    run.stage = "writing"
    try:
        plan = output.plan_files(rendered.files, output.Disk(job.output))
        run.report.extend(plan.refusals)
        if write and not _failed(run.report):
            output.write_text(plan, job.output)
    except OSError as error:
        run.report.add(_output_error(error, job.output))
        return Outcome(name=rendered.name)
    return Outcome(name=rendered.name, root=job.output, plan=plan)


def _merge_and_write(rendered: Rendered, job: Job, run: Run, *, write: bool) -> Outcome:
    from xgen import output
    from xgen.origins import seen_from

    root = job.output or os.curdir
    manifest = None
    choices = output.Choices(
        on_conflict=output.OnConflict(job.conflict),
        owners=job.owners,
        only=job.only,
        restore=job.restore,
        may_lose=job.may_lose,
    )
    try:
        with output.locked(root) if write else nullcontext():
            run.stage = "comparing with what is there"
            if not write and output.unfinished(root):
                run.report.add(_half_written(root))
                return Outcome(name=rendered.name)
            disk = output.Disk(root)
            plan = output.plan(
                rendered.files,
                disk,
                disk.manifest(),
                app=rendered.name,
                targets=rendered.targets,
                choices=choices,
                record=output.Record(
                    inputs=seen_from(root, rendered.origin.inputs), models=rendered.origin.models
                ),
            )
            run.report.extend(plan.refusals)
            if write and not _failed(run.report):
                run.stage = "writing"
                manifest = output.write(plan, root, tool=__version__)
                _note_history(plan, root, run)
    except (output.OutputLocked, output.ManifestError, OSError) as error:
        run.report.add(_output_error(error, root))
        return Outcome(name=rendered.name, text=rendered.text)
    return Outcome(name=rendered.name, root=root, plan=plan, text=rendered.text, manifest=manifest)


def _note_history(plan: Plan, root: str, run: Run) -> None:
    """Let the run depend on the migrations that it wrote: the next one would read them too.

    Not when it had something to say, which may have been about what was due then and is no more.
    """
    if len(run.report):
        return
    for step in plan.changes:
        if step.owner is Owner.HISTORY and step.content is not None:
            run.footprint.wrote(os.path.join(root, step.path), step.content)


def _failed(report: Report) -> bool:
    """Say whether a stage reported an error, so that the next one does not run."""
    return report.has_errors


def _half_written(root: str) -> Diagnostic:
    return Diagnostic(
        code="unfinished-run",
        message="an earlier run was killed while it moved files: some are old, some are new",
        path=root,
        help="run `xgen generate`: it finishes that first",
    )


def _output_error(error: Exception, root: str) -> Diagnostic:
    """Return what to say about an output folder that cannot be used."""
    from xgen.output import HalfMovedError, ManifestError, OutputLocked

    if isinstance(error, OutputLocked):
        return Diagnostic(
            code="output-locked",
            message="another xgen is writing to this folder",
            path=root,
            help="wait until it is done, then run again",
        )
    if isinstance(error, ManifestError):
        return Diagnostic(
            code="bad-manifest",
            message=f"the record of earlier runs cannot be used: {error}",
            path=os.path.join(root, ".xgen", "manifest.json"),
            help="restore it from version control",
        )
    if not isinstance(error, OSError):
        raise error
    place = error.filename2 or error.filename  # of a rename, where it was to lead
    return Diagnostic(
        code="output-failed",
        message=f"cannot write: {(error.strerror or str(error)).lower()}",
        path=place if isinstance(place, str) else root,
        help="some files are written, and the next run writes the others: mend that, then run again"
        if isinstance(error, HalfMovedError)
        else "nothing was changed",
    )

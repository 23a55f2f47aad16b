"""The generator for programs: the stages of the command line as three typed functions.

``compile`` links models, ``render`` renders a target for them, ``generate`` does the whole job.
What is wrong with the user's files is a value, a :class:`~xgen.diagnostics.Diagnostic`; so nothing
here prints, and nothing but ``generate`` writes. These names, and those that ``xgen`` exports with
them, stay as they are; docs/api.md describes them.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, TypeAlias

from xgen.dataclass import dataclass, field
from xgen.diagnostics import Report, Severity
from xgen.job import Job, Outcome, Run, naming_stage
from xgen.pipeline import compile_models, find_targets, render_targets
from xgen.pipeline import generate as run_job
from xgen.rendered import RenderedFile

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from xgen.diagnostics import Diagnostic
    from xgen.ir.app import App
    from xgen.source import Source

Paths: TypeAlias = "str | os.PathLike[str] | Sequence[str | os.PathLike[str]]"
"""One path, or several."""


class RenderError(Exception):
    """A target cannot be found, or failed; ``diagnostics`` say why."""

    def __init__(self, diagnostics: Iterable[Diagnostic], sources: Mapping[str, Source]) -> None:
        self.diagnostics = tuple(diagnostics)
        super().__init__(_text(self.diagnostics, sources).rstrip("\n"))


@dataclass(frozen=True, kw_only=True)
class Result:
    """What models mean. ``app`` is None when there are errors among the diagnostics."""

    app: App | None
    diagnostics: tuple[Diagnostic, ...]
    sources: Mapping[str, Source] = field(repr=False)
    """The texts that the diagnostics point into, by path."""

    @property
    def ok(self) -> bool:
        """Say whether the models can be used."""
        return self.app is not None

    def text(self) -> str:
        """Return the diagnostics as the command line shows them, "" without any."""
        return _text(self.diagnostics, self.sources)


@dataclass(frozen=True, kw_only=True)
class Generation:
    """What came of a whole job."""

    name: str
    """The package's, "" when an error came first."""
    diagnostics: tuple[Diagnostic, ...]
    sources: Mapping[str, Source] = field(repr=False)
    outcome: Outcome = field(repr=False)
    """The plan with the step for each file, and what was written."""

    @property
    def ok(self) -> bool:
        """Say whether there was no error; conflicts are none."""
        return not any(d.severity is Severity.ERROR for d in self.diagnostics)

    @property
    def changed(self) -> tuple[str, ...]:
        """Return the files that were, or without ``write`` would be, written or removed."""
        plan = self.outcome.plan
        return () if plan is None else tuple(step.path for step in plan.changes)

    def text(self) -> str:
        """Return the diagnostics as the command line shows them, "" without any."""
        return _text(self.diagnostics, self.sources)


def compile(  # noqa: A001  the name of what it does
    paths: Paths,
    *,
    include: Paths = (),
    strict: bool = False,
    buildable: bool = False,
    name: str | None = None,
) -> Result:
    """Read, parse, link and check the models in ``paths``.

    ``include`` are folders in which imports are looked for. With ``strict`` all that older tools
    silently accepted is an error; ``buildable`` asks only for what a target that is marked
    ``strict`` needs, such as the synchronizer. ``name`` is the package's.
    """
    job = Job(inputs=_paths(paths), include=_paths(include), strict=strict, name=name)
    run = Run()
    with naming_stage(run):
        app = compile_models(job, run, strict=buildable)
    return Result(app=app, diagnostics=tuple(run.report), sources=run.sources)


def render(
    app: App,
    target: str | os.PathLike[str],
    *,
    target_path: Paths = (),
    options: Mapping[str, object] | None = None,
    report: Report | None = None,
) -> tuple[RenderedFile, ...]:
    """Return the files that a target gives for ``app``; nothing is written.

    ``target`` is a name or the path of a template, ``target_path`` are folders in which targets
    and fragments are looked for first. A target that places no files gives a single one without a
    path. Warnings are added to ``report``; RenderError is raised when the target fails.
    """
    job = Job(
        inputs=(),
        targets=(os.fspath(target),),
        target_path=_paths(target_path),
        options=dict(options or {}),
    )
    run = Run()
    with naming_stage(run):
        targets = find_targets(job, run)
        files, text = render_targets(app, targets, job, run) if targets else ((), None)
    if run.report.has_errors:
        raise RenderError(run.report, run.sources)
    if report is not None:
        report.extend(run.report)
    if text is not None and not files:
        return (RenderedFile(path="", text=text, target=targets[0].name),)
    return files


def generate(
    paths: Paths,
    targets: str | os.PathLike[str] | Sequence[str | os.PathLike[str]],
    *,
    output: str | os.PathLike[str] | None = None,
    include: Paths = (),
    target_path: Paths = (),
    options: Mapping[str, object] | None = None,
    strict: bool = False,
    name: str | None = None,
    write: bool = True,
) -> Generation:
    """Render ``targets`` for the models in ``paths`` and merge the result into ``output``.

    The same as `xgen generate`: files that their owner edited are merged, migrations are added.
    With ``write`` off nothing is touched, and ``changed`` says what would be.
    """
    job = Job(
        inputs=_paths(paths),
        targets=_paths(targets),
        output=None if output is None else os.fspath(output),
        include=_paths(include),
        target_path=_paths(target_path),
        options=dict(options or {}),
        strict=strict,
        name=name,
    )
    run = Run()
    with naming_stage(run):
        outcome = run_job(job, run, write=write)
    return Generation(
        name=outcome.name, diagnostics=tuple(run.report), sources=run.sources, outcome=outcome
    )


def _paths(given: Paths) -> tuple[str, ...]:
    if isinstance(given, str | os.PathLike):
        return (os.fspath(given),)
    return tuple(os.fspath(path) for path in given)


def _text(diagnostics: tuple[Diagnostic, ...], sources: Mapping[str, Source]) -> str:
    from xgen.console import text_lines

    report = Report()
    report.extend(diagnostics)
    return "".join(f"{line}\n" for line in text_lines(report, sources, colour=False))

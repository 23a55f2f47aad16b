"""What to generate: the words of the command line, filled up from the project file."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from xgen.dataclass import dataclass, field
from xgen.diagnostics import Diagnostic, Report
from xgen.fingerprint import Footprint
from xgen.job import Job
from xgen.legacy import Legacy
from xgen.patterns import expand, is_pattern
from xgen.project.find import NAME, find

if TYPE_CHECKING:
    from xgen.project.reading import Project, Written
    from xgen.source import Source

MINE = "mine"
_AS_EVER = Legacy()


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One package to generate: a job, and the folder to which its paths are relative."""

    folder: str
    job: Job

    @property
    def prefix(self) -> str:
        """Return the folder as seen from here, "" when it is this one."""
        shown = os.path.relpath(self.folder)
        return "" if shown == os.curdir else shown


@dataclass(slots=True)
class Tasks:
    """What the command line and project files ask for, with what is wrong with these."""

    tasks: list[Task] = field(default_factory=list)
    report: Report = field(default_factory=Report)
    sources: dict[str, Source] = field(default_factory=dict)
    footprint: Footprint = field(default_factory=Footprint)
    project: str | None = None
    """The project file, None when the command line says it all."""


class NoProjectError(Exception):
    """Neither the command line nor a project file says what to generate."""


def tasks(options: dict[str, Any]) -> Tasks:
    """Return what a command's options ask for; NoProjectError when they need a project file."""
    found = Tasks()
    if options["files"]:
        only = _below(os.curdir, options["output"], options.get("only", ()))
        found.tasks.append(Task(folder=os.getcwd(), job=_job(options, only=only)))
        return found
    found.project = find(os.curdir, found.footprint)
    if found.project is None:
        raise NoProjectError
    _Collector(found, options).collect(found.project)
    return found


def _job(options: dict[str, Any], **more: Any) -> Job:
    values = {
        "inputs": options["files"],
        "targets": options["targets"],
        "output": options["output"],
        "include": options["include"],
        "target_path": options["target_path"],
        "name": options["name"],
        "strict": options["strict"],
        "options": options.get("target_options", {}),
        "conflict": options.get("conflict", "keep"),
        "restore": options.get("restore", False),
        "may_lose": options.get("allow_data_loss", ()),
        "legacy": options.get("legacy", _AS_EVER),
        **more,
    }
    return Job(**values)


class _Collector:
    """Reads project files, from one that lists services down to theirs."""

    def __init__(self, found: Tasks, options: dict[str, Any]) -> None:
        self._found = found
        self._options = options
        self._seen: set[str] = set()

    def collect(self, path: str) -> None:
        """Add the tasks of the project file at ``path``."""
        from xgen.project.reading import read_project

        if path in self._seen:
            return
        self._seen.add(path)
        self._found.footprint.saw(path)
        shown = os.path.relpath(path)
        before = len(self._found.report)
        project = read_project(path, shown, self._found.report, self._found.sources)
        if len(self._found.report) > before:
            return
        folder = os.path.dirname(path)
        if project.services:
            for written in project.services:
                for service in self._folders(folder, written):
                    self.collect(os.path.join(folder, service, NAME))
        else:
            self._found.tasks.append(Task(folder=folder, job=self._fill(project, folder)))

    def _folders(self, folder: str, written: Written) -> list[str]:
        self._found.footprint.saw_matches(folder, written.text)
        found = expand(folder, written.text)
        services = []
        for service in found:
            place = os.path.join(folder, service, NAME)
            self._found.footprint.saw(place)
            if os.path.isfile(place):
                services.append(service)
        if not services:
            message = f"no folder `{written.text}` has a file {NAME}"
            self._missing(written, message, "`xgen init` in the service's folder writes one")
        return services

    def _missing(self, written: Written, message: str, help_: str) -> None:
        self._found.report.add(
            Diagnostic(code="project-path", message=message, span=written.span, help=help_)
        )

    def _fill(self, project: Project, folder: str) -> Job:
        options = self._options
        output = project.output if options["output"] is None else self._from_here(folder)
        own = _inside(folder, output, project.path)
        return _job(
            options,
            inputs=tuple(self._inputs(project, folder)),
            targets=options["targets"] or tuple(use.name for use in project.targets),
            # What is said here and now counts more than what the project file says.
            target_options={
                use.name: {**use.options, **options.get("target_options", {})}
                for use in project.targets
            },
            output=output,
            include=(*project.include, *(_to(folder, path) for path in options["include"])),
            target_path=(
                *(_to(folder, path) for path in options["target_path"]),
                *project.target_path,
            ),
            name=options["name"] or project.name,
            strict=options["strict"] or project.strict,
            # What says how to generate is not itself generated anew.
            owners={**project.owners, **({own: MINE} if own else {})},
            only=_below(folder, output, options.get("only", ())),
        )

    def _from_here(self, folder: str) -> str:
        return _to(folder, self._options["output"])

    def _inputs(self, project: Project, folder: str) -> list[str]:
        inputs: dict[str, None] = {}
        for written in project.inputs:
            if not is_pattern(written.text):
                inputs[written.text] = None
                continue
            self._found.footprint.saw_matches(folder, written.text)
            paths = expand(folder, written.text)
            if not paths:
                helped = "patterns are relative to the folder of the project file"
                self._missing(written, f"no file matches `{written.text}`", helped)
            inputs.update(dict.fromkeys(paths))
        return list(inputs)


def _to(folder: str, path: str) -> str:
    """Return a path that was given here, as it is seen from ``folder``."""
    return path if os.path.isabs(path) else os.path.relpath(os.path.abspath(path), folder)


def _inside(folder: str, output: str | None, path: str) -> str | None:
    """Return ``path`` relative to the output folder, None when it is not inside."""
    root = os.path.realpath(os.path.join(folder, output or os.curdir))
    shown = os.path.relpath(os.path.realpath(path), root).replace(os.sep, "/")
    return None if shown.startswith("../") else shown


def _below(folder: str, output: str | None, patterns: tuple[str, ...]) -> tuple[str, ...]:
    """Return patterns relative to the output folder; they may have been given as seen from here."""
    root = os.path.abspath(os.path.join(folder, output or os.curdir))
    found: list[str] = []
    for pattern in patterns:
        seen = os.path.relpath(os.path.abspath(pattern), root).replace(os.sep, "/")
        if pattern.endswith("/"):
            seen += "/"
        if "/" in pattern and not seen.startswith("../"):
            found.append(f"./{seen}")
        if not pattern.startswith(("./", "../", "/")):
            found.append(pattern)
    # What is nowhere below the output means no file, not every file.
    return tuple(found) or (("./",) if patterns else ())

"""Read and link the models of another version, whose files are not on disk."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import yaml

from xgen.diagnostics import Diagnostic, Report, Severity
from xgen.linker import link
from xgen.linker.imports import file_option
from xgen.load import Loader
from xgen.models import CORE, PLATFORM
from xgen.patterns import is_pattern, matches
from xgen.project.find import NAME
from xgen.read import decode
from xgen.syntax.parser import parse
from xgen.versions import File, Git

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from xgen.ir.app import App
    from xgen.job import Job, Run
    from xgen.source import Source
    from xgen.syntax import tree
    from xgen.versions import Version

SUFFIX = ".xproto"


def expanded(inputs: Iterable[str]) -> tuple[str, ...]:
    """Return files as they are, and of folders all models below them."""
    found: dict[str, None] = {}
    for path in inputs:
        if not os.path.isdir(path):
            found[path] = None
            continue
        for place, folders, names in os.walk(path):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            below = (os.path.normpath(os.path.join(place, name)) for name in sorted(names))
            found.update(dict.fromkeys(name for name in below if name.endswith(SUFFIX)))
    return tuple(found)


def compile_earlier(version: Version, job: Job, new: App, run: Run, *, project: bool) -> App | None:
    """Return what the models meant in ``version``; None when that cannot be said.

    With ``project`` the project file of that time says which files they were.
    """
    report = Report()
    reader = _Reader(version, job.include, report)
    paths = _inputs(version, job.inputs, project=project)
    files = [file for path in paths if (file := reader.file(path))]
    run.sources.update(reader.sources)
    if not files:
        run.report.add(_missing(version, job.inputs[0]))
        return None
    app = None
    if not report.has_errors:
        # What does not say how it is called is called after its file, which may be any.
        own = any(file_option(files[0], name) for name in ("name", "app_label"))
        name = job.name or (None if own else new.name)
        app = link(files, reader.load, report, strict=False, name=name, bundled=reader.bundled)
    if not report.has_errors:
        return app
    run.sources.update(reader.sources)
    run.report.extend(d for d in report if d.severity is Severity.ERROR)
    return None


def _missing(version: Version, path: str) -> Diagnostic:
    """Return what to say when none of the files was there: of a commit, that they are new."""
    if isinstance(version, Git):
        return Diagnostic(
            code="new-models",
            message=f"there was no `{version.shown(path)}`: nothing was promised",
            path=path,
            severity=Severity.NOTE,
            help="if it was moved, let git know the file (`git add`), or name the earlier one",
        )
    return Diagnostic(
        code="no-earlier-version",
        message=f"there is no `{version.shown(path)}` to compare with",
        path=path,
    )


def _inputs(version: Version, inputs: Sequence[str], *, project: bool) -> list[str]:
    """Return what were the input files: as the project file of that time says, else the same."""
    if isinstance(version, File):
        return [version.path]
    written = _project(version) if project else None
    found: list[str] = []
    for path in inputs if written is None else written:
        if is_pattern(path):
            below = version.below(os.curdir, SUFFIX)
            found += [p for p in below if matches(path, p) and ("/" in path or "/" not in p)]
        else:
            found += version.below(path, SUFFIX) or [_then(version, path)]
    return list(dict.fromkeys(found))


def _then(version: Version, path: str) -> str:
    """Return the path that a file had."""
    return path if version.read(path) is not None else version.former(path) or path


def _project(version: Version) -> list[str] | None:
    """Return the inputs that a project file names; None without one that can be read."""
    data = version.read(NAME)
    try:
        content = None if data is None else yaml.safe_load(data)
    except yaml.YAMLError:
        return None
    inputs = content.get("inputs") if isinstance(content, dict) else None
    if isinstance(inputs, str):
        return [inputs]
    return [str(path) for path in inputs] if isinstance(inputs, list) else None


class _Reader:
    """Reads the files of a version, each once."""

    def __init__(self, version: Version, include: Sequence[str], report: Report) -> None:
        self._version = version
        self._include = tuple(include)
        self._report = report
        self._files: dict[str, tree.File | None] = {}
        self._places: dict[str, str] = {}
        self.sources: dict[str, Source] = {}

    def file(self, path: str) -> tree.File | None:
        """Return the tree of a file, None if there is none."""
        path = os.path.normpath(path)
        if path not in self._files:
            self._files[path] = self._parsed(path)
        return self._files[path]

    def _parsed(self, path: str) -> tree.File | None:
        data = self._version.read(path)
        if data is None:
            return None
        shown = self._version.shown(path)
        source = decode(shown, data, self._report)
        if source is None:
            return None
        self._places[shown] = path
        self.sources[shown] = source
        return parse(source, self._report)

    def load(self, path: str, from_path: str) -> tree.File | None:
        """Return the file that is imported; where it is looked for is as for the files on disk."""
        beside = os.path.dirname(self._places.get(from_path, from_path))
        for folder in dict.fromkeys((beside, *self._include, "")):
            found = self.file(os.path.join(folder, path))
            if found is not None:
                return found
        return self.bundled(path) if path in (CORE, PLATFORM) else None

    def bundled(self, name: str) -> tree.File:
        """Return the tree of a bundled file."""
        from xgen.fingerprint import Footprint

        return Loader(self._report, Footprint(), {}).bundled(name)

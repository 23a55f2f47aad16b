"""What happens to one rendered file.

For a scaffold there are three texts: *base*, what was last rendered; *ours*, the author's file;
*theirs*, what is rendered now.
"""

from __future__ import annotations

import warnings
from functools import cached_property
from typing import TYPE_CHECKING

from xgen.diagnostics import Diagnostic
from xgen.fingerprint import digest
from xgen.output.manifest import BASE, Entry
from xgen.output.merge import GitMissingError, has_crlf, has_markers, merge, to_crlf, to_lf
from xgen.output.snapshot import Kind
from xgen.output.steps import Action, Step
from xgen.rendered import Owner

if TYPE_CHECKING:
    from xgen.output.snapshot import Snapshot
    from xgen.rendered import RenderedFile


class Case:
    """One rendered file, what is at its place, and what the manifest knows about it."""

    def __init__(
        self,
        file: RenderedFile,
        snapshot: Snapshot,
        known: Entry | None,
        app: str,
        *,
        markers: bool,
    ) -> None:
        self._file = file
        self._snapshot = snapshot
        self._known = known
        self._markers = markers
        self._present = False
        self._theirs = file.text.encode()
        self._entry = Entry(
            owner=file.owner, digest=digest(self._theirs), app=app, target=file.target
        )

    def decide(self) -> Step | Diagnostic:
        """Return the step to take, or what stands in its way."""
        kind = self._snapshot.kind(self._file.path)
        if kind not in (Kind.ABSENT, Kind.FILE):
            return _obstacle(self._file.path, kind)
        self._present = present = kind is Kind.FILE
        if self._file.owner is Owner.MACHINE:
            return self._machine() if present else self._create("it was missing")
        if not present and self._known is None:
            return self._create()
        if not present:
            # Keeping its base up to date lets the file come back by hand and be merged again.
            return self._step(Action.KEEP, "deleted by its owner", base=self._pristine)
        if self._file.owner is Owner.HISTORY:
            return self._step(Action.UNCHANGED, entry=self._known or self._entry)
        return self._scaffold()

    @property
    def _pristine(self) -> bytes | None:
        return self._theirs if self._file.owner is Owner.SCAFFOLD else None

    @cached_property
    def _ours(self) -> bytes:
        return self._snapshot.read(self._file.path)

    @cached_property
    def _base(self) -> bytes | None:
        """Return the pristine text if it is the one that the manifest speaks of."""
        if self._known is None:
            return None
        base = self._snapshot.base(self._file.path)
        if base is not None and digest(base) == self._known.digest:
            return base
        ours = to_lf(self._ours)
        return ours if digest(ours) == self._known.digest else None

    def _step(
        self,
        action: Action,
        why: str = "",
        *,
        content: bytes | None = None,
        executable: bool | None = None,
        base: bytes | None = None,
        entry: Entry | None = None,
        forget: bool = False,
    ) -> Step:
        return Step(
            path=self._file.path,
            action=action,
            owner=self._file.owner,
            why=why,
            content=content,
            executable=executable,
            base=base,
            entry=None if forget else entry or self._entry,
            after=self._after(content),
        )

    def _after(self, content: bytes | None) -> str | None:
        if content is None:
            content = self._ours if self._present else None
        return None if content is None else digest(content)

    def _create(self, why_again: str = "") -> Step:
        return self._step(
            Action.CREATE,
            why_again if self._known is not None else "",
            content=self._theirs,
            executable=self._file.executable,
            base=self._pristine,
        )

    def _machine(self) -> Step | Diagnostic:
        found = to_lf(self._ours)
        mode = self._file.executable
        if found == self._theirs:
            if self._snapshot.executable(self._file.path) == mode:
                return self._step(Action.UNCHANGED)
            return self._step(Action.UPDATE, "its mode", content=self._ours, executable=mode)
        if self._known is not None and digest(found) == self._known.digest:
            return self._step(Action.UPDATE, content=self._theirs, executable=mode)
        return _edited(self._file, known=self._known is not None)

    def _scaffold(self) -> Step | Diagnostic:
        ours = to_lf(self._ours)
        if ours == self._theirs:
            stale = self._snapshot.base(self._file.path) != self._theirs
            return self._step(Action.UNCHANGED, base=self._theirs if stale else None)
        if self._known is None:
            why = "yours: it was there before xgen rendered one"
            return self._step(Action.KEEP, why, forget=True)
        if self._base is None:
            why = f"what it was made from is lost ({BASE}{self._file.path}), so nothing was merged"
            return self._step(Action.KEEP, why, entry=self._known)
        if self._base == self._theirs:
            return self._step(Action.UNCHANGED, "edited by its owner")
        if self._base == ours:
            content = to_crlf(self._theirs) if has_crlf(self._ours) else self._theirs
            return self._step(Action.UPDATE, content=content, base=self._theirs)
        return self._merge(self._base)

    def _merge(self, base: bytes) -> Step | Diagnostic:
        if has_markers(self._ours):
            why = "it holds conflict markers that nobody has resolved"
            return self._step(Action.CONFLICT, why, entry=self._known)
        try:
            merged = merge(self._ours, base, self._theirs)
        except GitMissingError:
            return _git_missing(self._file)
        if merged.conflicts:
            return self._conflict(merged.content, merged.conflicts)
        if merged.content == self._ours:
            why = "its owner had made the same change"
            return self._step(Action.UNCHANGED, why, base=self._theirs)
        if self._file.path.endswith(".py") and _is_broken(self._ours, merged.content):
            why = "your changes and the new rendering together give no valid Python"
            return self._step(Action.CONFLICT, why, entry=self._known)
        why = "your changes are kept"
        return self._step(Action.MERGE, why, content=merged.content, base=self._theirs)

    def _conflict(self, marked: bytes, count: int) -> Step:
        places = "1 place" if count == 1 else f"{count} places"
        if self._markers and marked != self._ours:
            why = f"{places} marked in the file"
            return self._step(Action.CONFLICT, why, content=marked, base=self._theirs)
        why = f"you and the new rendering changed the same lines ({places}); left as it was"
        return self._step(Action.CONFLICT, why, entry=self._known)


def _is_broken(ours: bytes, merged: bytes) -> bool:
    """Say whether merging turned valid Python into something that is none."""
    return _compiles(ours) and not _compiles(merged)


def _compiles(content: bytes) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            compile(content, "merged", "exec", dont_inherit=True)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return False
    return True


def _obstacle(path: str, kind: Kind) -> Diagnostic:
    message = {
        Kind.FOLDER: f"`{path}` is a folder, and a file is to be written there",
        Kind.OUTSIDE: f"`{path}` leads out of the output folder by a symbolic link",
        Kind.BLOCKED: f"`{path}` cannot be written: a file is where its folder should be",
    }.get(kind, f"`{path}` is no ordinary file")
    return Diagnostic(code="output-blocked", message=message, path=path, help="move it away")


def no_text_file(name: str) -> Diagnostic:
    """Return what to say when the text of a target cannot go where it is wanted."""
    return Diagnostic(
        code="output-blocked",
        message=f"`{name or '.'}` is no file, and the target gives one text",
        path=name or None,
        help="name a file with --output, or leave it out to print the text",
    )


def _edited(file: RenderedFile, *, known: bool) -> Diagnostic:
    if not known:
        return Diagnostic(
            code="edited-machine-file",
            message=f"`{file.path}` is there already and xgen does not know it",
            path=file.path,
            help="it is rewritten in every run: move it away, then run again",
        )
    instead = f"move your change to `{file.instead}`" if file.instead else "change the models"
    return Diagnostic(
        code="edited-machine-file",
        message=f"`{file.path}` was edited by hand, and xgen rewrites it in every run",
        path=file.path,
        help=f"{instead}, delete the edited file, then run again",
    )


def _git_missing(file: RenderedFile) -> Diagnostic:
    return Diagnostic(
        code="git-missing",
        message=f"`{file.path}` has your changes and new ones, and merging them needs git",
        path=file.path,
        help="install git; it need not be a git repository",
    )

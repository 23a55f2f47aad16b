"""What happens to one rendered file.

For a scaffold there are three texts: *base*, what was last rendered; *ours*, the author's file;
*theirs*, what is rendered now.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from xgen.diagnostics import Diagnostic
from xgen.fingerprint import digest
from xgen.output.choices import OnConflict
from xgen.output.manifest import BASE, Entry
from xgen.output.merge import GitMissingError, has_crlf, marked, merge, to_crlf, to_lf
from xgen.output.snapshot import Kind
from xgen.output.sound import breaks
from xgen.output.steps import Action, Step
from xgen.rendered import Owner

if TYPE_CHECKING:
    from xgen.output.choices import Choices
    from xgen.output.merge import Region
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
        choices: Choices,
    ) -> None:
        self._file = file
        self._choices = choices
        self._owner = choices.owner(file.path, file.owner)
        self._snapshot = snapshot
        self._known = known
        self._present = False
        self._theirs = file.text.encode()
        self._entry = Entry(
            owner=self._owner or file.owner,
            digest=digest(self._theirs),
            app=app,
            target=file.target,
        )

    def decide(self) -> Step | Diagnostic:
        """Return the step to take, or what stands in its way."""
        kind = self._snapshot.kind(self._file.path)
        self._present = present = kind is Kind.FILE
        if self._owner is None:
            return self._leave()
        if kind not in (Kind.ABSENT, Kind.FILE):
            return _obstacle(self._file.path, kind)
        return self._there() if present else self._missing()

    def _there(self) -> Step | Diagnostic:
        if self._owner is Owner.MACHINE:
            return self._machine()
        if self._owner is Owner.HISTORY:
            return self._step(Action.UNCHANGED, entry=self._known or self._entry)
        if to_lf(self._ours) == self._theirs:
            stale = self._snapshot.base(self._file.path) != self._theirs
            return self._step(Action.UNCHANGED, base=self._theirs if stale else None)
        regions = marked(self._ours)
        if regions and self._known is not None and not marked(self._theirs):
            why = f"conflict markers that nobody has resolved ({_lines(regions)})"
            return self._step(Action.CONFLICT, why, entry=self._known, regions=regions)
        return self._scaffold()

    def _missing(self) -> Step:
        # History is rendered when it is due, not because it once was.
        if self._known is None or self._known.orphan or self._owner is not Owner.SCAFFOLD:
            return self._create("it was missing")
        if self._choices.restore:
            return self._create("brought back")
        # Keeping its base up to date lets the file come back by hand and be merged again.
        stale = self._snapshot.base(self._file.path) != self._theirs
        base = self._theirs if stale else None
        return self._step(Action.KEEP, "deleted by its owner", base=base)

    @property
    def _pristine(self) -> bytes | None:
        return self._theirs if self._owner is Owner.SCAFFOLD else None

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
        regions: tuple[Region, ...] = (),
    ) -> Step:
        return Step(
            path=self._file.path,
            action=action,
            owner=self._owner or self._file.owner,
            why=why,
            content=content,
            executable=executable,
            base=base,
            entry=None if forget else entry or self._entry,
            after=self._after(content),
            regions=regions,
        )

    def _leave(self) -> Step:
        """Return the step for what the project file calls the author's own: none, ever."""
        known = self._known
        return Step(
            path=self._file.path,
            action=Action.UNCHANGED,
            owner=known.owner if known is not None else self._file.owner,
            why="yours",
            entry=known,
            after=digest(self._ours) if self._present else None,
        )

    def _after(self, content: bytes | None) -> str | None:
        if content is None:
            content = self._ours if self._present else None
        if content is self._theirs:
            return self._entry.digest
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
        if self._known is None:
            why = "yours: it was there before xgen rendered one"
            return self._step(Action.KEEP, why, forget=True)
        if self._base is None:
            why = f"what it was made from is lost ({BASE}{self._file.path}), so nothing was merged"
            return self._step(Action.KEEP, why, entry=self._known)
        if self._base == self._theirs:
            return self._step(Action.UNCHANGED, "edited by its owner")
        if self._base == to_lf(self._ours):
            content = to_crlf(self._theirs) if has_crlf(self._ours) else self._theirs
            return self._step(Action.UPDATE, content=content, base=self._theirs)
        return self._merge(self._base)

    def _merge(self, base: bytes) -> Step | Diagnostic:
        chosen = self._choices.on_conflict
        why = "your changes are kept"
        try:
            merged = merge(self._ours, base, self._theirs)
            settled = bool(merged.regions)
            if merged.regions:
                if chosen not in (OnConflict.OURS, OnConflict.THEIRS):
                    return self._conflict(merged.content, merged.regions)
                whose = "yours" if chosen is OnConflict.OURS else "the new ones"
                why = f"in conflict and now {whose}: {_lines(merged.regions)}"
                merged = merge(self._ours, base, self._theirs, side=chosen.value)
        except GitMissingError:
            return _git_missing(self._file)
        if merged.content == self._ours and settled:
            return self._step(Action.KEEP, why, base=self._theirs)
        if merged.content == self._ours:
            why = "its owner had made the same change"
            return self._step(Action.UNCHANGED, why, base=self._theirs)
        broken = breaks(self._file.path, self._ours, merged.content)
        if broken is not None:
            why = f"your changes and the new rendering together {broken}; left as it was"
            return self._step(Action.CONFLICT, why, entry=self._known)
        return self._step(Action.MERGE, why, content=merged.content, base=self._theirs)

    def _conflict(self, content: bytes, regions: tuple[Region, ...]) -> Step:
        where = _lines(regions)
        if self._choices.on_conflict is OnConflict.MARKERS and content != self._ours:
            why = f"marked in the file: what was {where}"
            entry, base, written = self._entry, self._theirs, content
            return self._step(
                Action.CONFLICT, why, content=written, base=base, entry=entry, regions=regions
            )
        why = f"you and the new rendering changed the same lines ({where}); left as it was"
        return self._step(Action.CONFLICT, why, entry=self._known, regions=regions)


def _lines(regions: tuple[Region, ...]) -> str:
    one = len(regions) == 1 and regions[0].last <= regions[0].first
    shown = [str(region) for region in regions]
    listed = f"{', '.join(shown[:-1])} and {shown[-1]}" if len(shown) > 1 else shown[0]
    return f"line {listed}" if one else f"lines {listed}"


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

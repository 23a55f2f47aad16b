"""What a run is going to do, as values."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from xgen.dataclass import dataclass, field
from xgen.output.manifest import Manifest
from xgen.rendered import Owner

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xgen.diagnostics import Diagnostic
    from xgen.output.manifest import Entry, Record
    from xgen.output.merge import Region


class Action(Enum):
    """What a run does with a file."""

    CREATE = "created"
    UPDATE = "updated"
    MERGE = "merged"
    REMOVE = "removed"
    UNCHANGED = "unchanged"
    KEEP = "kept"
    """Left as it is although something else was rendered, or nothing."""
    RENAME = "renamed"
    """Carried along with a model that has a new name."""
    CONFLICT = "conflict"
    """Left to a person: the author's change and ours touch the same lines."""

    @property
    def writes(self) -> bool:
        """Say whether the file on disk changes."""
        return self in _WRITING


_WRITING = (Action.CREATE, Action.UPDATE, Action.MERGE, Action.RENAME, Action.REMOVE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What happens to one file and why.

    ``content`` is what is written, None for nothing. ``base`` is the new pristine text of a
    scaffold, None when it stays. ``entry`` is its new line in the manifest, None for none.
    ``after`` is the hash of the file when the step was taken, None when there is no file.
    ``regions`` are the lines of the file that are in conflict. A step that ``waits`` is noted in
    the manifest along with the next change only: by itself it is no reason to run.
    """

    path: str
    action: Action
    owner: Owner
    why: str = ""
    content: bytes | None = None
    executable: bool | None = None
    base: bytes | None = None
    entry: Entry | None = None
    after: str | None = None
    regions: tuple[Region, ...] = ()
    waits: bool = False


def is_migration(step: Step) -> bool:
    """Say whether a step writes a migration: these are numbered, other history is not."""
    name = step.path.rpartition("/")[2]
    return step.owner is Owner.HISTORY and step.action is Action.CREATE and name[:1].isdigit()


@dataclass(frozen=True, slots=True)
class Plan:
    """All steps, by path, and what stands in the way of taking them."""

    steps: tuple[Step, ...]
    refusals: tuple[Diagnostic, ...]
    before: Manifest
    """The manifest before; entries of files that this run says nothing about stay."""
    app: str = ""
    record: Record | None = None
    """What the files of ``app`` come from now; None when the run is about some of them only."""
    renamed: Mapping[str, str] = field(default_factory=dict)
    """New names of models by the old ones."""

    @property
    def manifest(self) -> Manifest:
        """Return the manifest after the steps were taken."""
        apps = dict(self.before.apps)
        known = apps.get(self.app)
        if self.record is not None and not self.record.same_as(known):
            apps[self.app] = self.record
        files = self._noting(self.before.files, waiting=False)
        found = Manifest(files, apps)
        if found == self.before and not self.changes:
            return found
        return Manifest(self._noting(files, waiting=True), apps)

    def _noting(self, before: Mapping[str, Entry], *, waiting: bool) -> dict[str, Entry]:
        files = dict(before)
        for step in self.steps:
            if step.waits is not waiting:
                continue
            if step.entry is not None:
                files[step.path] = step.entry
            else:
                files.pop(step.path, None)
        return files

    @property
    def stale(self) -> tuple[str, ...]:
        """Return the inputs that are not those of the last run: changed, new or gone."""
        known = self.before.apps.get(self.app)
        if self.record is None or known is None:
            return ()
        names = sorted({*self.record.inputs, *known.inputs})
        return tuple(n for n in names if self.record.inputs.get(n) != known.inputs.get(n))

    @property
    def conflicts(self) -> tuple[Step, ...]:
        """Return what is left to a person."""
        return tuple(step for step in self.steps if step.action is Action.CONFLICT)

    @property
    def changes(self) -> tuple[Step, ...]:
        """Return the steps that change a file of the tree."""
        return tuple(s for s in self.steps if s.content is not None or s.action is Action.REMOVE)

    @property
    def noted(self) -> tuple[Step, ...]:
        """Return the steps that leave their file as it is and change what is remembered of it."""
        kept = (s for s in self.steps if s.action is Action.UNCHANGED and not s.waits)
        return tuple(
            s for s in kept if s.base is not None or s.entry != self.before.files.get(s.path)
        )

    @property
    def settled(self) -> bool:
        """Say whether taking the steps changes nothing, neither a file nor what is remembered."""
        if self.changes or self.manifest != self.before:
            return False
        return not any(s.base is not None for s in self.bases)

    @property
    def bases(self) -> tuple[Step, ...]:
        """Return the steps that change a pristine text, or drop it."""
        left = self.manifest.files
        return tuple(s for s in self.steps if s.base is not None or self._drops_base(s, left))

    def _drops_base(self, step: Step, left: Mapping[str, Entry]) -> bool:
        known = self.before.files.get(step.path)
        had = known is not None and known.owner is Owner.SCAFFOLD
        return had and (step.path not in left or step.owner is not Owner.SCAFFOLD)

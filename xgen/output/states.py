"""How each file stands: between what was rendered for it and what its owner made of it."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from xgen.fingerprint import digest
from xgen.output.merge import marked, to_lf
from xgen.output.snapshot import Kind
from xgen.output.steps import Action
from xgen.rendered import Owner

if TYPE_CHECKING:
    from xgen.output.manifest import Entry
    from xgen.output.snapshot import Snapshot
    from xgen.output.steps import Plan, Step


class State(Enum):
    """How a file stands."""

    UNCHANGED = "unchanged"
    """As it was last rendered."""
    EDITED = "edited"
    CONFLICT = "conflict"
    """Edited where the new rendering differs, or with conflict markers in it."""
    ORPHAN = "orphan"
    """No longer rendered."""
    MISSING = "missing"
    """Not there; the next run writes it."""
    DELETED = "deleted by its owner"
    """Not there, and to stay so."""
    YOURS = "yours"
    """Left to its author altogether: it was there first, or the project file says so."""


class FileState(NamedTuple):
    """One file of the output. ``owner`` is "mine" for what xgen leaves to its author altogether."""

    path: str
    owner: str
    state: State
    app: str = ""
    target: str = ""


def states(plan: Plan, snapshot: Snapshot) -> list[FileState]:
    """Return the state of every file that ``plan`` or an earlier run knows, by path."""
    steps = {step.path: step for step in plan.steps}
    refused = {d.path for d in plan.refusals}
    found: list[FileState] = []
    for path in sorted({*steps, *plan.before.files}):
        entry = plan.before.files.get(path)
        step = steps.get(path)
        if entry is None and step is not None and step.entry is None:
            if snapshot.kind(path) is Kind.FILE:
                found.append(FileState(path, "mine", State.YOURS))
            continue
        known = entry or (step.entry if step is not None else None)
        assert known is not None  # noqa: S101  a path is in the one or in the other
        state = _of_step(step) if step is not None else None
        if path in refused:
            state = State.EDITED
        owner = step.owner if step is not None else known.owner
        found.append(
            FileState(
                path,
                owner.value,
                state or _on_disk(path, known, snapshot),
                known.app,
                known.target,
            )
        )
    return found


def _of_step(step: Step) -> State | None:
    """Return what only a rendering can tell, None when looking at the file is enough."""
    if step.action is Action.CONFLICT:
        return State.CONFLICT
    if step.why.startswith("no longer rendered"):
        return State.ORPHAN
    return State.MISSING if step.action is Action.CREATE else None


def _on_disk(path: str, entry: Entry, snapshot: Snapshot) -> State:
    """Return how a file differs from what was last rendered for it."""
    if snapshot.kind(path) is not Kind.FILE:
        return State.MISSING if entry.owner is Owner.MACHINE else State.DELETED
    content = snapshot.read(path)
    if digest(to_lf(content)) == entry.digest:
        return State.UNCHANGED
    return State.CONFLICT if marked(content) else State.EDITED

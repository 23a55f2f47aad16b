"""From what was rendered and what is there to what is to be done; a function of values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xgen.dataclass import replace
from xgen.fingerprint import digest
from xgen.output.choices import Choices
from xgen.output.decide import Case, no_text_file
from xgen.output.manifest import BASE, PATH, Manifest
from xgen.output.merge import to_lf
from xgen.output.moves import STAGING
from xgen.output.snapshot import Kind
from xgen.output.steps import Action, Plan, Step
from xgen.renamed import renamed
from xgen.rendered import Owner

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from xgen.diagnostics import Diagnostic
    from xgen.output.carry import Carry
    from xgen.output.manifest import Entry, Record
    from xgen.output.snapshot import Disk, Snapshot
    from xgen.rendered import RenderedFile

_PLAIN = Choices()


def plan(
    files: Iterable[RenderedFile],
    snapshot: Snapshot,
    manifest: Manifest,
    *,
    app: str,
    targets: Iterable[str],
    choices: Choices = _PLAIN,
    record: Record | None = None,
) -> Plan:
    """Return what writing ``files`` over ``snapshot`` amounts to.

    ``app`` and ``targets`` name the run: earlier files of theirs that are no longer rendered go.
    ``record`` is what the files come from, for telling models that were renamed, now and later.
    """
    steps: dict[str, Step] = {}
    refusals: list[Diagnostic] = []
    files = tuple(files)
    names = _renamed(manifest.apps.get(app), record, choices)
    carry = _carrier(files, snapshot, manifest, app=app, names=names)
    for file in files:
        if not choices.wants(file.path):
            continue
        known = manifest.files.get(file.path)
        decision: tuple[Step, ...] | Step | Diagnostic
        if carry is not None:
            decision = carry.decide(file, choices)
        else:
            decision = Case(file, snapshot, known, app, choices).decide()
        if isinstance(decision, Step):
            steps[file.path] = decision
        elif isinstance(decision, tuple):
            steps.update((step.path, step) for step in decision)
        else:
            refusals.append(decision)
    ours = set(targets)
    rendered = {file.path for file in files}
    for path, entry in manifest.files.items():
        mine = entry.app == app and entry.target in ours and choices.wants(path)
        if mine and path not in rendered and path not in steps:
            step = _orphan(path, entry, snapshot, choices)
            if step is not None:
                steps[path] = step
    ordered = tuple(steps[path] for path in sorted(steps))
    # A run about some files has not brought the others up to what is recorded.
    kept = None if choices.only else record
    return Plan(ordered, tuple(refusals), manifest, app, kept, names)


def _renamed(before: Record | None, now: Record | None, choices: Choices) -> dict[str, str]:
    if before is None or now is None:
        return {}
    return renamed(before.signatures, now.models, choices.may_lose)


def _carrier(
    files: tuple[RenderedFile, ...],
    snapshot: Snapshot,
    manifest: Manifest,
    *,
    app: str,
    names: Mapping[str, str],
) -> Carry | None:
    """Return what lets scaffolds follow renamed models, None when there are none."""
    if not names:
        return None
    from xgen.output.carry import Carry

    return Carry(files, snapshot, manifest, app, names)


def plan_text(name: str, text: str, snapshot: Snapshot) -> Plan:
    """Return what it takes to have ``text`` in the file ``name``: one that nobody keeps track of."""
    refusals: list[Diagnostic] = []
    step = _untracked(name, text, snapshot, refusals)
    return Plan((step,), tuple(refusals), Manifest())


def plan_files(files: Iterable[RenderedFile], snapshot: Snapshot) -> Plan:
    """Return what it takes to have these files, of which nobody keeps track."""
    refusals: list[Diagnostic] = []
    steps = [_untracked(file.path, file.text, snapshot, refusals) for file in files]
    return Plan(tuple(steps), tuple(refusals), Manifest())


def _untracked(name: str, text: str, snapshot: Snapshot, refusals: list[Diagnostic]) -> Step:
    content = text.encode()
    kind = snapshot.kind(name) if name else Kind.FOLDER
    action = Action.CREATE
    if kind is Kind.FILE:
        action = Action.UNCHANGED if snapshot.read(name) == content else Action.UPDATE
    elif kind is not Kind.ABSENT:
        refusals.append(no_text_file(name))
    return Step(
        path=name,
        action=action,
        owner=Owner.MACHINE,
        content=content if action.writes else None,
        after=digest(content),
    )


def _orphan(path: str, entry: Entry, snapshot: Snapshot, choices: Choices) -> Step | None:
    """Decide about a file that an earlier run rendered and this one does not."""
    if choices.owner(path, entry.owner) in (Owner.HISTORY, None):
        return None
    kind = snapshot.kind(path)
    if kind is Kind.ABSENT:
        why = "already gone"
        return Step(
            path=path, action=Action.UNCHANGED, owner=entry.owner, why=why, waits=entry.orphan
        )
    content = snapshot.read(path) if kind is Kind.FILE else b""
    if kind is Kind.FILE and digest(to_lf(content)) == entry.digest:
        return Step(path=path, action=Action.REMOVE, owner=entry.owner, why="no longer rendered")
    after = digest(content) if kind is Kind.FILE else None
    why = "no longer rendered, but edited; delete it if you do not need it"
    return Step(
        path=path,
        action=Action.KEEP,
        owner=entry.owner,
        why=why,
        entry=replace(entry, orphan=True),
        after=after,
        waits=True,
    )


def after(plan: Plan, disk: Disk) -> dict[str, str | None] | None:
    """Return the hash of each file that the next run looks at, as ``plan`` left it.

    None when the record of runs on disk is not the one that the plan leads to.
    """
    if not disk.manifest().same_as(plan.manifest):
        return None
    left = {step.path: step.after for step in plan.steps}
    for step in plan.steps:
        if step.entry is not None and step.owner is Owner.SCAFFOLD:
            left[BASE + step.path] = step.entry.digest
    left[PATH] = digest(disk.read(PATH)) if plan.manifest.files else None
    left[STAGING] = None
    return left

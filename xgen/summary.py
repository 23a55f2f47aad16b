"""Tell people what a run did, or would do, and why."""

from __future__ import annotations

import os
from itertools import groupby
from typing import TYPE_CHECKING

from xgen.output.reasons import reasons
from xgen.output.steps import Action, Step, is_migration
from xgen.rendered import Owner

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xgen.output.steps import Plan

_ORDER = (
    Action.CREATE,
    Action.UPDATE,
    Action.MERGE,
    Action.RENAME,
    Action.REMOVE,
    Action.UNCHANGED,
    Action.KEEP,
    Action.CONFLICT,
)
_SAME = Action.UNCHANGED.value
_SHOWN = 40
"""Files for one kind of action that get a line each, unless all are asked for."""
_FEW = 3
"""Files of one folder that get a line each even where there are many."""


def settled(action: Action) -> Action:
    """Return what the next run would do where this one did ``action``."""
    return Action.UNCHANGED if action.writes else action


def lines(
    plan: Plan,
    name: str,
    prefix: str = "",
    *,
    verbose: bool = False,
    done: bool = True,
    again: bool = False,
) -> Iterator[str]:
    """Yield the summary of a plan, ``done`` or still to be; paths are shown behind ``prefix``.

    With ``again`` it is that of the next run, if nothing changes until then.
    """
    groups: dict[Action, list[Step]] = {action: [] for action in _ORDER}
    for step in sorted((*plan.steps, *_staying(plan)), key=lambda step: step.path):
        if step.entry is None and step.action is not Action.KEEP and again:
            continue
        action = settled(step.action) if again else step.action
        groups[action].append(step)
    why = None if again else reasons(plan)
    if why is not None:
        yield f"{'because':<9}  {why}"
    for action, steps in groups.items():
        if action is not Action.UNCHANGED or verbose:
            yield from _group(_word(action, done=done), steps, prefix, verbose=verbose)
    if not done:
        yield from _group("note", list(plan.noted), prefix, verbose=verbose)
        yield from (
            f"{'stale':<9}  {prefix}{path}  (not as in the last run)" for path in plan.stale
        )
    counts = {_word(action, done=done): len(steps) for action, steps in groups.items()}
    yield _total(name, {**counts, "refused": len(plan.refusals)})


def _staying(plan: Plan) -> Iterator[Step]:
    """Yield the history of earlier runs: it is rendered once, and stays all the same.

    So the run that writes a migration, and the next one, which does not, count the same files.
    """
    if plan.record is None:
        return
    told = {step.path for step in plan.steps}
    for path, entry in plan.before.files.items():
        if entry.owner is Owner.HISTORY and entry.app == plan.app and path not in told:
            yield Step(path=path, action=Action.UNCHANGED, owner=entry.owner, entry=entry)


def _word(action: Action, *, done: bool) -> str:
    return action.value if done or not action.writes else action.name.lower()


def _group(word: str, steps: list[Step], prefix: str, *, verbose: bool) -> Iterator[str]:
    if verbose or len(steps) <= _SHOWN:
        yield from (_line(word, step, prefix) for step in steps)
        return
    for folder, group in groupby(steps, key=lambda step: os.path.dirname(step.path)):
        files = list(group)
        if len(files) > _FEW and folder:
            yield f"{word:<9}  {prefix}{folder}/  ({len(files)} files, -v lists them)"
        else:
            yield from (_line(word, step, prefix) for step in files)


def _line(word: str, step: Step, prefix: str) -> str:
    told = step.why or ("the tables follow the models" if is_migration(step) else "")
    why = f"  ({told})" if told and not (step.action.writes and word == _SAME) else ""
    return f"{word:<9}  {prefix}{step.path}{why}"


def _total(name: str, groups: dict[str, int]) -> str:
    counts = {word: count for word, count in groups.items() if count}
    total = sum(counts.values())
    files = "1 file" if total == 1 else f"{total} files"
    if set(counts) <= {_SAME}:
        return f"{name}: nothing to change in {files}"
    parts = ", ".join(_count(count, word) for word, count in counts.items())
    return f"{name}: {files}: {parts}"


def _count(count: int, word: str) -> str:
    planned = word in {action.name.lower() for action in _ORDER if action.writes}
    return f"{count} to {word}" if planned else f"{count} {word}"

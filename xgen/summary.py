"""Tell people what a run did, or would do, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xgen.output.steps import Action

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xgen.output.steps import Plan, Step

_ORDER = (
    Action.CREATE,
    Action.UPDATE,
    Action.MERGE,
    Action.REMOVE,
    Action.UNCHANGED,
    Action.KEEP,
    Action.CONFLICT,
)
_SHOWN = 40
"""Lines for one kind of action, unless all are asked for."""


def settled(action: Action) -> Action:
    """Return what the next run would do where this one did ``action``."""
    return Action.UNCHANGED if action.writes else action


def lines(plan: Plan, name: str, *, verbose: bool = False, again: bool = False) -> Iterator[str]:
    """Yield the summary of a plan; with ``again``, of a run after which nothing has changed."""
    groups: dict[Action, list[Step]] = {action: [] for action in _ORDER}
    for step in plan.steps:
        if step.entry is None and step.action is not Action.KEEP and again:
            continue
        action = settled(step.action) if again else step.action
        groups[action].append(step)
    for action, steps in groups.items():
        if action is not Action.UNCHANGED or verbose:
            yield from _group(action, steps, verbose=verbose, again=again)
    yield _total(name, groups)


def _group(action: Action, steps: list[Step], *, verbose: bool, again: bool) -> Iterator[str]:
    for step in steps if verbose else steps[:_SHOWN]:
        why = f"  ({step.why})" if step.why and not (again and step.action.writes) else ""
        yield f"{action.value:<9}  {step.path}{why}"
    if len(steps) > _SHOWN and not verbose:
        yield f"{action.value:<9}  ... and {len(steps) - _SHOWN} more (-v lists them)"


def _total(name: str, groups: dict[Action, list[Step]]) -> str:
    counts = {action: len(steps) for action, steps in groups.items() if steps}
    total = sum(counts.values())
    files = "1 file" if total == 1 else f"{total} files"
    if set(counts) <= {Action.UNCHANGED}:
        return f"{name}: nothing to change in {files}"
    parts = ", ".join(f"{count} {action.value}" for action, count in counts.items())
    return f"{name}: {files}: {parts}"

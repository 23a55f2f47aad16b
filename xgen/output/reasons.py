"""Why a run changes what it changes: what is not as it was in the run before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xgen.output.steps import Action
from xgen.rendered import Owner

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xgen.output.manifest import Record
    from xgen.output.steps import Plan

_SHOWN = 6
"""Names of one kind; of the others only the number is told."""
_OWNERS = {
    Owner.SCAFFOLD: "yours from now on",
    Owner.MACHINE: "the machine's",
    Owner.HISTORY: "history",
}


def reasons(plan: Plan) -> str | None:
    """Return why ``plan`` changes files, None when it changes none or no more is to be said."""
    record = plan.record
    if record is None or not plan.changes:
        return None
    before = plan.before.apps.get(plan.app)
    if before is None:
        return _first(plan)
    inputs = [_input(path, before, record) for path in plan.stale]
    models = list(_models(plan, before, record))
    if inputs or models:
        return ": ".join(filter(None, (_listed(inputs), ", ".join(models))))
    # Files that are gone say so themselves.
    if all(step.why for step in plan.changes):
        return None
    return "a target, its options or xgen itself is not as in the last run"


def _first(plan: Plan) -> str:
    counts = {
        owner: sum(s.owner is owner and s.action is Action.CREATE for s in plan.steps)
        for owner in _OWNERS
    }
    told = [f"{count} {_OWNERS[owner]}" for owner, count in counts.items() if count]
    return ": ".join(filter(None, ("this is the first run", ", ".join(told))))


def _input(path: str, before: Record, now: Record) -> str:
    if path not in before.inputs:
        return f"{path} is new"
    return f"{path} changed" if path in now.inputs else f"{path} is gone"


def _models(plan: Plan, before: Record, now: Record) -> Iterator[str]:
    old, new = before.signatures, now.signatures
    known = set(plan.renamed) | set(plan.renamed.values())
    yield from (f"{one} is now {other}" for one, other in sorted(plan.renamed.items()))
    groups = {
        "new": [name for name in new if name not in old and name not in known],
        "gone": [name for name in old if name not in new and name not in known],
    }
    for word, names in groups.items():
        if names:
            yield f"{_listed(names)} {_verb(names)} {word}"
    others = [name for name in new if name in old and new[name] != old[name]]
    if others:
        yield f"other fields in {_listed(others)}"


def _verb(names: list[str]) -> str:
    return "is" if len(names) == 1 else "are"


def _listed(names: list[str]) -> str:
    shown = names if len(names) <= _SHOWN + 1 else [*names[:_SHOWN], f"{len(names) - _SHOWN} more"]
    return " and ".join(filter(None, (", ".join(shown[:-1]), shown[-1]))) if shown else ""

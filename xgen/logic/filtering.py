"""Whether a database can check a policy, and if not, why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xgen.ir.expr import Escape, Path
from xgen.ir.walk import calls, walk
from xgen.logic.text import formula_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xgen.ir.app import Policy


def why_unfiltered(policy: Policy, by_ref: Mapping[str, Policy]) -> str | None:
    """Return what keeps a policy, or one that it calls, from becoming a condition; None if nothing.

    Fields that are no columns are not known here; the runtime finds them and looks row by row.
    """
    seen: set[str] = set()
    work = [policy.ref]
    while work:
        current = by_ref[work.pop()]
        if current.ref in seen:
            continue
        seen.add(current.ref)
        for node in walk(current.formula):
            what = None
            if isinstance(node, Escape):
                what = "has Python in it"
            elif isinstance(node, Path) and node.call and node.parts[-1] != "all":
                what = "calls a method"
            if what is not None:
                where = "it" if current is policy else f"`{current.name}`, which it calls,"
                return f"{where} {what}: `{formula_text(node)}`"
        work += (call.policy for call in calls(current.formula) if call.policy in by_ref)
    if _comes_back(policy, by_ref):
        return "it calls itself, as often as the objects go on"
    return None


def _comes_back(policy: Policy, by_ref: Mapping[str, Policy]) -> bool:
    """Say whether a policy reaches a circle of calls, its own or that of one it calls."""
    done: set[str] = set()
    trail: set[str] = set()
    stack = [(policy.ref, False)]
    while stack:
        ref, leaving = stack.pop()
        if leaving:
            trail.discard(ref)
            done.add(ref)
        elif ref in trail:
            return True
        elif ref not in done and ref in by_ref:
            trail.add(ref)
            stack.append((ref, True))
            stack += ((call.policy, False) for call in calls(by_ref[ref].formula))
    return False

"""What changes about who may do what, and about the conditions on objects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xgen.breaking.formulas import Direction, calls_of, direction
from xgen.breaking.rules import Change

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from xgen.breaking.identity import Pairs
    from xgen.ir.app import App, Model, Policy

_RULES = {
    Direction.STRICTER: ("policy-stricter", "allows less than before"),
    Direction.LOOSER: ("policy-looser", "allows more than before"),
    Direction.OTHER: ("policy-changed", "decides otherwise than before"),
}


def access_changes(pairs: Pairs) -> Iterator[Change]:
    """Yield what changes about access policies and validators."""
    policies = {p.ref: p for p in pairs.old.policies}, {p.ref: p for p in pairs.new.policies}
    for old, new in pairs.models:
        yield from _attached(old, new, *policies)
        yield from _validators(old, new)
    yield from _formulas(pairs, *policies)


def _attached(
    old: Model, new: Model, before: dict[str, Policy], after: dict[str, Policy]
) -> Iterator[Change]:
    """Compare what guards a model, where that is another policy now."""
    if old.policy == new.policy:
        return
    name = new.name
    if new.policy is None:
        rule, message = "policy-detached", f"`{name}` is no longer guarded by `{old.policy}`"
    elif old.policy is None:
        rule, message = "policy-attached", f"`{name}` is now guarded by `{new.policy}`"
    else:
        formulas = [
            p.formula if p else None for p in (before.get(old.policy), after.get(new.policy))
        ]
        found = direction(*formulas) if None not in formulas else Direction.OTHER
        if found is Direction.SAME:
            return
        rule, words = _RULES[found]
        message = f"`{name}` is guarded by `{new.policy}`, not `{old.policy}`, which {words}"
    yield Change(rule=rule, subject=name, message=message, span=new.span, was=old.span)


def _validators(old: Model, new: Model) -> Iterator[Change]:
    known = {v.policy for v in old.validators}
    for validator in new.validators:
        if validator.policy not in known:
            yield Change(
                rule="validator-added",
                subject=new.name,
                message=f"objects of `{new.name}` have to satisfy `{validator.policy}` now",
                span=new.span,
                was=old.span,
            )


def _formulas(
    pairs: Pairs, before: dict[str, Policy], after: dict[str, Policy]
) -> Iterator[Change]:
    """Compare the policies that have kept their names."""
    guards = _used(pairs.new, (m.policy for m in pairs.new.models if m.policy))
    validators = _used(pairs.new, (v.policy for m in pairs.new.models for v in m.validators))
    for ref, policy in after.items():
        if ref not in before or (ref not in guards and ref not in validators):
            continue
        found = direction(before[ref].formula, policy.formula)
        if found is Direction.SAME:
            continue
        rule, words = _RULES[found]
        if ref not in guards:
            if found is Direction.LOOSER:
                continue
            rule = "validator-changed"
        yield Change(
            rule=rule,
            subject=policy.name,
            message=f"policy `{policy.name}` {words}",
            span=policy.span,
            was=before[ref].span,
        )


def _used(app: App, roots: Iterable[str]) -> set[str]:
    """Return policies with all that they call."""
    by_ref = {p.ref: p for p in app.policies}
    found: set[str] = set()
    work = list(roots)
    while work:
        ref = work.pop()
        if ref in by_ref and ref not in found:
            found.add(ref)
            work += calls_of(by_ref[ref].formula)
    return found

"""What changes about models as a whole, enums and services."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xgen.breaking.identity import match
from xgen.breaking.members import member_changes
from xgen.breaking.rules import Change
from xgen.ir.app import Field

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from xgen.breaking.identity import Pairs
    from xgen.ir.app import App, Enumeration, Model, ModelRef, RpcService

_INSTANCES = ("ServiceInstance", "Tenant", "TenantWithContainer")


def application_changes(pairs: Pairs) -> Iterator[Change]:
    """Yield what is about no single model."""
    old, new = pairs.old, pairs.new
    if old.name != new.name:
        yield Change(
            rule="app-renamed",
            subject=new.name,
            message=f"the application `{old.name}` is now `{new.name}`",
            note="its package, its tables and the paths of its migrations are named after it",
        )
    for model in pairs.removed:
        yield Change(
            rule="model-removed",
            subject=model.name,
            message=f"model `{model.name}` is gone",
            was=model.span,
        )
    for before, after in pairs.enums:
        if before is not None:
            yield from _enum(before, after)
    for one, other in match(old.services, new.services, [lambda s: s.name]):
        if one is not None:
            yield from _service(one, other)


def _enum(old: Enumeration, new: Enumeration | None) -> Iterator[Change]:
    if new is None:
        message = f"enum `{old.name}` is gone"
        yield Change(rule="enum-removed", subject=old.name, message=message, was=old.span)
        return
    for before, after in match(old.values, new.values, [lambda v: v.number, lambda v: v.name]):
        if before is None:
            continue
        subject = f"{new.name}.{before.name}"
        if after is None:
            rule, message = "enum-value-removed", f"`{subject}` (number {before.number}) is gone"
        elif after.number != before.number:
            rule = "enum-value-renumbered"
            message = f"the number of `{subject}` was {before.number} and is now {after.number}"
        elif after.name != before.name:
            rule = "enum-value-renamed"
            message = f"`{subject}` (number {before.number}) is now called `{after.name}`"
        else:
            continue
        yield Change(rule=rule, subject=subject, message=message, span=new.span, was=old.span)


def _service(old: RpcService, new: RpcService | None) -> Iterator[Change]:
    if new is None:
        message = f"service `{old.name}` is gone"
        yield Change(rule="service-removed", subject=old.name, message=message)
        return
    for before, after in match(old.rpcs, new.rpcs, [lambda r: r.name]):
        if before is None:
            continue
        subject = f"{old.name}.{before.name}"
        if after is None:
            message = f"`{subject}` is gone"
            yield Change(rule="rpc-removed", subject=subject, message=message)
        elif (after.request, after.response) != (before.request, before.response):
            message = (
                f"`{subject}` took `{before.request}` and returned `{before.response}`; "
                f"now it takes `{after.request}` and returns `{after.response}`"
            )
            yield Change(rule="rpc-changed", subject=subject, message=message)


def model_changes(pairs: Pairs) -> Iterator[Change]:
    """Yield what changes in each model that is in both versions."""
    for old, new in pairs.models:
        for rule, message in _as_a_whole(pairs, old, new):
            yield Change(rule=rule, subject=new.name, message=message, span=new.span, was=old.span)
        yield from member_changes(pairs, old, new)


def _as_a_whole(pairs: Pairs, old: Model, new: Model) -> Iterator[tuple[str, str]]:
    name = new.name
    if old.name != name:
        yield "model-renamed", f"model `{old.name}` is now called `{name}`"
    elif old.package != new.package:
        yield "model-renamed", f"model `{old.ref}` is now called `{new.ref}`"
    had_table = not old.abstract and not old.skip_django
    if had_table and (new.abstract or new.skip_django):
        option = "abstract" if new.abstract else "skip_django"
        yield "table-removed", f"`{name}` is now `{option}`: its table goes"
    yield from _bases(pairs, old, new)
    owner = old.owner_class
    if owner is not None and pairs.after(owner) != new.owner_class:
        before, after = (
            "nobody" if ref is None else f"`{ref.rpartition('.')[2]}`"
            for ref in (owner, new.owner_class)
        )
        yield "owner-changed", f"a new `{name}` belonged to {before}, and belongs to {after} now"
    if new.no_sync and not old.no_sync:
        yield "step-removed", f"`{name}` is now `no_sync`: its sync step no longer runs"
    if new.no_policy and not old.no_policy:
        yield "model-policy-removed", f"`{name}` is now `no_policy`: its policy no longer runs"
    was, is_now = (_is_instance(app, m) for app, m in ((pairs.old, old), (pairs.new, new)))
    if was != is_now:
        verb = "is now" if is_now else "is no longer"
        yield "step-kind-changed", f"`{name}` {verb} a service instance: its step has another base"
    yield from _keys(pairs, old, new)
    yield from _unique_together(old, new)


def _is_instance(app: App, model: Model) -> bool:
    return any(app.is_a(model, name) for name in _INSTANCES)


def _bases(pairs: Pairs, old: Model, new: Model) -> Iterator[tuple[str, str]]:
    """Compare all ancestors: one put between a model and its base takes nothing away."""
    before = {pairs.after(a.ref): a for a in pairs.old.ancestors(old)}
    after = {a.ref: a for a in pairs.new.ancestors(new)}
    # What comes and goes with a base that both versions have is reported there.
    inner = _above(pairs.old, old, lambda ref: pairs.after(ref) in after)
    outer = _above(pairs.new, new, lambda ref: ref in before)
    for ref, base in before.items():
        # A base that was split up or merged is none lost as long as its fields are there.
        names = {m.name for m in base.members}
        kept = base.abstract and names <= {m.name for m in pairs.new.all_members(new)}
        if ref not in after and base.ref not in inner and not kept:
            yield "base-removed", f"`{new.name}` no longer derives from `{base.name}`"
    for ref, base in after.items():
        known = {m.name for m in pairs.old.all_members(old)}
        needs = any(
            m.required and m.name not in known and not (isinstance(m, Field) and m.has_default)
            for m in base.members
        )
        if ref in before or ref in outer:
            continue
        if needs or not (base.abstract or base.skip_django):
            yield "base-added", f"`{new.name}` derives from `{base.name}`: its rows have no values"


def _above(app: App, model: Model, is_kept: Callable[[ModelRef], bool]) -> set[str]:
    """Return the ancestors of those bases of a model that are kept."""
    kept = [app.model(ref) for ref in model.bases if is_kept(ref)]
    return {ancestor.ref for base in kept for ancestor in app.ancestors(base)}


def _keys(pairs: Pairs, old: Model, new: Model) -> Iterator[tuple[str, str]]:
    names = {a.name: b.name for a, b in pairs.members(old, new) if a and b}
    before = {names.get(name, name) for name in _key(old)}
    after = _key(new)
    # A field that is gone is reported by itself.
    if before and after != before and before <= {m.name for m in new.members}:
        was, now = (
            ", ".join(f"`{n}`" for n in sorted(key)) or "nothing" for key in (before, after)
        )
        yield "key-changed", f"objects of `{new.name}` were named by {was}, now by {now}"


def _key(model: Model) -> set[str]:
    return {m.name for m in model.members if m.options.flag("tosca_key")}


def _unique_together(old: Model, new: Model) -> Iterator[tuple[str, str]]:
    attributes = {m.attribute for m in old.members}
    known = {frozenset(key) for key in old.unique_together}
    for key in new.unique_together:
        weaker = any(k <= set(key) for k in known)
        if not weaker and attributes.issuperset(key):
            shown = ", ".join(f"`{name}`" for name in key)
            yield "unique-added", f"{shown} of `{new.name}` have to be unique together"

"""What changes about fields and links."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xgen.breaking.rules import Change
from xgen.breaking.types import Fit, compare_types, shown
from xgen.ir.app import Field, Link
from xgen.ir.types import Modifier

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xgen.breaking.identity import Pairs
    from xgen.ir.app import Member, Model


def member_changes(pairs: Pairs, old: Model, new: Model) -> Iterator[Change]:
    """Yield what changes in the fields and links of a model."""
    names = frozenset(m.name for m in new.members)
    for before, after in pairs.members(old, new):
        if after is None and before is not None:
            if not _is_kept(pairs, old, new, before):
                yield _removed(new, before)
        elif after is not None:
            name = before.name if before is not None else after.name
            if before is None:
                changes = [*_added(after)]
            else:
                moved = _moved(pairs, (old, before), (new, after))
                changes = [*_changed(pairs, before, after, names), *moved]
            for rule, message in changes:
                yield Change(
                    rule=rule,
                    subject=f"{new.name}.{name}",
                    message=f"`{new.name}.{name}` {message}",
                    span=after.span,
                    was=before.span if before is not None else None,
                )


def _removed(model: Model, member: Member) -> Change:
    what = "link" if isinstance(member, Link) else "field"
    subject = f"{model.name}.{member.name}"
    return Change(
        rule=f"{what}-removed",
        subject=subject,
        message=f"{what} `{subject}` (number {member.number}) is gone",
        span=model.span,
        was=member.span,
    )


def _is_kept(pairs: Pairs, old: Model, new: Model, member: Member) -> bool:
    """Say whether a member that an abstract base lost is in all the models that had it."""
    if not (old.abstract and new.abstract):
        return False
    below = [
        (a, b)
        for a, b in pairs.models
        if not a.abstract and old.ref in {m.ref for m in pairs.old.ancestors(a)}
    ]
    return bool(below) and all(
        member.name in {m.name for m in pairs.new.all_members(b)} for _, b in below
    )


def _added(member: Member) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with a new field: rows that exist have no value for it."""
    if isinstance(member, Link) and member.kind.is_many:
        return
    if member.required and not (isinstance(member, Field) and _has_value(member)):
        yield "required-added", "is new and required, and has no default"
    if isinstance(member, Field) and member.unique and member.has_default:
        yield "unique-added", "is new and has to be unique, and the default is the same for all"


def _has_value(field: Field) -> bool:
    return field.has_default or field.default_call is not None or field.auto_now_add


def _moved(
    pairs: Pairs, old: tuple[Model, Member], new: tuple[Model, Member]
) -> Iterator[tuple[str, str]]:
    """Compare the tables that hold a member: an abstract base has none of its own."""
    homes = []
    for app, (model, member) in ((pairs.old, old), (pairs.new, new)):
        owner = next(m for m in (model, *app.ancestors(model)) if member in m.members)
        homes.append(None if owner.abstract else (owner.ref, owner.name))
    before, after = homes
    home = (new[0].ref, new[0].name)
    before = home if before is None or pairs.after(before[0]) == home[0] else before
    after = home if after is None else after
    if before != after:
        yield "field-moved", f"is now in the table of `{after[1]}`, was in that of `{before[1]}`"


def _changed(
    pairs: Pairs, old: Member, new: Member, names: frozenset[str]
) -> Iterator[tuple[str, str]]:
    if old.name != new.name:
        # As after one was put in between and the rest counted on: each now has others' values.
        there = f"; `{old.name}` is another number now" if old.name in names else ""
        yield "field-renamed", f"(number {old.number}) is now called `{new.name}`{there}"
    if old.number != new.number:
        yield "field-renumbered", f"had the number {old.number} and has {new.number} now"
    if old.state is not new.state:
        yield (
            "state-changed",
            f"was {old.state.value} state and is {new.state.value} state now",
        )
    if isinstance(old, Link) and isinstance(new, Link):
        yield from _link(pairs, old, new)
    elif isinstance(old, Field) and isinstance(new, Field):
        yield from _field(old, new)
    else:
        kinds = ["link" if isinstance(m, Link) else "field" for m in (old, new)]
        rule = "link-removed" if isinstance(old, Link) else "type-narrowed"
        yield rule, f"was a {kinds[0]} and is a {kinds[1]} now"
    many = isinstance(new, Link) and new.kind.is_many
    if new.required and not old.required and not many:
        yield "made-required", "was optional and is required now"
    if old.required and not new.required and not many:
        yield "may-be-none", "was required and is optional now: a step can find None"


def _link(pairs: Pairs, old: Link, new: Link) -> Iterator[tuple[str, str]]:
    if old.kind is not new.kind:
        yield "link-kind-changed", f"was {old.kind.value} and is {new.kind.value} now"
    if pairs.after(old.peer) != new.peer:
        names = [ref.rpartition(".")[2] for ref in (old.peer, new.peer)]
        yield "peer-changed", f"pointed to `{names[0]}` and points to `{names[1]}` now"
    if old.kind.is_many and new.kind.is_many and _join(pairs, old) != _join(None, new):
        yield "join-changed", "is stored in another join model now"
    if old.reverse is not None and old.reverse != new.reverse:
        now = f"`{new.reverse}`" if new.reverse else "none"
        yield "reverse-changed", f"was `{old.reverse}` seen from its peer, now {now}"
    elif old.reverse is not None and old.reverse_number != new.reverse_number:
        numbers = [n if n is not None else "none" for n in (old.reverse_number, new.reverse_number)]
        yield "reverse-renumbered", f"had the reverse number {numbers[0]}, now {numbers[1]}"


def _join(pairs: Pairs | None, link: Link) -> str | None:
    if link.through is None or pairs is None:
        return link.through or link.through_name
    return pairs.after(link.through)


def _field(old: Field, new: Field) -> Iterator[tuple[str, str]]:
    fit = compare_types(old, new)
    lists = [f.modifier is Modifier.REPEATED for f in (old, new)]
    if lists[0] is not lists[1]:
        words = ["a list" if many else "one value" for many in lists]
        yield "type-narrowed", f"was {words[0]} and is {words[1]} now"
    elif fit is not Fit.SAME:
        rule = "type-narrowed" if fit is Fit.NARROWER else "type-changed"
        yield rule, f"was {shown(old)} and is {shown(new)} now"
    else:
        yield from _text(old, new)
        yield from _values(old, new)
    if new.unique and not old.unique:
        yield "unique-added", "has to be unique now"
    if old.secret and not new.secret:
        yield "secret-exposed", "is no longer secret"
    if _has_value(old) and not _has_value(new) and new.required:
        yield "default-removed", "is required and has no default any more"
    elif _has_value(old) and _has_value(new) and _default(old) != _default(new):
        yield "default-changed", f"had the default {_default(old)}, now {_default(new)}"


def _default(field: Field) -> str:
    call = "now" if field.auto_now_add else field.default_call
    return f"`{call}()`" if call else f"`{field.default!r}`"


def _text(old: Field, new: Field) -> Iterator[tuple[str, str]]:
    length = None if new.text else new.max_length
    before = None if old.text else old.max_length
    if length is not None and (before is None or length < before):
        was = "was of any length" if before is None else f"could have {before} characters"
        yield "length-reduced", f"{was}, now it may have {length} characters"
    if old.content is not new.content and new.content is not None:
        was = f"`{old.content.value}`" if old.content else "any text"
        yield "content-type-changed", f"was {was} and is `{new.content.value}` now"


def _values(old: Field, new: Field) -> Iterator[tuple[str, str]]:
    low, high = new.min_value, new.max_value
    if low is not None and (old.min_value is None or low > old.min_value):
        yield "bounds-tightened", f"has to be at least {low} now"
    if high is not None and (old.max_value is None or high < old.max_value):
        yield "bounds-tightened", f"may be at most {high} now"
    if new.choices and not old.choices:
        yield "choice-removed", "could be anything, now one of its choices"
    elif new.choices:
        values = {choice.value for choice in new.choices}
        gone = [f"`{c.value}`" for c in old.choices if c.value not in values]
        if gone:
            yield "choice-removed", f"can no longer be {', '.join(gone)}"

"""Accessors that links put on their peers: no two of one name, none that hides a field.

Django refuses such models when it loads them, or hides one behind the other. Besides named
reverse links there is one accessor a base: an ``ExampleService`` is ``exampleservice`` on its
``Service``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from xgen.ir.types import Origin
from xgen.linker import findings
from xgen.linker.naming import attribute_name
from xgen.syntax import tree

if TYPE_CHECKING:
    from xgen.ir.app import App, Model
    from xgen.linker.context import Context
    from xgen.linker.resolve import Resolver
    from xgen.linker.symbols import Declared
    from xgen.source import Span


class _Accessor(NamedTuple):
    """A name on a peer, who put it there, and whether that is the input."""

    name: str
    span: Span
    by: str
    own: bool
    number: tree.Name | None = None


def check_accessors(
    app: App, declared: dict[str, Declared], resolver: Resolver, context: Context
) -> None:
    """Report clashes of accessors in which the input takes part."""
    table = _accessors(app, declared, resolver)
    for ref, accessors in table.items():
        if any(accessor.own for accessor in accessors):
            peer = app.get(ref)
            if peer is not None:
                _check_peer(peer, accessors, table, app, context)
            _check_numbers(accessors, context)
    for model in app.models:
        _check_hidden(model, table, app, context)
        _check_abstract(model, app, context)


def _accessors(
    app: App, declared: dict[str, Declared], resolver: Resolver
) -> dict[str, list[_Accessor]]:
    table: dict[str, list[_Accessor]] = {}
    links = list(declared.values())
    links += (
        message
        for tier_origin in {Origin.CORE, *(m.origin for m in app.library)} - {Origin.IMPORTED}
        if (tier := resolver.tier(tier_origin)) is not None
        for ref, message in tier.messages.items()
        if ref not in declared
    )
    for message in links:
        for member in message.members:
            if isinstance(member, tree.Link) and member.reverse is not None:
                peer = resolver.model(member.peer, message)
                if peer is not None:
                    accessor = _of_link(member, member.reverse, message)
                    table.setdefault(peer.ref, []).append(accessor)
    for model in app.models:
        if not model.abstract and not model.skip_django:
            for parent in _concrete_parents(model, app):
                accessor = _Accessor(model.name.lower(), model.span, model.name, own=True)
                table.setdefault(parent.ref, []).append(accessor)
    return table


def _of_link(member: tree.Link, reverse: tree.Name, message: Declared) -> _Accessor:
    hidden = "+" in reverse.text
    name = "" if hidden else attribute_name(reverse.text)
    own = message.origin is Origin.INPUT
    by = f"{message.name}.{member.name.text}"
    return _Accessor(name, reverse.span, by, own, member.reverse_number)


def _concrete_parents(model: Model, app: App) -> list[Model]:
    found: list[Model] = []
    for ref in model.bases:
        base = app.get(ref)
        if base is not None:
            found += _concrete_parents(base, app) if base.abstract else [base]
    return found


def _check_peer(
    peer: Model,
    accessors: list[_Accessor],
    table: dict[str, list[_Accessor]],
    app: App,
    context: Context,
) -> None:
    seen: dict[str, tuple[str, Span, bool]] = {}
    for member in app.all_members(peer):
        span = member.span
        seen[member.attribute] = (f"it has a field `{member.name}`", span, True)
    for ancestor in app.ancestors(peer):
        for accessor in table.get(ancestor.ref, ()):
            if accessor.name:
                what = f"its base `{ancestor.name}` has it from `{accessor.by}`"
                seen.setdefault(accessor.name, (what, accessor.span, accessor.own))
    for accessor in sorted(accessors, key=lambda a: a.own):
        if not accessor.name:
            continue
        first = seen.get(accessor.name)
        if first is None:
            what = f"`{accessor.by}` gives it one of that name"
            seen[accessor.name] = (what, accessor.span, accessor.own)
        elif accessor.own or (first[2] and peer.origin is Origin.INPUT):
            context.add(
                findings.reverse_clash(
                    accessor.name,
                    peer=peer.name,
                    what=first[0],
                    span=accessor.span,
                    first=first[1],
                    severity=context.legacy,
                )
            )


def _check_numbers(accessors: list[_Accessor], context: Context) -> None:
    seen: dict[str, _Accessor] = {}
    for accessor in sorted(accessors, key=lambda a: a.own):
        number = accessor.number
        if number is None:
            continue
        first = seen.setdefault(number.text, accessor)
        if first is not accessor and accessor.own and first.number is not None:
            context.add(
                findings.duplicate_number(
                    number, first.number, first.by, context.legacy, reverse=True
                )
            )


def _check_hidden(
    model: Model, table: dict[str, list[_Accessor]], app: App, context: Context
) -> None:
    """Report own fields that hide an accessor which a base has."""
    ancestors = app.ancestors(model)
    if not ancestors:
        return
    own = {str(member.attribute): member for member in model.members}
    for ancestor in ancestors:
        for accessor in table.get(ancestor.ref, ()):
            member = own.get(accessor.name)
            if member is not None and accessor.by != model.name:
                context.add(
                    findings.reverse_clash(
                        accessor.name,
                        peer=ancestor.name,
                        what=f"`{model.name}`, which derives from it, has the field of that name",
                        span=member.span,
                        first=accessor.span,
                        severity=context.legacy,
                    )
                )


def _check_abstract(model: Model, app: App, context: Context) -> None:
    """Report named accessors of an abstract model with several heirs: each would add one."""
    if not model.abstract:
        return
    named = [link for link in model.links if link.reverse is not None]
    if not named:
        return
    heirs = [m for m in app.models if not m.abstract and model in app.ancestors(m)]
    for link in named if len(heirs) > 1 else ():
        context.add(
            findings.reverse_clash(
                str(link.reverse),
                peer=link.peer,
                what=f"`{heirs[0].name}` and `{heirs[1].name}` both inherit this link",
                span=link.span,
                first=heirs[1].span,
                severity=context.legacy,
            )
        )

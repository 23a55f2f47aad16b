"""Bases: resolved, without cycles, and without fields that an ancestor has already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xgen.ir.app import Field, Link
from xgen.ir.types import Origin
from xgen.linker import findings
from xgen.linker.resolve import OPAQUE

if TYPE_CHECKING:
    from xgen.ir.app import App, Member, Model
    from xgen.linker.context import Context
    from xgen.linker.resolve import Resolver
    from xgen.linker.symbols import Declared
    from xgen.syntax import tree

CORE_BASE = "xgen_core.XOSBase"
DEEPEST = 50


def resolve_bases(declared: Declared, resolver: Resolver, context: Context) -> None:
    """Set a message's bases; what is known to be a Python class stays a name."""
    node = declared.node
    for name in getattr(node, "bases", ()):
        found = resolver.model(name, declared)
        if found is not None:
            if found not in (base for _, base in declared.bases):
                declared.bases.append((name, found))
            continue
        declared.opaque.append(name.text)
        if name.text not in OPAQUE:
            known = [*resolver.names(declared.origin), *OPAQUE]
            context.add(findings.unknown_model("base", name, known, context.legacy))


def cut_cycles(messages: list[Declared], context: Context) -> None:
    """Report each cycle of bases once and remove the base that closes it.

    A chain of bases that is absurdly long is cut too: no database could join so many tables.
    """
    depth: dict[int, int] = {}
    state: dict[int, bool] = {}  # False while a message is being walked, True afterwards
    for root in messages:
        trail: list[Declared] = []
        stack = [root]
        while stack:
            declared = stack[-1]
            if id(declared) not in state:
                state[id(declared)] = False
                trail.append(declared)
            for name, base in list(declared.bases):
                if state.get(id(base)) is False:
                    _cut(declared, name, base, trail, context)
                elif id(base) not in state:
                    stack.append(base)
                    break
            else:
                stack.pop()
                if trail and trail[-1] is declared:
                    trail.pop()
                    state[id(declared)] = True
                    _cut_deep(declared, depth, context)


def _cut_deep(declared: Declared, depth: dict[int, int], context: Context) -> None:
    level = 1 + max((depth.get(id(base), 0) for _, base in declared.bases), default=0)
    if level > DEEPEST:
        context.add(findings.too_deep(declared.node.name, DEEPEST))
        declared.bases.clear()
        level = 1
    depth[id(declared)] = level


def _cut(
    declared: Declared, name: tree.Name, base: Declared, trail: list[Declared], context: Context
) -> None:
    cycle = trail[trail.index(base) :]
    places = [
        written.span
        for one, following in zip(cycle, [*cycle[1:], base], strict=True)
        for written, target in one.bases
        if target is following
    ]
    path = [*(one.name for one in cycle), base.name]
    context.add(findings.inheritance_cycle(path, name.span, places))
    declared.bases.remove((name, base))


def check_redefined(app: App, context: Context) -> None:
    """Report members of the input's models that an ancestor defines too."""
    implicit = app.get(CORE_BASE)
    for model in app.models:
        ancestors = app.ancestors(model)
        if ancestors:
            inherited = {m.attribute: (m, a) for a in reversed(ancestors) for m in a.members}
        elif implicit is not None and not model.skip_django:
            inherited = {m.attribute: (m, implicit) for m in implicit.members}
        else:
            continue
        for member in model.members:
            if member.attribute in inherited:
                _redefined(member, *inherited[member.attribute], bool(ancestors), context)


def _redefined(
    member: Member, first: Member, owner: Model, explicit: bool, context: Context
) -> None:
    same = (
        isinstance(member, Field)
        and isinstance(first, Field)
        and (member.type, member.content) == (first.type, first.content)
    ) or (isinstance(member, Link) and isinstance(first, Link) and member.peer == first.peer)
    if same and (owner.abstract or not explicit):
        return
    why = ", which is a table of its own" if same else " with another type"
    if owner.origin in (Origin.CORE, Origin.PLATFORM) and not explicit:
        why = ", which every model has, with another type"
    context.add(
        findings.field_redefined(
            member.name,
            span=member.span,
            first=first.span,
            owner=owner.name,
            why=why,
            severity=context.legacy,
        )
    )

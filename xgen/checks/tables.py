"""What tables cannot be: bases, links and joins that a database has no form for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xgen.checks import findings
from xgen.ir.types import LinkKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xgen.diagnostics import Diagnostic, Severity
    from xgen.ir.app import App, Link, Model

_BY_HAND = ("User", "ContentType")
"""Models whose class is written by hand and has a table all the same."""


def check_tables(app: App, legacy: Severity) -> Iterator[Diagnostic]:
    """Yield what is wrong with the tables of the input's models."""
    for model in app.models:
        if model.skip_django:
            continue
        yield from _bases(app, model, legacy)
        yield from _inherited_twice(app, model, legacy)
        for link in model.links:
            yield from _peer(app, link, legacy)
            if link.kind is LinkKind.MANY_TO_MANY and link.through is not None:
                yield from _join(app, model, link, legacy)


def _bases(app: App, model: Model, legacy: Severity) -> Iterator[Diagnostic]:
    for base in map(app.model, model.bases):
        if base.skip_django:
            yield findings.base_without_class(model, base, legacy)
    tables = _parents(app, model)
    if len(tables) > 1:
        yield findings.several_tables(model, tables, legacy)


def _parents(app: App, model: Model) -> list[Model]:
    """Return the nearest bases that have a table."""
    found: dict[str, Model] = {}
    for base in map(app.model, model.bases):
        for parent in _parents(app, base) if base.abstract else [base]:
            found[parent.ref] = parent
    return list(found.values())


def _inherited_twice(app: App, model: Model, legacy: Severity) -> Iterator[Diagnostic]:
    """Yield own members that a base's table has from an abstract base of its own."""
    for parent in _parents(app, model):
        above = {
            member.attribute: member
            for ancestor in app.ancestors(parent)
            if ancestor.abstract
            for member in ancestor.members
        }
        for member in model.members:
            first = above.get(member.attribute)
            if first is not None:
                yield findings.column_of_base(member, first, parent, legacy)


def _has_table(model: Model) -> bool:
    return model.name in _BY_HAND or not (model.abstract or model.skip_django)


def _peer(app: App, link: Link, legacy: Severity) -> Iterator[Diagnostic]:
    peer = app.get(link.peer)
    if peer is not None and not _has_table(peer):
        yield findings.peer_without_table(link, peer, legacy)


def _join(app: App, model: Model, link: Link, legacy: Severity) -> Iterator[Diagnostic]:
    """Yield what keeps a join model from joining: it has to link to both sides, once to each."""
    join = app.get(str(link.through))
    if join is None:
        return
    if not _has_table(join):
        yield findings.peer_without_table(link, join, legacy)
        return
    sides = [model.ref, link.peer]
    for side in dict.fromkeys(sides):
        end = app.get(side)
        if end is None:
            continue  # that the peer is unknown was said already
        links = [
            member.peer
            for owner in (join, *app.ancestors(join))
            for member in owner.links
            if member.kind is not LinkKind.MANY_TO_MANY and member.peer == side
        ]
        if len(links) != sides.count(side):
            yield findings.bad_join(link, join, end, len(links), legacy)

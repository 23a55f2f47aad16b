"""The order of models, fixed: what ``_generated/schedule.py`` says, or why there is no such order.

A schedule is right for all objects only if each link leads from a later model to an earlier one.
Where that depends on the objects, on other packages or on nobody (a circle), it is said here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xgen.dataclass import dataclass
from xgen.diagnostics import Diagnostic, Label
from xgen.ir.app import Link
from xgen.ir.graph import Edge, circles, edges_of, waves
from xgen.views.dependencies import has_objects
from xgen.views.layout import statement, tuple_of
from xgen.views.memo import last
from xgen.views.schema import ELSEWHERE, Schema, Table, schema
from xgen.views.text import literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xgen.ir.app import App, Model, ModelRef
    from xgen.ir.graph import Cycle

_WAY_OUT = "leave out the target `static`: then links are looked up at run time"


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """The two arguments of a schedule as source, and what is in the way of one."""

    waves: str = ""
    edges: str = ""
    findings: tuple[Diagnostic, ...] = ()


@last
def schedule(app: App) -> Schedule:
    """Return the schedule of a package."""
    tables = schema(app)
    edges = [
        edge
        for table in tables.concrete()
        for edge in edges_of(app, table.model)
        if has_objects(edge, tables) and tables.label(edge.peer) not in ELSEWHERE.values()
    ]
    pairs = list(_pairs(edges, tables))
    findings = (
        *map(_no_order, circles(pairs)),
        *_links_to_itself(tables),
        *_foreign(edges, tables),
    )
    if findings:
        return Schedule(findings=findings)
    order = waves([table.model.ref for table in tables.concrete()], pairs)
    names = tables.class_names
    shown = [tuple_of([f"models.{names[ref]}" for ref in wave]) for wave in order]
    listed = [
        tuple_of(
            [
                f"models.{names[edge.model]}",
                literal(str(edge.link.attribute)),
                f"models.{names[edge.peer]}",
            ]
        )
        for edge in edges
    ]
    return Schedule(
        waves=statement("waves=", tuple_of(shown), 4) + ",",
        edges=statement("edges=", tuple_of(listed), 4) + ",",
    )


def _pairs(edges: list[Edge], tables: Schema) -> Iterator[Edge]:
    """Yield who comes after whom: along edges and, for their deletion, required links.

    A link to a base can lead to objects of each derived model.
    """
    for edge in edges:
        for first in _ends(edge.link, tables):
            yield Edge(edge.model, first.model.ref, edge.link)
    for table in tables.concrete():
        for link in _links(tables.app, table.model):
            if link.required and link.peer not in _kinds(tables.app, table.model):
                for first in _ends(link, tables):
                    yield Edge(table.model.ref, first.model.ref, link)


def _ends(link: Link, tables: Schema) -> list[Table]:
    """Return the models of this package whose objects a link can hold."""
    return [table for table in tables.concrete() if link.peer in _kinds(tables.app, table.model)]


def _kinds(app: App, model: Model) -> set[ModelRef]:
    return {model.ref, *(base.ref for base in app.ancestors(model))}


def _links(app: App, model: Model) -> Iterator[Link]:
    return (member for member in app.all_members(model) if isinstance(member, Link))


# What is in the way


def _links_to_itself(tables: Schema) -> Iterator[Diagnostic]:
    """Yield required links between objects of one model: these go in the order of the data.

    Optional ones give no order: they are no edges of ``model-deps.yaml``.
    """
    for table in tables.concrete():
        kinds = _kinds(tables.app, table.model)
        for link in _links(tables.app, table.model):
            if link.required and link.peer in kinds:
                yield _finding(
                    f"`{table.class_name}.{link.name}` is required and links objects of one model,"
                    " so which one goes first is in the data",
                    link,
                )


def _foreign(edges: list[Edge], tables: Schema) -> Iterator[Diagnostic]:
    for edge in edges:
        if edge.peer not in tables.by_ref or not _ends(edge.link, tables):
            peer = edge.peer.rpartition(".")[2]
            yield _finding(
                f"`{tables.class_names[edge.model]}.{edge.link.name}` leads to `{peer}`, and objects"
                " of other packages come into sync when these say so",
                edge.link,
            )


def _no_order(cycle: Cycle) -> Diagnostic:
    labels = tuple(Label(other.link.span, "and this link") for other in cycle.edges[1:])
    return _finding(f"models depend on each other: {cycle}", cycle.edges[0].link, labels)


def _finding(text: str, link: Link, labels: tuple[Label, ...] = ()) -> Diagnostic:
    return Diagnostic(
        code="no-static-order",
        message=text,
        span=link.span,
        labels=labels,
        notes=("the order of this package cannot be fixed when it is generated",),
        help=_WAY_OUT,
    )

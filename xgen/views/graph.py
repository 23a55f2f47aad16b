"""A drawing of the models: what derives from what, and what links to what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xgen.dataclass import dataclass
from xgen.diagnostics import Diagnostic, did_you_mean
from xgen.ir.types import LinkKind
from xgen.views.schema import schema
from xgen.views.wire import free_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xgen.ir.app import App, Link

FORMATS = ("dot", "mermaid")


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A model. ``is_own`` says that the input defines it."""

    name: str
    is_own: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrow:
    """``start`` links to ``end`` or, without a label, derives from it.

    ``here`` is how many objects of ``start`` one object of ``end`` may have, ``there`` the
    reverse: ``1``, ``0..1`` or ``*``.
    """

    start: str
    end: str
    label: str = ""
    here: str = ""
    there: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """Nodes in the order of the models, those of others last, and the arrows between them."""

    format: str
    nodes: tuple[Node, ...]
    bases: tuple[Arrow, ...]
    links: tuple[Arrow, ...]
    findings: tuple[Diagnostic, ...] = ()


def graph(app: App, options: Mapping[str, object] | None = None) -> Drawing:
    """Return the drawing; the option ``format`` says what it is written as."""
    wanted = str((options or {}).get("format", FORMATS[0]))
    names = _Names(app)
    bases, links = [], []
    for model in app.models:
        start = names.of(model.ref)
        bases += [Arrow(start=start, end=names.of(base)) for base in model.bases]
        bases += [Arrow(start=start, end=names.of(base)) for base in model.opaque_bases]
        links += [_arrow(start, names.of(link.peer), link) for link in model.links]
    return Drawing(
        format=wanted,
        nodes=names.nodes(),
        bases=tuple(bases),
        links=tuple(links),
        findings=() if wanted in FORMATS else (_unknown(wanted),),
    )


def _arrow(start: str, end: str, link: Link) -> Arrow:
    one = "1" if link.required else "0..1"
    return Arrow(
        start=start,
        end=end,
        label=str(link.attribute),
        here="0..1" if link.kind is LinkKind.ONE_TO_ONE else "*",
        there="*" if link.kind.is_many else one,
    )


class _Names:
    """Gives each model one name in the drawing; two of one name are told apart."""

    def __init__(self, app: App) -> None:
        self._known = schema(app).class_names
        self._names: dict[str, str] = {}
        for model in app.models:
            self.of(model.ref)
        self._own = len(self._names)

    def of(self, ref: str) -> str:
        name = self._names.get(ref)
        if name is None:
            wanted = self._known.get(ref) or ref.rpartition(".")[2]
            plain = "".join(c if c.isascii() and (c.isalnum() or c == "_") else "_" for c in wanted)
            name = self._names[ref] = free_name(plain, self._names.values())
        return name

    def nodes(self) -> tuple[Node, ...]:
        return tuple(
            Node(name=name, is_own=place < self._own)
            for place, name in enumerate(self._names.values())
        )


def _unknown(wanted: str) -> Diagnostic:
    return Diagnostic(
        code="bad-target-option",
        message=f"the target `graph` has no format `{wanted}`",
        help=did_you_mean(wanted, FORMATS) or f"formats: {', '.join(FORMATS)}",
    )

"""What the messages of a model's objects hold on the wire: names and numbers, none used twice.

The numbers are those of :mod:`xgen.ir.numbering`. Where two fields would share one, as in models
whose authors never had them numbered, the later field gets a free number and a warning says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xgen.dataclass import dataclass
from xgen.diagnostics import Diagnostic, Severity
from xgen.ir.app import Link
from xgen.ir.numbering import Numbering
from xgen.views.memo import last

if TYPE_CHECKING:
    from collections.abc import Collection

    from xgen.ir.app import App, Member, Model, ModelRef
    from xgen.ir.numbering import Numbered

FIRST_FREE = 2000
"""Where the numbers of fields begin whose own are taken: above blocks and reverse accessors."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WireField:
    """A field of a message. ``member`` is None for ``id`` and for reverse accessors."""

    name: str
    number: int
    member: Member | None = None
    owner: ModelRef
    """The model that declares the field or, for a reverse accessor, the link behind it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WireModel:
    """A model as a message: ``id``, inherited fields, own fields, then reverse accessors."""

    model: Model
    fields: tuple[WireField, ...]
    reverse: tuple[WireField, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire:
    """All models that have objects, and what had to be given another number."""

    models: tuple[WireModel, ...]
    findings: tuple[Diagnostic, ...]
    """About fields."""
    reverse_findings: tuple[Diagnostic, ...]
    """About reverse accessors, which not every format has."""


def has_objects(model: Model) -> bool:
    """Say whether there are objects of exactly this model."""
    return not model.abstract


@last
def wire(app: App) -> Wire:
    """Return the messages of the input's models."""
    numbering = Numbering(app)
    findings: tuple[list[Diagnostic], list[Diagnostic]] = ([], [])
    models = tuple(
        _model(model, numbering, *findings) for model in app.models if has_objects(model)
    )
    own, reverse = map(tuple, findings)
    return Wire(models=models, findings=own, reverse_findings=reverse)


def free_name(name: str, taken: Collection[str]) -> str:
    """Return ``name``, with a number behind it if it is taken."""
    number, candidate = 1, name
    while candidate in taken:
        number += 1
        candidate = f"{name}_{number}"
    return candidate


def _model(
    model: Model,
    numbering: Numbering,
    findings: list[Diagnostic],
    reverse_findings: list[Diagnostic],
) -> WireModel:
    builder = _Builder(model)
    for numbered in numbering.fields(model):
        builder.add(numbered)
    fields = builder.done(findings)
    for reverse in numbering.reverse(model):
        name = f"{reverse.link.reverse or reverse.name}_ids"
        builder.add_reverse(name, reverse.number, reverse.model)
    return WireModel(model=model, fields=fields, reverse=builder.done(reverse_findings))


def field_name(member: Member) -> str:
    """Return how a field is called in an object; a link is the id, or the ids, of its peer."""
    name = str(member.attribute)
    if isinstance(member, Link):
        return f"{name}_ids" if member.kind.is_many else f"{name}_id"
    return name


class _Builder:
    """Collects the fields of one message."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._findings: list[Diagnostic] = []
        self._names = {"id"}
        self._numbers = {1: "id"}
        self._free = FIRST_FREE
        self._members: set[str] = set()
        self._found = [WireField(name="id", number=1, owner=model.ref)]

    def add(self, numbered: Numbered) -> None:
        """Add a declared field; one that was inherited twice is one field."""
        member = numbered.member
        if member is None or member.attribute in self._members:
            return
        self._members.add(member.attribute)
        self._put(field_name(member), numbered.number, numbered.owner, member)

    def add_reverse(self, name: str, number: int, owner: ModelRef) -> None:
        """Add a reverse accessor."""
        self._put(name, number, owner, None)

    def done(self, findings: list[Diagnostic]) -> tuple[WireField, ...]:
        """Return what was added since the last time; what was odd about it goes to ``findings``."""
        findings += self._findings
        found, self._found, self._findings = tuple(self._found), [], []
        return found

    def _put(self, wanted: str, number: int, owner: ModelRef, member: Member | None) -> None:
        name = free_name(wanted, self._names)
        self._names.add(name)
        if number in self._numbers:
            moved = self._next()
            self._report(name, member, number, moved)
            number = moved
        self._numbers[number] = name
        self._found.append(WireField(name=name, number=number, owner=owner, member=member))

    def _next(self) -> int:
        while self._free in self._numbers:
            self._free += 1
        return self._free

    def _report(self, name: str, member: Member | None, number: int, moved: int) -> None:
        model = self._model
        holder = self._numbers[number]
        self._findings.append(
            Diagnostic(
                code="wire-number",
                message=f"`{name}` of `{model.name}` gets the number {moved}: {number} is that of"
                f" `{holder}`",
                span=model.span if member is None or member not in model.members else member.span,
                severity=Severity.WARNING,
                help="give it a free number: programs that were built for one break when it"
                " changes",
            )
        )

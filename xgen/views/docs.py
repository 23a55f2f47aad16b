"""A page for people about a service: its models in tables, with the words of the model."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from xgen.dataclass import dataclass
from xgen.ir.types import ContentType, FieldType, LinkKind, Modifier, StateKind
from xgen.views.django import model_text
from xgen.views.graph import graph
from xgen.views.proto import member_text
from xgen.views.schema import schema
from xgen.views.values import default_of

if TYPE_CHECKING:
    from xgen.ir.app import App, Enumeration, Field, Link, Member, Model, Policy
    from xgen.views.graph import Drawing

_CONTENTS = {
    ContentType.DATE: "date and time",
    ContentType.IP: "IP address",
    ContentType.STRIPPED: "text",
    ContentType.URL: "URL",
}
_KINDS = {
    LinkKind.MANY_TO_ONE: "one",
    LinkKind.ONE_TO_ONE: "one, of its own",
    LinkKind.MANY_TO_MANY: "several",
    LinkKind.ONE_TO_MANY: "several",
}
_WRITERS = {
    StateKind.DECLARATIVE: "",
    StateKind.FEEDBACK: "written by the synchronizer",
    StateKind.BOOKKEEPING: "written by the runtime",
}
_UNSAFE = re.compile(r"([\\`*\[\]<>|#~]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9]))")
"""What may be markup; an underscore inside a word is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One model. The cells of rows are not escaped yet, texts are paragraphs as they were."""

    name: str
    title: str
    text: str
    facts: tuple[str, ...]
    fields: tuple[tuple[str, ...], ...]
    links: tuple[tuple[str, ...], ...]
    reverse: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Formula:
    """A policy: its name, what it says, and the fence that its text can stand between."""

    name: str
    text: str
    body: str
    fence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The whole page."""

    title: str
    text: str
    drawing: Drawing
    sections: tuple[Section, ...]
    enums: tuple[tuple[str, str, tuple[tuple[str, ...], ...]], ...]
    policies: tuple[Formula, ...]


def docs(app: App) -> Page:
    """Return what the page says."""
    return Page(
        title=" ".join(app.title.split()) or str(app.name),
        text=app.doc.strip(),
        drawing=graph(app),
        sections=tuple(_Writer(app).section(model) for model in app.models),
        enums=tuple(_enum(enum, app) for enum in app.enums),
        policies=tuple(_formula(policy) for policy in app.policies),
    )


def cell(text: object) -> str:
    """Return text for a cell of a table, or for a sentence: on one line, no word is markup."""
    return _UNSAFE.sub(r"\\\1", " ".join(str(text).split()))


def paragraphs(text: str) -> str:
    """Return text as paragraphs in which no word is markup; empty lines go on dividing them."""
    found = re.split(r"\n\s*\n", text.strip())
    return "\n\n".join("\n".join(cell(line) for line in one.split("\n")) for one in found)


class _Writer:
    def __init__(self, app: App) -> None:
        self._app = app
        self._names = schema(app).class_names

    def section(self, model: Model) -> Section:
        return Section(
            name=str(model.name),
            title=" ".join(model.verbose_name.split()) or str(model.name),
            text=model_text(model),
            facts=tuple(self._facts(model)),
            fields=tuple(self._field(field) for field in model.fields),
            links=tuple(self._link(link) for link in model.links),
            reverse=tuple(
                (str(r.name), self._name(r.peer), _KINDS[r.kind], r.link)
                for r in self._app.reverse_links(model)
            ),
        )

    def _facts(self, model: Model) -> list[str]:
        facts = []
        bases = [*map(self._name, model.bases), *model.opaque_bases]
        if bases:
            facts.append(f"Derives from {' and '.join(cell(base) for base in bases)}.")
        if model.abstract:
            facts.append("Has no objects of its own: others derive from it.")
        if model.owner_class is not None:
            facts.append(f"Its objects belong to {cell(self._name(model.owner_class))}.")
        facts += [
            f"No two objects agree in {' and '.join(cell(name) for name in key)}."
            for key in model.unique_together
        ]
        if model.policy is not None:
            facts.append(f"Access: the policy {cell(model.policy)}.")
        facts += [
            f"Must satisfy {cell(check.policy)}: {cell(check.message)}"
            for check in model.validators
        ]
        return facts

    def _field(self, field: Field) -> tuple[str, ...]:
        return (
            field.name,
            self._type(field),
            _required(field),
            _default(field),
            _notes(field, "unique" if field.unique else "", "secret" if field.secret else ""),
        )

    def _link(self, link: Link) -> tuple[str, ...]:
        return (link.name, self._name(link.peer), _KINDS[link.kind], _required(link), _notes(link))

    def _type(self, field: Field) -> str:
        if field.type is FieldType.NAMED:
            kind = self._name(field.type_ref or "") or "unknown"
        elif field.content is not None:
            kind = _CONTENTS[field.content]
        else:
            kind = "text" if field.type is FieldType.STRING else field.type.value
        if field.choices:
            kind += ": " + ", ".join(_choice(c.value, c.label) for c in field.choices)
        elif kind == "text" and field.max_length and not field.text:
            kind += f", up to {field.max_length}"
        if field.min_value is not None:
            kind += f", from {field.min_value}"
        if field.max_value is not None:
            kind += f", to {field.max_value}"
        return f"list of {kind}" if field.modifier is Modifier.REPEATED else kind

    def _name(self, ref: str) -> str:
        return self._names.get(ref) or ref.rpartition(".")[2]


def _choice(value: object, label: str) -> str:
    return str(value) if label == str(value) else f"{value} ({label})"


def _required(member: Member) -> str:
    return "yes" if member.required else ""


def _default(field: Field) -> str:
    if field.auto_now_add or field.default_call == "now":
        return "now"
    value = default_of(field)
    if value is None:
        return ""
    return '""' if value == "" else str(value)


def _notes(member: Member, *more: str) -> str:
    text = member_text(member)
    notes = [note for note in (_WRITERS[member.state], *more) if note]
    return f"{text} ({', '.join(notes)})".strip() if notes else text


def _enum(enum: Enumeration, app: App) -> tuple[str, str, tuple[tuple[str, ...], ...]]:
    rows = tuple((value.name, str(value.number), value.doc) for value in enum.values)
    return schema(app).class_names[enum.ref], enum.doc.strip(), rows


def _formula(policy: Policy) -> Formula:
    longest = max((len(run) for run in re.findall("`+", policy.body)), default=0)
    return Formula(
        name=policy.ref,
        text=policy.doc.strip(),
        body=policy.body.strip(),
        fence="`" * max(3, longest + 1),
    )

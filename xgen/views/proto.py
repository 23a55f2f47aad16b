"""What a plain ``.proto`` file says: one message a model, its enums, ready to be placed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from xgen.dataclass import dataclass
from xgen.ir.app import Field, Link
from xgen.ir.types import ContentType, FieldType, Modifier
from xgen.views.django import model_text
from xgen.views.memo import last
from xgen.views.text import comment
from xgen.views.wire import free_name, wire

if TYPE_CHECKING:
    from xgen.diagnostics import Diagnostic
    from xgen.ir.app import App, Enumeration, Member
    from xgen.views.wire import WireField, WireModel

_SCALARS = frozenset(kind.value for kind in FieldType if kind is not FieldType.NAMED)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtoField:
    """One line of a message or an enum, with the comment above it; both are indented."""

    comment: str
    line: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtoBlock:
    """A message or an enum. ``comment`` is a comment in front, "" without one."""

    name: str
    comment: str
    lines: tuple[ProtoField, ...]
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtoFile:
    """The whole file."""

    package: str
    enums: tuple[ProtoBlock, ...]
    messages: tuple[ProtoBlock, ...]
    names: dict[str, str]
    """The message of each model by the model's qualified name."""
    findings: tuple[Diagnostic, ...]


@last
def proto(app: App) -> ProtoFile:
    """Return the messages of plain objects: fields and links, none of them computed."""
    return Protobuf(app, api=False).file()


class Protobuf:
    """Draws the models of one application as protobuf; ``api`` adds what only a service has."""

    def __init__(self, app: App, *, api: bool) -> None:
        self._app = app
        self._api = api
        self._wire = wire(app)
        self._taken: set[str] = set()
        self.names: dict[str, str] = {}
        for each in self._wire.models:
            self.names[each.model.ref] = self.take(str(each.model.name))
        self._values: dict[str, list[str]] = {}
        for enum in app.enums:
            self.names[enum.ref] = self.take(str(enum.name))
        for enum in app.enums:
            self._values[enum.ref] = self._value_names(enum)

    def file(self) -> ProtoFile:
        """Return the messages and enums of the file."""
        findings = self._wire.findings
        if self._api:
            findings += self._wire.reverse_findings
        return ProtoFile(
            package=str(self._app.name),
            enums=tuple(self._enum(enum) for enum in self._app.enums),
            messages=tuple(self._message(each) for each in self._wire.models),
            names=self.names,
            findings=findings,
        )

    def take(self, name: str) -> str:
        """Return a name for the top level of the file that nothing else there has."""
        free = free_name(name, self._taken | _SCALARS)
        self._taken.add(free)
        return free

    def _value_names(self, enum: Enumeration) -> list[str]:
        """Name the values; they share one scope with all others of the file."""
        prefix = screaming(self.names[enum.ref])
        words = [_word(value.name) for value in enum.values]
        if all(value.number for value in enum.values):
            words.insert(0, "UNSPECIFIED")
        return [self.take(f"{prefix}_{word}") for word in words]

    def _enum(self, enum: Enumeration) -> ProtoBlock:
        names = self._values[enum.ref]
        values = [(value.number, value.doc) for value in enum.values]
        if len(names) > len(values):
            values.insert(0, (0, "Nothing was said; proto3 wants a value 0."))
        lines = [
            ProtoField(comment=_comment(doc, 2), line=f"  {name} = {number};")
            for name, (number, doc) in zip(names, values, strict=True)
        ]
        # The first one has to be 0.
        lines.sort(key=lambda line: not line.line.endswith(" = 0;"))
        return ProtoBlock(
            name=self.names[enum.ref], comment=_comment(enum.doc, 0), lines=tuple(lines)
        )

    def _message(self, each: WireModel) -> ProtoBlock:
        fields = [*each.fields, *(each.reverse if self._api else ())]
        taken: set[str] = set()
        return ProtoBlock(
            name=self.names[each.model.ref],
            comment=_comment(model_text(each.model), 0),
            lines=tuple(self._field(field, taken) for field in fields),
        )

    def _field(self, field: WireField, taken: set[str]) -> ProtoField:
        member = field.member
        if member is None:
            kind = "int32" if field.name == "id" else "repeated int32"
            text = "" if field.name == "id" else f"Each `{field.owner}` that links here."
        else:
            kind = self._type(member)
            text = member_text(member)
        # protoc wants the names apart in JSON, too: `foo_bar` and `fooBar` are one there.
        name, number = field.name, 1
        while camel(name) in taken:
            number += 1
            name = f"{field.name}_{number}"
        taken.add(camel(name))
        line = f"  {kind} {name} = {field.number};"
        return ProtoField(comment=_comment(text, 2), line=line)

    def _type(self, member: Member) -> str:
        """Return the type of a field with its label."""
        if isinstance(member, Link):
            return "repeated int32" if member.kind.is_many else "optional int32"
        kind = self._scalar(member)
        if member.modifier is Modifier.REPEATED:
            return f"repeated {kind}"
        # A service tells a field that was not sent from an empty one; so do optional fields.
        return kind if member.required and not self._api else f"optional {kind}"

    def _scalar(self, member: Field) -> str:
        if member.type is FieldType.NAMED:
            # What is defined nowhere, or has no message, travels as its text.
            return self.names.get(member.type_ref or "", "string")
        if self._api and member.content is ContentType.DATE:
            return "double"  # seconds since 1970, as clients of old know them
        return str(member.type.value)


def member_text(member: Member) -> str:
    """Return what there is to say about a field: its help text, else its comment."""
    return member.help_text.strip() or member.doc.strip()


def camel(name: str) -> str:
    """Return the name of a field in JSON, as protobuf makes it."""
    return re.sub(r"_+(.?)", lambda found: found[1].upper(), name)


def screaming(name: str) -> str:
    """Return a class name as a prefix of constants: ``ColorName`` gives ``COLOR_NAME``."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name)
    return words.upper()


def _word(text: str) -> str:
    return re.sub(r"[^A-Z0-9]+", "_", text.upper()).strip("_") or "VALUE"


def _comment(text: str, indent: int) -> str:
    """Return the comment lines for a text, each with its line end; "" without text."""
    if not text.strip():
        return ""
    margin = " " * indent
    lines = comment(text.strip(), "//").split("\n")
    return "".join(f"{margin}{line}\n" for line in lines)

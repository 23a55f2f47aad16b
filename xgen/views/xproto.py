"""The models written out as xproto again: the same meaning, in one spelling.

What the author wrote is taken from the IR: options with their raw values, documentation,
policies as they stand. References are written in full, and options where they were stated.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from xgen.dataclass import dataclass
from xgen.ir.app import Link
from xgen.ir.types import FieldType, Origin
from xgen.views.launch import relative
from xgen.views.text import comment

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from xgen.ir.app import App, Enumeration, Field, Member, Model, Policy, RpcService
    from xgen.ir.options import Option, Options
    from xgen.source import Span

_UNKNOWN = "unknown"
"""Stands for a type that is defined nowhere; it means as little when it is read again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class XprotoFile:
    """One input file, written again."""

    path: str
    text: str


class _Statement(NamedTuple):
    """A statement at the top level of a file, with its place there and the package it is in."""

    start: int
    package: str | None
    lines: list[str]


def xproto(app: App) -> tuple[XprotoFile, ...]:
    """Return each input file, with the meaning that the linker found in it."""
    return tuple(
        XprotoFile(path=_path(app, source), text=_Printer(app, source).text())
        for source in app.sources
    )


def _path(app: App, source: str) -> str:
    path = relative(source)
    return path if path.endswith(".xproto") else f"{app.name}.xproto"


class _Printer:
    def __init__(self, app: App, source: str) -> None:
        self._app = app
        self._source = source
        self._bare = _unambiguous(app)
        self._models = [model for model in app.models if model.span.path == source]
        self._enums = [enum for enum in app.enums if enum.span.path == source]

    def text(self) -> str:
        """Return the text of the file; it ends its last line."""
        is_first = self._source == self._app.sources[0]
        blocks = [*_doc(self._app.doc), ""] if is_first else []
        blocks += [f'import "{path}";' for path in self._imports()]
        package: str | None = None
        for statement in sorted(self._statements(), key=lambda each: each.start):
            if statement.package != package and statement.package is not None:
                package = statement.package
                blocks.append(f"\npackage {package};")
            if len(statement.lines) > 1:
                blocks.append("")
            blocks += statement.lines
        if self._source == self._app.sources[-1]:
            for service in self._app.services:
                blocks += ["", *_service(service)]
        return "\n".join(blocks).strip("\n") + "\n"

    def _imports(self) -> Iterator[str]:
        """Yield the files that hold what this one uses of other packages."""
        used = [m.span.path for m in self._app.library if m.origin is Origin.IMPORTED]
        used += [enum.span.path for enum in self._app.enums]
        yield from (p for p in dict.fromkeys(used) if p not in self._app.sources)

    def _statements(self) -> Iterator[_Statement]:
        for option in self._file_options():
            start = option.name_span.start
            yield _Statement(start, None, [f"option {option.name} = {option.raw};"])
        for policy in self._app.policies:
            if self._is_here(policy.span):
                yield _Statement(policy.span.start, _package(policy.ref), _policy(policy))
        for enum in self._enums:
            if enum.outer is None:
                yield _Statement(enum.span.start, _package(enum.ref), _enum(enum))
        for model in self._models:
            if model.outer is None:
                yield _Statement(model.span.start, model.package, self._message(model))

    def _is_here(self, span: Span) -> bool:
        return span.path == self._source

    def _file_options(self) -> Iterable[Option]:
        """Return the options of the file: what its models got from it, and what holds at its end."""
        found: dict[int, Option] = {}
        inherited = (o for m in self._models for o in m.options.values() if o.inherited)
        for option in (*inherited, *self._app.options.values()):
            if option.path == self._source:
                found[option.start] = option
        return found.values()

    def _message(self, model: Model) -> list[str]:
        policy = f"::{_bare(model.policy)}" if model.policy else ""
        bases = ", ".join((*map(self._reference, model.bases), *model.opaque_bases))
        head = f"message {_bare(model.ref)}{policy}{f' ({bases})' if bases else ''} {{"
        lines = [*_doc(model.doc), head]
        own = [option for option in model.options.values() if not option.inherited]
        lines += [f"  option {option.name} = {option.raw};" for option in own]
        lines += [
            f"  extensions {first} to {'max' if last is None else last};"
            for first, last in model.extensions
        ]
        for enum in self._enums:
            if enum.outer == model.ref:
                lines += _indented(_enum(enum))
        for inner in self._models:
            if inner.outer == model.ref:
                lines += _indented(self._message(inner))
        for member in model.members:
            lines += _indented([*_doc(member.doc), self._member(member)])
        return [*lines, "}"]

    def _member(self, member: Member) -> str:
        policy = f"::{_bare(member.policy)}" if member.policy else ""
        head = f"{member.modifier.value} "
        if isinstance(member, Link):
            head += f"{member.kind.value} {member.name}{policy}->{self._reference(member.peer)}"
            head += f"/{member.through_name}" if member.through_name else ""
            head += f":{member.reverse_name}" if member.reverse_name else ""
            head += f" = {member.number}"
            head += f":{member.reverse_number}" if member.reverse_number is not None else ""
        else:
            head += f"{self._type(member)} {member.name}{policy} = {member.number}"
        return head + _bracket(member.options) + ";"

    def _type(self, member: Field) -> str:
        if member.type is FieldType.NAMED:
            return self._reference(member.type_ref or _UNKNOWN)
        return str(member.type.value)

    def _reference(self, ref: str) -> str:
        """Return how a model is called here: a bundled one by its bare name, as its users do."""
        return self._bare.get(ref, ref)


def _unambiguous(app: App) -> dict[str, str]:
    """Return the bare names of the bundled models that nothing else has, by qualified name."""
    known = Counter(_bare(model.ref) for model in (*app.models, *app.library))
    known.update(_bare(enum.ref) for enum in app.enums)
    bundled = (m for m in app.library if m.origin in (Origin.CORE, Origin.PLATFORM))
    return {model.ref: _bare(model.ref) for model in bundled if known[_bare(model.ref)] == 1}


def _bracket(options: Options) -> str:
    inner = ", ".join(f"{option.name} = {option.raw}" for option in options.values())
    return f" [{inner}]" if inner else ""


def _enum(enum: Enumeration) -> list[str]:
    lines = [*_doc(enum.doc), f"enum {_bare(enum.ref)} {{"]
    lines += [f"  option {option.name} = {option.raw};" for option in enum.options.values()]
    for value in enum.values:
        line = f"{value.name} = {value.number}{_bracket(value.options)};"
        lines += _indented([*_doc(value.doc), line])
    return [*lines, "}"]


def _policy(policy: Policy) -> list[str]:
    return [*_doc(policy.doc), f"policy {policy.name} <{policy.body}>"]


def _service(service: RpcService) -> list[str]:
    lines = [*_doc(service.doc), f"service {service.name} {{"]
    lines += [f"  rpc {rpc.name} ({rpc.request}) returns ({rpc.response});" for rpc in service.rpcs]
    return [*lines, "}"]


def _doc(text: str) -> list[str]:
    return comment(text, "//").split("\n") if text.strip() else []


def _indented(lines: list[str]) -> list[str]:
    return [f"  {line}" for line in lines]


def _bare(ref: str) -> str:
    return ref.rpartition(".")[2]


def _package(ref: str) -> str | None:
    return ref.rpartition(".")[0] or None

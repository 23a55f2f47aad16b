"""Models in plain protobuf syntax: bases, links and policies are said by options (``--rev``).

    option bases = "A,B";                                     in a message: what it derives from
    optional int32 room = 2 [model = "Room", link = "manytoone", port = "shelves"];    a link
    option rule = "policy: ctx.user.is_admin";                in a file: a policy

Two spellings are read: what a person writes, where only texts are meant to stay in quotes, and what
the old target ``proto`` gives, where every value stands in quotes and a text in two of them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from xgen.dataclass import replace
from xgen.diagnostics import Diagnostic, Severity
from xgen.source import Source, Span
from xgen.syntax import tree
from xgen.syntax.parser import parse
from xgen.syntax.policy import parse_policy
from xgen.syntax.tree import Name, Option, Value, ValueKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xgen.diagnostics import Report

_SYNTAX = re.compile(
    r"^[ \t]*(?:(?:syntax|edition)\s*=\s*(?:\"[^\"\n]*\"|'[^'\n]*')|reserved\s+[\d\"'][^;{}]*)\s*;",
    re.MULTILINE,
)
"""Statements that say nothing about the models."""
_ONEOF = re.compile(r"^([ \t]*oneof\s+\w+\s*\{)([^{}]*)\}", re.MULTILINE)
"""Fields of which one at most is set: each is optional."""
_DOUBLED = re.compile(r"""(?<==)(\s*)""(?!\s*[,\]])((?:[^"\\\n]|\\.)*)""(?=\s*[,\]])""")
_INNER = "\x01"
"""Stands for the inner quotes of a text in two of them, while it is parsed."""
_LINKS = ("manytoone", "manytomany", "onetoone")
_SAYS_LINK = frozenset(
    ("link", "link_type", "model", "modifier", "port", "dst_port", "src_port", "through", "type")
)
_TEXTS = frozenset(
    (
        "choices",
        "content_type",
        "description",
        "help_text",
        "plural",
        "singular",
        "unique_with",
        "verbose_name",
    )
)
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
_WORD = re.compile(r"[A-Za-z_$][A-Za-z0-9_+$]*")
_CONSTANTS = ("True", "False", "None")
_POLICY = re.compile(r"\"\s*policy:")


def parse_plain(source: Source, report: Report) -> tree.File:
    """Return the syntax tree that the same model would have in xproto."""
    text = _SYNTAX.sub(_blank, source.text)
    text = _ONEOF.sub(lambda m: f"{_blank(m[1])}{m[2]} ", text)
    text = _DOUBLED.sub(lambda m: f'{m[1]}"{_INNER}{m[2]}{_INNER}"', text)
    # A field without a modifier is optional in plain protobuf.
    file = parse(Source(source.path, text), report, ("missing-modifier",))
    return tree.File(file.path, tuple(_Rewriter(source, report).file(file)), file.comments)


def _blank(found: re.Match[str] | str) -> str:
    """Return blanks, and line ends, for a text: what follows stays where it is."""
    text = found if isinstance(found, str) else found[0]
    return re.sub(r"[^\n]", " ", text)


class _Rewriter:
    """Turns the statements of one file into those of xproto."""

    def __init__(self, source: Source, report: Report) -> None:
        self._source = source
        self._report = report
        self._options: dict[str, str] = {}

    def file(self, file: tree.File) -> Iterator[tree.Statement]:
        """Yield the statements."""
        for statement in file.statements:
            if isinstance(statement, tree.OptionStatement):
                option = statement.option
                if _POLICY.match(option.text):
                    yield self._policy(statement)
                    continue
                self._options[option.key] = option.text
                yield statement
            elif isinstance(statement, tree.Message):
                yield self._message(statement)
            else:
                yield statement

    def _policy(self, statement: tree.OptionStatement) -> tree.Policy:
        option = statement.option
        literal, start = option.text, option.value.span.start
        begin = literal.index(":") + 1
        source, body = self._source, literal[begin:-1]
        if "\\" in body:
            body = re.sub(r"\\(.)", r"\1", body)
            source = Source(source.path, " " * (start + begin) + body)
        place = Span(source.path, start + begin, start + begin + len(body))
        name = Name(body, place)
        formula = parse_policy(source, name, self._report)
        return tree.Policy(option.name, name, formula, "", statement.span)

    def _message(self, node: tree.Message) -> tree.Message:
        bases = list(node.bases)
        members: list[tree.Member] = []
        for member in node.members:
            if isinstance(member, tree.OptionStatement):
                if member.option.key == "bases":
                    bases += _bases(member.option)
                elif self._options.get(member.option.key) != member.option.text:
                    members.append(member)
            elif isinstance(member, tree.Message):
                members.append(self._message(member))
            else:
                members.append(self._field(member) if isinstance(member, tree.Field) else member)
        return replace(node, bases=tuple(bases), members=tuple(members))

    def _field(self, node: tree.Field) -> tree.Field | tree.Link:
        """Return a field, or the link that its options make of it."""
        given = {option.key: option for option in reversed(node.options)}
        kind = _name(given.get("link_type") or given.get("link"), node.type)
        peer = _name(given.get("model"), Name("", node.name.span))
        if kind.text in _LINKS and peer.text:
            return _link(node, given, kind, peer)
        if "link" in given or "link_type" in given:
            self._report.add(_half_link(node, kind))
            node = replace(node, options=tuple(o for o in node.options if o.key not in _SAYS_LINK))
        wrapped = "modifier" in given
        rest = [option for option in node.options if option.key != "modifier"]
        return replace(
            node,
            modifier=_name(given.get("modifier"), node.modifier),
            options=tuple(_unwrapped(option, node, wrapped=wrapped) for option in rest),
        )


def _half_link(node: tree.Field, kind: Name) -> Diagnostic:
    known = kind.text in _LINKS
    kinds = ", ".join(_LINKS)
    return Diagnostic(
        code="half-a-link",
        message=f"`{node.name.text}` is a link to no model"
        if known
        else f"`{kind.text}` is no kind of link",
        span=node.name.span if known else kind.span,
        severity=Severity.WARNING,
        help='say which by `model = "..."`' if known else f"the kinds are {kinds}",
    )


def _bases(option: Option) -> Iterator[Name]:
    """Yield the names in option ``bases``, each where it stands."""
    start = option.value.span.start
    for found in re.finditer(r"[^\s,\"]+", option.text):
        place = Span(option.value.span.path, start + found.start(), start + found.end())
        yield Name(found[0], place)


def _link(node: tree.Field, given: dict[str, Option], kind: Name, peer: Name) -> tree.Link:
    wrapped = "modifier" in given
    rest = [option for option in node.options if option.key not in _SAYS_LINK]
    reverse = given.get("port") or given.get("dst_port")
    through = given.get("through")
    return tree.Link(
        modifier=_name(given.get("modifier"), node.modifier),
        kind=kind,
        name=_name(given.get("src_port"), node.name),
        policy=node.policy,
        peer=peer,
        through=_name(through, node.name) if _says(through) else None,
        reverse=_name(reverse, node.name) if _says(reverse) else None,
        number=node.number,
        reverse_number=None,
        options=tuple(_unwrapped(option, node, wrapped=wrapped) for option in rest),
        doc=node.doc,
        span=node.span,
    )


def _says(option: Option | None) -> bool:
    return option is not None and option.text not in ("", '""')


def _name(option: Option | None, otherwise: Name) -> Name:
    """Return the word in an option's quotes."""
    if option is None:
        return otherwise
    return Name(option.text.replace(_INNER, "").strip('"').strip(), option.value.span)


def _unwrapped(option: Option, field: tree.Field, *, wrapped: bool) -> Option:
    """Return an option with its value as xproto has it."""
    text = option.text
    if option.kind is not ValueKind.STRING:
        return option
    if text.startswith(f'"{_INNER}'):
        return _with(option, ValueKind.STRING, f'"{text[2:-2]}"')
    inner = text[1:-1]
    is_default = option.key == "default" and field.type.text == "string" and not wrapped
    is_text = option.key in _TEXTS or is_default
    if is_text and inner not in _CONSTANTS:
        return option
    if _NUMBER.fullmatch(inner):
        return _with(option, ValueKind.NUMBER, inner)
    is_word = _WORD.fullmatch(inner) is not None
    if is_word and (wrapped or inner in _CONSTANTS or option.key == "tosca_key_one_of"):
        kind = ValueKind.KEYWORD if inner in ("true", "false") else ValueKind.NAME
        return _with(option, kind, inner)
    return option


def _with(option: Option, kind: ValueKind, text: str) -> Option:
    start = option.value.span.start
    return Option(option.name, Value(kind, text, Span(option.value.span.path, start, start)))

"""The records that old templates see, made of what was written: not of what it means.

Several files count as one text: options and packages reach from one into the next, as they always
did. Nothing is looked up but what xosgenx looked up, so what is missing stays a name.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from xgen.compat.formulas import nested
from xgen.compat.records import Record, Reference
from xgen.syntax import tree
from xgen.syntax.tree import ValueKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from xgen.legacy import Input, Legacy
    from xgen.source import Source, Span

_OPPOSITE = {"manytoone": "onetomany"}
_QUOTES = "\"'`\u201c\u201d\u201e\u201f\u00ab\u00bb\u2018\u2019\u201a\u201b"


class Proto:
    """What a template sees as ``proto``."""

    def __init__(
        self,
        messages: list[Record],
        message_table: Record,
        policies: Record,
        message_names: list[str],
    ) -> None:
        self.messages = messages
        self.message_table = message_table
        self.policies = policies
        self.message_names = message_names

    def only(self, key: str, *, table: bool) -> Proto:
        """Return the same with a single message; with ``table`` it is alone in the table, too."""
        message = self.message_table[key]
        shown = Record({key: message}) if table else self.message_table
        return Proto([message], shown, self.policies, self.message_names)


class View:
    """Everything that templates see of the models of one run."""

    def __init__(self, given: Input) -> None:
        self._given = given

    @cached_property
    def _built(self) -> _Builder:
        builder = _Builder()
        for file, source in self._given.files():
            builder.add(file, source)
        builder.close(self._given.options)
        return builder

    @property
    def proto(self) -> Proto:
        """Return messages and policies."""
        built = self._built
        return Proto(built.messages, built.table, built.policies, built.names)

    @property
    def options(self) -> Record:
        """Return the file options of the whole run."""
        return self._built.options

    @property
    def context(self) -> Record | None:
        """Return what ``--kvpairs`` says."""
        given = self._given.options.context
        return None if given is None else Record(given)


class _Builder:
    """Walks the files from top to bottom."""

    def __init__(self) -> None:
        self.messages: list[Record] = []
        self.table = Record()
        self.policies = Record()
        self.names: list[str] = []
        self.options = Record()
        self._package: str | None = None
        self._lines = 0
        self._source: Source | None = None
        self._extends: list[tree.Extend] = []

    def add(self, file: tree.File, source: Source) -> None:
        """Add the statements of a file."""
        self._source = source
        for statement in file.statements:
            match statement:
                case tree.Message():
                    self.messages.append(self._message(statement, None))
                case tree.OptionStatement(option=option):
                    self.options[option.key] = raw(option)
                case tree.Package(name=name):
                    self._package = name.text
                case tree.Policy(name=name, formula=formula) if formula is not None:
                    package = f"{self._package}." if self._package else ""
                    self.policies[package + name.text] = nested(formula)
                case tree.Extend():
                    self._extends.append(statement)
        self._lines += source.text.count("\n")

    def close(self, legacy: Legacy) -> None:
        """Add what needs all files: extensions, reverse links and what is included."""
        for extend in self._extends:
            message = self.table.get(extend.target.text)
            if message is not None:
                self._members(message, extend.members, {})
        for message in self.messages:
            for link in message["links"]:
                for peer in self._named(link["peer"], message):
                    peer["rlinks"].append(_reversed(link, message))
        for message in self.messages:
            message["is_included"] = _is_included(message, legacy)

    def _message(self, node: tree.Message, outer: Record | None) -> Record:
        name = node.name.text
        scope = outer["fqn"] if outer is not None else self._package
        record = Record(
            name=name,
            fields=[],
            links=[],
            bases=[Reference.written(base.text) for base in node.bases],
            options=Record(),
            package=self._package,
            fqn=f"{scope}.{name}" if scope else name,
            rlinks=[],
            _linespan=self._span(node.span),
            policy=None if node.policy is None else node.policy.text,
        )
        if outer is not None:
            record["nested"] = True
        self.table[record["fqn"]] = record
        self.names.append(name)
        self._members(record, node.members, self.options)
        return record

    def _members(
        self, record: Record, members: Iterable[tree.Member], inherited: Mapping[str, Any]
    ) -> None:
        options = record["options"]
        for member in members:
            match member:
                case tree.Field():
                    record["fields"].append(self._field(member))
                case tree.Link():
                    field, link = _link(member)
                    record["fields"].append(field)
                    record["links"].append(link)
                case tree.OptionStatement(option=option):
                    options[option.key] = raw(option)
                case tree.Message():
                    self._message(member, record)
        for name in sorted(inherited):
            options.setdefault(name, inherited[name])

    def _field(self, node: tree.Field) -> Record:
        return Record(
            type=node.type.text,
            name=node.name.text,
            policy=None if node.policy is None else node.policy.text,
            modifier=node.modifier.text,
            id=node.number.text,
            options=_directives(node.modifier.text, node.options),
            _type="field",
            _linespan=self._span(node.span),
        )

    def _span(self, span: Span) -> tuple[int, int]:
        assert self._source is not None  # noqa: S101  set before anything is walked
        first = self._source.position(span.start)[0]
        last = self._source.position(max(span.start, span.end - 1))[0]
        return first + self._lines, last + self._lines

    def _named(self, peer: Reference, user: Record) -> list[Record]:
        """Return the messages that a link means: those of that name, the nearest first."""
        for key in (peer.fqn, f"{user['package']}.{peer.fqn}"):
            if key in self.table:
                found = self.table[key]
                twins = [m for m in self.messages if m["fqn"] == key]
                return twins or [found]
        return [m for m in self.messages if m["name"] == peer] if not peer.package else []


def raw(option: tree.Option) -> str:
    """Return a value as written; what stood in the wrong quotes is a bare word."""
    if option.kind is ValueKind.RAW and option.text[:1] in _QUOTES:
        return option.text.strip(_QUOTES)
    return option.text


def _directives(
    modifier: str, written: Sequence[tree.Option], own: Mapping[str, str] | None = None
) -> Record:
    """Return the options of a field: its modifier, what is written from last to first, ours."""
    options = Record(modifier=modifier)
    for option in reversed(written):
        options[option.key] = raw(option)
    options.update(own or {})
    return options


def _link(node: tree.Link) -> tuple[Record, Record]:
    """Return a link as field and as link."""
    name, kind, port = node.name.text, node.kind.text, node.reverse
    own = {"model": node.peer.text, "type": "link"}
    if port is not None:
        own = {"port": port.text, **own}
    options = _directives(node.modifier.text, node.options, own)
    link = Record(
        link_type=kind,
        src_port=name,
        name=name,
        policy=None,
        dst_port=None if port is None else port.text,
        through=None if node.through is None else Reference.written(node.through.text),
        peer=Reference.written(node.peer.text),
        reverse_id=None if node.reverse_number is None else node.reverse_number.text,
        _type="link",
        options=options,
    )
    field = Record(
        type="int32",
        name=name,
        policy=None if node.policy is None else node.policy.text,
        modifier=node.modifier.text,
        id=node.number.text,
        options=Record(options, link_type=kind),
        link=True,
        _type="field",
        _linespan=None,
    )
    return field, link


def _reversed(link: Record, message: Record) -> Record:
    kind = link["link_type"]
    return Record(
        link_type=_OPPOSITE.get(kind, kind),
        src_port=link["dst_port"],
        name=link["name"],
        policy=None,
        dst_port=link["src_port"],
        through=link["through"],
        peer=Reference(message["name"], message["package"], message["fqn"]),
        reverse_id=link["reverse_id"],
        _type="rlink",
        options=link["options"].copy(),
    )


def _is_included(message: Record, legacy: Legacy) -> bool:
    if not legacy.include_models and not legacy.include_apps:
        return True
    if message["name"] in legacy.include_models:
        return True
    label = message["options"].get("app_label", "")
    return label.strip('"') in legacy.include_apps

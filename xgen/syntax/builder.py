"""Builds the syntax tree: one method for each rule of ``grammars/xproto.lark``.

The parser calls a method when it has read all of its rule, with the rule's named parts in order.
"""

# ruff: noqa: D102, PLR0917  a method is what its rule in the grammar says, with all of its parts

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from xgen.source import Span
from xgen.syntax import tree
from xgen.syntax.comments import doc
from xgen.syntax.tree import Name, Option, Value, ValueKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from xgen.ir.expr import Expr
    from xgen.syntax.engine import Machine
    from xgen.syntax.tables import Tables

_KINDS = (ValueKind.RAW, ValueKind.RAW, ValueKind.STRING, ValueKind.NAME, ValueKind.NUMBER)
"""By the group of the pattern below that matched."""
_BOOLEANS = frozenset({"true", "false"})


def option_pattern(tables: Tables) -> re.Pattern[str]:
    """Return what finds the options in a whole list: name, then string, name or number."""
    name, string, number = (tables.terminals[t] for t in ("NAME", "STRING", "NUMBER"))
    return re.compile(rf"({name})\s*=\s*(?:({string})|({name})|({number}))")


DEPTH: Final = 64
"""How deep blocks may be nested. People need three; programs that walk trees recurse."""


class TooDeep(Exception):  # noqa: N818  it is no error, it ends the parse
    """A block is nested deeper than anything that can be meant."""

    def __init__(self, name: Name) -> None:
        super().__init__(name.text)
        self.name = name


class Head(NamedTuple):
    """What stands before a block, and where its brace is."""

    keyword: Name
    name: Name
    policy: Name | None
    bases: tuple[Name, ...]
    brace: int


class Builder:
    """Makes tree values; ``machine`` is set once the parser exists."""

    machine: Machine

    def __init__(
        self,
        path: str,
        options: re.Pattern[str],
        policy: Callable[[Name], Expr | None],
    ) -> None:
        self.path = path
        self._options = options
        self._policy = policy
        self._texts: dict[str, str] = {}

    def _span(self, start: int, end: int) -> Span:
        return Span(self.path, start, end)

    def _doc(self, start: int) -> str:
        leading = self.machine.leading.get(start)
        if leading is None:
            return ""
        return doc(self.machine.text, self.machine.comments[slice(*leading)], start)

    def _opened(self, head: Head) -> Head:
        if sum(isinstance(value, Head) for value in self.machine.values) >= DEPTH:
            raise TooDeep(head.name)
        return head

    def file(self, *statements: tree.Statement | int) -> tuple[tree.Statement, ...]:
        return tuple([s for s in statements if not isinstance(s, int)])

    def message_head(
        self,
        keyword: Name,
        name: Name,
        policy: Name | None,
        bases: tuple[Name, ...] | None,
        brace: int,
    ) -> Head:
        return self._opened(Head(keyword, name, policy, bases or (), brace))

    def message(self, head: Head, members: tuple[tree.Member, ...], close: int) -> tree.Message:
        keyword, name, policy, bases, _ = head
        start = keyword.span.start
        span = self._span(start, close + 1)
        return tree.Message(name, policy, bases, members, self._doc(start), span)

    def bases(self, *names: Name) -> tuple[Name, ...]:
        return names

    def members(self, *members: tree.Member | int) -> tuple[tree.Member, ...]:
        return tuple([m for m in members if not isinstance(m, int)])

    def field(
        self,
        modifier: Name,
        type_: Name,
        name: Name,
        policy: Name | None,
        number: Name,
        options: tuple[Option, ...] | None,
        end: int,
    ) -> tree.Field:
        start = modifier.span.start
        doc, span = self._doc(start), self._span(start, end + 1)
        return tree.Field(modifier, type_, name, policy, number, options or (), doc, span)

    def link_head(
        self, modifier: Name, kind: Name, name: Name, policy: Name | None
    ) -> tuple[Name, Name, Name, Name | None]:
        return modifier, kind, name, policy

    def peer(
        self, peer: Name, through: Name | None, reverse: Name | None
    ) -> tuple[Name, Name | None, Name | None]:
        return peer, through, reverse

    def numbers(self, number: Name, reverse: Name | None) -> tuple[Name, Name | None]:
        return number, reverse

    def link(
        self,
        head: tuple[Name, Name, Name, Name | None],
        peer: tuple[Name, Name | None, Name | None],
        numbers: tuple[Name, Name | None],
        options: tuple[Option, ...] | None,
        end: int,
    ) -> tree.Link:
        start = head[0].span.start
        doc, span = self._doc(start), self._span(start, end + 1)
        return tree.Link(*head, *peer, *numbers, options or (), doc, span)

    def options(self, *options: Option) -> tuple[Option, ...]:
        return options

    def option_list(self, token: Name) -> tuple[Option, ...]:
        path, start, end = token.span
        found: list[Option] = []
        texts, new = self._texts, tuple.__new__
        for match in self._options.finditer(self.machine.text, start, end):
            group = match.lastindex or 0
            name, text = match.group(1, group)
            begin = match.start()
            kind = _KINDS[group]
            if text in _BOOLEANS:
                kind = ValueKind.KEYWORD
            name = texts.setdefault(name, name)
            text = texts.setdefault(text, text)
            found.append(new(Option, (path, name, begin, kind, text, match.start(group) - begin)))
        return tuple(found)

    def option(self, name: Name, value: Value) -> Option:
        return Option(name, value)

    def string(self, token: Name) -> Value:
        return Value(ValueKind.STRING, token.text, token.span)

    def number(self, token: Name) -> Value:
        return Value(ValueKind.NUMBER, token.text, token.span)

    def symbol(self, token: Name | Value) -> Value:
        """Make a value of a word; error recovery puts in what is a value already."""
        if isinstance(token, Value):
            return token
        kind = ValueKind.KEYWORD if token.text in _BOOLEANS else ValueKind.NAME
        return Value(kind, token.text, token.span)

    def option_statement(
        self, keyword: Name, name: Name, value: Value, end: int
    ) -> tree.OptionStatement:
        return tree.OptionStatement(Option(name, value), self._span(keyword.span.start, end + 1))

    def policy(self, keyword: Name, name: Name, token: Name) -> tree.Policy:
        start = keyword.span.start
        body = _inside(token)
        span = self._span(start, token.span.end)
        return tree.Policy(name, body, self._policy(body), self._doc(start), span)

    def lambda_(self, kind: Name, name: Name, token: Name) -> tree.Lambda:
        span = self._span(kind.span.start, token.span.end)
        return tree.Lambda(kind, name, _inside(token), span)

    def enum_head(self, keyword: Name, name: Name, brace: int) -> Head:
        return Head(keyword, name, None, (), brace)

    def enum(self, head: Head, values: tuple[Any, ...], close: int) -> tree.EnumDecl:
        start = head.keyword.span.start
        return tree.EnumDecl(
            head.name,
            tuple([v for v in values if isinstance(v, tree.EnumValue)]),
            tuple([v for v in values if isinstance(v, tree.OptionStatement)]),
            self._doc(start),
            self._span(start, close + 1),
        )

    def values(self, *values: Any) -> tuple[Any, ...]:
        return values

    def enum_value(
        self, name: Name, number: Name, options: tuple[Option, ...] | None, end: int
    ) -> tree.EnumValue:
        start = name.span.start
        doc, span = self._doc(start), self._span(start, end + 1)
        return tree.EnumValue(name, number, options or (), doc, span)

    def extend_head(self, keyword: Name, target: Name, brace: int) -> Head:
        return self._opened(Head(keyword, target, None, (), brace))

    def extend(self, head: Head, members: tuple[tree.Member, ...], close: int) -> tree.Extend:
        return tree.Extend(head.name, members, self._span(head.keyword.span.start, close + 1))

    def extensions(self, keyword: Name, first: Name, last: Name, end: int) -> tree.Extensions:
        return tree.Extensions(first, last, self._span(keyword.span.start, end + 1))

    def service_head(self, keyword: Name, name: Name, brace: int) -> Head:
        return Head(keyword, name, None, (), brace)

    def service(self, head: Head, rpcs: tuple[tree.Rpc, ...], close: int) -> tree.Service:
        start = head.keyword.span.start
        return tree.Service(head.name, rpcs, self._doc(start), self._span(start, close + 1))

    def rpcs(self, *rpcs: tree.Rpc | int) -> tuple[tree.Rpc, ...]:
        return tuple([r for r in rpcs if not isinstance(r, int)])

    def rpc(
        self,
        keyword: Name,
        name: Name,
        request: Name,
        response: Name,
        returned: int,
        body: int | None,
    ) -> tree.Rpc:
        end = (returned if body is None else body) + 1
        return tree.Rpc(name, request, response, self._span(keyword.span.start, end))

    def package(self, keyword: Name, name: Name, end: int) -> tree.Package:
        return tree.Package(name, self._span(keyword.span.start, end + 1))

    def import_(self, keyword: Name, path: Name, end: int) -> tree.Import:
        decoded = Name(re.sub(r"\\(.)", r"\1", path.text[1:-1]), path.span)
        return tree.Import(decoded, self._span(keyword.span.start, end + 1))

    def dotted(self, *words: Name) -> Name:
        span = self._span(words[0].span.start, words[-1].span.end)
        return Name(".".join([word.text for word in words]), span)

    def plus(self, start: int) -> Name:
        return Name("+", self._span(start, start + 1))


def _inside(token: Name) -> Name:
    """Return what stands between the angle brackets."""
    path, start, end = token.span
    return Name(token.text[1:-1], Span(path, start + 1, end - 1))

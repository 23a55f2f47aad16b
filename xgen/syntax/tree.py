"""The syntax tree: what the author wrote, in order, with spans and comments.

Nothing here is resolved or checked. Names, numbers and values are the text as written, with the
place they were written at. Comments are kept twice: all of them, in order, in :class:`File`, and
those directly above a declaration as its ``doc``.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple, Self, TypeAlias, overload

from xgen.dataclass import dataclass
from xgen.source import Span
from xgen.syntax.comments import introduction

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from xgen.ir.expr import Expr


class Name(tuple[str, str, int, int]):
    """A word and its place; dotted where the language allows dots (blanks removed).

    Names and options are most of a tree, so they hold no more than they must: text, path, start
    and how much longer the place is than the text. The span is made when asked for.
    """

    __slots__ = ()

    def __new__(cls, text: str, span: Span) -> Self:
        """Join a text and the place where it is written."""
        return tuple.__new__(cls, (text, span.path, span.start, span.end - span.start - len(text)))

    def __reduce__(self) -> tuple[Callable[..., Name], tuple[object, ...]]:
        return _name, tuple(self)

    @property
    def text(self) -> str:
        """Return the word."""
        return self[0]

    @property
    def span(self) -> Span:
        """Return the place."""
        text, path, start, more = self
        return Span(path, start, start + len(text) + more)

    def _replace(self, *, text: str) -> Name:
        """Return another word for the same place."""
        return Name(text, self.span)

    def __repr__(self) -> str:
        return f"Name(text={self.text!r}, span={self.span!r})"


def _name(*parts: object) -> Name:
    """Make a name of its parts again, as for unpickling."""
    return tuple.__new__(Name, parts)


class ValueKind(Enum):
    """The lexical kind of an option value."""

    STRING = "string"
    NUMBER = "number"
    NAME = "name"
    KEYWORD = "keyword"
    """``true`` or ``false``, or another reserved word."""
    RAW = "raw"
    """Text that is no valid value, kept so that linking can go on after the error."""


class Value(NamedTuple):
    """An option value. ``text`` is exactly as written: a string keeps quotes and escapes."""

    kind: ValueKind
    text: str
    span: Span


class Option(tuple[str, str, int, ValueKind, str, int]):
    """``name = value``, in ``[...]`` or as an ``option`` statement.

    It holds path, name, its start, kind and text of the value, and how far the value is from the
    start. ``name`` and ``value`` are made when asked for; ``key``, ``kind`` and ``text`` cost
    nothing.
    """

    __slots__ = ()

    def __new__(cls, name: Name, value: Value) -> Self:
        """Join a name and a value that stand in one file."""
        path, start, _ = name.span
        return tuple.__new__(
            cls, (path, name.text, start, value.kind, value.text, value.span.start - start)
        )

    def __reduce__(self) -> tuple[Callable[..., Option], tuple[object, ...]]:
        return _option, tuple(self)

    @property
    def key(self) -> str:
        """Return the text of the name."""
        return self[1]

    @property
    def kind(self) -> ValueKind:
        """Return the lexical kind of the value."""
        return self[3]

    @property
    def text(self) -> str:
        """Return the value exactly as written."""
        return self[4]

    @property
    def name(self) -> Name:
        """Return the name with its place."""
        path, key, start, *_ = self
        return Name(key, Span(path, start, start + len(key)))

    @property
    def value(self) -> Value:
        """Return the value with its place."""
        path, _, start, kind, text, further = self
        start += further
        return Value(kind, text, Span(path, start, start + len(text)))

    def __repr__(self) -> str:
        return f"Option(name={self.name!r}, value={self.value!r})"


def _option(*parts: object) -> Option:
    """Make an option of its parts again, as for unpickling."""
    return tuple.__new__(Option, parts)


class Comment(NamedTuple):
    """A comment with its markers (``//`` or ``/* */``)."""

    text: str
    span: Span


class Comments(Sequence[Comment]):
    """The comments of a file, in order; each is made when asked for, as few programs do."""

    __slots__ = ("_path", "_places", "_text")

    def __init__(self, path: str, text: str, places: Iterable[tuple[int, int]] = ()) -> None:
        """Remember where in ``text`` they start and end."""
        self._path = path
        self._text = text
        self._places = tuple(chain.from_iterable(sorted(places)))

    @property
    def text(self) -> str:
        """Return the text of the file, which they are cut out of."""
        return self._text

    def __len__(self) -> int:
        return len(self._places) // 2

    @property
    def introduction(self) -> str:
        """Return what the file says about itself before its first statement."""
        if not self._text.lstrip().startswith("/"):
            return ""
        return introduction(
            self._text, list(zip(self._places[::2], self._places[1::2], strict=True))
        )

    @overload
    def __getitem__(self, index: int) -> Comment: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Comment, ...]: ...
    def __getitem__(self, index: int | slice) -> Comment | tuple[Comment, ...]:
        if isinstance(index, slice):
            return tuple([self[at] for at in range(*index.indices(len(self)))])
        at = range(len(self))[index] * 2
        start, end = self._places[at : at + 2]
        return Comment(self._text[start:end], Span(self._path, start, end))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Comments) and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(self._places)

    def __repr__(self) -> str:
        return f"Comments({list(self)!r})"


@dataclass(frozen=True, slots=True)
class Field:
    """``modifier type name[::policy] = number [options];``."""

    modifier: Name
    type: Name
    name: Name
    policy: Name | None
    number: Name
    options: tuple[Option, ...]
    doc: str
    span: Span


@dataclass(frozen=True, slots=True)
class Link:
    """``modifier kind name[::policy]->peer[/through][:reverse] = number[:reverse_number] [options];``."""

    modifier: Name
    kind: Name
    name: Name
    policy: Name | None
    peer: Name
    through: Name | None
    reverse: Name | None
    number: Name
    reverse_number: Name | None
    options: tuple[Option, ...]
    doc: str
    span: Span


@dataclass(frozen=True, slots=True)
class OptionStatement:
    """``option name = value;``."""

    option: Option
    span: Span


@dataclass(frozen=True, slots=True)
class EnumValue:
    """``name = number [options];`` inside an enum."""

    name: Name
    number: Name
    options: tuple[Option, ...]
    doc: str
    span: Span


@dataclass(frozen=True, slots=True)
class EnumDecl:
    """``enum Name { ... }``."""

    name: Name
    values: tuple[EnumValue, ...]
    options: tuple[OptionStatement, ...]
    doc: str
    span: Span


@dataclass(frozen=True, slots=True)
class Extensions:
    """``extensions first to last;`` where last may be ``max``."""

    first: Name
    last: Name
    span: Span


@dataclass(frozen=True, slots=True)
class Message:
    """``message Name[::policy] [(bases)] { members }``."""

    name: Name
    policy: Name | None
    bases: tuple[Name, ...]
    members: tuple[Member, ...]
    doc: str
    span: Span


@dataclass(frozen=True, slots=True)
class Extend:
    """``extend Name { members }``."""

    target: Name
    members: tuple[Member, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Package:
    """``package name;``."""

    name: Name
    span: Span


@dataclass(frozen=True, slots=True)
class Import:
    """``import "path";`` with the path decoded."""

    path: Name
    span: Span


@dataclass(frozen=True, slots=True)
class Rpc:
    """``rpc Name (Request) returns (Response)``."""

    name: Name
    request: Name
    response: Name
    span: Span


@dataclass(frozen=True, slots=True)
class Service:
    """``_service Name { rpcs }``."""

    name: Name
    rpcs: tuple[Rpc, ...]
    doc: str
    span: Span


@dataclass(frozen=True, slots=True)
class Policy:
    """``policy name < formula >``. ``formula`` is None when the body has a syntax error.

    ``body`` is the text between the angle brackets with its place.
    """

    name: Name
    body: Name
    formula: Expr | None
    doc: str
    span: Span


@dataclass(frozen=True, slots=True)
class Lambda:
    """``map name < ... >`` or ``reduce name < ... >``: kept as text."""

    kind: Name
    name: Name
    body: Name
    span: Span


Member: TypeAlias = Field | Link | OptionStatement | Message | EnumDecl | Extend | Extensions
Statement: TypeAlias = (
    Package | Import | OptionStatement | Message | EnumDecl | Extend | Service | Policy | Lambda
)


@dataclass(frozen=True, slots=True)
class File:
    """One parsed file."""

    path: str
    statements: tuple[Statement, ...]
    comments: Comments

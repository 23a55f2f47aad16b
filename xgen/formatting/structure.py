"""The statements of a file, with their blocks, option lists and comments.

Tokens are enough for that: the file is known to be sound, so the first word says what follows.
What means nothing (an empty statement, a comma at the end of a list, empty brackets) is left out
here; its comments are not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from xgen.dataclass import dataclass, field
from xgen.formatting.tokens import END, Comment, Token

if TYPE_CHECKING:
    from collections.abc import Sequence

_BLOCKS: Final = {
    "message": "message",
    "enum": "enum",
    "extend": "message",
    "service": "service",
    "_service": "service",
}
"""What is in the block that each word opens."""
_BODIES: Final = frozenset({"policy", "map", "reduce"})


class Line(NamedTuple):
    """Comments that stand in one line of their own."""

    comments: tuple[Comment, ...]
    blank: bool
    """An empty line is above."""


@dataclass(slots=True)
class Gap:
    """What is between two statements, or between one and a brace."""

    trailing: list[Comment] = field(default_factory=list)
    """Behind what comes before, in its line."""
    lines: list[Line] = field(default_factory=list)
    blank: bool = False
    """An empty line is above what follows."""


@dataclass(slots=True)
class Item:
    """An option in a list."""

    above: list[Comment]
    tokens: list[Token]
    behind: list[Comment]


@dataclass(slots=True)
class Options:
    """An option list. Without items it holds comments only."""

    opening: list[Comment]
    """Behind the bracket, in its line."""
    items: list[Item]
    closing: list[Comment]
    """In front of the closing bracket."""


@dataclass(slots=True)
class Statement:
    """A statement: words, options, then ``;``, a block, or the body that is its last token."""

    gap: Gap
    """In front of it."""
    kind: str
    """The first word."""
    tokens: list[Token]
    options: Options | None = None
    last: Token | None = None
    """The ``;`` or brace, for its comments; None behind a body."""
    block: Block | None = None
    trailing: list[Comment] = field(default_factory=list)


@dataclass(slots=True)
class Block:
    """The statements of a file or between braces; ``gap`` is in front of its end."""

    statements: list[Statement]
    gap: Gap
    trailing: list[Comment]
    """Behind the opening brace."""


def structure(tokens: Sequence[Token]) -> Block:
    """Return the statements of a file."""
    return _Reader(tokens).block("file")


class _Reader:
    """Reads tokens from first to last."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens = list(tokens)
        self._at = 0

    def _peek(self, ahead: int = 0) -> Token:
        return self._tokens[min(self._at + ahead, len(self._tokens) - 1)]

    def _next(self) -> Token:
        self._at += 1
        return self._tokens[self._at - 1]

    def block(self, what: str) -> Block:
        """Read statements up to a closing brace, or the end of the file."""
        statements: list[Statement] = []
        trailing: list[Comment] = []
        while True:
            token, gap = self._skip_empty(is_start=what == "file" and not statements)
            if what == "file" and not statements:
                _lead(gap)
            (statements[-1].trailing if statements else trailing).extend(gap.trailing)
            if token.kind in ("}", END):
                self._next()
                return Block(statements, gap, trailing)
            statements.append(self._statement(gap, what))

    def _skip_empty(self, *, is_start: bool) -> tuple[Token, Gap]:
        """Return what comes next behind empty statements, and what is between."""
        gap = Gap()
        while True:
            token = self._peek()
            ends = token.kind in (";", "}", END)
            _add(gap, token, follows_code=not is_start, ends=ends)
            if token.kind != ";":
                return token, gap
            # A comment above an empty statement says nothing about what comes next.
            gap.blank = gap.blank or bool(gap.lines)
            is_start = False
            self._next()

    def _statement(self, gap: Gap, what: str) -> Statement:
        first = self._next()
        # What is above a statement is its gap's, what is inside stays with the tokens.
        statement = Statement(gap, first.text, [first._replace(comments=())])
        if what == "enum" and self._peek().kind == "=":
            statement.kind = "value"
        inner = _BLOCKS.get(first.text) if statement.kind != "value" else None
        if what == "service":
            self._rpc(statement)
        elif first.text in _BODIES:
            statement.tokens += [self._next(), self._next()]
        else:
            self._simple(statement, "{" if inner else ";")
            if inner:
                statement.block = self.block(inner)
        return statement

    def _simple(self, statement: Statement, last: str) -> None:
        """Read up to a brace or semicolon."""
        while (token := self._next()).kind != last:
            if token.kind == "[":
                statement.options = self._options(token)
            elif token.kind == ")" and statement.tokens[-1].kind in ("(", ","):
                dropped = statement.tokens.pop()
                token = token.after(dropped.comments)
                if dropped.kind == ",":
                    statement.tokens.append(token)
                else:  # no bases at all
                    self._pass_on(token.comments)
            else:
                statement.tokens.append(token)
        if statement.options is not None and not statement.options.items:
            empty = statement.options
            token = token.after([*empty.opening, *empty.closing])
            statement.options = None
        statement.last = token

    def _pass_on(self, comments: Sequence[Comment]) -> None:
        """Give the comments of tokens that are left out to the next one."""
        self._tokens[self._at] = self._tokens[self._at].after(comments)

    def _rpc(self, statement: Statement) -> None:
        """Read ``rpc Name (Request) returns (Response)``; braces and semicolon may follow."""
        closed = 0
        while closed < 2:  # noqa: PLR2004  what is called with, and what returns
            token = self._next()
            closed += token.kind == ")"
            statement.tokens.append(token)
        last = Token(";", ";")
        if self._peek().kind == "{":
            last = last.after((*self._next().comments, *self._next().comments))
        if self._peek().kind == ";":
            last = self._next().after(last.comments)
        statement.last = last

    def _options(self, bracket: Token) -> Options:
        """Read a list behind its bracket."""
        options = Options([], [], [])
        above = list(bracket.comments)
        behind = options.opening
        while True:
            token = self._next()
            on_line, below = _split(token)
            if token.kind in (",", "]"):
                # In front of a comma all is about the option that the comma ends.
                behind += on_line if token.kind == "]" else token.comments
            else:
                behind += on_line
                above += below
                pair = [token._replace(comments=()), self._next(), self._next()]
                item = Item(above, pair, [])
                options.items.append(item)
                above, behind = [], item.behind
            if token.kind == "]":
                options.closing = above + below
                return options


def _split(token: Token) -> tuple[list[Comment], list[Comment]]:
    """Return the comments that stand in the line of the token before, and the others."""
    count = 0
    for comment in token.comments:
        if comment.breaks:
            break
        count += 1
    ends_line = count < len(token.comments) or token.breaks or token.kind == "]"
    cut = count if ends_line else 0
    return list(token.comments[:cut]), list(token.comments[cut:])


def _add(gap: Gap, token: Token, *, follows_code: bool, ends: bool) -> None:
    """Add what is in front of ``token`` to a gap.

    Which comments document the token (see `xgen.syntax.comments`) has to stay as it is: those in
    the line of the code before do not, those in the token's own line do, and so do lines above
    it that hold one comment each, up to an empty line.
    """
    groups: list[tuple[list[Comment], int]] = []
    for comment in token.comments:
        if comment.breaks or not groups:
            groups.append(([comment], comment.breaks))
        else:
            groups[-1][0].append(comment)
    own = bool(token.comments) and not token.breaks and not ends
    if groups and follows_code and not groups[0][1] and not (own and len(groups) == 1):
        trailing, _ = groups.pop(0)
        if not gap.lines and fit_one_line([*gap.trailing, *trailing]):
            gap.trailing += trailing
        else:
            gap.lines.append(Line(tuple(trailing), gap.blank))
            gap.blank = True
    for place, (comments, breaks) in enumerate(groups):
        blank = breaks > 1 or gap.blank
        gap.blank = False
        if own and place == len(groups) - 1:
            gap.lines += [Line((c,), blank and c is comments[0]) for c in comments]
        else:
            gap.lines.append(Line(tuple(comments), blank))
    gap.blank = token.breaks > 1 or gap.blank


def _lead(gap: Gap) -> None:
    """Let comments stand by themselves that were behind empty statements at a file's start."""
    if not gap.trailing:
        return
    if gap.lines:
        gap.lines[0] = gap.lines[0]._replace(blank=True)
    else:
        gap.blank = True
    gap.lines.insert(0, Line(tuple(gap.trailing), blank=False))
    gap.trailing = []


def fit_one_line(comments: Sequence[Comment]) -> bool:
    """Say whether comments can stand behind each other: only the last may end the line."""
    return all(comment.is_inline for comment in comments[:-1])

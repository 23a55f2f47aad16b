"""Writes the statements of a file: indentation, line breaks and blanks are decided here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from xgen.formatting.formula import INDENT, lay_out_formula
from xgen.formatting.structure import fit_one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from xgen.formatting.structure import Block, Gap, Item, Options, Statement
    from xgen.formatting.tokens import Comment, Token

WIDTH: Final = 100
_CONTINUED: Final = INDENT * 2
_TIGHT: Final = frozenset({".", "::", ":", "->", "/"})
_NOT_AFTER: Final = _TIGHT | {"("}
_NOT_BEFORE: Final = _TIGHT | {",", ";", ")"}
_PREAMBLE: Final = frozenset({"package", "import", "option"})


class _Written(NamedTuple):
    """A statement's lines, without those of its gap."""

    statement: Statement
    lines: list[str]

    @property
    def stands_alone(self) -> bool:
        """Say whether empty lines are around it: blocks and formulas over several lines."""
        several = len(self.lines) > 1
        return several and (self.statement.block is not None or self.statement.last is None)


def lay_out(file: Block) -> str:
    """Return the text of a file."""
    return "".join([f"{line}\n" for line in _block(file, "", is_file=True)])


def _block(block: Block, indent: str, *, is_file: bool) -> list[str]:
    """Return the lines of statements, and of the comments behind the last."""
    lines: list[str] = []
    previous: _Written | None = None
    for statement in block.statements:
        written = _Written(statement, _statement(statement, indent))
        blank = previous is not None and _is_apart(previous, written, is_file=is_file)
        _gap(lines, statement.gap, indent, blank=blank)
        lines += written.lines
        previous = written
    block.gap.blank = False
    _gap(lines, block.gap, indent, blank=False)
    return lines


def _is_apart(above: _Written, below: _Written, *, is_file: bool) -> bool:
    """Say whether there is an empty line between two statements, whatever the author wrote."""
    if above.stands_alone or below.stands_alone:
        return True
    first, second = above.statement.kind, below.statement.kind
    if is_file:
        return (first in _PREAMBLE) != (second in _PREAMBLE)
    return first == "option" and second in ("required", "optional", "repeated")


def _gap(lines: list[str], gap: Gap, indent: str, *, blank: bool) -> None:
    """Add the comments above a statement; ``blank`` asks for an empty line above them."""
    is_first = not lines
    if blank and not gap.blank and not any(line.blank for line in gap.lines):
        lines.append("")
    for place, line in enumerate(gap.lines):
        if line.blank and not (is_first and place == 0):
            lines.append("")
        first, *others = line.comments
        text = " ".join([_shifted(first, len(indent)), *[c.text for c in others]])
        lines += (indent + text).split("\n")
    if gap.blank and not (is_first and not gap.lines):
        lines.append("")


def _shifted(comment: Comment, column: int) -> str:
    """Return a comment that is to begin in ``column``; its other lines move along."""
    first, *others = comment.text.split("\n")
    texts = [line for line in others if line]
    if all(line.lstrip().startswith("*") for line in texts):
        moved = [" " * (column + 1) + line.lstrip() for line in others]
    else:
        least = min((len(line) - len(line.lstrip()) for line in texts), default=0)
        shift = max(column - comment.column, -least)
        moved = [" " * shift + line if shift > 0 else line[-shift:] for line in others]
    return "\n".join([first, *[line.rstrip() for line in moved]])


def _statement(statement: Statement, indent: str) -> list[str]:
    """Return the lines of a statement, with the comments behind it."""
    if statement.last is None:
        text = _behind(_with_body(statement, indent), statement.trailing)
    elif statement.block is not None:
        return _with_block(statement, statement.last, statement.block, indent)
    else:
        text = indent + _words(statement.tokens, indent)
        if statement.options is not None:
            text = _with_options(text, statement.options, indent)
        text = _ended(text, ";", statement.last.comments, statement.trailing, indent)
    return text.split("\n")


def _words(tokens: Iterable[Token], indent: str) -> str:
    """Return tokens behind each other, with the comments between them."""
    text = previous = ""
    for token in tokens:
        if token.comments:
            text = _apart(_between(text, token.comments, indent))
        elif previous and previous not in _NOT_AFTER and token.kind not in _NOT_BEFORE:
            text += " "
        text += token.text
        previous = token.kind
    return text


def _between(text: str, comments: Iterable[Comment], indent: str) -> str:
    """Add comments in the middle of a statement; one that ends its line goes on in the next."""
    for comment in comments:
        text = _apart(text) + comment.text
        if not comment.is_inline:
            text += "\n" + indent + _CONTINUED
    return text


def _apart(text: str) -> str:
    return text if not text or text[-1].isspace() else text + " "


def _behind(text: str, comments: Iterable[Comment]) -> str:
    return " ".join([text, *[comment.text for comment in comments]])


def _ended(
    text: str, mark: str, before: Sequence[Comment], trailing: Sequence[Comment], indent: str
) -> str:
    """Add a semicolon or brace. A comment in front that ends its line is moved behind if it can."""
    if not all(comment.is_inline for comment in before):
        if fit_one_line([*before, *trailing]):
            return _behind(text + mark, [*before, *trailing])
        return _behind(_between(text, before, indent) + mark.lstrip(), trailing)
    return _behind(_behind(text, before) + mark, trailing)


def _with_body(statement: Statement, indent: str) -> str:
    """Write ``policy name < formula >``; only formulas are laid out, lambdas are Python."""
    *words, body = statement.tokens
    text = _apart(_between(indent + _words(words, indent), body.comments, indent))
    if statement.kind != "policy":
        return text + body.text
    first = WIDTH - len(text[text.rfind("\n") + 1 :]) - len("<  >")
    lines = lay_out_formula(body.text[1:-1], WIDTH - len(INDENT), first)
    if lines is None:
        return text + body.text
    if len(lines) == 1 and len(lines[0]) <= first:
        return f"{text}< {lines[0]} >"
    return text + "\n".join(["<", *[INDENT + line for line in lines]]) + " >"


def _with_block(statement: Statement, brace: Token, block: Block, indent: str) -> list[str]:
    head = indent + _words(statement.tokens, indent)
    opening = _ended(head, " {", brace.comments, block.trailing, indent)
    inside = _block(block, indent + INDENT, is_file=False)
    if not inside and opening.endswith("{"):
        return _behind(opening + "}", statement.trailing).split("\n")
    closing = _behind(indent + "}", statement.trailing)
    return [*opening.split("\n"), *inside, *closing.split("\n")]


def _with_options(head: str, options: Options, indent: str) -> str:
    """Write a list in the line of its head if it fits, else an option a line."""
    items = options.items
    comments = [*options.opening, *options.closing]
    for item in items:
        comments += [*item.above, *item.behind, *[c for t in item.tokens for c in t.comments]]
    if all(comment.is_inline for comment in comments):
        parts = [
            _behind(" ".join([*_texts(i.above), _words(i.tokens, "")]), i.behind) for i in items
        ]
        listed = " ".join([*_texts(options.opening), ", ".join(parts), *_texts(options.closing)])
        line = f"{head} [{listed}]"
        if len(line[line.rfind("\n") + 1 :]) < WIDTH:
            return line
    return head + _broken(options, indent)


def _texts(comments: Iterable[Comment]) -> list[str]:
    return [comment.text for comment in comments]


def _broken(options: Options, indent: str) -> str:
    """Write a list with an option a line; comments keep to their options."""
    inner = indent + INDENT
    text = _behind(" [", options.opening)
    left: list[Comment] = []
    last = options.items[-1]
    for item in options.items:
        tokens, moved = _without_breaks(item)
        for comment in (*left, *item.above, *moved):
            text += "\n" + inner + _shifted(comment, len(inner))
        count = next((n for n, c in enumerate(item.behind, 1) if not c.is_inline), None)
        behind, left = item.behind[:count], item.behind[count or len(item.behind) :]
        text += "\n" + inner + _words(tokens, "")
        text = _behind(text if item is last else text + ",", behind)
    closing = [*left, *options.closing]
    for comment in closing:
        text += "\n" + inner + _shifted(comment, len(inner))
    ends_line = closing or not all(comment.is_inline for comment in last.behind)
    return text + ("\n" + indent + "]" if ends_line else "]")


def _without_breaks(item: Item) -> tuple[list[Token], list[Comment]]:
    """Return an option's tokens, and apart from them the comments that would break its line."""
    comments = [comment for token in item.tokens for comment in token.comments]
    tokens = [
        token._replace(comments=tuple(c for c in token.comments if c.is_inline))
        for token in item.tokens
    ]
    return tokens, [comment for comment in comments if not comment.is_inline]

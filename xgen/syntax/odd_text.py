"""Mistakes in the text itself: characters that start nothing in xproto."""

from __future__ import annotations

import re
import unicodedata

from xgen.diagnostics import Severity
from xgen.syntax.mistakes import Mistake, Repair, Situation, shown

_CURLY = "\u201c\u201d\u201e\u201f\u00ab\u00bb"
_SINGLE = "'`\u2018\u2019\u201a\u201b"
_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad"


def hash_comment(s: Situation) -> Repair | None:
    """``# words``."""
    if s.key != "%ODD" or s.character != "#":
        return None
    block = s.ahead(r"#[^\n]*(?:\n[ \t]*#[^\n]*)*")
    assert block is not None  # noqa: S101  it starts with the character that was checked
    lines = block[0].count("\n") + 1
    return Repair(
        "hash-comment",
        "`#` does not start a comment in xproto",
        s.start,
        s.start + 1,
        help="use `//`",
        severity=Severity.WARNING,
        notes=(f"the next {lines - 1} lines start with it, too",) if lines > 1 else (),
        resume=block.end(),
    )


def odd_space(s: Situation) -> Repair | None:
    """A no-break space, an em space, a zero-width space."""
    if s.key != "%ODD" or not _is_space(s.text[s.start]):
        return None
    end = s.start
    while end < len(s.text) and _is_space(s.text[end]):
        end += 1
    name = unicodedata.name(s.text[s.start], f"character U+{ord(s.text[s.start]):04X}").lower()
    return Repair(
        "odd-space",
        f"{name} between words, read as a blank",
        s.start,
        end,
        help="replace it by a blank",
        severity=Severity.WARNING,
        resume=end,
    )


def _is_space(character: str) -> bool:
    return character in _INVISIBLE or (character.isspace() and character not in " \t\n\r\f")


def unterminated_comment(s: Situation) -> Repair | None:
    """``/* words`` up to the end of the file."""
    start = s.start
    if s.text[start : start + 1] == "*" and s.text[start - 1 : start] == "/":
        start -= 1
    if not s.text.startswith("/*", start):
        return None
    return Repair(
        "unterminated-comment",
        "this comment has no end",
        start,
        start + 2,
        help="end it with `*/`",
        resume=len(s.text),
    )


def slash_comment(s: Situation) -> Repair | None:
    """``/ words`` and ``-- words``."""
    comment = s.ahead(r"(?:/(?![/*])|--)[^\n]*")
    if comment is None or not (s.on_new_line or s.before == 0 or s.in_file or s.in_message):
        return None
    return Repair(
        "odd-comment",
        "this does not start a comment in xproto",
        s.start,
        s.start + (2 if s.character == "-" else 1),
        help="use `//`",
        resume=comment.end(),
    )


def unterminated_string(s: Situation) -> Repair | None:
    """``"words`` up to the end of the line."""
    if s.key != "%ODD" or s.character != '"':
        return None
    rest = s.ahead(r'"[^\n]*?(?=[ \t]*[,;\]]*[ \t]*(?:\n|\Z))')
    end = rest.end() if rest else s.end
    return _as_string(
        s, "unterminated-string", "this string has no end", end, help_='end it with `"`'
    )


def curly_quotes(s: Situation) -> Repair | None:
    """``\u201cwords\u201d``."""
    if s.key != "%ODD" or s.character not in _CURLY:
        return None
    quoted = s.ahead(rf'[{_CURLY}][^"{_CURLY}\n]*["{_CURLY}]')
    end = quoted.end() if quoted else s.end
    return _as_string(
        s,
        "curly-quotes",
        "typographic quotes do not delimit a string",
        end,
        help_=f'use straight double quotes: "{_plain(s.text[s.start + 1 : end - 1])}"'
        if quoted
        else "use straight double quotes",
    )


def single_quotes(s: Situation) -> Repair | None:
    """``'words'``."""
    if s.key != "%ODD" or s.character not in _SINGLE:
        return None
    quoted = s.ahead(rf"[{_SINGLE}][^{_SINGLE}\n]*[{_SINGLE}]")
    end = quoted.end() if quoted else s.end
    return _as_string(
        s,
        "single-quotes",
        "strings stand in double quotes",
        end,
        help_=f'write "{_plain(s.text[s.start + 1 : end - 1])}"' if quoted else None,
    )


def _plain(text: str) -> str:
    return text.replace('"', r"\"")


def _as_string(s: Situation, code: str, message: str, end: int, help_: str | None) -> Repair:
    """Take the text as a string where one is expected, so that nothing else is reported."""
    feed: tuple[tuple[str, object], ...] = ()
    if s.at_value:
        feed = (("%NAME", s.raw(s.start, end)),)
    elif s.expects("%STRING"):
        feed = (("%STRING", s.name(s.text[s.start : end], s.start, end)),)
    return Repair(code, message, s.start, end, help=help_, feed=feed, resume=max(end, s.end))


def foreign_letters(s: Situation) -> Repair | None:
    """``Caf\u00e9``."""
    if s.key != "%ODD" or not (s.text[s.start].isalpha() or s.text[s.start].isdigit()):
        return None
    start, end = s.start, s.end
    while start and re.match(r"[\w$+]", s.text[start - 1]) and start > s.before - 200:
        start -= 1
    rest = s.ahead(r"[\w$+]+")
    end = rest.end() if rest else end
    feed: tuple[tuple[str, object], ...] = ()
    if s.before != s.start and s.expects("%NAME"):
        feed = (("%NAME", s.name(s.text[s.start : end], s.start, end)),)
    return Repair(
        "bad-name",
        f"{shown(s.text[start:end])} is no name",
        start,
        end,
        help="names are made of the letters a to z, digits and `_`",
        feed=feed,
        resume=end,
    )


def odd_character(s: Situation) -> Repair | None:
    """``@``, ``%``, a control character."""
    if s.key != "%ODD" or s.character == "<":
        return None
    character = s.text[s.start]
    if character.isprintable():
        what = f"`{character}`"
    else:
        what = unicodedata.name(character, f"character U+{ord(character):04X}").lower()
    end = s.start + 1
    while end < len(s.text) and s.text[end] == character:
        end += 1
    return Repair(
        "bad-character", f"{what} has no meaning here", s.start, end, help="remove it", resume=end
    )


MISTAKES: tuple[Mistake, ...] = (
    hash_comment,
    odd_space,
    unterminated_comment,
    unterminated_string,
    curly_quotes,
    single_quotes,
    foreign_letters,
)
"""In the order in which they are tried, before all others."""
LAST: tuple[Mistake, ...] = (slash_comment, odd_character)
"""Tried when nothing else fits."""

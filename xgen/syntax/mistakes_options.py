"""Mistakes in options: their lists, names and values."""

from __future__ import annotations

import re

from xgen.syntax.mistakes import Mistake, Repair, Situation, shown
from xgen.syntax.tree import Name, ValueKind

_CLOSES = {"[": "]", "(": ")", "{": "}"}
_LONGEST = 2000
"""How far a bracketed value is followed."""


def bracketed_value(s: Situation) -> Repair | None:
    """``[validators = [URLValidator()]]``, ``[choices = (("a", "b"))]``."""
    if not s.at_value or s.character not in _CLOSES:
        return None
    end = _balanced(s.text, s.start)
    inner = s.text[s.start + 1 : end - 1].strip()
    if s.character != "[" or not re.fullmatch(r"[\w.]+(?:\(\))?", inner):
        inner = s.text[s.start : end]
    return _bad_value(s, s.start, end, inner)


def broken_value(s: Situation) -> Repair | None:
    """``default = now()``, ``default = a.b``, ``max_length = 10k``, ``default = 1 + 2``."""
    value = s.value
    if value is None or value.kind is ValueKind.STRING or s.on_new_line:
        return None
    if s.character not in "(./+:-*%[" and s.before != s.start:
        return None
    part = r"[^\s\"\[\](),;{}]+|\((?:[^()\n;]|\([^()\n;]*\))*\)|\[[^\[\]\n;]*\]"
    found = s.ahead(rf"(?:[ \t]*[+*/%-][ \t]*|{part})+")
    if found is None:
        return None
    text = s.text[value.span.start : found.end()]
    s.replace_value(s.raw(value.span.start, found.end()))
    return _bad_value(s, value.span.start, found.end(), text, already_read=True)


def _bad_value(
    s: Situation, start: int, end: int, suggestion: str, *, already_read: bool = False
) -> Repair:
    quoted = suggestion.replace('"', "'")
    help_ = f'quote it: "{quoted}"' if "\n" not in quoted else "put it in double quotes"
    return Repair(
        "bad-option-value",
        "option value must be a string, number or name",
        start,
        end,
        help=help_,
        feed=() if already_read else (("%NAME", s.raw(start, end)),),
        resume=end,
    )


def _balanced(text: str, start: int) -> int:
    """Return where the bracket at ``start`` is closed, or the end of its line if it is not."""
    waiting: list[str] = []
    for token in re.compile(r'"(?:[^"\\\n]|\\.)*"|[\[\](){};]').finditer(
        text, start, min(len(text), start + _LONGEST)
    ):
        character = token[0]
        if character in _CLOSES:
            waiting.append(_CLOSES[character])
        elif waiting and character == waiting[-1]:
            waiting.pop()
            if not waiting:
                return token.end()
        elif character == ";":
            break
    line = text.find("\n", start)
    line = len(text) if line < 0 else line
    found = re.compile(r"[^\n]*?(?=[ \t]*[\],;]*[ \t]*(?:\n|\Z))").match(text, start, line)
    return max(found.end() if found else line, start + 1)


def missing_value(s: Situation) -> Repair | None:
    """``[blank = , null = True]``, ``option name = ;``, ``option name;``."""
    if s.key not in (",", "]", ";", "}", "$END"):
        return None
    names = [v for v in s.machine.values[-3:] if isinstance(v, Name)]
    feed: tuple[tuple[str, object], ...] = (("%NAME", s.raw(s.before, s.before)),)
    if s.expects("=") and [n.text for n in names[:-1]] == ["option"]:
        feed = (("=", s.before), *feed)
    elif not s.at_value:
        return None
    what, place = (shown(names[-1].text), names[-1].span) if names else ("the option", None)
    return Repair(
        "missing-value",
        f"{what} has no value",
        *(place[1:] if place else (s.start, s.end)),
        feed=feed,
        resume=s.start,
    )


def double_equals(s: Situation) -> Repair | None:
    """``[blank == True]``, ``name := 1``."""
    if s.key == "=" and s.text[s.start - 1 : s.start] in ("=", ":"):
        return Repair(
            "doubled-equals",
            "a single `=` is enough",
            s.start - 1,
            s.end,
            help="write `=`",
            resume=s.end,
        )
    return None


def bare_option(s: Situation) -> Repair | None:
    """``[unique]``, ``[unique, blank = True]``."""
    name = s.previous
    if s.key not in (",", "]") or not s.expects("=") or not isinstance(name, Name):
        return None
    return Repair(
        "missing-value",
        f"{shown(name.text)} has no value",
        *name.span[1:],
        help=f"write `{name.text} = True`",
        feed=(("=", s.before), ("%NAME", s.name("True"))),
        resume=s.start,
    )


def option_colon(s: Situation) -> Repair | None:
    """``[blank: True]``, ``option name: "x";``."""
    name = s.previous
    if s.key != ":" or not isinstance(name, Name) or not s.expects("=") or "->" in s.row:
        return None
    return Repair(
        "missing-equals",
        f"expected `=` after {shown(name.text)}, not `:`",
        s.start,
        s.end,
        help="write `=`",
        feed=(("=", s.start),),
        resume=s.end + s.text.startswith("=", s.end),
    )


def dotted_option(s: Situation) -> Repair | None:
    """``[a.b = 1]``, ``option (x).y = 1;``."""
    feed: tuple[tuple[str, object], ...] = ()
    if s.key == "." and s.expects("=") and isinstance(s.previous, Name) and "->" not in s.row:
        rest = s.ahead(r"[\w.()]+")
        start = s.previous.span.start
    elif s.key == "(" and s.expects("%NAME") and not s.at_value and not s.expects("("):
        rest = s.ahead(r"\([\w$. ]*\)[\w.()]*(?=\s*=)")
        start, feed = s.start, (("%NAME", s.name("option")),)
    else:
        return None
    if rest is None:
        return None
    text = s.text[start : rest.end()]
    word = re.sub(r"\W+", "_", text).strip("_")
    return Repair(
        "bad-option-name",
        f"{shown(text)} is no option name: it has to be one word",
        start,
        rest.end(),
        help=f"write `{word}`",
        feed=feed,
        resume=rest.end(),
    )


def quoted_option(s: Situation) -> Repair | None:
    """``["blank" = True]``, ``option "name" = "x";``."""
    if s.key != "%STRING" or not s.expects("%NAME") or s.at_value:
        return None
    following = s.ahead(r'"(\w+)"\s*=')
    if following is None:
        return None
    return Repair(
        "bad-option-name",
        "option names stand without quotes",
        s.start,
        s.end,
        help=f"write `{following[1]}`",
        feed=(("%NAME", s.name(following[1], s.start, s.end)),),
        resume=s.end,
    )


def joined_strings(s: Situation) -> Repair | None:
    """``help_text = "one " "two"``."""
    value = s.value
    if s.key != "%STRING" or value is None or value.kind is not ValueKind.STRING:
        return None
    return Repair(
        "adjacent-strings",
        "strings that follow each other are not joined",
        s.start,
        s.end,
        help="write them as one string",
        resume=s.end,
    )


def missing_comma(s: Situation) -> Repair | None:
    """``[blank = True null = True]``."""
    if s.token.kind not in ("NAME", "STRING") or not s.expects(",", "]") or s.before == s.start:
        return None
    if s.word and not s.ahead(r"[\w$+]+\s*(?:[=,\]:]|->)"):
        return None
    return Repair(
        "missing-comma",
        "missing `,` between options",
        s.before,
        s.before,
        help="put a `,` here",
        feed=((",", s.before),),
        resume=s.start,
    )


def extra_comma(s: Situation) -> Repair | None:
    """``[blank = True,, null = True]``, ``[, blank = True]``."""
    if s.key != "," or not s.expects("%NAME"):
        return None
    return Repair(
        "extra-comma",
        "nothing stands before this `,`",
        s.start,
        s.end,
        help="remove it",
        resume=s.end,
    )


def missing_bracket(s: Situation) -> Repair | None:
    """``[blank = True;``, or the next statement begins."""
    if not s.expects("]"):
        return None
    starts = re.compile(r"[\w$]+\s+[\w$]|[{}]|\Z")
    if s.key != ";" and not (s.on_new_line and starts.match(s.text, s.start)):
        return None
    opened = s.text.rfind("[", 0, s.before)
    return Repair(
        "missing-bracket",
        "missing `]` at the end of the options",
        s.before,
        s.before,
        feed=(("]", s.before),),
        resume=s.start,
        labels=((opened, opened + 1, "the list starts here"),) if opened >= 0 else (),
    )


MISTAKES: tuple[Mistake, ...] = (
    bracketed_value,
    double_equals,
    missing_value,
    bare_option,
    option_colon,
    dotted_option,
    quoted_option,
    joined_strings,
    missing_comma,
    extra_comma,
    missing_bracket,
    broken_value,
)

"""Mistakes in statements and blocks: headers, braces, semicolons, policies in the wrong place."""

from __future__ import annotations

import re

from xgen.diagnostics import did_you_mean
from xgen.syntax.mistakes import (
    DOTTED,
    MODIFIERS,
    STARTERS,
    STATEMENTS,
    Mistake,
    Repair,
    Situation,
    shown,
)
from xgen.syntax.tree import Name


def missing_semicolon(s: Situation) -> Repair | None:
    """``option name = "x"``, and the next line begins."""
    if not s.expects(";") or "}" in s.row or s.in_file:
        return None
    if not (s.key in ("}", "$END") or s.word in STARTERS or (s.word and s.on_new_line)):
        return None
    return Repair(
        "missing-semicolon",
        f"missing `;` after {_statement(s)}",
        s.before,
        s.before,
        help="put a `;` here",
        feed=((";", s.before - 1),),
        resume=s.start,
    )


def _statement(s: Situation) -> str:
    """Name what ends here: the first word of the statement decides."""
    for value in reversed(s.machine.values):
        word = getattr(value, "text", None)
        if isinstance(value, Name) and word in ("option", "package", "import", "extensions"):
            return "option value" if word == "option" else f"`{word}`"
    return "the declaration"


def missing_brace(s: Situation) -> Repair | None:
    """The file ends, or a statement for files only begins, inside a block."""
    heads = s.heads
    if "}" not in s.row or not heads:
        return None
    only_in_files = {"package", "import", "policy", "service", "_service"}
    at_margin = s.word in only_in_files and s.on_new_line and _column(s.text, s.start) == 0
    if s.key != "$END" and not at_margin:
        return None
    head = heads[-1]
    start = head.keyword.span.start
    labels = [(head.brace, head.brace + 1, "this `{` is not closed")]
    inside = re.compile(r"^message\b", re.MULTILINE).search(s.text, head.brace)
    if inside and inside.start() < s.start and _column(s.text, start) == 0:
        words = f"the `}}` is probably missing before this, which is now inside `{head.name.text}`"
        labels.append((*inside.span(), words))
    return Repair(
        "missing-brace",
        f"missing `}}` at the end of {head.keyword.text} {shown(head.name.text)}",
        s.before,
        s.before,
        feed=(("}", s.before - 1),),
        resume=s.start,
        labels=tuple(labels),
    )


def _column(text: str, at: int) -> int:
    return at - text.rfind("\n", 0, at) - 1


def stray_bracket(s: Situation) -> Repair | None:
    """A ``}`` outside of all blocks; a ``)`` or ``]`` that was never opened."""
    if s.key not in ("}", ")", "]"):
        return None
    if s.key == "}" and not s.in_file:
        return None
    if s.key == "}":
        message, help_ = "this `}` closes nothing", "remove it, or look for one too many above"
    else:
        message, help_ = f"this `{s.key}` closes nothing", "remove it"
    return Repair("stray-bracket", message, s.start, s.end, help=help_, resume=s.end)


def field_outside(s: Situation) -> Repair | None:
    """``required string name = 1;`` outside of all messages."""
    if s.in_file and (s.word in MODIFIERS or s.word == "extensions"):
        return Repair(
            "misplaced-statement",
            f"`{s.word}` outside of a message",
            s.start,
            s.end,
            help="a `}` above may close the message too early",
        )
    return None


def inside_message(s: Situation) -> Repair | None:
    """``policy p < ... >`` and the like inside a message."""
    misplaced = {"policy", "import", "package", "service", "_service", "reduce", "map", "rpc"}
    if not s.in_message or s.in_file or s.word not in misplaced:
        return None
    if s.ahead(rf"\w+\s+{DOTTED}\s*(?:=|::)"):
        return None
    body = s.machine.language.tables.terminals["BODY"]
    whole = s.ahead(rf"(?:policy|map|reduce)\s+[\w$]+\s*{body}")
    plural = {"policy": "policies stand", "_service": "services stand"}
    subject = plural.get(s.word, f"`{s.word}` stands")
    return Repair(
        "misplaced-statement",
        f"{subject} outside of messages",
        s.start,
        s.end,
        help="move it out of the braces",
        skip_to=whole.end() if whole else None,
    )


def syntax_line(s: Situation) -> Repair | None:
    """``syntax = "proto3";``."""
    if s.in_file and s.ahead(r"syntax\s*="):
        help_ = "an xproto file has no `syntax` line; remove it"
        message = "`syntax` is no statement of xproto"
        return Repair("foreign-statement", message, s.start, s.end, help=help_)
    return None


def misspelt_statement(s: Situation) -> Repair | None:
    """``mesage A {``, ``Option x = 1;``."""
    if not s.in_file or not s.word:
        return None
    known = [word for word in STATEMENTS if word != "_service"]
    hint = did_you_mean(s.word, known)
    keyword = hint.split("`")[1] if hint else None
    shape = s.ahead(r"[\w$]+\s+[\w\"$]")
    return Repair(
        "unknown-statement",
        f"{shown(s.word)} starts no statement",
        s.start,
        s.end,
        help=hint or "a file has messages, options, policies, enums, imports and services",
        feed=((keyword, s.name(keyword, s.start, s.end)),) if keyword and shape else (),
        resume=s.end if keyword and shape else None,
    )


def dotted_name(s: Situation) -> Repair | None:
    """``message library.Shelf {``."""
    name = s.previous
    if s.key != "." or not isinstance(name, Name) or not s.expects("{"):
        return None
    rest = s.ahead(r"(?:\s*\.\s*[\w$]+)+")
    if rest is None:
        return None
    last = rest[0].rpartition(".")[2].strip()
    package = (name.text + rest[0].rpartition(".")[0]).replace(" ", "")
    s.machine.values[-1] = s.name(last, rest.end() - len(last), rest.end())
    return Repair(
        "bad-name",
        "the name of a declaration has no dots",
        name.span.start,
        rest.end(),
        help=f"write `{last}`, after `package {package};`",
        resume=rest.end(),
    )


def late_policy(s: Situation) -> Repair | None:
    """``message A (B)::policy {``."""
    if s.key != "::" or not s.expects("{"):
        return None
    rest = s.ahead(r"::\s*([\w$]+)")
    if rest is None:
        return None
    return Repair(
        "misplaced-policy",
        "the policy stands before the bases",
        s.start,
        rest.end(),
        help=f"write `::{rest[1]} (...)`",
        resume=rest.end(),
    )


def bases_without_parentheses(s: Situation) -> Repair | None:
    """``message A : B {``, ``message A extends B {``."""
    keywords = r"(?::|extends\b|extend\b|inherits\b|from\b)?"
    found = s.ahead(rf"{keywords}\s*({DOTTED}(?:\s*,\s*{DOTTED})*)\s*\{{")
    if not s.expects("{", "(") or found is None:
        return None
    bases = tuple(
        s.name(m[0], found.start(1) + m.start(), found.start(1) + m.end())
        for m in re.finditer(DOTTED, found[1])
    )
    feed = [("(", s.start)]
    for i, base in enumerate(bases):
        feed += [(",", s.start)] * (i > 0)
        feed += [("%NAME", base)]  # type: ignore[list-item]  # values of tokens differ
    return Repair(
        "bad-bases",
        "bases stand in parentheses",
        s.start,
        found.end(1),
        help=f"write `({found[1]})`",
        feed=(*feed, (")", found.end(1))),
        resume=found.end(1),
    )


def open_bases(s: Situation) -> Repair | None:
    """``message A (B {``."""
    if s.key != "{" or not s.expects(")"):
        return None
    opened = s.text.rfind("(", 0, s.before)
    return Repair(
        "missing-parenthesis",
        "missing `)` after the bases",
        s.before,
        s.before,
        help="put a `)` here",
        feed=((")", s.before),),
        resume=s.start,
        labels=((opened, opened + 1, "it is opened here"),) if opened >= 0 else (),
    )


def comma_for_semicolon(s: Situation) -> Repair | None:
    """``enum E { A = 1, B = 2 }``."""
    if s.key not in (",", ":", ".") or not s.expects(";") or "}" in s.row or s.in_file:
        return None
    return Repair(
        "missing-semicolon",
        f"{_statement(s)} ends with `;`, not `{s.key}`",
        s.start,
        s.end,
        help="write `;`",
        feed=((";", s.start),),
        resume=s.end,
    )


def missing_name(s: Situation) -> Repair | None:
    """``message {``, ``message (Base) {``, ``policy < ... >``."""
    keyword = s.previous
    if not isinstance(keyword, Name) or keyword.text not in STARTERS or not s.expects("%NAME"):
        return None
    if any(isinstance(v, Name) and v.text in MODIFIERS for v in s.machine.values[-2:-1]):
        return None
    if s.key not in ("{", "(", "::", "%BODY", "=", ";", "}", "$END", "%STRING"):
        return None
    if keyword.text in MODIFIERS:
        return None
    quoted = s.ahead(r'"([A-Za-z_]\w*)"')
    word = quoted[1] if quoted else "_"
    return Repair(
        "missing-name",
        f"`{keyword.text}` without a name",
        *((s.start, s.end) if quoted else keyword.span[1:]),
        help=f"write `{keyword.text} {word}`, without quotes" if quoted else None,
        feed=(("%NAME", s.name(word)),) if s.key in ("{", "(", "::", "%BODY", "%STRING") else (),
        resume=(s.end if quoted else s.start)
        if s.key in ("{", "(", "::", "%BODY", "%STRING")
        else None,
    )


def missing_block(s: Situation) -> Repair | None:
    """``message A;``, ``message A (B)`` and a member follows."""
    if not s.expects("{"):
        return None
    if s.key == ";":
        head = next((v for v in reversed(s.machine.values) if isinstance(v, Name)), None)
        what = shown(head.text) if head else "this"
        return Repair(
            "missing-brace",
            f"{what} has no block",
            s.start,
            s.end,
            help="write `{}`",
            feed=(("{", s.start), ("}", s.start)),
            resume=s.end,
        )
    if s.on_new_line and (s.word in STARTERS or s.key == "}"):
        message, help_ = "missing `{`", "put a `{` here"
        return Repair(
            "missing-brace",
            message,
            s.before,
            s.before,
            help=help_,
            feed=(("{", s.before),),
            resume=s.start,
        )
    return None


def import_words(s: Situation) -> Repair | None:
    """``import public "x";``, ``import x.xproto;``."""
    if not s.expects("%STRING") or s.at_value:
        return None
    if s.word in ("public", "weak"):
        return Repair(
            "bad-import",
            f"`{s.word}` is no part of an import",
            s.start,
            s.end,
            help="remove it",
            resume=s.end,
        )
    path = s.ahead(r"<?([\w./-]+)>?")
    if path is None:
        return None
    return Repair(
        "bad-import",
        "an import names a file in double quotes",
        s.start,
        path.end(),
        help=f'write `import "{path[1]}"`',
        feed=(("%STRING", s.name(f'"{path[1]}"', s.start, path.end())),),
        resume=path.end(),
    )


def rpc_stream(s: Situation) -> Repair | None:
    """``rpc Watch (stream Query) returns (stream Shelf);``."""
    stream = s.previous
    if not isinstance(stream, Name) or stream.text != "stream" or not s.word or not s.expects(")"):
        return None
    s.machine.values[-1] = s.name(s.word, s.start, s.end)
    return Repair(
        "foreign-statement",
        "xproto has no streams",
        *stream.span[1:],
        help="remove `stream`",
        resume=s.end,
    )


MISTAKES: tuple[Mistake, ...] = (
    missing_semicolon,
    missing_brace,
    stray_bracket,
    field_outside,
    syntax_line,
    dotted_name,
    late_policy,
    bases_without_parentheses,
    open_bases,
    comma_for_semicolon,
    missing_name,
    missing_block,
    import_words,
    rpc_stream,
)
LAST: tuple[Mistake, ...] = (inside_message, misspelt_statement)
"""Tried after the mistakes of members."""

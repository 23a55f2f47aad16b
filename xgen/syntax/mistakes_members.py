"""Mistakes in fields, links and enum values."""

from __future__ import annotations

from xgen.diagnostics import did_you_mean
from xgen.syntax.mistakes import (
    DOTTED,
    LINK_KINDS,
    MODIFIERS,
    SCALARS,
    Mistake,
    Repair,
    Situation,
    shown,
)
from xgen.syntax.tree import Name

_MEMBERS = (*MODIFIERS, "option", "message", "enum", "extend", "extensions")
_FOREIGN = {
    "oneof": "xproto has no `oneof`; declare the fields one by one as `optional`",
    "reserved": "xproto has no `reserved`; leave the numbers out, with a comment",
    "group": "xproto has no `group`; declare a message and a link to it",
    "syntax": "an xproto file has no `syntax` line; remove it",
    "rpc": "an `rpc` stands in a `service` block",
}


def foreign_member(s: Situation) -> Repair | None:
    """``oneof x { ... }``, ``reserved 2;``, ``map<string, string> m = 1;``."""
    if not (s.in_message or s.in_file):
        return None
    if s.word == "map" and (not s.in_file) and s.ahead(r"map\s*<"):
        help_ = "xproto has no map fields; declare a message and a link to it"
        return Repair("foreign-statement", "`map` is no member", s.start, s.end, help=help_)
    if s.word not in _FOREIGN or s.ahead(rf"\w+\s+{DOTTED}\s*="):
        return None
    if s.word == "group" and s.in_file:
        return None
    return Repair(
        "foreign-statement",
        f"`{s.word}` is no statement of xproto",
        s.start,
        s.end,
        help=_FOREIGN[s.word],
    )


def onetomany(s: Situation) -> Repair | None:
    """``required onetomany slices->Slice = 1;``."""
    if s.key != "->" or len(s.machine.values) < 2:  # noqa: PLR2004  a type and a name
        return None
    kind, name = s.machine.values[-2:]
    if not isinstance(kind, Name) or not isinstance(name, Name):
        return None
    if kind.text in MODIFIERS:
        kind, help_ = name, f"write `{kind.text} manytoone {name.text}->...`"
        message = f"the link {shown(name.text)} has no kind"
    elif kind.text == "onetomany":
        help_ = "declare a `manytoone` link on the peer, with this name as its reverse name"
        message = "`onetomany` is no kind of link"
    elif hint := did_you_mean(kind.text, LINK_KINDS):
        help_, message = hint, f"{shown(kind.text)} is no kind of link"
    else:
        help_ = f"write the kind of link first: `{LINK_KINDS[0]}`, `{LINK_KINDS[2]}`, ..."
        message = f"a link starts with its kind, not with {shown(kind.text)}"
    return Repair("bad-link-kind", message, *kind.span[1:], help=help_)


def map_field(s: Situation) -> Repair | None:
    """``optional map<string, string> m = 1;``."""
    kind = s.previous
    if s.key != "%BODY" or not isinstance(kind, Name) or kind.text != "map" or s.expects(s.key):
        return None
    help_ = "xproto has no map fields; declare a message and a link to it"
    return Repair("foreign-statement", "`map` is no type", *kind.span[1:], help=help_)


def swapped_peer(s: Situation) -> Repair | None:
    """``optional manytoone slice:Slice->instances = 1;``."""
    found = s.ahead(rf":\s*({DOTTED})\s*->\s*([\w+]+)")
    name = s.previous
    if not s.expects("->") or found is None or not isinstance(name, Name):
        return None
    return Repair(
        "missing-peer",
        f"expected `->` and the peer's model after {shown(name.text)}",
        s.start,
        s.end,
        help=f"write `{name.text}->{found[1]}:{found[2]}`",
    )


def missing_peer(s: Situation) -> Repair | None:
    """``optional manytoone slice = 1;``."""
    name = s.previous
    if not s.expects("->") or "=" in s.row or not isinstance(name, Name):
        return None
    kind = next((v for v in s.machine.values[-2:] if isinstance(v, Name)), name)
    return Repair(
        "missing-peer",
        f"the link {shown(name.text)} has no peer",
        *name.span[1:],
        help=f"write `{kind.text} {name.text}->Peer:reverse_name`",
    )


def missing_modifier(s: Situation) -> Repair | None:
    """``string name = 1;``, ``manytoone site->Site = 1;``."""
    if not s.in_message or not s.word:
        return None
    found = s.ahead(rf"({DOTTED})\s+([\w$+]+)\s*(::\s*\w+\s*)?(?:=|->|;|\[)")
    if found is None or (s.word in _FOREIGN and s.word != "group"):
        return None
    link = s.word in LINK_KINDS
    return Repair(
        "missing-modifier",
        f"the {'link' if link else 'field'} {shown(found[2])} has no modifier",
        s.start,
        s.end,
        help=f"write `required {found[1]} {found[2]}` or `optional {found[1]} {found[2]}`",
        feed=(("optional", s.name("optional", s.start)),),
        resume=s.start,
    )


def misspelt_member(s: Situation) -> Repair | None:
    """``requird string name = 1;``, ``mesage A {``, ``Option x = 1;``."""
    if not s.in_message or s.in_file or not s.word:
        return None
    hint = did_you_mean(s.word, _MEMBERS)
    if hint is None or not s.ahead(r"\w+\s+[\w+$]"):
        return None
    keyword = hint.split("`")[1]
    return Repair(
        "unknown-statement",
        f"{shown(s.word)} starts no member of a message",
        s.start,
        s.end,
        help=hint,
        feed=((keyword, s.name(keyword, s.start, s.end)),),
        resume=s.end,
    )


def missing_type(s: Situation) -> Repair | None:
    """``required name = 1;``."""
    words = s.machine.values[-2:]
    if s.key != "=" or len(words) < 2 or not all(isinstance(w, Name) for w in words):  # noqa: PLR2004
        return None
    modifier, name = words
    if modifier.text not in MODIFIERS or not s.expects("%NAME"):
        return None
    if name.text in SCALARS:
        return Repair(
            "missing-name",
            f"this {shown(name.text)} field has no name",
            name.span.start,
            name.span.end,
            help=f"write `{modifier.text} {name.text} some_name = ...`",
        )
    return Repair(
        "missing-type",
        f"the field {shown(name.text)} has no type",
        name.span.start,
        name.span.end,
        help=f"write `{modifier.text} string {name.text}`",
        feed=(("%NAME", name),),
        resume=s.start,
    )


def missing_number(s: Situation) -> Repair | None:
    """``required string name;``, ``required string name = ;``, ``required string name [...]``."""
    feed: tuple[tuple[str, object], ...]
    if s.key in (";", "[", "%OPTIONS") and s.expects("=") and not s.at_value:
        feed = (("=", s.before), ("%NUMBER", s.name("0")))
    elif s.key in (";", "[", "%OPTIONS") and s.expects("%NUMBER") and not s.at_value:
        feed = (("%NUMBER", s.name("0")),)
    else:
        return None
    if "%NAME" in s.row and "=" not in s.row:
        return None
    name = next((v for v in reversed(s.machine.values) if isinstance(v, Name)), None)
    if name is not None and name.text == "extensions":
        return None
    what = shown(name.text) if name else "the field"
    return Repair(
        "missing-number",
        f"{what} has no number",
        s.before,
        s.before,
        help="every field has a number that no other field of the message has: `= 1`",
        feed=feed,
        resume=s.start,
    )


def bad_number(s: Situation) -> Repair | None:
    """``required string name = one;``, ``= "1"``."""
    if s.token.kind not in ("NAME", "STRING") or not s.expects("%NUMBER") or s.at_value:
        return None
    inner = s.text[s.start : s.end].strip('"')
    return Repair(
        "bad-number",
        f"{shown(s.text[s.start : s.end])} is no field number",
        s.start,
        s.end,
        help=f"write {inner}" if inner.isdigit() else "write a number from 1 to 99",
        feed=(("%NUMBER", s.name("0", s.start, s.end)),),
        resume=s.end,
    )


def missing_equals(s: Situation) -> Repair | None:
    """``required string name 1;``, ``option name "x";``."""
    if s.token.kind not in ("NUMBER", "STRING", "NAME") or not s.expects("="):
        return None
    if s.on_new_line or (s.token.kind == "STRING" and "::" in s.row):
        return None
    if s.token.kind == "NAME" and not s.ahead(r"[\w$+]+\s*[;,\]]"):
        return None
    name = s.previous
    after = f" after {shown(name.text)}" if isinstance(name, Name) else ""
    return Repair(
        "missing-equals",
        f"missing `=`{after}",
        s.before,
        s.before,
        help="put a `=` here",
        feed=(("=", s.before),),
        resume=s.start,
    )


def number_in_name(s: Situation) -> Repair | None:
    """``required string 2nd = 1;``, ``message 4G {``."""
    found = s.ahead(r"[+-]?[0-9][\w.-]*")
    if s.key != "%NUMBER" or not s.expects("%NAME") or found is None:
        return None
    return Repair(
        "bad-name",
        f"{shown(found[0])} is no name",
        s.start,
        found.end(),
        help="names do not start with a digit",
        feed=(("%NAME", s.name(found[0], s.start, found.end())),),
        resume=found.end(),
    )


def hyphen_in_name(s: Situation) -> Repair | None:
    """``required string service-name = 1;``, ``message My-Service {``."""
    name = s.previous
    found = s.ahead(r"-[\w-]*")
    if not isinstance(name, Name) or name.span.end != s.start or found is None:
        return None
    if s.text.startswith("->", s.start) or not name.text:
        return None
    text = name.text + found[0]
    return Repair(
        "bad-name",
        f"{shown(text)} is no name",
        name.span.start,
        found.end(),
        help=f"write `{text.replace('-', '_')}`",
        resume=found.end(),
    )


MISTAKES: tuple[Mistake, ...] = (
    foreign_member,
    map_field,
    onetomany,
    swapped_peer,
    missing_peer,
    number_in_name,
    hyphen_in_name,
    missing_modifier,
    misspelt_member,
    missing_type,
    missing_number,
    bad_number,
    missing_equals,
)

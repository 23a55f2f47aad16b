"""Mistakes in policies. One is reported for each policy: what follows it means little."""

from __future__ import annotations

import re
import warnings
from typing import TYPE_CHECKING

from xgen.diagnostics import Severity
from xgen.ir.expr import Escape, Path
from xgen.syntax.mistakes import (
    STARTERS,
    Mistake,
    Repair,
    Situation,
    diagnostic,
    next_line_start,
    shown,
)
from xgen.syntax.tree import Name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xgen.diagnostics import Diagnostic
    from xgen.source import Source
    from xgen.syntax.engine import Machine, Token

_ONLY_AST = 0x400
"""``ast.PyCF_ONLY_AST``, without importing ``ast``: nothing is compiled, only read."""
_PYTHON = "write it in Python: `{{ %s }}`"
_OPERATORS = {
    "==": "policies compare with a single `=`",
    "!=": "write `not a = b`",
    "&&": "write a single `&`",
    "||": "write a single `|`",
    "and": "write `&`",
    "or": "write `|`",
    "<=": _PYTHON % "a <= b",
    ">=": _PYTHON % "a >= b",
    "<": _PYTHON % "a < b",
    "=>": "write `->`",
    "!": "write `not`",
    "~": "write `not`",
    "+": _PYTHON % "a + b",
    "-": _PYTHON % "a - b",
    "/": _PYTHON % "a / b",
    "%": _PYTHON % "a % b",
    "implies": "write `->`",
    "is": "write `=`",
}
_OPERATOR = re.compile(r"==|!=|&&|\|\||=>|<=|[<!~+/%-]|(?:and|or|implies|is)\b")


def diagnose(machine: Machine, token: Token, body: Name) -> Diagnostic:
    """Return what is wrong where the parser of a policy is stuck."""
    s = Situation(machine, token)
    if not body.text.strip() or (token.kind == "END" and not machine.last_end):
        repair = Repair("empty-policy", "the policy has no formula", s.start, s.end, "write `True`")
    else:
        repair = (
            _operator(s, body.span.end)
            or _odd_text(s, body.span.end)
            or _unfinished(s, body.span.start)
            or _comparison(s)
            or _policy_call(s)
            or Repair("policy-syntax", f"unexpected {_found(s)} in a policy", s.start, s.end)
        )
    return diagnostic(machine.path, repair)


def _found(s: Situation) -> str:
    return shown(s.text[s.start : s.end])


def _operator(s: Situation, stop: int) -> Repair | None:
    """``a == b``, ``a && b``, ``a != b``, ``a and b``, ``a not in b``."""
    start = s.start
    if s.text[start - 1 : start + 1] in ("==", "&&", "||", "=>") and s.before == start:
        start -= 1
    if s.word == "not" and (found := s.ahead(r"not\s+in\b")):
        message = "`not in` is no operator"
        return Repair("policy-operator", message, start, found.end(), "write `not a in b`")
    operator = _OPERATOR.match(s.text, start, stop)
    if operator is None or (s.word and operator.end() != s.end):
        return None
    found_text = operator[0]
    return Repair(
        "policy-operator",
        f"`{found_text}` is no operator",
        start,
        operator.end(),
        _OPERATORS[found_text],
    )


def _odd_text(s: Situation, stop: int) -> Repair | None:
    """Quotes of other kinds, unfinished strings, escapes and comments, characters of no use."""
    if s.text.startswith("/*", s.start):
        return Repair("unterminated-comment", "this comment has no end", s.start, s.start + 2)
    if s.token.kind != "ODD":
        return None
    if s.text.startswith("{{", s.start):
        message = "this Python expression has no end"
        return Repair("unterminated-escape", message, s.start, s.start + 2, "end it with `}}`")
    from xgen.syntax import odd_text

    for mistake in (
        odd_text.hash_comment,
        odd_text.unterminated_string,
        odd_text.curly_quotes,
        odd_text.single_quotes,
        odd_text.foreign_letters,
        odd_text.odd_space,
    ):
        if repair := mistake(s):
            end = min(repair.end, stop)
            return repair._replace(severity=Severity.ERROR, end=end)
    if s.character == ".":
        help_ = "`()` can only end a path; write more in Python: `{{ ... }}`"
        return Repair("policy-syntax", "unexpected `.` in a policy", s.start, s.end, help_)
    return odd_text.odd_character(s) if s.character != "<" else None


def _unfinished(s: Situation, begin: int) -> Repair | None:
    """``(a | b``, ``a &``, ``exists X``."""
    if s.token.kind != "END":
        return None
    opened = _open_parenthesis(s.text, begin, s.end)
    if opened is not None:
        label = (opened, opened + 1, "it is opened here")
        return Repair("missing-parenthesis", "missing `)`", s.before, s.before, labels=(label,))
    help_ = "a quantifier reads `exists Model: formula`" if s.expects(":") else None
    message = "the policy ends where more should follow"
    return Repair("policy-syntax", message, max(s.before - 1, begin), s.before, help_)


def _open_parenthesis(text: str, start: int, stop: int) -> int | None:
    """Return the innermost parenthesis that is not closed."""
    opened: list[int] = []
    skip = r'"(?:[^"\\\n]|\\.)*"|\{\{[\s\S]*?\}\}|//[^\n]*|/\*[\s\S]*?\*/|\(\)'
    for found in re.compile(rf"{skip}|[()]").finditer(text, start, stop):
        if found[0] == "(":
            opened.append(found.start())
        elif found[0] == ")" and opened:
            opened.pop()
    return opened[-1] if opened else None


def _comparison(s: Situation) -> Repair | None:
    """``a = b = c``, ``a = (b)``, ``a = not b``, ``a)``."""
    if s.key in ("=", "in") and not s.expects("%SYMBOL"):
        previous = s.text[s.before - 1]
        if previous == ")":
            message = "a formula in parentheses cannot be compared"
            return Repair("policy-syntax", message, s.start, s.end)
        message = f"a second {_found(s)} in one comparison"
        return Repair("policy-syntax", message, s.start, s.end, "join comparisons with `&`")
    if s.key == ")" and not s.expects(")"):
        return Repair("stray-bracket", "this `)` closes nothing", s.start, s.end, "remove it")
    if s.key in ("(", "not", "exists", "forall") and s.expects("%NUMBER"):
        message = f"{_found(s)} cannot stand on one side of a comparison"
        help_ = "compare paths, numbers, strings or `{{ python }}`"
        return Repair("policy-syntax", message, s.start, s.end, help_)
    return None


def _policy_call(s: Situation) -> Repair | None:
    """``*p``, ``*p()``, ``*p("x")``, ``exists X(``, ``f(x)``."""
    previous = s.text[: s.before].rstrip()
    if s.expects("(") and not s.expects("%NUMBER"):
        message = "a policy is called with a path below `obj`"
        return Repair("policy-syntax", message, s.start, s.end, "write `*policy(path)`")
    if s.key == "(" and re.search(r"[\w$]\Z", previous):
        help_ = "call a policy as `*policy(path)`, Python as `{{ f(x) }}`"
        return Repair("policy-syntax", "unexpected `(` in a policy", s.start, s.end, help_)
    return None


def faults(node: Escape | Path, source: Source) -> Iterator[Diagnostic]:
    """Check what the grammar takes without looking inside."""
    assert node.span is not None  # noqa: S101  the parser gives each node its place
    path, start, end = node.span
    if isinstance(node, Path):
        message = f"a dot too many in {shown(source.text[start:end])}"
        yield diagnostic(path, Repair("bad-path", message, start, end))
        return
    if not node.code:
        message = "the Python expression is empty"
        yield diagnostic(path, Repair("bad-escape", message, start, end))
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            compile(node.code, "<policy>", "eval", _ONLY_AST, dont_inherit=True)
        except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
            yield diagnostic(path, _python_fault(error, node.code, source.text, start, end))


def _python_fault(error: Exception, code: str, text: str, start: int, end: int) -> Repair:
    """Say what Python says, at its place if that is in the expression."""
    reason = error.msg if isinstance(error, SyntaxError) else "it is too complicated"
    reason = reason[:1].lower() + reason[1:]
    statement = re.match(
        r"\w+(?:\.\w+)*\s*[+-]?=(?!=)|(?:import|return|if|for|del|pass)\b|.*;", code
    )
    help_ = "a policy takes one expression, no statement" if statement else None
    inside = re.compile(r"\{\{\s*").match(text, start)
    offset = getattr(error, "offset", None)
    if inside and isinstance(offset, int) and 0 < offset <= len(code):
        at = min(inside.end() + offset - 1, end - 1)
        return Repair("bad-escape", f"no Python expression: {reason}", at, at + 1, help_)
    return Repair("bad-escape", f"no Python expression: {reason}", start, end, help_)


def policy_body(s: Situation) -> Repair | None:
    """``policy p = ...;``, ``policy p { ... }``, a body without ``>``."""
    if not s.expects("%BODY"):
        return None
    name = s.previous
    what = f"the policy {shown(name.text)}" if isinstance(name, Name) else "the policy"
    if s.character == "<":
        return _unterminated(s, what)
    return Repair(
        "missing-policy-body",
        f"the body of {what} stands between `<` and `>`",
        s.start,
        s.end,
        skip_to=next_line_start(s),
    )


def _unterminated(s: Situation, what: str) -> Repair:
    """Say what keeps a body from ending: something in it, or nothing."""
    body = s.machine.language.tables.terminals["BODY"].removesuffix(">")
    inside = s.ahead(body)
    at = inside.end() if inside else s.end
    skip_to = next_line_start(s)
    for mark, code, message, end in (
        ('"', "unterminated-string", "this string has no end", '"'),
        ("{{", "unterminated-escape", "this Python expression has no end", "}}"),
        ("/*", "unterminated-comment", "this comment has no end", "*/"),
    ):
        if s.text.startswith(mark, at):
            labels = ((s.start, s.start + 1, f"in the body of {what}"),)
            help_ = f"end it with `{end}`"
            return Repair(code, message, at, at + len(mark), help_, skip_to=skip_to, labels=labels)
    message = f"the body of {what} has no end"
    help_ = "end it with `>`"
    return Repair("unterminated-policy", message, s.start, s.start + 1, help_, skip_to=skip_to)


def policy_ended(s: Situation) -> Repair | None:
    """``policy p < obj.a > 5 >``: the first ``>`` was the end."""
    ended = s.in_file and s.before and s.text[s.before - 1] == ">"
    if not ended or s.word in STARTERS or (s.on_new_line and s.word):
        return None
    return Repair(
        "policy-operator",
        "the policy ends at the first `>`",
        s.before - 1,
        s.before,
        help="write comparisons other than `=` and `in` in Python: `{{ obj.a > 5 }}`",
        skip_to=next_line_start(s),
    )


AROUND: tuple[Mistake, ...] = (policy_ended, policy_body)
"""Mistakes where a body should start or has ended; the functions above are for its inside."""

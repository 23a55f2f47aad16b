"""Parses policy bodies into expressions."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

from xgen.diagnostics import Diagnostic
from xgen.ir.expr import Binary, Call, Compare, Escape, Expr, Literal, Not, Path, Quantifier
from xgen.source import Span
from xgen.syntax import tables
from xgen.syntax.engine import Language, Machine

if TYPE_CHECKING:
    from xgen.diagnostics import Report
    from xgen.source import Source
    from xgen.syntax.engine import Token
    from xgen.syntax.tree import Name

DEPTH: Final = 100
"""How deep a formula may be nested; what walks it recurses."""
_CONSTANTS = {"True": True, "False": False, "None": None}
_RESERVED = frozenset({"not", "in", "exists", "forall", *_CONSTANTS})
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}


@cache
def _language() -> Language:
    lexer = ("SYMBOL", "NUMBER", "STRING", "ESCAPE")
    return Language(tables.load("policy"), lexer, word="SYMBOL", reserved=_RESERVED)


def parse_policy(
    source: Source, body: Name, report: Report, comments: list[tuple[int, int]] | None = None
) -> Expr | None:
    """Return the formula of a policy's body, or None when the body has a mistake.

    ``body`` says where in ``source`` it is; the places of its comments are added to ``comments``.
    """

    def stuck(machine: Machine, token: Token) -> None:
        from xgen.syntax.mistakes_policy import diagnose

        report.add(diagnose(machine, token, body))

    builder = _Builder(source.path)
    machine = Machine(_language(), builder, source.path, source.text, stuck)
    formula: Expr | None = machine.run(body.span.start, body.span.end)
    if comments is not None:
        comments += machine.comments
    if formula is None:
        return None
    if builder.faulty:
        from xgen.syntax.mistakes_policy import faults

        found = [d for node in builder.faulty for d in faults(node, source)]
        report.extend(found)
        if found:
            return None
    if _is_deeper(formula, DEPTH):
        report.add(
            Diagnostic(
                code="too-deep",
                message=f"the formula is nested more than {DEPTH} deep",
                span=formula.span,
                help="split it into several policies and call them: `*other(path)`",
            )
        )
        return None
    return formula


def _is_deeper(formula: Expr, limit: int) -> bool:
    """Say whether a formula has more than ``limit`` levels, without recursing."""
    level: list[Expr] = [formula]
    for _ in range(limit):
        below: list[Expr] = []
        for node in level:
            if isinstance(node, Binary | Compare):
                below += (node.left, node.right)
            elif isinstance(node, Not):
                below.append(node.operand)
            elif isinstance(node, Quantifier):
                below.append(node.body)
        if not below:
            return False
        level = below
    return True


class _Builder:
    """One method for each rule of ``grammars/policy.lark``."""

    def __init__(self, path: str) -> None:
        self.path = path
        self._grouped: set[int] = set()
        self.faulty: list[Escape | Path] = []
        """What the grammar takes and a closer look may not."""

    def _over(self, left: Expr, right: Expr) -> Span:
        assert left.span is not None  # noqa: S101  expressions made here have one
        assert right.span is not None  # noqa: S101
        return Span(self.path, left.span.start, right.span.end)

    def policy(self, formula: Expr) -> Expr:
        return formula

    def implication(self, left: Expr, right: Expr) -> Expr:
        return Binary("->", left, right, self._over(left, right))

    def or_(self, left: Expr, right: Expr) -> Expr:
        return Binary("|", left, right, self._over(left, right))

    def and_(self, left: Expr, right: Expr) -> Expr:
        return Binary("&", left, right, self._over(left, right))

    def not_(self, keyword: Name, operand: Expr) -> Expr:
        end = operand.span.end if operand.span else keyword.span.end
        return Not(operand, Span(self.path, keyword.span.start, end))

    def quantifier(self, keyword: Name, variable: Name, body: Expr) -> Expr:
        end = body.span.end if body.span else keyword.span.end
        return Quantifier(
            keyword.text,
            self.path_(variable),
            body,
            id(body) in self._grouped,
            Span(self.path, keyword.span.start, end),
        )

    def group(self, _opened: int, formula: Expr, _close: int) -> Expr:
        self._grouped.add(id(formula))
        return formula

    def compare(self, left: Expr, operator: Name | int, right: Expr) -> Expr:
        word = "=" if isinstance(operator, int) else operator.text
        return Compare(word, left, right, self._over(left, right))

    def path_(self, token: Name) -> Path:
        text, span = token.text, token.span
        call = text.endswith("()")
        path = Path(tuple(text.removesuffix("()").split(".")), call, span)
        if "" in path.parts:
            self.faulty.append(path)
        return path

    def number(self, token: Name) -> Expr:
        value = float(token.text) if "." in token.text else int(token.text)
        return Literal(value, token.text, token.span)

    def string(self, token: Name) -> Expr:
        return Literal(decode(token.text), token.text, token.span)

    def constant(self, token: Name) -> Expr:
        return Literal(_CONSTANTS[token.text], token.text, token.span)

    def escape(self, token: Name) -> Expr:
        escape = Escape(" ".join(token.text[2:-2].split("\n")).strip(), token.span)
        self.faulty.append(escape)
        return escape

    def call(self, star: int, name: Name, target: Name, close: int) -> Expr:
        return Call(name.text, self.path_(target), Span(self.path, star, close + 1))


def decode(text: str) -> str:
    """Return what a string literal says; an unknown escape is the character itself."""
    if "\\" not in text:
        return text[1:-1]
    return re.sub(r"\\(.)", lambda found: _ESCAPES.get(found[1], found[1]), text[1:-1])

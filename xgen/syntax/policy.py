"""Parses policy bodies into expressions."""

from __future__ import annotations

import ast
import re
from functools import cache
from typing import TYPE_CHECKING, Any

from xgen.ir.expr import Binary, Call, Compare, Escape, Expr, Literal, Not, Path, Quantifier
from xgen.source import Span
from xgen.syntax import tables
from xgen.syntax.engine import Language, Machine

if TYPE_CHECKING:
    from xgen.diagnostics import Report
    from xgen.source import Source
    from xgen.syntax.engine import Token
    from xgen.syntax.tree import Name

_CONSTANTS = {"True": True, "False": False, "None": None}


@cache
def _language() -> Language:
    return Language(
        tables.load("policy"), ("SYMBOL", "NUMBER", "STRING", "ESCAPE"), word="SYMBOL"
    )


def parse_policy(source: Source, body: Name, report: Report) -> Expr | None:
    """Return the formula of a policy's body, or None when the body has a mistake."""
    builder = _Builder(source.path)
    machine = Machine(_language(), builder, source.path, source.text, _stop)
    formula: Expr | None = machine.run(body.span.start, body.span.end)
    return formula


def _stop(machine: Machine, token: Token) -> int | None:
    return None


class _Builder:
    """One method for each rule of ``grammars/policy.lark``."""

    def __init__(self, path: str) -> None:
        self.path = path
        self._grouped: set[int] = set()

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

    def group(self, opened: int, formula: Expr, close: int) -> Expr:
        self._grouped.add(id(formula))
        return formula

    def compare(self, left: Expr, operator: Name | int, right: Expr) -> Expr:
        word = "=" if isinstance(operator, int) else operator.text
        return Compare(word, left, right, self._over(left, right))

    def path_(self, token: Name) -> Path:
        text, span = token
        call = text.endswith("()")
        return Path(tuple(text.removesuffix("()").split(".")), call, span)

    def number(self, token: Name) -> Expr:
        value = float(token.text) if "." in token.text else int(token.text)
        return Literal(value, token.text, token.span)

    def string(self, token: Name) -> Expr:
        return Literal(decode(token.text), token.text, token.span)

    def constant(self, token: Name) -> Expr:
        return Literal(_CONSTANTS[token.text], token.text, token.span)

    def escape(self, token: Name) -> Expr:
        return Escape(token.text[2:-2].strip(), token.span)

    def call(self, star: int, name: Name, target: Name, close: int) -> Expr:
        return Call(name.text, self.path_(target), Span(self.path, star, close + 1))


def decode(text: str) -> str:
    """Return what a string literal says, with the escapes that Python has."""
    if "\\" not in text:
        return text[1:-1]
    try:
        value: Any = ast.literal_eval(text)
    except (SyntaxError, ValueError):
        return re.sub(r"\\(.)", r"\1", text[1:-1])
    return str(value)

"""Policy expressions: first-order logic over an object, a request context and stored objects.

The grammar is in ``grammars/policy.lark``; the meaning is described in ``docs/language.md``.
Every node carries the span it was written at, which comparison ignores: two expressions are
equal when they say the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from xgen.dataclass import dataclass, field

if TYPE_CHECKING:
    from xgen.source import Span


@dataclass(frozen=True, slots=True)
class Path:
    """A dotted path such as ``ctx.user.is_admin``; ``call`` when it ends in ``()``."""

    parts: tuple[str, ...]
    call: bool = False
    span: Span | None = field(default=None, compare=False, repr=False)

    def __str__(self) -> str:
        return ".".join(self.parts) + ("()" if self.call else "")


@dataclass(frozen=True, slots=True)
class Literal:
    """A number, a decoded string, True, False or None. ``raw`` is the text as written."""

    value: str | int | float | bool | None
    raw: str = field(default="", compare=False)
    span: Span | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Escape:
    """A Python expression, ``{{ ... }}``, without the braces and surrounding blanks."""

    code: str
    span: Span | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Call:
    """A sub-policy applied to a path below ``obj``: ``*policy(path)``."""

    policy: str
    target: Path
    span: Span | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Compare:
    """``left = right`` or ``left in right``."""

    operator: str
    left: Expr
    right: Expr
    span: Span | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Not:
    """Negation."""

    operand: Expr
    span: Span | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Binary:
    """``&``, ``|`` or ``->``."""

    operator: str
    left: Expr
    right: Expr
    span: Span | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Quantifier:
    """``exists VARIABLE: body`` or ``forall VARIABLE: body``.

    A variable that starts with a capital and has one part ranges over the stored objects of the
    model of that name; any other ranges over the elements of the collection it names.
    """

    kind: str
    variable: Path
    body: Expr
    parenthesised: bool = field(default=False, compare=False)
    span: Span | None = field(default=None, compare=False, repr=False)


Expr: TypeAlias = Path | Literal | Escape | Call | Compare | Not | Binary | Quantifier

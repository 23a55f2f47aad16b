"""Checks of a linked model: functions from the IR to findings, listed here.

The linker reports what it cannot make sense of; these report what makes sense and is wrong.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from xgen.diagnostics import Diagnostic
    from xgen.ir.app import App

CHECKS: tuple[Callable[[App], Iterable[Diagnostic]], ...] = ()


def check(app: App, *, strict: bool) -> Iterator[Diagnostic]:
    """Yield the findings of every check; with ``strict`` what is merely bad style is an error."""
    for one in CHECKS:
        yield from one(app)

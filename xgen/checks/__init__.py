"""Checks of a linked model: functions from the IR to findings, listed here.

The linker reports what it cannot make sense of; these report what makes sense and is wrong.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xgen.checks.cycles import check_cycles
from xgen.checks.fields import check_fields
from xgen.checks.options import check_options
from xgen.checks.policies import (
    check_domains,
    check_escapes,
    check_messages,
    check_policy_cycles,
    check_scopes,
    check_trivial,
    check_unused,
    check_validators,
    check_variables,
)
from xgen.checks.tables import check_tables
from xgen.diagnostics import Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from xgen.diagnostics import Diagnostic
    from xgen.ir.app import App

CHECKS: tuple[Callable[[App, Severity], Iterable[Diagnostic]], ...] = (
    check_fields,
    check_options,
    check_messages,
    check_scopes,
    check_trivial,
    check_policy_cycles,
    check_unused,
)
"""Each takes the application and how bad it is to write what the ancestor accepted."""


BUILT: tuple[Callable[[App, Severity], Iterable[Diagnostic]], ...] = (
    check_domains,
    check_variables,
    check_escapes,
    check_validators,
)
"""Likewise, about policies that could not be run if code were made of them."""


def check(app: App, *, strict: bool, built: bool = False) -> Iterator[Diagnostic]:
    """Yield the findings of every check; with ``strict`` what the ancestor accepted is an error.

    ``built`` says that tables will be made of the models: what tables cannot be, and objects of
    which there could never be a first, are errors then.
    """
    legacy = Severity.ERROR if strict else Severity.WARNING
    impossible = Severity.ERROR if built else legacy
    yield from check_tables(app, impossible)
    yield from check_cycles(app, impossible)
    for one in BUILT:
        yield from one(app, impossible)
    for one in CHECKS:
        yield from one(app, legacy)

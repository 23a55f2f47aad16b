"""Options of files and messages: free-form, so only what looks mistyped is reported."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from xgen.checks import allowed, findings
from xgen.diagnostics import Severity
from xgen.ir.types import OptionKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xgen.diagnostics import Diagnostic
    from xgen.ir.app import App
    from xgen.ir.options import Option

_NEAR = 0.8


def check_options(app: App, legacy: Severity) -> Iterator[Diagnostic]:
    """Yield file and message options that nearly are known ones, and quoted booleans."""
    del legacy  # both are legal: a warning, however strict
    for option in app.options.values():
        yield from _option(option, allowed.FILE_OPTIONS)
    for model in app.models:
        for option in model.options.values():
            if not option.inherited:
                yield from _option(option, allowed.MESSAGE_OPTIONS)


def _option(option: Option, known: frozenset[str]) -> Iterator[Diagnostic]:
    name = option.name
    if name in allowed.STATEMENT_BOOLEANS:
        if option.kind is OptionKind.STRING and str(option.value).capitalize() in ("True", "False"):
            yield findings.quoted_boolean(option, Severity.WARNING)
    elif name not in known and name not in allowed.MESSAGE_OPTIONS:
        near = get_close_matches(name.lower(), sorted(known), n=1, cutoff=_NEAR)
        if near:
            guess = f"did you mean `{near[0]}`?"
            yield findings.unknown_option(name, option.name_span, guess, Severity.WARNING)

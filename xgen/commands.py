"""What the smaller commands do: run some stages, print what came of it, choose the exit code."""

from __future__ import annotations

import sys
from typing import Any

from xgen import cache, console
from xgen.api import compile as compile_paths
from xgen.diagnostics import Report, Severity
from xgen.exit_codes import CLEAN, ERROR, FINDINGS


def lint(**options: Any) -> int:
    """Run the stages up to checking."""
    if options["no_cache"]:
        cache.disable()
    result = compile_paths(options["files"], include=options["include"], strict=options["strict"])
    report = Report()
    report.extend(result.diagnostics)
    stream = sys.stderr if options["format_"] == "text" else sys.stdout
    console.show(report, result.sources, stream, form=options["format_"])
    if report.has_errors:
        return ERROR
    return FINDINGS if report.count(Severity.WARNING) else CLEAN

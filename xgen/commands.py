"""What the smaller commands do: run some stages, print what came of it, choose the exit code."""

from __future__ import annotations

import sys
from typing import Any

from xgen import cache, console
from xgen.diagnostics import Severity
from xgen.exit_codes import CLEAN, ERROR, FINDINGS
from xgen.generating import naming_stage
from xgen.pipeline import Job, Run, compile_models


def lint(**options: Any) -> int:
    """Run the stages up to checking."""
    if options["no_cache"]:
        cache.disable()
    run = Run()
    job = Job(inputs=options["files"], include=options["include"], strict=options["strict"])
    with naming_stage(run):
        compile_models(job, run)
    stream = sys.stderr if options["format_"] == "text" else sys.stdout
    console.show(run.report, run.sources, stream, form=options["format_"])
    if run.report.has_errors:
        return ERROR
    return FINDINGS if run.report.count(Severity.WARNING) else CLEAN

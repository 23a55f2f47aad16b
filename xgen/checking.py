"""What `xgen lint --checkers` does: run checkers over models, print what they say."""

from __future__ import annotations

import os
import sys
from typing import Any

from xgen import cache, console
from xgen.exit_codes import CLEAN, ERROR, FINDINGS
from xgen.job import Job, Run, naming_stage
from xgen.legacy import PRINT, Legacy
from xgen.pipeline import compile_models, old_input

SUFFIX = ".xchecker"


def check(**options: Any) -> int:
    """Run the checkers that were asked for; FINDINGS when one of them complains."""
    if options["no_cache"]:
        cache.disable()
    run = Run()
    job = Job(
        inputs=options["files"],
        include=options["include"],
        strict=options["strict"],
        legacy=Legacy(mode=PRINT),
    )
    with naming_stage(run):
        app = compile_models(job, run, lenient=not job.strict)
        lines: list[tuple[bool, str]] = []
        if app is not None:
            words = [word for given in options["checkers"] for word in given.split(",")]
            for name in filter(None, map(str.strip, words)):
                run.stage = f"running checker `{name}`"
                lines += _check(name, job, run, old_input(app, job, run))
    for _, line in lines:
        sys.stdout.write(line + "\n")
    stream = sys.stderr if options["format_"] == "text" else sys.stdout
    console.show(run.report, run.sources, stream, form=options["format_"])
    if run.report.has_errors:
        return ERROR
    return CLEAN if all(good for good, _ in lines) else FINDINGS


def _check(name: str, job: Job, run: Run, given: Any) -> list[tuple[bool, str]]:
    """Return what is to be said of one checker, each line with whether it is good."""
    from xgen.compat.checkers import BUILT_IN, GOOD, MangledError, verdicts
    from xgen.compat.environment import Names

    bare = os.path.basename(name).removesuffix(SUFFIX)
    if os.sep not in name and bare in BUILT_IN and not os.path.isfile(name):
        found = list(BUILT_IN[bare](Names(given, run.footprint)))
    else:
        text = _render(name, job, run, given)
        if text is None:
            return []
        try:
            found = verdicts(text)
        except MangledError:
            return [(False, f"Checker {name} returned mangled output")]
    complaints = [verdict for verdict in found if verdict.code != GOOD]
    if not complaints:
        return [(True, f"{name}: OK")]
    return [(False, f"{name}: {verdict.code} - {verdict.text}") for verdict in complaints]


def _render(name: str, job: Job, run: Run, given: Any) -> str | None:
    """Return the output of a checker that is a template; None when there is none."""
    from functools import partial

    from xgen.compat.checkers import BUILT_IN
    from xgen.compat.environment import Names
    from xgen.diagnostics import Diagnostic, did_you_mean
    from xgen.rendering.legacy import render_legacy
    from xgen.rendering.target import Target

    run.footprint.saw(name)
    if not os.path.isfile(name):
        run.report.add(
            Diagnostic(
                code="unknown-checker",
                message=f"there is no checker `{name}`",
                help=did_you_mean(name.removesuffix(SUFFIX), BUILT_IN)
                or f"the built-in ones are {', '.join(BUILT_IN)}; others are given by path",
            )
        )
        return None
    folder, template = os.path.split(name)
    target = Target(name=name, path=name, roots=(folder or os.curdir,), template=template)
    names = partial(Names, given, run.footprint)
    rendering = render_legacy(target, job.legacy, names, report=run.report, footprint=run.footprint)
    run.sources.update(rendering.sources)
    return rendering.text

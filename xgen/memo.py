"""What a job rendered last time, for as long as nothing that it depended on has changed.

An author's everyday run follows an edit of a scaffold: the models are what they were, so only
merging is left to do. What was rendered is kept with the hashes of all files that it came from;
while these hold, and the tool is the same, rendering anew would give the same bytes.
"""

from __future__ import annotations

import marshal
import os
from typing import TYPE_CHECKING, NamedTuple

from xgen import cache
from xgen.fingerprint import Footprint, tool_fingerprint
from xgen.rendered import Origin

if TYPE_CHECKING:
    from xgen.diagnostics import Diagnostic
    from xgen.job import Job, Run
    from xgen.rendered import RenderedFile
    from xgen.source import Source

_KIND = "rendered"
_FROM = "rendered-from"
"""What it depends on, by itself: most often it shows that the rest need not be read."""
_LARGEST = 16_000_000
"""Characters of output up to which keeping it costs less than it saves."""


class Rendered(NamedTuple):
    """All that the stages up to rendering give. ``name`` is the package's."""

    name: str
    targets: tuple[str, ...]
    files: tuple[RenderedFile, ...]
    text: str | None = None
    origin: Origin = Origin()


class _Kept(NamedTuple):
    rendered: Rendered
    inputs: dict[str, str | None]
    findings: tuple[Diagnostic, ...]
    sources: dict[str, Source]


def recall(job: Job, run: Run) -> Rendered | None:
    """Return what ``job`` rendered before, with its findings in ``run``; None when in doubt."""
    key = _key(job)
    content = cache.load(_FROM, key)
    if content is None:
        return None
    inputs = Footprint()
    inputs.files.update(marshal.loads(content))  # noqa: S302  own folder, hashed
    if not inputs.holds():
        return None
    kept = cache.load_value(_KIND, key)
    if not isinstance(kept, _Kept) or kept.inputs != inputs.files:
        return None
    run.footprint.files.update(kept.inputs)
    run.report.extend(kept.findings)
    run.sources.update(kept.sources)
    return kept.rendered


def keep(job: Job, run: Run, rendered: Rendered) -> None:
    """Keep what ``job`` rendered; nothing is kept of input that cannot be read again."""
    if "-" in job.inputs or sum(len(file.text) for file in rendered.files) > _LARGEST:
        return
    findings = tuple(run.report)
    shown = {d.where for d in findings} | {label.span.path for d in findings for label in d.labels}
    sources = {path: source for path, source in run.sources.items() if path in shown}
    key, inputs = _key(job), dict(run.footprint.files)
    cache.store(_FROM, key, marshal.dumps(inputs))
    cache.store_value(_KIND, key, _Kept(rendered, inputs, findings, sources))


def _key(job: Job) -> str:
    what = (job.inputs, job.targets, job.include, job.target_path, job.name, job.strict)
    # What is there already, and what of it may go, shapes migrations.
    kept = (job.output, job.may_lose, job.legacy)
    options = [sorted(given.items()) for given in (job.options, job.target_options)]
    return repr((os.getcwd(), what, kept, options, tool_fingerprint()))

"""What passes by the stages: what is asked for, what a run gathers, and what comes of it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from xgen.dataclass import dataclass, field
from xgen.diagnostics import Report
from xgen.fingerprint import Footprint
from xgen.legacy import Legacy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from xgen.output import Manifest, Plan
    from xgen.source import Source
    from xgen.syntax.tree import File


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What to generate: the command line, or a project file, as a value."""

    inputs: tuple[str, ...]
    targets: tuple[str, ...] = ()
    output: str | None = None
    include: tuple[str, ...] = ()
    target_path: tuple[str, ...] = ()
    name: str | None = None
    strict: bool = False
    conflict: str = "keep"
    """What becomes of conflicts: the value of an ``OnConflict``."""
    only: tuple[str, ...] = ()
    """Patterns of the output files that the job is about; without any, all."""
    restore: bool = False
    """Bring back what its owner deleted."""
    owners: Mapping[str, str] = field(default_factory=dict)
    """Patterns of output files, and whose they are whatever the target says."""
    may_lose: tuple[str, ...] = ()
    """Models and fields (``Model.field``) whose rows and values a migration may drop."""
    options: Mapping[str, object] = field(default_factory=dict)
    """What every target sees."""
    target_options: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    """What single targets see besides, by the name under which they were asked for."""
    legacy: Legacy = Legacy()
    """What the options of xosgenx say."""


@dataclass(slots=True)
class Run:
    """What a run gathers on its way: findings, the texts they point into, what was depended on."""

    report: Report = field(default_factory=Report)
    sources: dict[str, Source] = field(default_factory=dict)
    footprint: Footprint = field(default_factory=Footprint)
    progress: Callable[[str], None] | None = None
    trees: tuple[File, ...] | None = None
    """The inputs as parsed, when a target needs them again."""
    stage: str = "starting"
    """What is being done, for the message about an internal error."""


@contextmanager
def naming_stage(run: Run) -> Iterator[None]:
    """Add to an exception, which is a bug of ours, what was being done."""
    try:
        yield
    except Exception as error:
        error.xgen_stage = run.stage  # type: ignore[attr-defined]  # read by the command line
        raise


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a job. ``plan`` is None when an error ended it before there was one."""

    name: str = ""
    """The package's."""
    root: str = "."
    plan: Plan | None = None
    text: str | None = None
    """What targets without file tags gave."""
    manifest: Manifest | None = None
    """What was written; None when nothing was to be written, or nothing could be."""

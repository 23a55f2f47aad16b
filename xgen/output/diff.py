"""Show what a plan changes, as a patch."""

from __future__ import annotations

from difflib import unified_diff
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xgen.output.snapshot import Snapshot
    from xgen.output.steps import Plan, Step


def diff(plan: Plan, snapshot: Snapshot) -> Iterator[str]:
    """Yield the lines of a unified diff from the tree as it is to the tree after ``plan``."""
    for step in plan.changes:
        exists = snapshot.kind(step.path).value == "file"
        before = snapshot.read(step.path) if exists else None
        if before != step.content:
            yield from _of_file(step, before)


def _of_file(step: Step, before: bytes | None) -> Iterator[str]:
    old = "/dev/null" if before is None else f"a/{step.path}"
    new = "/dev/null" if step.content is None else f"b/{step.path}"
    for line in unified_diff(_lines(before), _lines(step.content), old, new):
        yield line
        if not line.endswith("\n"):
            yield "\n\\ No newline at end of file\n"


def _lines(content: bytes | None) -> list[str]:
    text = (content or b"").decode("utf-8", "surrogateescape")
    pieces = text.split("\n")
    lines = [piece + "\n" for piece in pieces[:-1]]
    return [*lines, pieces[-1]] if pieces[-1] else lines

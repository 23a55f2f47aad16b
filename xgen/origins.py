"""What a run's files come from, for the record that the next run reads."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from xgen.renamed import mark
from xgen.rendered import Origin

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from xgen.ir.app import App


def origin(app: App, paths: Iterable[str], digests: Mapping[str, str | None]) -> Origin:
    """Return where ``app`` comes from: the files ``paths``, whose hashes are in ``digests``."""
    inputs = ((path, digests.get(os.path.abspath(path))) for path in paths)
    return Origin(
        inputs=tuple((path, known) for path, known in inputs if known is not None),
        models=tuple(mark(model) for model in app.models),
    )


def seen_from(root: str, inputs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return inputs by paths that mean the same on every machine.

    Relative to the output folder ``root`` where both are in the current folder; else the name alone.
    """
    here = os.getcwd()
    place = os.path.abspath(root)
    found = {}
    for path, known in inputs:
        full = os.path.abspath(path)
        near = _below(here, full) and _below(here, place)
        shown = os.path.relpath(full, place) if near else os.path.basename(full)
        found[shown.replace(os.sep, "/")] = known
    return found


def _below(folder: str, place: str) -> bool:
    return place == folder or place.startswith(folder.rstrip(os.sep) + os.sep)

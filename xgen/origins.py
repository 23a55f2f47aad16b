"""What a run's files come from, for the record that the next run reads."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from xgen.fingerprint import digest
from xgen.rendered import ModelMark, Origin

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from xgen.ir.app import App, Model

_SHORT = 16
"""Letters of a signature: enough to tell the models of one package apart."""


def origin(app: App, paths: Iterable[str], digests: Mapping[str, str | None]) -> Origin:
    """Return where ``app`` comes from: the files ``paths``, whose hashes are in ``digests``."""
    inputs = ((path, digests.get(os.path.abspath(path))) for path in paths)
    return Origin(
        inputs=tuple((path, known) for path, known in inputs if known is not None),
        models=tuple(_mark(model) for model in app.models),
    )


def _mark(model: Model) -> ModelMark:
    members = sorted((member.number, member.name) for member in model.members)
    text = " ".join(f"{number}:{name}" for number, name in members)
    return ModelMark(
        name=model.name,
        signature=digest(text.encode())[:_SHORT] if members else "",
        renamed_from=model.options.text("renamed_from"),
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

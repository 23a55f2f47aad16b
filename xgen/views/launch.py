"""What the files around the models say: where they come from and how the package is started."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from xgen.views.schema import schema
from xgen.views.steps import steps

if TYPE_CHECKING:
    from xgen.ir.app import App

_SHOWN = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """Facts about the package as a whole; texts are on one line."""

    name: str
    title: str
    sources: tuple[str, ...]
    origin: str
    """The sources as a header names them."""
    extras: tuple[str, ...]
    """The extras of xgen that the package needs."""
    uses_playbooks: bool
    models: tuple[str, ...]


def launch(app: App) -> Launch:
    """Return the facts about the package."""
    sources = tuple(path.replace("\\", "/").rpartition("/")[2] for path in app.sources)
    playbooks = any(step.playbook for step in steps(app).steps)
    return Launch(
        name=app.name,
        title=" ".join(app.title.split()) or app.name,
        sources=sources,
        origin=origin(sources),
        extras=("ansible", "runtime") if playbooks else ("runtime",),
        uses_playbooks=playbooks,
        models=tuple(table.class_name for table in schema(app).concrete()),
    )


def origin(sources: tuple[str, ...]) -> str:
    """Return the names of the input files for a sentence."""
    shown = [" ".join(name.split()) for name in sources[:_SHOWN]]
    if len(sources) > _SHOWN:
        return f"{', '.join(shown)} and {len(sources) - _SHOWN} more"
    return ", ".join(shown) or "a model"

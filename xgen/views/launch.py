"""What the files around the models say: where they come from and how the package is started."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xgen.dataclass import dataclass
from xgen.views.memo import last
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
    extras: tuple[str, ...]
    """The extras of xgen that the package needs."""
    uses_playbooks: bool
    models: tuple[str, ...]


@last
def launch(app: App) -> Launch:
    """Return the facts about the package."""
    playbooks = any(step.playbook for step in steps(app).steps)
    return Launch(
        name=app.name,
        title=" ".join(app.title.split()) or app.name,
        sources=tuple(relative(path) for path in app.sources),
        extras=("ansible", "runtime") if playbooks else ("runtime",),
        uses_playbooks=playbooks,
        models=tuple(table.class_name for table in schema(app).concrete()),
    )


def relative(path: str) -> str:
    """Return a path that may stand in a file: never one that leads out of the project."""
    parts = path.replace("\\", "/").split("/")
    outside = parts[0] in ("", "..") or parts[0].endswith(":")
    return parts[-1] if outside else "/".join(part for part in parts if part != ".")


def origin(app: App) -> str:
    """Return the names of the input files for a sentence on one line."""
    names = [" ".join(path.replace("\\", "/").rpartition("/")[2].split()) for path in app.sources]
    if len(names) > _SHOWN:
        return f"{', '.join(names[:_SHOWN])} and {len(names) - _SHOWN} more"
    return ", ".join(names) or "a model"

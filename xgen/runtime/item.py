"""What the agenda knows of a dirty object."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from xgen.runtime.reconcile import Action

if TYPE_CHECKING:
    from xgen.runtime.reconcile import Row


class State(Enum):
    """Where an object is on its way."""

    NEW = "new"
    WAITING = "waiting for others"
    READY = "ready"
    HELD = "held by a limit"
    RUNNING = "running"
    ASLEEP = "waiting for its time"


@dataclass(slots=True, eq=False)
class Item:
    """A dirty object."""

    row: Row
    state: State = State.NEW
    action: Action = Action.NONE
    epoch: int = -1
    """The state of the world for which it was planned."""
    woken: bool = False
    """What it depends on was synced since it was looked at first."""
    backend: str | None = None
    """The back-end that its step said it is behind, where only the object tells."""


@dataclass(frozen=True, slots=True)
class Knot:
    """Objects that wait for one another, with one of their cycles spelled out."""

    keys: frozenset[int]
    names: tuple[str, ...]

    @property
    def message(self) -> str:
        """Return what people read."""
        return f"these objects wait for each other: {' -> '.join(self.names)}"

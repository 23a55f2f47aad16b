"""What rendering hands over: file contents as values, each with its owner.

Stands below both ``render`` and ``output`` so that neither needs to know the other.
"""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from xgen.dataclass import dataclass


class Owner(Enum):
    """Who may write a file after it was first created."""

    MACHINE = "machine"
    """Always rewritten; editing it by hand is refused."""
    SCAFFOLD = "scaffold"
    """Written once, then the author's; new renderings are merged into it."""
    HISTORY = "history"
    """Written once and never again (migrations)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderedFile:
    """One output file. ``path`` is relative to the output folder, with ``/``.

    ``instead`` is the file that an author should edit instead of a machine file. ``target`` is
    the name of the target; ``template`` and ``line`` are the place of the file tag.
    """

    path: str
    text: str
    owner: Owner = Owner.MACHINE
    executable: bool = False
    instead: str | None = None
    target: str = ""
    template: str = ""
    line: int = 0


class ModelMark(NamedTuple):
    """What a model is recognised by when its name has changed.

    ``signature`` is a hash of the numbers and names of its own fields and links, "" without any;
    ``renamed_from`` is what the model itself says it was called, "" that it is none that was there.
    """

    name: str
    signature: str
    renamed_from: str | None = None


class Origin(NamedTuple):
    """What files were rendered from: input files with their hashes, and the models in them."""

    inputs: tuple[tuple[str, str], ...] = ()
    models: tuple[ModelMark, ...] = ()

"""What a run was told about merging: by its command line, or by the project file."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from xgen.dataclass import dataclass, field
from xgen.patterns import last_match, matches
from xgen.rendered import Owner

if TYPE_CHECKING:
    from collections.abc import Mapping

MINE = "mine"
"""The owner of what xgen is to leave alone, whatever a target says."""


class OnConflict(Enum):
    """What becomes of the lines that an author and a new rendering both changed."""

    KEEP = "keep"
    """The author's file stays as it is."""
    MARKERS = "markers"
    """Both versions are written into the file."""
    OURS = "ours"
    """The author's lines stay; the rest is merged."""
    THEIRS = "theirs"
    """The new rendering's lines replace the author's; the rest is merged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """How to merge. ``owners`` are patterns of paths with the owner that they are to have."""

    on_conflict: OnConflict = OnConflict.KEEP
    owners: Mapping[str, str] = field(default_factory=dict)
    only: tuple[str, ...] = ()
    """Patterns of the files that the run is about; without any, all."""
    restore: bool = False
    """Bring back what its owner deleted."""
    may_lose: tuple[str, ...] = ()
    """Models that are gone for good: no other model is one of them under a new name."""

    def owner(self, path: str, declared: Owner) -> Owner | None:
        """Return whose a file is, ``declared`` unless something else was chosen; None for MINE."""
        pattern = last_match(self.owners, path) if self.owners else None
        if pattern is None:
            return declared
        chosen = self.owners[pattern]
        return None if chosen == MINE else Owner(chosen)

    def wants(self, path: str) -> bool:
        """Say whether the run is about a file."""
        return not self.only or any(matches(pattern, path) for pattern in self.only)

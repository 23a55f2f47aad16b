"""The files of earlier runs that stay, as rendering may look at them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from xgen.history import History
from xgen.output.snapshot import Disk, Kind
from xgen.patterns import expand

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from xgen.fingerprint import Footprint


def history(root: str, footprint: Footprint, may_lose: Iterable[str] = ()) -> History:
    """Return what stays below ``root``; what is looked at is noted in ``footprint``."""
    disk = Disk(root)

    def read(folder: str) -> Mapping[str, str]:
        if disk.kind(folder) in (Kind.OUTSIDE, Kind.BLOCKED):
            return {}
        place = os.path.join(root, folder)
        footprint.saw_matches(place, "*.py")
        texts: dict[str, str] = {}
        for name in expand(place, "*.py"):
            path = f"{folder}/{name}"
            footprint.saw(os.path.join(root, path))
            if disk.kind(path) is Kind.FILE:
                texts[name] = disk.read(path).decode("utf-8-sig", "replace")
        return texts

    return History(read, may_lose)

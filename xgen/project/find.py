"""Where the project file is: here, or in the nearest folder above."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xgen.fingerprint import Footprint

NAME = "xgen.yaml"


def find(folder: str, footprint: Footprint) -> str | None:
    """Return the path of the nearest project file, None without one."""
    place = os.path.abspath(folder)
    while True:
        candidate = os.path.join(place, NAME)
        footprint.saw(candidate)
        if os.path.isfile(candidate):
            return candidate
        above = os.path.dirname(place)
        if above == place:
            return None
        place = above

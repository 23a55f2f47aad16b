"""A line on the terminal that moves while work is long; silent otherwise."""

from __future__ import annotations

import sys
import time

_PATIENCE = 0.7
"""Seconds before anything is shown, and then between updates a tenth of that."""


class Progress:
    """Counts things and shows the count on standard error when that is a terminal."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._count = 0
        self._next = time.monotonic() + _PATIENCE
        self._width = 0

    def __call__(self, item: str) -> None:
        """Count one more thing."""
        self._count += 1
        if self._count % 16 == 0 and time.monotonic() >= self._next:
            self._next = time.monotonic() + _PATIENCE / 10
            line = f"{self._what}: {self._count} files ({item})"[:79]
            sys.stderr.write("\r" + line.ljust(self._width))
            sys.stderr.flush()
            self._width = len(line)

    def done(self) -> None:
        """Remove the line."""
        if self._width:
            sys.stderr.write("\r" + " " * self._width + "\r")
            sys.stderr.flush()
            self._width = 0

"""Tells synchronizers of this process about commits, so that they need not wait for their poll.

A hint and nothing more: a lost, doubled or late one is harmless, since the database says what is
due.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING
from weakref import WeakSet

from django.db import transaction

from xgen.runtime.kinds import shape_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from xgen.runtime.models import Object

# Past this many a scan costs less than asking for each.
_MOST_IDS = 2000


class Bell:
    """Collects the objects that were changed and sets ``event``."""

    def __init__(self) -> None:
        self.event = threading.Event()
        self._lock = threading.Lock()
        self._ids: dict[type[Object], set[int]] = {}
        self._count = 0
        self._scan = False

    def ring(self, root: type[Object] | None = None, ids: Iterable[int] = ()) -> None:
        """Tell of changed objects; without a model: of changes that nobody listed."""
        with self._lock:
            if root is None or self._scan:
                self._scan = True
            else:
                known = self._ids.setdefault(root, set())
                before = len(known)
                known.update(ids)
                self._count += len(known) - before
                if self._count > _MOST_IDS:
                    self._scan, self._count = True, 0
                    self._ids.clear()
        self.event.set()

    def take(self) -> tuple[dict[type[Object], set[int]], bool]:
        """Return what was told since the last call, and whether a scan is needed."""
        with self._lock:
            ids, scan = self._ids, self._scan
            self._ids, self._scan, self._count = {}, False, 0
        return ids, scan


_bells: WeakSet[Bell] = WeakSet()


def listen(bell: Bell) -> None:
    """Let ``bell`` ring for commits from now on, as long as somebody holds it."""
    _bells.add(bell)


def mute(bell: Bell) -> None:
    """Let ``bell`` ring no more."""
    _bells.discard(bell)


def announce(model: type[Object], ids: Iterable[int] | None, using: str) -> None:
    """Ring for these objects when the current transaction has been committed.

    Without ``ids`` nobody knows which objects were changed, and the bells ask for a scan.
    """
    if not _bells:
        return
    root = None if ids is None else shape_of(model).root
    found = tuple(ids or ())

    def tell() -> None:
        for bell in list(_bells):
            bell.ring(root, found)

    transaction.on_commit(tell, using=using)

"""Tells synchronizers of this process about commits, so that they need not wait for their poll.

A hint and nothing more: a lost, doubled or late one is harmless, since the database says what is
due.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, NamedTuple, cast
from weakref import WeakSet

from django.db import transaction

from xgen.runtime.kinds import is_object, shape_of
from xgen.runtime.writer import Writer, current

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from xgen.runtime.models import Object

# Past this many a scan costs less than asking for each.
_MOST_IDS = 2000


class Touch(NamedTuple):
    """What a step or policy wrote that makes objects due."""

    on: Object
    """The object that it was running on."""
    model: type[Object]
    root: type[Object]
    ids: tuple[int, ...]
    fields: tuple[str, ...]
    sync: bool
    policy: bool


class Bell:
    """Collects the objects that were changed and sets ``event``."""

    def __init__(self) -> None:
        self.event = threading.Event()
        self._lock = threading.Lock()
        self._ids: dict[type[Object], set[int]] = {}
        self._count = 0
        self._scan = False
        self._touches: list[Touch] = []

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

    def tell(self, touch: Touch) -> None:
        """Tell what a run wrote; it has not ended yet."""
        with self._lock:
            self._touches.append(touch)

    def touches(self) -> list[Touch]:
        """Return what runs wrote since the last call."""
        if not self._touches:
            return []
        with self._lock:
            found, self._touches = self._touches, []
        return found


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


def touched(
    model: type[Object],
    ids: Iterable[int],
    fields: Iterable[str],
    moves: Mapping[str, object],
    using: str,
) -> None:
    """Tell, when the current transaction has been committed, what a step or policy made due."""
    writing = current()
    on: object = writing.on
    machine = writing.writer in (Writer.STEP, Writer.POLICY)
    if not (_bells and machine and moves and is_object(type(on))):
        return
    touch = Touch(
        on=cast("Object", on),
        model=model,
        root=shape_of(model).root,
        ids=tuple(ids),
        fields=tuple(fields),
        sync="generation" in moves,
        policy="revision" in moves,
    )

    def tell() -> None:
        for bell in list(_bells):
            bell.tell(touch)

    transaction.on_commit(tell, using=using)

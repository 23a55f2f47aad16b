"""What a running synchronizer does once a minute: says that it is there, and tidies up.

What is said here, `status` shows in another process: who runs, since when, and what became of
the log lines on their way to Elastic.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import Error

from xgen.runtime import history, owner
from xgen.runtime.core.operation import Pause, Running

if TYPE_CHECKING:
    from xgen.runtime.clock import Clock
    from xgen.runtime.config import HistoryConfig
    from xgen.runtime.store import Store

EVERY = 60.0
_PRUNE_EVERY = 3600.0
#: Who was not heard of for so long is gone, however it ended.
_SILENT = 4 * EVERY
_FORGET = 86_400.0


class Chores:
    """The chores of one synchronizer."""

    def __init__(self, store: Store, clock: Clock, config: HistoryConfig) -> None:
        self._store = store
        self._clock = clock
        self._config = config
        self._next = self._next_prune = self._since = 0.0
        self._is_known = False

    def start(self) -> None:
        """Say that this synchronizer runs now; if the database fails, the next turn says so."""
        self._since = self._clock.time()
        self._is_known = False
        self._next = self._next_prune = 0.0
        with suppress(Error):
            self._announce()

    def _announce(self) -> None:
        now = self._clock.time()
        rows = Running.objects.using(self._store.using)
        rows.filter(seen__lt=now - _FORGET).delete()
        values = {"synchronizer": self._name, "since": self._since, "seen": now, "stopped": None}
        rows.update_or_create(owner=self._store.owner, defaults={**values, "log_lines": {}})
        self._next = self._clock.monotonic() + EVERY
        self._is_known = True

    def turn(self) -> None:
        """Do what is due; called often."""
        now = self._clock.monotonic()
        if now < self._next:
            return
        if not self._is_known:
            self._announce()
        self._next = now + EVERY
        self._beat()
        Pause.objects.using(self._store.using).filter(until__lte=self._clock.time()).delete()
        if now >= self._next_prune:
            self._next_prune = now + _PRUNE_EVERY
            history.prune(self._config, self._clock.time(), self._store.using)

    def stop(self) -> None:
        """Say that this synchronizer runs no longer; a database that is gone cannot know."""
        with suppress(Error):
            self._beat(stopped=self._clock.time())

    @property
    def _name(self) -> str:
        return self._store.registry.package

    def _beat(self, **more: Any) -> None:
        rows = Running.objects.using(self._store.using).filter(owner=self._store.owner)
        rows.update(seen=self._clock.time(), log_lines=_log_lines(), **more)


def _log_lines() -> dict[str, Any]:
    elastic = sys.modules.get("xgen.runtime.elastic")
    return (elastic.counts() if elastic else None) or {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Presence:
    """A synchronizer as `status` shows it."""

    owner: str
    state: str
    """`running`, `stopped`, or `lost`: it ended without saying so."""
    since: float
    seen: float
    log_lines: dict[str, Any] = field(default_factory=dict)

    @property
    def place(self) -> str:
        """Return the machine and the process."""
        host, pid, *_ = self.owner.rsplit(":", 3)
        return f"{host.split('/')[0]}, process {pid}"


def presences(synchronizer: str, now: float) -> list[Presence]:
    """Return the synchronizers that run or ran lately, those that run first."""
    found = [
        Presence(
            owner=row.owner,
            state=_state(row, now),
            since=row.since,
            seen=row.seen,
            log_lines=row.log_lines,
        )
        for row in Running.objects.filter(synchronizer=synchronizer).order_by("-seen")
    ]
    return sorted(found, key=lambda one: one.state != "running")


def _state(row: Running, now: float) -> str:
    if row.stopped is not None:
        return "stopped"
    if row.seen < now - _SILENT or owner.is_surely_dead(row.owner):
        return "lost"
    return "running"

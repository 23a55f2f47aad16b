"""The back-end of the soak: a file that survives the processes that write to it.

It knows what objects it holds, notices two runs for one object at once, and takes note of how the
synchronizer's process is.
"""

from __future__ import annotations

import json
import os
import resource
import sqlite3
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_TABLES = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = OFF;
CREATE TABLE IF NOT EXISTS there (kind TEXT, pk INTEGER, told TEXT, PRIMARY KEY (kind, pk));
CREATE TABLE IF NOT EXISTS runs (kind TEXT, pk INTEGER, process INTEGER, PRIMARY KEY (kind, pk));
CREATE TABLE IF NOT EXISTS counts (how TEXT PRIMARY KEY, count INTEGER);
CREATE TABLE IF NOT EXISTS complaints (text TEXT);
CREATE TABLE IF NOT EXISTS faults (faulty INTEGER);
CREATE TABLE IF NOT EXISTS health (at REAL, told TEXT);
CREATE TABLE IF NOT EXISTS records (name TEXT PRIMARY KEY, value TEXT);
CREATE TABLE IF NOT EXISTS published (event TEXT PRIMARY KEY, key TEXT, poison INTEGER);
CREATE TABLE IF NOT EXISTS deadly (may_die INTEGER);
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """What a process uses."""

    process: int = 0
    memory: float = 0.0
    threads: int = 0
    files: int = 0
    connections: int = 0
    workers: int = 0

    @classmethod
    def of_this_process(cls, connections: int, workers: int) -> Health:
        """Return how this process is now."""
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
        return cls(
            process=os.getpid(),
            memory=pages * resource.getpagesize() / 1e6,
            threads=threading.active_count(),
            files=len(os.listdir("/proc/self/fd")),
            connections=connections,
            workers=workers,
        )


class Backend:
    """The file; each thread has a connection of its own."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()
        self._db.executescript(_TABLES)

    @property
    def _db(self) -> sqlite3.Connection:
        if not hasattr(self._local, "db"):
            self._local.db = sqlite3.connect(self.path, timeout=60, isolation_level=None)
        found: sqlite3.Connection = self._local.db
        return found

    def close(self) -> None:
        """Close this thread's connection."""
        self._db.close()
        del self._local.db

    # What a step does

    def begin(self, kind: str, pk: int) -> None:
        """Note that a run begins; there must be no other one for the object."""
        try:
            self._db.execute("INSERT INTO runs VALUES (?, ?, ?)", (kind, pk, os.getpid()))
        except sqlite3.IntegrityError:
            self.complain(f"{kind} {pk} was run twice at once")

    def end(self, kind: str, pk: int, how: str) -> None:
        """Note that it ended."""
        self._db.execute("DELETE FROM runs WHERE kind = ? AND pk = ?", (kind, pk))
        self._count(f"step runs: {how}")

    def put(self, kind: str, pk: int, told: tuple[Any, ...]) -> None:
        """Create or change an object."""
        self._db.execute("REPLACE INTO there VALUES (?, ?, ?)", (kind, pk, json.dumps(told)))

    def remove(self, kind: str, pk: int) -> None:
        """Remove an object."""
        self._db.execute("DELETE FROM there WHERE kind = ? AND pk = ?", (kind, pk))

    def has(self, kind: str, pk: int) -> bool:
        """Say whether it is there."""
        query = "SELECT 1 FROM there WHERE kind = ? AND pk = ?"
        return self._db.execute(query, (kind, pk)).fetchone() is not None

    def complain(self, text: str) -> None:
        """Note what must not be."""
        self._db.execute("INSERT INTO complaints VALUES (?)", (text,))

    @property
    def is_faulty(self) -> bool:
        """Say whether steps are to fail now and then."""
        found = self._db.execute("SELECT faulty FROM faults").fetchone()
        return bool(found and found[0])

    @property
    def may_die(self) -> bool:
        """Say whether the process may kill itself."""
        return bool(self._db.execute("SELECT 1 FROM deadly").fetchone())

    def note_death(self) -> None:
        """Note that the process kills itself now, before an acknowledgement."""
        self._count("killed itself before an acknowledgement")

    def _count(self, how: str) -> None:
        self._db.execute(
            "INSERT INTO counts VALUES (?, 1) ON CONFLICT (how) DO UPDATE SET count = count + 1",
            (how,),
        )

    # What comes in

    def records(self) -> list[tuple[str, str]]:
        """Return what a pull finds."""
        return self._db.execute("SELECT name, value FROM records ORDER BY name").fetchall()

    def change_record(self, name: str, value: str | None) -> None:
        """Make or change a record, or with None take it away."""
        if value is None:
            self._db.execute("DELETE FROM records WHERE name = ?", (name,))
        else:
            self._db.execute("REPLACE INTO records VALUES (?, ?)", (name, value))

    def note_published(self, event: str, key: str, *, poison: bool) -> None:
        """Note an event that a bus has."""
        self._db.execute("INSERT INTO published VALUES (?, ?, ?)", (event, key, int(poison)))

    def published(self) -> list[tuple[str, str, int]]:
        """Return all events, with their keys and whether they can never be handled."""
        return self._db.execute("SELECT event, key, poison FROM published").fetchall()

    # What the soak asks

    def deadly(self, *, on: bool) -> None:
        """Let the process kill itself from now on, or no more."""
        self._db.execute("DELETE FROM deadly")
        if on:
            self._db.execute("INSERT INTO deadly VALUES (1)")

    def faults(self, *, on: bool) -> None:
        """Let steps fail from now on, or no more."""
        self._db.execute("DELETE FROM faults")
        self._db.execute("INSERT INTO faults VALUES (?)", (int(on),))

    def there(self) -> dict[tuple[str, int], tuple[Any, ...]]:
        """Return all objects with what was told of them."""
        rows = self._db.execute("SELECT kind, pk, told FROM there")
        return {(kind, pk): tuple(json.loads(told)) for kind, pk, told in rows}

    def counts(self) -> dict[str, int]:
        """Return how many runs ended how."""
        return dict(self._db.execute("SELECT how, count FROM counts ORDER BY how"))

    def complaints(self) -> Iterator[str]:
        """Yield what must not have been."""
        yield from (text for (text,) in self._db.execute("SELECT DISTINCT text FROM complaints"))

    def forget_runs(self, process: int) -> None:
        """Forget the runs of a process that was killed."""
        self._db.execute("DELETE FROM runs WHERE process = ?", (process,))

    def tell_health(self, health: Health) -> None:
        """Note how the synchronizer's process is."""
        values = {name: getattr(health, name) for name in Health.__dataclass_fields__}
        self._db.execute("INSERT INTO health VALUES (?, ?)", (time.time(), json.dumps(values)))

    def health(self) -> Health:
        """Return the last that was told."""
        row = self._db.execute("SELECT told FROM health ORDER BY at DESC LIMIT 1").fetchone()
        return Health(**json.loads(row[0])) if row else Health()

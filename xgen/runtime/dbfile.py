"""The database file under a running synchronizer: noticed when it goes.

SQLite keeps a removed file open and goes on with it, so nobody would see what is written there.
"""

from __future__ import annotations

from pathlib import Path

from django.db import connections

from xgen.runtime.errors import DatabaseGone


class DatabaseFile:
    """Knows which file the database is in; does nothing for other databases."""

    def __init__(self, using: str) -> None:
        connection = connections[using]
        name = str(connection.settings_dict["NAME"])
        on_disk = connection.vendor == "sqlite" and not name.startswith((":", "file:"))
        self._path = Path(name) if on_disk else None
        self._before: tuple[int, int] | None = None
        self._before = self._identity()

    def check(self) -> None:
        """Raise DatabaseGone if the file is not the one that was there at first."""
        if self._before is None:
            self._before = self._identity()
            return
        now = self._identity()
        if now != self._before:
            what = "was removed" if now is None else "was replaced by another one"
            raise DatabaseGone(f"the database file {self._path} {what}; stopping")

    def _identity(self) -> tuple[int, int] | None:
        try:
            found = self._path.stat() if self._path else None
        except FileNotFoundError:
            return None
        except OSError:
            return self._before  # not to be seen just now, which says nothing
        return (found.st_dev, found.st_ino) if found else None

"""Lets a synchronizer live through edits and faults for minutes, then looks at what is left.

    python benchmarks/soak.py [sqlite] [postgresql] [--minutes 10] [--objects 300] [--static]

A user edits all the time, records come and go at a back-end that is pulled, events are published
on NATS and within the process, some twice, some that can never be handled. Steps fail, are deferred
and take too long; the synchronizer's process is killed, also between an event and its
acknowledgement; connections to PostgreSQL are terminated, SQLite is locked, NATS is away. In the last
part of the time nobody is killed, so that growth can be seen. Then faults and edits end, and everything
must come into sync. Exits with 1 when something is not in sync, lost or doubled, or when memory,
threads, connections or files have grown.

PostgreSQL is that of XGEN_TEST_POSTGRES (or the local one); the script makes a database of its own.
"""

from __future__ import annotations

import argparse
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import operation
import soak_bus
import soak_intake
from soak_backend import Backend, Health

from xgen.runtime import django as xdjango

if TYPE_CHECKING:
    from collections.abc import Iterator

POSTGRES = os.environ.get("XGEN_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/postgres")
HERE = Path(__file__).parent
# Of the time, so much is spent with kills, and then until the last process has warmed up.
_KILLING = 0.4
_WARMING = 0.15
# Seconds between edits, and between faults of each kind.
_EDIT_EVERY = 0.05
_KILL_EVERY = 8.0
_CUT_EVERY = 10.0
_SHUT_EVERY = 20.0
# With an edit, so often an event is published and a record changes, of so many; so many of them go.
_SHARE_OF_EVENTS, _SHARE_OF_RECORDS = 0.3, 0.1
_RECORDS, _GOES = 40, 0.3
# When it is quiet and for so long nothing moves, what is not in sync will never be.
_QUIET = 60.0
# So long a process may take to be at work.
_START = 120.0
# Memory may be so many MB more at the end than when the process had warmed up.
_SLACK = 20.0


def main() -> None:
    """Soak each database that was asked for; exit with 1 if something was wrong with one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("databases", nargs="*", default=["sqlite", "postgresql"])
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--objects", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--static", action="store_true", help="by the fixed schedule of models")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that nothing is left behind
    code = 0
    for kind in arguments.databases:
        with (
            tempfile.TemporaryDirectory(prefix="xgen-soak-") as folder,
            database(kind, folder) as url,
        ):
            xdjango.setup(url, ("sampleservice",))
            xdjango.use_database(url)
            xdjango.migrate()
            make_table()
            soak = Soak(url, Path(folder), arguments)
            try:
                figures, wrong = soak.run()
            finally:
                soak.end()
                xdjango.close_connections()
        print(f"== {kind}, {arguments.minutes:g} minutes, seed {arguments.seed}")
        code = max(code, operation.told(figures, wrong))
    sys.exit(code)


@contextmanager
def database(kind: str, folder: str) -> Iterator[str]:
    """Make an empty database and give its URL."""
    if kind == "sqlite":
        yield f"sqlite:///{folder}/soak.db"
        return
    import psycopg

    name = f"xgen_soak_{os.getpid()}"
    with psycopg.connect(POSTGRES, autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}"')
        try:
            yield f"{POSTGRES.rpartition('/')[0]}/{name}"
        finally:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def make_table() -> None:
    """Make the table in which events leave their effects."""
    from django.db import connection

    serial = "INTEGER PRIMARY KEY AUTOINCREMENT"
    if connection.vendor == "postgresql":
        serial = "BIGSERIAL PRIMARY KEY"
    with connection.cursor() as cursor:
        cursor.execute(soak_intake.TABLE.format(serial=serial))


class Soak:
    """One synchronizer in a process of its own, its user and its troubles."""

    def __init__(self, url: str, folder: Path, arguments: argparse.Namespace) -> None:
        self.url = url
        self.folder = folder
        self.arguments = arguments
        self.rng = Random(arguments.seed)
        self.user = operation.User(self.rng, arguments.objects)
        self.backend = Backend(folder / "backend.db")
        self.door = soak_bus.Door()
        self.publisher = soak_bus.Publisher(self.backend, self.rng)
        self.process: subprocess.Popen[bytes] | None = None
        self.kills = self.cuts = self.refused = self.shut = 0
        self.wrong: list[str] = []

    def run(self) -> tuple[dict[str, object], list[str]]:
        """Live through it all; return figures and what was wrong."""
        self.backend.faults(on=True)
        self.user.begin()
        total = self.arguments.minutes * 60
        self.publisher.publish()  # the runner finds the stream
        self.start()
        self.backend.deadly(on=True)
        self.trouble(total * _KILLING, killing=True)
        self.backend.deadly(on=False)
        survivor = time.monotonic()
        self.trouble(total * _WARMING, killing=False)
        warm = self.backend.health()
        self.trouble(total * (1 - _KILLING - _WARMING), killing=False)
        settled = self.settle()
        last = self.backend.health()
        left = self.publisher.waiting()
        self.stop()
        if left:
            self.wrong.append(f"{left} events are not acknowledged")
        self.wrong += operation.violations(self.backend.there())
        self.wrong += soak_bus.violations(self.backend, last.process)
        self.wrong += self.backend.complaints()
        self.wrong += grown(warm, last)
        figures = self.figures(warm, last, settled)
        figures["the last process lived for"] = f"{time.monotonic() - survivor:.0f} s"
        return figures, self.wrong

    def figures(self, warm: Health, last: Health, settled: float) -> dict[str, object]:
        """Return what was measured."""
        counts = self.backend.counts()
        total = sum(getattr(operation.models(), k).objects.count() for k in operation.KINDS)
        return {
            "edits": self.user.did.total(),
            "edits that the database refused for the moment": self.refused,
            "processes killed": self.kills,
            "connections cut, or databases locked": self.cuts,
            "times that NATS was away": self.shut,
            **counts,
            "events on NATS, and in memory": self.events(),
            "records in the end": len(self.backend.records()),
            "objects in the end": total,
            "in sync after": f"{settled:.1f} s",
            "memory, warm and in the end": f"{warm.memory:.0f}, {last.memory:.0f} MB",
            "threads, warm and in the end": f"{warm.threads}, {last.threads}",
            "open files, warm and in the end": f"{warm.files}, {last.files}",
            "connections, warm and in the end": f"{warm.connections}, {last.connections}",
            "not in sync, lost, doubled, grown": len(self.wrong),
        }

    def events(self) -> str:
        """Return how many events there were on each bus."""
        names = [event for event, _, _ in self.backend.published()]
        nats = sum(name.startswith("nats-") for name in names)
        return f"{nats:,}, {len(names) - nats:,}"

    # Trouble

    def trouble(self, seconds: float, *, killing: bool) -> None:
        """Edit and disturb for a while."""
        until = time.monotonic() + seconds
        next_kill = time.monotonic() + self.rng.uniform(0.3, 1) * _KILL_EVERY
        next_cut = time.monotonic() + self.rng.uniform(0.3, 1) * _CUT_EVERY
        next_shut = time.monotonic() + self.rng.uniform(0.3, 1) * _SHUT_EVERY
        while (now := time.monotonic()) < until:
            self.edit()
            self.come_in()
            if now >= next_shut:
                next_shut = now + self.rng.uniform(0.3, 1) * _SHUT_EVERY
                self.shut += 1
                self.door.shut()
                threading.Timer(self.rng.uniform(0.5, 5.0), self.door.open).start()
            if killing and now >= next_kill:
                self.kill()
                self.start()
                next_kill = time.monotonic() + self.rng.uniform(0.3, 1) * _KILL_EVERY
            if now >= next_cut:
                next_cut = now + self.rng.uniform(0.3, 1) * _CUT_EVERY
                self.cut()
            if self.process is not None and self.process.poll() is not None:
                if not (killing and self.process.returncode == -signal.SIGKILL):
                    self.wrong.append(self.told_end(self.process.returncode))
                self.backend.forget_runs(self.process.pid)
                self.start()
            time.sleep(min(_EDIT_EVERY, max(0.0, until - now)))

    def edit(self) -> None:
        """Let the user do something; what the database refuses at this moment is not done."""
        from django.db import Error

        try:
            self.user.act()
        except Error:
            self.refused += 1
            xdjango.close_connections()

    def come_in(self) -> None:
        """Publish an event; let a record come, change or go."""
        if self.rng.random() < _SHARE_OF_EVENTS:
            self.publisher.publish()
        if self.rng.random() < _SHARE_OF_RECORDS:
            name = f"{soak_intake.PULLED}{self.rng.randrange(_RECORDS)}"
            gone = self.rng.random() < _GOES
            self.backend.change_record(name, None if gone else str(self.rng.random()))

    def cut(self) -> None:
        """Terminate all connections, or keep the database locked for a while."""
        self.cuts += 1
        from django.db import connection

        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            return
        other = sqlite3.connect(
            self.url.removeprefix("sqlite:///"), isolation_level=None, timeout=5
        )
        try:
            other.execute("BEGIN IMMEDIATE")
            time.sleep(self.rng.uniform(0.1, 2.0))
            other.execute("ROLLBACK")
        except sqlite3.OperationalError:
            pass  # it was busy for all of the time, which is trouble too
        finally:
            other.close()

    def start(self) -> None:
        """Start the synchronizer."""
        words = [sys.executable, str(HERE / "soak_runner.py"), self.url, str(self.backend.path)]
        words += [str(self.door.port), self.publisher.stream, self.publisher.topic]
        words += ["--static"] if self.arguments.static else []
        with (self.folder / "runner.log").open("ab") as log:
            self.process = subprocess.Popen(words, stderr=log)
        end = time.monotonic() + _START
        while self.backend.health().process != self.process.pid and time.monotonic() < end:
            time.sleep(0.1)

    def kill(self) -> None:
        """Kill it in the middle of whatever it does."""
        if self.process is not None:
            self.kills += 1
            self.process.send_signal(signal.SIGKILL)
            self.process.wait(30)
            self.backend.forget_runs(self.process.pid)

    def settle(self) -> float:
        """Let it be quiet; return how long it took until everything was in sync."""
        self.backend.faults(on=False)
        self.door.open()
        began = moved = time.monotonic()
        before: object = None
        while time.monotonic() - moved < _QUIET:
            wrong = sum(1 for _ in operation.violations(self.backend.there()))
            wrong += sum(1 for _ in soak_bus.violations(self.backend, self.process_id))
            waiting = self.publisher.waiting()
            if not (wrong or waiting):
                break
            if before != (now := (wrong, waiting, self.backend.counts())):
                before, moved = now, time.monotonic()
            time.sleep(0.5)
        took = time.monotonic() - began
        time.sleep(2.5)  # the last threads that were given up on end, and its health is told anew
        return took

    @property
    def process_id(self) -> int:
        """The number of the process at hand."""
        return self.process.pid if self.process is not None else 0

    def stop(self) -> None:
        """Stop it as an operator does."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        if code := self.process.wait(60):
            self.wrong.append(self.told_end(code))
        self.process = None

    def told_end(self, code: int) -> str:
        """Return how the synchronizer ended that should have gone on."""
        log = (self.folder / "runner.log").read_text("utf-8", "replace")[-2000:]
        return f"the synchronizer ended by itself with {code}: {log}"

    def end(self) -> None:
        """Leave nothing running, whatever happened."""
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait(30)
        self.publisher.close()
        self.door.close()
        self.backend.close()


def grown(warm: Health, last: Health) -> Iterator[str]:
    """Yield what a process has more of in the end than when it had warmed up."""
    if warm.process != last.process:
        yield "the process that was to survive did not"
        return
    if last.memory > warm.memory + _SLACK:
        yield f"memory grew from {warm.memory:.0f} to {last.memory:.0f} MB"
    # Workers, loop and chores; pulls, a pull, two event steps, the bus, and who speaks on it.
    limits = {"threads": last.workers + 9}
    # The bus has none, but a socket, and its event loop two; a worker that hangs keeps its own.
    limits["connections"] = last.workers + 11
    # A connection to SQLite takes up to three files, and so does one to the back-end.
    limits["files"] = 20 + 6 * limits["connections"]
    for what, limit in limits.items():
        before, after = getattr(warm, what), getattr(last, what)
        if after > max(before, limit):
            yield f"{what} grew from {before} to {after}"


if __name__ == "__main__":
    main()

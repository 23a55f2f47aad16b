"""Bring a plan onto the disk: all of it or nothing.

Everything is first written beside its place, in `.xgen/staging`, and flushed. A journal there then
says what is to be moved where; from that moment on the plan counts as done, and a run that finds a
journal left by a crash finishes it. Before that moment, nothing of the tree has been touched. When
a move fails (a folder that may not be written), what was moved is moved back; when even that fails,
the journal stays, and the next run goes on.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import stat
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from xgen.fingerprint import file_digest
from xgen.output.manifest import BASE, PATH
from xgen.output.moves import BACKUP, JOURNAL, STAGING, HalfMovedError, Move, apply, finish, flush
from xgen.output.snapshot import Disk
from xgen.rendered import Owner

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xgen.output.manifest import Manifest
    from xgen.output.steps import Plan

_FLUSH_ALL = 8
"""From so many files on, one flush of the whole system is cheaper than one for each file."""


class OutputLocked(Exception):  # noqa: N818  it is a state, not a fault
    """Another run is writing to the same output folder."""


@contextmanager
def locked(root: str) -> Iterator[None]:
    """Hold the output folder for this run, made when missing; OutputLocked when another has it.

    The lock is on the folder itself: it leaves no file behind and dies with the process.
    """
    made = not os.path.isdir(root)
    os.makedirs(root, exist_ok=True)
    handle = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise OutputLocked(root) from None
        recover(root)
        yield
    finally:
        os.close(handle)
        if made:
            with suppress(OSError):  # it is only removed when it stayed empty
                os.rmdir(root)


def unfinished(root: str) -> bool:
    """Say whether a run was killed while it moved files; OutputLocked when it is still at it."""
    if not os.path.exists(os.path.join(root, STAGING, JOURNAL)):
        return False
    handle = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        return os.path.exists(os.path.join(root, STAGING, JOURNAL))
    except BlockingIOError:
        raise OutputLocked(root) from None
    finally:
        os.close(handle)


def recover(root: str) -> None:
    """Finish, or forget, what an earlier run left behind when it was killed."""
    staging = os.path.join(root, STAGING)
    if not os.path.isdir(staging):
        return
    journal = os.path.join(staging, JOURNAL)
    if os.path.exists(journal):
        with open(journal, encoding="utf-8") as file:
            finish(root, [Move(*move) for move in json.load(file)])
        os.unlink(journal)
    shutil.rmtree(staging)


def write(plan: Plan, root: str, *, tool: str) -> Manifest:
    """Take the steps of ``plan`` below ``root``, which the caller has locked."""
    manifest = plan.manifest
    stage = _Stage(root)
    try:
        for step in plan.changes:
            stage.put(step.path, step.content, executable=step.executable)
        for step in plan.bases:
            keeps = step.entry is not None and step.owner is Owner.SCAFFOLD
            stage.put(BASE + step.path, step.base if keeps else None)
        if stage.moves or manifest != plan.before:
            stage.put(PATH, manifest.to_text(tool).encode())
        if stage.moves:
            stage.commit()
    finally:
        stage.close()
    return manifest


def write_text(plan: Plan, root: str) -> None:
    """Take the steps of a plan for files that no manifest speaks of."""
    os.makedirs(root, exist_ok=True)
    disk = Disk(root)
    for step in plan.changes:
        place = disk.place(step.path)
        os.makedirs(os.path.dirname(place), exist_ok=True)
        staged = f"{place}.{os.getpid()}.new"
        try:
            with open(staged, "wb") as file:
                file.write(step.content or b"")
            flush(staged)
            if os.path.exists(place):
                shutil.copymode(place, staged)
            os.rename(staged, place)
        finally:
            with suppress(FileNotFoundError):
                os.unlink(staged)


class _Stage:
    """The new contents, beside the tree, and the list of moves that brings them in."""

    def __init__(self, root: str) -> None:
        self._root = root
        self._real = os.path.realpath(root)
        self._disk = Disk(root)
        self._folder = os.path.join(root, STAGING)
        self.moves: list[Move] = []
        self._half = False

    def put(self, path: str, content: bytes | None, *, executable: bool | None = None) -> None:
        """Stage new contents for ``path``, or with None its removal."""
        place = self._disk.place(path)
        status = None if self._disk.absent(path) else _status(place)
        if content is None and status is None:
            return
        old = file_digest(place) if status is not None else None
        inside = place.startswith(self._real + os.sep)
        to = place[len(self._real) + 1 :] if inside else os.path.relpath(place, self._real)
        name = str(len(self.moves))
        if not self.moves:
            os.makedirs(self._folder, exist_ok=True)
        if status is not None:
            _keep(place, os.path.join(self._folder, BACKUP + name))
        if content is not None:
            self._stage(os.path.join(self._folder, name), content, status, executable=executable)
        self.moves.append(Move(to, None if content is None else name, old))

    def _stage(
        self, staged: str, content: bytes, status: os.stat_result | None, *, executable: bool | None
    ) -> None:
        with open(staged, "wb") as file:
            file.write(content)
            if status is None and not executable:
                return  # as the system makes files: nobody may execute it
            mode = stat.S_IMODE((status or os.fstat(file.fileno())).st_mode)
            if executable is not None:
                # Who may read it may execute it.
                mode = mode | (mode & 0o444) >> 2 if executable else mode & ~0o111
            os.fchmod(file.fileno(), mode)

    def commit(self) -> None:
        """Flush what is staged, write the journal, and move everything into place."""
        if len(self.moves) < _FLUSH_ALL:
            for move in self.moves:
                if move.staged is not None:
                    flush(os.path.join(self._folder, move.staged))
        else:
            os.sync()
        journal = os.path.join(self._folder, JOURNAL)
        with open(journal + ".new", "w", encoding="utf-8") as file:
            json.dump(self.moves, file)
        flush(journal + ".new")
        with _no_signals():
            os.rename(journal + ".new", journal)
            flush(self._folder)
            try:
                apply(self._root, self.moves)
            except HalfMovedError:
                self._half = True
                raise

    def close(self) -> None:
        """Remove what was staged; without a commit the tree is then as it was."""
        if self._half:
            return
        with suppress(FileNotFoundError):
            os.unlink(os.path.join(self._folder, JOURNAL))
        shutil.rmtree(self._folder, ignore_errors=True)
        with suppress(OSError):
            os.rmdir(os.path.dirname(self._folder))


def _status(place: str) -> os.stat_result | None:
    try:
        return os.stat(place)
    except OSError:
        return None


def _keep(place: str, backup: str) -> None:
    """Keep the old file at hand, in case a later move fails."""
    try:
        os.link(place, backup)
    except OSError:
        shutil.copy2(place, backup)


@contextmanager
def _no_signals() -> Iterator[None]:
    """Hold ctrl-C and a polite kill back while files are moved: that takes no time."""
    held = {signal.SIGINT, signal.SIGTERM}
    before = signal.pthread_sigmask(signal.SIG_BLOCK, held)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)

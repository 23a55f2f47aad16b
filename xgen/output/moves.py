"""Moving staged files into place, with a way back and a way forward."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import NamedTuple

from xgen.fingerprint import file_digest
from xgen.output.manifest import FOLDER

STAGING = f"{FOLDER}/staging"
JOURNAL = "journal.json"
BACKUP = "old-"
_FLUSH_ALL = 8
"""From so many folders on, one flush of the whole system is cheaper than one for each."""


class Move(NamedTuple):
    """One file to replace, create or (without ``staged``) remove.

    ``old`` is the hash of what it replaces: after a crash, a file that somebody has changed
    meanwhile is left alone.
    """

    to: str
    staged: str | None
    old: str | None


class HalfMovedError(OSError):
    """A move failed, and so did undoing those before it: the next run has to finish them."""


def apply(root: str, moves: list[Move]) -> None:
    """Take all moves; when one fails, undo those before it and raise its error."""
    done: list[tuple[int, Move]] = []
    made: list[str] = []
    try:
        for index, move in enumerate(moves):
            _make_folder(root, os.path.dirname(move.to), made)
            _take(root, move)
            done.append((index, move))
    except OSError as error:
        try:
            for index, move in reversed(done):
                _undo(root, index, move)
        except OSError:
            told = (error.errno, error.strerror, error.filename, None, error.filename2)
            raise HalfMovedError(*told) from error
        for folder in reversed(made):
            with suppress(OSError):
                os.rmdir(folder)
        raise
    _tidy(root, moves)


def finish(root: str, moves: list[Move]) -> None:
    """Take the moves that a killed run did not get to."""
    for move in moves:
        place = os.path.join(root, move.to)
        staged = os.path.join(root, STAGING, move.staged) if move.staged is not None else None
        if staged is not None and not os.path.exists(staged):
            continue
        if file_digest(place) == move.old and not (staged is None and move.old is None):
            os.makedirs(os.path.dirname(place), exist_ok=True)
            _take(root, move)
    _tidy(root, moves)


def flush(path: str) -> None:
    """Make sure that a file or folder survives a power cut."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _make_folder(root: str, folder: str, made: list[str]) -> None:
    place = os.path.join(root, folder)
    if not folder or os.path.isdir(place):
        return
    _make_folder(root, os.path.dirname(folder), made)
    os.mkdir(place)
    made.append(place)


def _take(root: str, move: Move) -> None:
    place = os.path.join(root, move.to)
    if move.staged is None:
        os.unlink(place)
    else:
        os.rename(os.path.join(root, STAGING, move.staged), place)


def _undo(root: str, index: int, move: Move) -> None:
    """Take a move back. At every moment the file is the old or the new one.

    When the new one goes, it goes back to where it was staged: should a later step fail, all moves
    can still be taken.
    """
    place = os.path.join(root, move.to)
    backup = os.path.join(root, STAGING, f"{BACKUP}{index}")
    if move.staged is None:
        os.rename(backup, place)
        return
    staged = os.path.join(root, STAGING, move.staged)
    if move.old is None:
        os.rename(place, staged)
    else:
        os.link(place, staged)
        os.rename(backup, place)


def _tidy(root: str, moves: list[Move]) -> None:
    """Remove folders that became empty, and flush those that changed."""
    touched = {os.path.dirname(move.to) for move in moves}
    for move in moves:
        folder = os.path.dirname(move.to) if move.staged is None else ""
        while folder:
            try:
                os.rmdir(os.path.join(root, folder))
            except OSError:
                break
            touched.discard(folder)
            folder = os.path.dirname(folder)
            touched.add(folder)
    if len(touched) > _FLUSH_ALL:
        os.sync()
        return
    for folder in touched:
        with suppress(OSError):
            flush(os.path.join(root, folder))

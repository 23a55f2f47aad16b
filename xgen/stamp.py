"""The fast way through a run in which nothing has changed.

After a clean run a stamp is left in the cache folder: the command as it was given, all that the
run depended on, and what it left on disk. When the same command comes again and all of that is as
it was, the run is over before a parser or a template engine is imported. Any doubt (a stamp that
is missing, damaged, from another version) leads the slow way, which is always right.

Files of the output are known by size and times, as git does it; those whose times are too near to
the stamp's for that, or differ, by their contents.
"""

from __future__ import annotations

import json
import os
import stat
import sys
import time
from typing import TYPE_CHECKING

from xgen import cache
from xgen.fingerprint import Footprint, file_digest, tool_fingerprint

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_KIND = "stamps"
_NEAR = 2_000_000_000
"""Nanoseconds within which two writes may get the same time on some file systems."""
_REFRESH = 50
"""From so many hashed files on, it pays to renew the stamp."""
_ENVIRONMENT = ("COLUMNS", "FORCE_COLOR", "NO_COLOR", "TERM", "CI", "GITHUB_ACTIONS")
"""What shapes the messages that are shown again."""


def key(arguments: Sequence[str]) -> str:
    """Return what identifies a command: its words, where it runs, how it is watched."""
    shape = [os.environ.get(name) for name in _ENVIRONMENT]
    seen = [stream is not None and stream.isatty() for stream in (sys.stdout, sys.stderr)]
    return json.dumps([list(arguments), os.getcwd(), shape, seen])


def recall(arguments: Sequence[str]) -> str | None:
    """Return what the run would say if it is certain that it would change nothing."""
    now = time.time_ns()
    content = cache.load(_KIND, key(arguments))
    if content is None:
        return None
    try:
        stamp = json.loads(content)
        if stamp["tool"] != tool_fingerprint():
            return None
        inputs = Footprint()
        inputs.files.update(stamp["inputs"])
        if not inputs.holds():
            return None
        hashed = _same_outputs(stamp)
        if hashed is None:
            return None
        if hashed >= _REFRESH:
            stamp["at"] = now
            cache.store(_KIND, key(arguments), json.dumps(stamp).encode())
        return str(stamp["says"])
    except (KeyError, TypeError, ValueError, AttributeError, OSError):
        return None


def leave(
    arguments: Sequence[str],
    *,
    root: str,
    inputs: Footprint,
    outputs: Mapping[str, str | None],
    says: str,
    began: int,
) -> None:
    """Leave a stamp for a run that began at ``began`` (nanoseconds) and left ``outputs``.

    ``outputs`` maps paths below ``root`` to the hash that the run gave the file or found it to
    have, None for a file that is not there.
    """
    place = os.path.abspath(root)
    known = {path: [_identity(os.path.join(place, path)), outputs[path]] for path in outputs}
    stamp = {
        "tool": tool_fingerprint(),
        "inputs": inputs.files,
        "root": place,
        "folders": {
            folder: os.path.realpath(os.path.join(place, folder)) for folder in _folders(outputs)
        },
        "outputs": known,
        "at": began,
        "says": says,
    }
    cache.store(_KIND, key(arguments), json.dumps(stamp).encode())


def _folders(paths: Iterable[str]) -> set[str]:
    return {os.path.dirname(path) for path in paths}


def _identity(path: str) -> list[int] | None:
    try:
        status = os.lstat(path)
    except OSError:
        return None
    return [
        status.st_mode,
        status.st_size,
        status.st_ino,
        status.st_mtime_ns,
        status.st_ctime_ns,
    ]


def _same_outputs(stamp: dict[str, object]) -> int | None:
    """Return how many files had to be hashed to know that all are as they were, else None."""
    root, folders, outputs, at = (stamp[n] for n in ("root", "folders", "outputs", "at"))
    if not (
        isinstance(root, str)
        and isinstance(folders, dict)
        and isinstance(outputs, dict)
        and isinstance(at, int)
    ):
        return None
    if any(os.path.realpath(os.path.join(root, f)) != real for f, real in folders.items()):
        return None
    hashed = 0
    for path, (identity, known) in outputs.items():
        place = os.path.join(root, path)
        found = _identity(place)
        if found is None or known is None:
            if found is not None or known is not None:
                return None
            continue
        if identity is None or found[:2] != identity[:2] or not stat.S_ISREG(found[0]):
            return None
        if found != identity or max(found[3:]) >= at - _NEAR:
            hashed += 1
            if file_digest(place) != known:
                return None
    return hashed

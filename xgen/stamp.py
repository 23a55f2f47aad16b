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
from typing import TYPE_CHECKING, Any

from xgen import cache
from xgen.fingerprint import Footprint, file_digest, tool_fingerprint

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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
        hashed = 0
        for left in stamp["outputs"]:
            more = _same_outputs(left, stamp["at"])
            if more is None:
                return None
            hashed += more
        if hashed >= _REFRESH:
            stamp["at"] = now
            cache.store(_KIND, key(arguments), json.dumps(stamp).encode())
        return str(stamp["says"])
    except (KeyError, TypeError, ValueError, AttributeError, OSError):
        return None


def leave(
    arguments: Sequence[str],
    *,
    inputs: Footprint,
    outputs: Mapping[str, Mapping[str, str | None]],
    says: str,
    began: int,
) -> None:
    """Leave a stamp for a run that began at ``began`` (nanoseconds) and left ``outputs``.

    ``outputs`` maps output folders to paths below them, and these to the hash that the run gave
    the file or found it to have, None for a file that is not there.
    """
    stamp = {
        "tool": tool_fingerprint(),
        "inputs": inputs.files,
        "outputs": [_left(os.path.abspath(root), files) for root, files in outputs.items()],
        "at": began,
        "says": says,
    }
    cache.store(_KIND, key(arguments), json.dumps(stamp).encode())


def _left(root: str, files: Mapping[str, str | None]) -> dict[str, object]:
    folders = {os.path.dirname(path) for path in files}
    return {
        "root": root,
        "folders": {folder: os.path.realpath(os.path.join(root, folder)) for folder in folders},
        "files": {path: [_identity(os.path.join(root, path)), files[path]] for path in files},
    }


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


def _same_outputs(left: dict[str, Any], at: int) -> int | None:
    """Return how many files had to be hashed to know that all are as they were, else None."""
    root, folders, outputs = left["root"], left["folders"], left["files"]
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

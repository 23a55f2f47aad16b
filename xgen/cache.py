"""A folder of things that can be computed again: parser tables, bytecode, parsed bundled models.

Every entry carries a hash of its contents, so a damaged one is as good as none; entries are
replaced by rename, so that runs at the same time never see half a file. Nothing here raises:
a cache that cannot be read or written is an empty one.
"""

from __future__ import annotations

import os
import sys
from hashlib import sha256

_DIGEST = 32
_KEEP = 400
"""Entries of one kind that are kept; the oldest go first."""

_disabled = False


def disable() -> None:
    """Neither read nor write the cache in this process (``--no-cache``)."""
    global _disabled  # noqa: PLW0603  one switch for a process, set once by the command line
    _disabled = True


def cache_dir() -> str | None:
    """Return the folder for cached files, created when missing; None when there is to be none.

    ``XGEN_CACHE_DIR`` names it; an empty value switches the cache off. A folder that belongs to
    somebody else is not used, because cached values are unpickled.
    """
    if _disabled:
        return None
    folder = os.environ.get("XGEN_CACHE_DIR")
    if folder is None:
        root = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
        folder = os.path.join(root, "xgen")
    if not os.path.isabs(folder):
        if not folder:
            return None
        folder = os.path.abspath(folder)
    try:
        status = os.stat(folder)
    except OSError:
        try:
            os.makedirs(folder, mode=0o700)
            status = os.stat(folder)
        except OSError:
            return None
    if hasattr(os, "getuid") and status.st_uid != os.getuid():
        return None
    return folder


def _place(kind: str, key: str) -> str | None:
    folder = cache_dir()
    if folder is None:
        return None
    tag = sys.implementation.cache_tag or "python"
    name = sha256(f"{tag}\0{sys.hexversion}\0{key}".encode("utf-8", "surrogatepass")).hexdigest()
    return os.path.join(folder, kind, name[:40])


def load(kind: str, key: str) -> bytes | None:
    """Return what was stored under ``key``, None when there is nothing sound."""
    place = _place(kind, key)
    if place is None:
        return None
    try:
        with open(place, "rb") as file:
            data = file.read()
    except OSError:
        return None
    content = data[_DIGEST:]
    return content if sha256(content).digest() == data[:_DIGEST] else None


def store(kind: str, key: str, content: bytes) -> None:
    """Keep ``content`` under ``key``; the last of several writers wins."""
    place = _place(kind, key)
    if place is None:
        return
    temporary = f"{place}.{os.getpid()}.tmp"
    try:
        folder = os.path.dirname(place)
        os.makedirs(folder, mode=0o700, exist_ok=True)
        with open(temporary, "wb") as file:
            file.write(sha256(content).digest() + content)
        os.replace(temporary, place)
        _prune(folder)
    except OSError:
        try:
            os.unlink(temporary)
        except OSError:
            return


def load_value(kind: str, key: str) -> object | None:
    """Return a value kept with :func:`store_value`, None when there is none."""
    content = load(kind, key)
    if content is None:
        return None
    import pickle

    try:
        return pickle.loads(content)  # type: ignore[no-any-return]  # noqa: S301  own folder, hashed
    except Exception:  # noqa: BLE001  whatever a stale pickle raises means: not cached
        return None


def store_value(kind: str, key: str, value: object) -> None:
    """Keep a value that pickles."""
    if cache_dir() is None:
        return
    import pickle

    store(kind, key, pickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL))


def _prune(folder: str) -> None:
    names = os.listdir(folder)
    if len(names) <= _KEEP:
        return
    places = [os.path.join(folder, name) for name in names]
    places.sort(key=os.path.getmtime)
    for place in places[: len(places) - _KEEP // 2]:
        os.unlink(place)

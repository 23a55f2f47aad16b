"""Join what an author changed in a scaffold with what changed in its rendering."""

from __future__ import annotations

from typing import NamedTuple

_LABELS = ("your file", "rendered before", "rendered now")
_TOO_MANY = 127
"""`git merge-file` exits with the number of conflicts, at most this; above, it failed."""


class GitMissingError(Exception):
    """Merging needs git, and there is none."""


class Merged(NamedTuple):
    """The joined text; with ``conflicts`` it has markers around what could not be joined."""

    content: bytes
    conflicts: int


def has_crlf(content: bytes) -> bool:
    """Say whether lines end the way Windows ends them."""
    crlf = content.count(b"\r\n")
    return crlf > 0 and crlf * 2 >= content.count(b"\n")


def to_lf(content: bytes) -> bytes:
    """Return the content with line ends as we render them."""
    return content.replace(b"\r\n", b"\n")


def to_crlf(content: bytes) -> bytes:
    """Return the content with Windows line ends."""
    return to_lf(content).replace(b"\n", b"\r\n")


def has_markers(content: bytes) -> bool:
    """Say whether the file still holds conflict markers of an earlier merge."""
    lines = content.split(b"\n")
    opened = any(line.startswith(b"<<<<<<< " + _LABELS[0].encode()) for line in lines)
    return opened or any(line.startswith(b">>>>>>> " + _LABELS[2].encode()) for line in lines)


def merge(ours: bytes, base: bytes, theirs: bytes) -> Merged:
    """Return ``ours`` with the changes from ``base`` to ``theirs``, three ways, as git does it.

    Line ends are those of ``ours``. Works on bytes: any encoding, with or without a last newline.
    """
    crlf = has_crlf(ours)
    convert = to_crlf if crlf else bytes
    if b"\0" in ours:
        return Merged(ours, 1)
    content, conflicts = _merge_file(ours, convert(base), convert(theirs))
    return Merged(content, conflicts)


def _merge_file(ours: bytes, base: bytes, theirs: bytes) -> tuple[bytes, int]:
    import os
    import subprocess
    import tempfile

    with tempfile.TemporaryDirectory(prefix="xgen-merge-") as folder:
        places = []
        for name, content in (("ours", ours), ("base", base), ("theirs", theirs)):
            place = os.path.join(folder, name)
            with open(place, "wb") as file:
                file.write(content)
            places.append(place)
        labels = [word for label in _LABELS for word in ("-L", label)]
        command = ["git", "merge-file", "-p", "--diff3", *labels, *places]
        environment = {**os.environ, "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull}
        try:
            done = subprocess.run(
                command, capture_output=True, check=False, cwd=folder, env=environment
            )
        except FileNotFoundError:
            raise GitMissingError from None
    if 0 <= done.returncode <= _TOO_MANY:
        return done.stdout, done.returncode
    return ours, 1

"""Another version of a set of files: in git, in another folder, or one other file."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence


class UnknownVersionError(Exception):
    """There is no such version; the message says why."""


class Version(Protocol):
    """Files of another version by the path that they have, or would have, in this one."""

    def shown(self, path: str) -> str:
        """Return how a file is called in messages; its last part is the file's name."""

    def read(self, path: str) -> bytes | None:
        """Return the bytes of a file, None if there is none."""

    def below(self, folder: str, suffix: str) -> list[str]:
        """Return the files below a folder whose names end in ``suffix``, in order."""

    def former(self, path: str) -> str | None:
        """Return the path that a file had which has been moved since; None if that is not known."""


class Git:
    """A commit of the repository that the current folder is in."""

    def __init__(self, ref: str) -> None:
        """Look the commit up; UnknownVersionError if there is none."""
        self._ref = ref
        if ref.startswith("-"):
            raise UnknownVersionError(f"`{ref}` is no name of a commit")
        try:
            found = _git("rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}")
        except FileNotFoundError:
            raise UnknownVersionError(f"`{ref}` is no file, and git is not installed") from None
        if found.returncode:
            inside = not _git("rev-parse", "--git-dir").returncode
            where = "this repository" if inside else "there is no repository here"
            what = f"no commit of {where}" if inside else f"no file, and {where}"
            raise UnknownVersionError(f"`{ref}` is {what}")
        self._commit = found.stdout.decode().strip()
        self._moved: dict[str, str] | None = None

    def shown(self, path: str) -> str:
        """Return the name that `git show` understands."""
        return f"{self._ref}:{_relative(path)}"

    def read(self, path: str) -> bytes | None:
        """Return what `git show` prints; nothing for what is no file."""
        name = f"{self._commit}:{_relative(path)}"
        if _git("cat-file", "-t", name).stdout.strip() != b"blob":
            return None
        found = _git("show", "--no-textconv", name)
        return None if found.returncode else found.stdout

    def below(self, folder: str, suffix: str) -> list[str]:
        """Return the files that the commit has below a folder."""
        place = os.path.join(os.path.relpath(folder), "")
        found = _git("ls-tree", "-r", "-z", "--name-only", self._commit, "--", place)
        names = found.stdout.decode("utf-8", "surrogateescape").split("\0")
        return sorted(os.path.normpath(n) for n in names if n.endswith(suffix))

    def former(self, path: str) -> str | None:
        """Return what git takes for the same file, by what is in it."""
        if self._moved is None:
            words = ("diff", "--name-status", "-z", "--find-renames", "--diff-filter=R")
            found = _git(*words, self._commit).stdout.decode("utf-8", "surrogateescape")
            top = _git("rev-parse", "--show-toplevel").stdout.decode().rstrip("\n")
            names = [os.path.join(top, name) for name in found.split("\0")]
            self._moved = dict(zip(names[2::3], names[1::3], strict=False))
        before = self._moved.get(os.path.realpath(path))
        return None if before is None else os.path.relpath(before)


class Folder:
    """A folder that stands for the current one."""

    def __init__(self, root: str) -> None:
        self._root = root

    def shown(self, path: str) -> str:
        """Return the path of the file."""
        place = os.path.normpath(os.path.join(self._root, os.path.relpath(path)))
        beside = os.path.join(self._root, os.path.basename(path))
        return place if os.path.exists(place) else beside

    def read(self, path: str) -> bytes | None:
        """Return the bytes of the file that stands for ``path``."""
        return _bytes(self.shown(path))

    def below(self, folder: str, suffix: str) -> list[str]:
        """Return the files that are below the folder that stands for ``folder``."""
        place = os.path.normpath(os.path.join(self._root, os.path.relpath(folder)))
        found = [
            os.path.relpath(os.path.join(at, name), self._root)
            for at, _, names in os.walk(place)
            for name in names
            if name.endswith(suffix) and os.sep + "." not in os.path.relpath(at, place)
        ]
        return sorted(found)

    def former(self, path: str) -> str | None:
        """Return nothing: of a folder no history is known."""
        del path
        return None


class File(Folder):
    """One file, whatever the other version consists of. Its imports lie beside it."""

    def __init__(self, path: str) -> None:
        super().__init__(os.path.dirname(path) or os.curdir)
        self.path = os.path.basename(path)


def find_version(name: str) -> Version:
    """Return what ``--against`` means: a folder or file that is there, else a commit."""
    if os.path.isdir(name):
        return Folder(name)
    if os.path.isfile(name):
        return File(name)
    return Git(name)


def _relative(path: str) -> str:
    relative = os.path.relpath(path).replace(os.sep, "/")
    return relative if relative.startswith("../") else f"./{relative}"


def _git(*words: str) -> subprocess.CompletedProcess[bytes]:
    command: Sequence[str] = ("git", *words)
    return subprocess.run(command, capture_output=True, check=False, stdin=subprocess.DEVNULL)


def _bytes(path: str) -> bytes | None:
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return None

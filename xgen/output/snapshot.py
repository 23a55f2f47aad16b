"""The output folder as it is. Contents are read when asked for, so that a tree of any size fits."""

from __future__ import annotations

import os
import stat
from enum import Enum
from typing import Protocol

from xgen.output.manifest import BASE, PATH, Manifest, ManifestError


class Kind(Enum):
    """What is at a path."""

    ABSENT = "absent"
    FILE = "file"
    FOLDER = "folder"
    OUTSIDE = "outside"
    """A symbolic link, at the path or above it, leads out of the output folder."""
    BLOCKED = "blocked"
    """What should be a folder above the path is a file."""
    OTHER = "other"
    """A device, socket or pipe, or a symbolic link to nothing."""


class Snapshot(Protocol):
    """What planning needs to know about the tree."""

    def kind(self, path: str) -> Kind:
        """Return what is at ``path``."""

    def read(self, path: str) -> bytes:
        """Return the contents of the file at ``path``."""

    def executable(self, path: str) -> bool:
        """Say whether the file at ``path`` may be executed by its owner."""

    def base(self, path: str) -> bytes | None:
        """Return what was last rendered for the scaffold ``path``, None when that is lost."""


class Disk:
    """A snapshot of a real folder, which need not exist yet."""

    def __init__(self, root: str) -> None:
        self.root = root
        self._real = os.path.realpath(root)
        self._folders: dict[str, tuple[str, bool]] = {}
        """The real place of each folder, and whether nothing is there."""

    def place(self, path: str) -> str:
        """Return where ``path`` is on disk, symbolic links followed."""
        return self._look(path)[0]

    def absent(self, path: str) -> bool:
        """Say whether the folder of ``path`` is not there, and so nothing that could be in it."""
        return self._look(path)[1]

    def _look(self, path: str) -> tuple[str, bool]:
        folder, name = os.path.split(path)
        known = self._folders.get(folder)
        if known is None:
            real = os.path.realpath(os.path.join(self._real, folder))
            known = self._folders[folder] = (real, _is_absent(real))
        plain = f"{known[0].rstrip(os.sep)}/{name}"
        if not known[1] and os.path.islink(plain):
            return os.path.realpath(plain), False
        return plain, known[1]

    def kind(self, path: str) -> Kind:
        """Return what is at ``path``."""
        place, absent = self._look(path)
        inside = place == self._real or place.startswith(self._real.rstrip(os.sep) + os.sep)
        if absent or not inside:
            return Kind.ABSENT if inside else Kind.OUTSIDE
        try:
            mode = os.lstat(place).st_mode
        except NotADirectoryError:
            return Kind.BLOCKED
        except FileNotFoundError:
            plain = os.path.join(self._real, path)
            return Kind.OTHER if os.path.islink(plain) else Kind.ABSENT
        except OSError:
            return Kind.OTHER
        if stat.S_ISREG(mode):
            return Kind.FILE
        return Kind.FOLDER if stat.S_ISDIR(mode) else Kind.OTHER

    def read(self, path: str) -> bytes:
        """Return the contents of the file at ``path``."""
        with open(os.path.join(self._real, path), "rb") as file:
            return file.read()

    def executable(self, path: str) -> bool:
        """Say whether the file at ``path`` may be executed by its owner."""
        return bool(os.stat(os.path.join(self._real, path)).st_mode & stat.S_IXUSR)

    def base(self, path: str) -> bytes | None:
        """Return what was last rendered for the scaffold ``path``, None when that is lost."""
        try:
            return self.read(BASE + path)
        except OSError:
            return None

    def manifest(self) -> Manifest:
        """Return the manifest, an empty one when there is none."""
        try:
            content = self.read(PATH)
        except FileNotFoundError:
            return Manifest()
        except OSError as error:
            raise ManifestError(error.strerror or "it cannot be read") from None
        return Manifest.from_text(content.decode("utf-8", "replace"))


def _is_absent(folder: str) -> bool:
    """Say whether there is nothing at ``folder``; a file in its way is something else."""
    try:
        os.lstat(folder)
    except FileNotFoundError:
        return True
    except OSError:
        pass
    return False

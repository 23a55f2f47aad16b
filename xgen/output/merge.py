"""Join what an author changed in a scaffold with what changed in its rendering."""

from __future__ import annotations

from typing import NamedTuple

_LABELS = ("your file", "rendered before", "rendered now")
_TOO_MANY = 127
"""`git merge-file` exits with the number of conflicts, at most this; above, it failed."""


class GitMissingError(Exception):
    """Merging needs git, and there is none."""


class Region(NamedTuple):
    """Lines of the author's file, counted from 1, that a merge could not join.

    When the author deleted what was changed, ``last`` is the line before ``first``.
    """

    first: int
    last: int

    def __str__(self) -> str:
        return str(self.first) if self.last <= self.first else f"{self.first}-{self.last}"


class Merged(NamedTuple):
    """The joined text; with ``regions`` it has markers around what could not be joined."""

    content: bytes
    regions: tuple[Region, ...] = ()


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


def marked(content: bytes) -> tuple[Region, ...]:
    """Return the lines that are between conflict markers, ours or git's, which nobody resolved."""
    if b"<<<<<<< " not in content:
        return ()
    regions: list[Region] = []
    opened = 0
    for number, line in enumerate(content.split(b"\n"), 1):
        if line.startswith(b"<<<<<<< "):
            opened = number
        elif opened and line.startswith(b">>>>>>> "):
            regions.append(Region(opened, number))
            opened = 0
    return tuple(regions)


def merge(ours: bytes, base: bytes, theirs: bytes, *, side: str | None = None) -> Merged:
    """Return ``ours`` with the changes from ``base`` to ``theirs``, three ways, as git does it.

    Lines that both changed are left to a person, or with ``side`` ("ours", "theirs") settled.
    Line ends are those of ``ours``. Works on bytes: any encoding, with or without a last newline.
    """
    convert = to_crlf if has_crlf(ours) else bytes
    if b"\0" in ours:
        content = {None: ours, "ours": ours, "theirs": theirs}[side]
        return Merged(content, () if side else (Region(1, 1),))
    wanted = f"--{side}" if side else "--diff3"
    content, status = _merge_file(wanted, ours, convert(base), convert(theirs))
    if not 0 <= status <= _TOO_MANY:
        return Merged(ours, (Region(1, max(1, ours.count(b"\n"))),))
    return Merged(content, _regions(content) if status and not side else ())


def _regions(content: bytes) -> tuple[Region, ...]:
    """Return where in the author's file the conflicts are that a merge marked in ``content``."""
    opens, closes, ends = (
        f"{sign * 7} {label}".encode() for sign, label in zip("<|>", _LABELS, strict=True)
    )
    regions: list[Region] = []
    line = 0  # of the author's file
    first = 0
    ours = True
    for text in content.replace(b"\r\n", b"\n").split(b"\n"):
        if text == opens:
            first = line + 1
        elif text == closes:
            regions.append(Region(first, line))
            ours = False
        elif text == ends:
            ours = True
        elif ours:
            line += 1
    return tuple(regions)


def _merge_file(wanted: str, ours: bytes, base: bytes, theirs: bytes) -> tuple[bytes, int]:
    """Return what git made of the three texts and its exit code, the number of conflicts."""
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
        command = ["git", "merge-file", "-p", wanted, *labels, *places]
        # In a hook git tells its children about a repository; merging is to know of none.
        environment = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
        environment |= {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull}
        try:
            done = subprocess.run(
                command, capture_output=True, check=False, cwd=folder, env=environment
            )
        except FileNotFoundError:
            raise GitMissingError from None
    return done.stdout, done.returncode

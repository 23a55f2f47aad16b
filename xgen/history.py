"""What a target may know about the files that are never rewritten: those that are there already.

A migration depends on the ones before it. Who renders hands a :class:`History` in, which reads a
folder when a target asks for it; to the target it is a value like any other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping


def _nothing(folder: str) -> Mapping[str, str]:
    del folder
    return {}


class History:
    """The Python files of folders below the output, by name; and what may be lost by going on.

    ``may_lose`` names models and fields (``Model``, ``Model.field``) as the user gave them.
    """

    def __init__(
        self,
        read: Callable[[str], Mapping[str, str]] = _nothing,
        may_lose: Iterable[str] = (),
    ) -> None:
        self._read = read
        self._folders: dict[str, Mapping[str, str]] = {}
        self.may_lose = frozenset(may_lose)

    def files(self, folder: str) -> Mapping[str, str]:
        """Return the texts of the files in ``folder``, a path below the output."""
        if folder not in self._folders:
            self._folders[folder] = self._read(folder)
        return self._folders[folder]

"""The values that old templates see: plain dictionaries with the methods of both Pythons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self, SupportsIndex

if TYPE_CHECKING:
    from collections.abc import ItemsView, KeysView, ValuesView


class Record(dict[str, Any]):
    """A dictionary that also has the methods which dictionaries had in Python 2."""

    __slots__ = ()

    def iteritems(self) -> ItemsView[str, Any]:
        """Return the pairs."""
        return self.items()

    def iterkeys(self) -> KeysView[str]:
        """Return the keys."""
        return self.keys()

    def itervalues(self) -> ValuesView[Any]:
        """Return the values."""
        return self.values()

    def has_key(self, key: str) -> bool:
        """Say whether there is an entry."""
        return key in self

    def copy(self) -> Record:
        """Return a record with the same entries."""
        return Record(self)


class Reference(str):
    """A model's name where another one mentions it.

    The first templates took it for text, later ones for a record with `name`, `package` and `fqn`:
    it is both.
    """

    __slots__ = ("fqn", "package")

    fqn: str
    package: str | None

    def __new__(cls, name: str, package: str | None, fqn: str) -> Self:
        """Join the bare name, the package as written in front of it, and the whole."""
        self = super().__new__(cls, name)
        self.package = package
        self.fqn = fqn
        return self

    @classmethod
    def written(cls, dotted: str) -> Reference:
        """Return the reference that somebody wrote."""
        package, _, name = dotted.rpartition(".")
        return cls(name, package, dotted)

    @property
    def name(self) -> str:
        """Return the bare name."""
        return str(self)

    def as_record(self) -> Record:
        """Return the same as a dictionary."""
        return Record(name=self.name, fqn=self.fqn, package=self.package)

    def __getitem__(self, key: SupportsIndex | slice | str) -> Any:
        """Return a part by its name, or as of any text the characters at a place."""
        if isinstance(key, str):
            return self.as_record()[key]
        return super().__getitem__(key)

    def __getnewargs__(self) -> Any:
        """Return what makes the same reference again."""
        return self.name, self.package, self.fqn

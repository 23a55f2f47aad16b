"""Options as the linker understands them: decoded, and by name."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from xgen.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xgen.ir.types import OptionKind

Scalar: TypeAlias = str | int | float | bool | None


class Option(NamedTuple):
    """An option's value, decoded (``value``) and as written (``raw``, quotes included).

    A symbol's value is its name. A string that spells a boolean keeps kind STRING. A tuple,
    because options are most of a large application.
    """

    name: str
    kind: OptionKind
    value: Scalar
    raw: str
    inherited: bool = False
    """True when a message got it from its file."""
    path: str = ""
    start: int = 0
    behind: int = 0
    """How many characters lie between the start of the name and that of the value."""

    @property
    def span(self) -> Span:
        """Return where the value was written."""
        return Span(self.path, self.start, self.start + len(self.raw))

    @property
    def name_span(self) -> Span:
        """Return where the name was written."""
        start = self.start - self.behind
        return Span(self.path, start, start + len(self.name))

    def __eq__(self, other: object) -> bool:
        """Two options are equal when they say the same, wherever they stand."""
        return isinstance(other, Option) and self[:5] == other[:5]

    def __hash__(self) -> int:
        return hash(self[:5])

    def __repr__(self) -> str:
        return f"Option(name={self.name!r}, kind={self.kind}, raw={self.raw!r})"


class Options(Mapping[str, Option]):
    """Options by name, in the order of their first assignment.

    Most of a large application is fields with the same few sets of options, so the places of the
    names are kept once for each set, and with the options only the options.
    """

    __slots__ = ("_items", "_places")

    def __init__(self, options: tuple[Option, ...] = ()) -> None:
        names = tuple([option.name for option in options])
        self._places = _places(names)
        self._items = options

    def __getitem__(self, name: str) -> Option:
        return self._items[self._places[name]]

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    def __contains__(self, name: object) -> bool:
        return name in self._places

    def get(self, name: str, default: Any = None) -> Any:
        """Return option ``name``, or ``default`` without it."""
        place = self._places.get(name)
        return default if place is None else self._items[place]

    def __reduce__(self) -> tuple[type[Options], tuple[tuple[Option, ...]]]:
        return Options, (self._items,)

    def __hash__(self) -> int:
        return hash(self._items)

    def __repr__(self) -> str:
        return f"Options({self._items!r})"

    def value(self, name: str, default: Scalar = None) -> Scalar:
        """Return the decoded value of option ``name``, or ``default`` without it."""
        place = self._places.get(name)
        return default if place is None else self._items[place].value

    def text(self, name: str) -> str | None:
        """Return the value as text, None without the option or when it is null."""
        place = self._places.get(name)
        if place is None or (value := self._items[place].value) is None:
            return None
        return str(value)

    def flag(self, name: str) -> bool:
        """Say whether the option is true. ``"True"`` in quotes counts; ``"False"`` does not."""
        place = self._places.get(name)
        return place is not None and self._items[place].value in (True, "True", "true")


@cache
def _places(names: tuple[str, ...]) -> dict[str, int]:
    """Return the place of each name; nobody changes the dictionary, for it is shared."""
    return {name: place for place, name in enumerate(names)}

"""Which models, fields and enums of two versions are the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from xgen.ir.types import Origin
from xgen.renamed import mark, renamed

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator

    from xgen.ir.app import App, Enumeration, Member, Model, ModelRef

_T = TypeVar("_T")


class Pairs:
    """Two versions of an application and what is the same in both."""

    def __init__(self, old: App, new: App) -> None:
        self.old = old
        self.new = new
        self._pairs = match(
            old.models, new.models, [lambda m: m.ref, _bare(old, new), _named(old, new)]
        )
        self._after: dict[str, ModelRef] = {a.ref: b.ref for a, b in self._pairs if a and b}

    @property
    def models(self) -> list[tuple[Model, Model]]:
        """Return the models that are in both versions, in the order of the new one."""
        return [(a, b) for a, b in self._pairs if a and b]

    @property
    def removed(self) -> list[Model]:
        """Return the models that are gone."""
        return [a for a, b in self._pairs if a and not b]

    @property
    def enums(self) -> list[tuple[Enumeration | None, Enumeration | None]]:
        """Return the enums of both versions; those of other packages are theirs."""
        return match(
            [e for e in self.old.enums if _is_own(e, self.old)],
            [e for e in self.new.enums if _is_own(e, self.new)],
            [lambda e: self.renamed(e.ref), lambda e: e.name],
        )

    def after(self, ref: ModelRef) -> ModelRef:
        """Return what a model of the old version is called in the new one."""
        return self._after.get(ref, ref)

    def renamed(self, name: str) -> str:
        """Return the qualified name of something nested, with the new name of what it is in."""
        outer, dot, own = name.rpartition(".")
        return f"{self._after.get(outer, outer)}{dot}{own}"

    def members(self, old: Model, new: Model) -> list[tuple[Member | None, Member | None]]:
        """Return the own fields and links of a model in both versions.

        What one version has in an abstract base and the other in the model itself is the same.
        """
        pairs = match(
            old.members,
            new.members,
            [lambda m: (m.number, m.name), lambda m: m.number, lambda m: m.name],
        )
        before = {m.name: m for m in self.old.inherited(old)}
        after = {m.name: m for m in self.new.inherited(new)}
        return [
            (
                a if a or not b else before.get(b.name),
                b if b or not a else after.get(a.name),
            )
            for a, b in pairs
        ]


def match(
    old: Iterable[_T], new: Iterable[_T], keys: Iterable[Callable[[_T], Hashable]]
) -> list[tuple[_T | None, _T | None]]:
    """Pair what agrees in the first key, then what is left and agrees in the next, and so on.

    A key of None is none. Pairs are in the order of ``new``; what is only in ``old`` comes last.
    """
    rest, found = list(old), list(new)
    partner: dict[int, _T] = {}
    for key in keys:
        known = {k: value for value in reversed(rest) if (k := key(value)) is not None}
        for place, value in enumerate(found):
            k = key(value)
            if place not in partner and k is not None and k in known:
                partner[place] = known.pop(k)
        taken = {id(value) for value in partner.values()}
        rest = [value for value in rest if id(value) not in taken]
    pairs: list[tuple[_T | None, _T | None]] = [
        (partner.get(place), value) for place, value in enumerate(found)
    ]
    return pairs + [(value, None) for value in rest]


def _named(old: App, new: App) -> Callable[[Model], Hashable]:
    """Return a key that is equal for a model and the one it was renamed from."""
    before: dict[str, str] = {m.ref: mark(m).signature for m in old.models}
    now = [mark(model)._replace(name=model.ref) for model in new.models]
    names = renamed(before, now)
    olds = {id(model) for model in old.models}
    return lambda model: names.get(model.ref) if id(model) in olds else model.ref


def _bare(old: App, new: App) -> Callable[[Model], Hashable]:
    """Return a key for models that only moved to another package."""
    counts: dict[str, int] = {}
    for app in (old, new):
        for name in {m.ref: m.name for m in app.models}.values():
            counts[name] = counts.get(name, 0) + 1
    return lambda model: model.name if counts[model.name] <= 2 else None  # noqa: PLR2004  one each


def _is_own(enum: Enumeration, app: App) -> bool:
    outer = app.get(enum.outer) if enum.outer else None
    return outer is None or outer.origin is Origin.INPUT


def tables(app: App) -> Iterator[Model]:
    """Yield the models of the input that are tables."""
    return (m for m in app.models if not m.abstract and not m.skip_django)

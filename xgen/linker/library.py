"""The models outside the input that the input reaches: its bases, and what its links point to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xgen.ir.app import Link
from xgen.ir.types import Origin
from xgen.linker.inherit import cut_cycles, resolve_bases
from xgen.linker.resolve import ORDER

if TYPE_CHECKING:
    from collections.abc import Iterable

    from xgen.ir.app import Model
    from xgen.linker.context import Context
    from xgen.linker.resolve import Resolver
    from xgen.linker.symbols import Declared


class Library:
    """Collects what is reached; closed under bases, because a class needs its bases.

    What a library model links to is left out: that link lives in the library's own application.
    """

    def __init__(self, resolver: Resolver, context: Context) -> None:
        self._resolver = resolver
        self._context = context
        self._reached: dict[str, Declared] = {}

    def reach(self, wanted: Iterable[Declared]) -> None:
        """Add declarations and all that they derive from."""
        work = list(wanted)
        fresh: list[Declared] = []
        while work:
            declared = work.pop()
            if declared.origin is Origin.INPUT or declared.ref in self._reached:
                continue
            self._reached[declared.ref] = declared
            fresh.append(declared)
            resolve_bases(declared, self._resolver, self._context)
            work.extend(base for _, base in declared.bases)
        cut_cycles(fresh, self._context)

    def reach_links(self, models: Iterable[Model]) -> None:
        """Add what the links of these models point to, and go through."""
        refs = dict.fromkeys(
            ref
            for model in models
            for member in model.members
            if isinstance(member, Link)
            for ref in (member.peer, member.through)
            if ref is not None
        )
        self.reach(found for ref in refs if (found := self.declared(ref)) is not None)

    def declared(self, ref: str) -> Declared | None:
        """Return the declaration of exactly that qualified name."""
        for tier in self._resolver.loaded():
            if ref in tier.messages:
                return tier.messages[ref]
        return None

    def in_order(self) -> list[Declared]:
        """Return what was reached: imported files, the core, the platform, each as written."""
        found: list[Declared] = []
        for origin in ORDER[1:]:
            tier = self._resolver.tier(origin) if self._has(origin) else None
            if tier is not None:
                found += (d for ref, d in tier.messages.items() if ref in self._reached)
        return found

    def _has(self, origin: Origin) -> bool:
        return any(declared.origin is origin for declared in self._reached.values())

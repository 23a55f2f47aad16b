"""One answer to "which declaration does this name mean?".

A name is looked up in the enclosing messages, then as written, then in the current package
outward, then as a bare name that only one declaration has. The input is asked first, then what it
imports, then the bundled core, then the bundled platform. A bundled file sees bundled files only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, overload

from xgen.ir.types import Origin
from xgen.linker import findings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from xgen.linker.context import Context
    from xgen.linker.symbols import Declared, DeclaredPolicy, Tier
    from xgen.syntax.tree import Name

ORDER = (Origin.INPUT, Origin.IMPORTED, Origin.CORE, Origin.PLATFORM)

# Python classes of the ancestor that appear as bases and never were models.
OPAQUE = frozenset(("AttributeMixin", "ParameterMixin", "AbstractBaseUser", "PlModelMixIn"))

# Older names of models.
ALIASES = {"PlCoreBase": "XOSBase"}

Kind = Literal["messages", "enums", "policies"]


def _outward(scope: str | None) -> Iterator[str]:
    """Yield ``a.b``, then ``a``."""
    while scope:
        yield scope
        scope = scope.rpartition(".")[0]


def candidates(name: str, package: str | None, outer: str | None) -> list[str]:
    """Return the qualified names that ``name`` can mean, best first."""
    inside = [f"{scope}.{name}" for scope in _outward(outer) if scope != package]
    return [*inside, name, *(f"{scope}.{name}" for scope in _outward(package))]


class Resolver:
    """Looks names up in tiers; the bundled ones are gathered when first asked."""

    def __init__(
        self,
        tiers: Mapping[Origin, Tier],
        bundled: Callable[[Origin], Tier | None],
        context: Context,
    ) -> None:
        self._tiers: dict[Origin, Tier | None] = dict(tiers)
        self._bundled = bundled
        self._context = context
        self._known: dict[
            tuple[Kind, str, str | None, str | None, Origin], Declared | DeclaredPolicy | None
        ] = {}

    def tier(self, origin: Origin) -> Tier | None:
        """Return the declarations of one origin."""
        if origin not in self._tiers:
            self._tiers[origin] = self._bundled(origin)
        return self._tiers[origin]

    def loaded(self) -> Iterator[Tier]:
        """Yield the tiers that have been asked for so far, in order."""
        for origin in ORDER:
            tier = self._tiers.get(origin)
            if tier is not None:
                yield tier

    def sees(self, origin: Origin) -> tuple[Origin, ...]:
        """Return the tiers that a file of ``origin`` sees, best first."""
        if origin is Origin.CORE:
            return (Origin.CORE,)
        if origin is Origin.PLATFORM:
            return (Origin.PLATFORM, Origin.CORE)
        return ORDER[ORDER.index(origin) :]

    def names(self, origin: Origin, kind: Kind = "messages") -> list[str]:
        """Return the names that a file of ``origin`` could have meant, for suggestions."""
        found: list[str] = []
        for seen in self.sees(origin):
            tier = self.tier(seen)
            if tier is not None:
                found += getattr(tier, kind)
                found += (ref.rpartition(".")[2] for ref in getattr(tier, kind))
        return found

    @overload
    def find(
        self,
        kind: Literal["policies"],
        name: Name,
        package: str | None,
        outer: str | None,
        origin: Origin,
    ) -> DeclaredPolicy | None: ...
    @overload
    def find(
        self,
        kind: Literal["messages", "enums"],
        name: Name,
        package: str | None,
        outer: str | None,
        origin: Origin,
    ) -> Declared | None: ...
    def find(
        self, kind: Kind, name: Name, package: str | None, outer: str | None, origin: Origin
    ) -> Declared | DeclaredPolicy | None:
        """Return what ``name`` means, None if nothing has the name; report an ambiguous one."""
        key = (kind, name.text, package, outer, origin)
        if key in self._known:
            return self._known[key]
        wanted = candidates(name.text, package, outer)
        for seen in self.sees(origin):
            tier = self.tier(seen)
            found = None if tier is None else self._in_tier(tier, kind, name, wanted)
            if found is not None:
                self._known[key] = found
                return found
        self._known[key] = None
        return None

    def _in_tier(
        self, tier: Tier, kind: Kind, name: Name, wanted: list[str]
    ) -> Declared | DeclaredPolicy | None:
        table: Mapping[str, Declared | DeclaredPolicy] = getattr(tier, kind)
        for ref in wanted:
            if ref in table:
                return table[ref]
        last = name.text.rpartition(".")[2]
        named = tier.policies_by_name if kind == "policies" else tier.by_name
        dotted = "." + name.text
        fitting = [
            declared
            for declared in named.get(last, ())
            if declared.ref in table
            and (declared.ref == name.text or declared.ref.endswith(dotted))
        ]
        if len(fitting) > 1:
            places = [(declared.ref, declared.node.name.span) for declared in fitting]
            self._context.add(findings.ambiguous(name, places))
        return fitting[0] if fitting else None

    def model(self, name: Name, user: Declared) -> Declared | None:
        """Return the message that ``name`` means where ``user`` stands."""
        found = self.find("messages", name, user.package, user.ref, user.origin)
        if found is None and name.text in ALIASES:
            alias = name._replace(text=ALIASES[name.text])
            found = self.find("messages", alias, user.package, user.ref, user.origin)
        return found

    def enum(self, name: Name, user: Declared) -> Declared | None:
        """Return the enum that ``name`` means where ``user`` stands."""
        return self.find("enums", name, user.package, user.ref, user.origin)

    def policy(self, name: Name, package: str | None, origin: Origin) -> DeclaredPolicy | None:
        """Return the policy that ``name`` means in a file of ``origin``."""
        return self.find("policies", name, package, None, origin)

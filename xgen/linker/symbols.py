"""Every declaration by its qualified name, with the package and the file options it stands under.

Scope is the file: a ``package`` statement and a file option hold from where they stand to the end
of their file, and an option inside an enum stays with the enum.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xgen.dataclass import dataclass, field
from xgen.diagnostics import Severity
from xgen.linker import findings
from xgen.linker.options import inheritable
from xgen.syntax import tree

if TYPE_CHECKING:
    from collections.abc import Iterable

    from xgen.ir.options import Option
    from xgen.ir.types import Origin
    from xgen.linker.context import Context
    from xgen.linker.imports import Unit


@dataclass(slots=True, eq=False)
class Declared:
    """A message or enum that a file declares."""

    ref: str
    node: tree.Message | tree.EnumDecl
    unit: Unit
    package: str | None
    outer: Declared | None
    from_file: tuple[Option, ...]
    members: list[tree.Member] = field(default_factory=list)
    bases: list[tuple[tree.Name, Declared]] = field(default_factory=list)
    opaque: list[str] = field(default_factory=list)
    class_name: str = ""
    extended: bool = False
    """True when members of it stand elsewhere."""

    @property
    def name(self) -> str:
        """Return the bare name."""
        return self.node.name.text

    @property
    def origin(self) -> Origin:
        """Return where the file comes from."""
        return self.unit.origin


@dataclass(slots=True, eq=False)
class DeclaredPolicy:
    """A policy that a file declares."""

    ref: str
    node: tree.Policy
    unit: Unit
    package: str | None


@dataclass(slots=True)
class Tier:
    """The declarations of one origin: what the input says wins over what it imports, and so on."""

    messages: dict[str, Declared] = field(default_factory=dict)
    enums: dict[str, Declared] = field(default_factory=dict)
    policies: dict[str, DeclaredPolicy] = field(default_factory=dict)
    by_name: dict[str, list[Declared]] = field(default_factory=dict)
    policies_by_name: dict[str, list[DeclaredPolicy]] = field(default_factory=dict)
    extends: list[tuple[tree.Extend, str | None, Unit]] = field(default_factory=list)
    services: list[tree.Service] = field(default_factory=list)


def gather(units: Iterable[Unit], context: Context) -> Tier:
    """Return the declarations of these files."""
    tier = Tier()
    for unit in units:
        _Gatherer(unit, tier, context).run()
    return tier


class _Gatherer:
    """Walks one file, top to bottom."""

    def __init__(self, unit: Unit, tier: Tier, context: Context) -> None:
        self.unit = unit
        self.tier = tier
        self.context = context
        self.package: str | None = None
        self.options: dict[str, tree.Option] = {}
        self.inherited: tuple[Option, ...] | None = ()
        self.first_message = ""

    def run(self) -> None:
        for statement in self.unit.file.statements:
            if isinstance(statement, tree.Message):
                self.message(statement, None)
                self.first_message = self.first_message or f"message {statement.name.text}"
            elif isinstance(statement, tree.OptionStatement):
                self.option(statement.option)
            elif isinstance(statement, tree.EnumDecl):
                self.enum(statement, None)
            elif isinstance(statement, tree.Package):
                self.package = statement.name.text
            elif isinstance(statement, tree.Policy):
                self.policy(statement)
            elif isinstance(statement, tree.Extend):
                self.tier.extends.append((statement, self.package, self.unit))
            elif isinstance(statement, tree.Service):
                self.tier.services.append(statement)

    def option(self, option: tree.Option) -> None:
        name = option.key
        if self.first_message and name not in ("name", "app_label") and name not in self.options:
            self.context.add(findings.late_option(option.name, self.first_message))
        self.options[name] = option
        self.inherited = None

    def scope(self) -> tuple[Option, ...]:
        if self.inherited is None:
            self.inherited = inheritable(self.options)
        return self.inherited

    def qualified(self, name: str, outer: Declared | None) -> str:
        if outer is not None:
            return f"{outer.ref}.{name}"
        return f"{self.package}.{name}" if self.package else name

    def message(self, node: tree.Message, outer: Declared | None) -> None:
        ref = self.qualified(node.name.text, outer)
        declared = Declared(ref, node, self.unit, self.package, outer, self.scope())
        if not self.declare(declared, self.tier.messages, "message"):
            return
        nest(declared, node.members, self)

    def enum(self, node: tree.EnumDecl, outer: Declared | None) -> None:
        ref = self.qualified(node.name.text, outer)
        declared = Declared(ref, node, self.unit, self.package, outer, ())
        self.declare(declared, self.tier.enums, "enum")

    def declare(self, declared: Declared, table: dict[str, Declared], what: str) -> bool:
        other = self.tier.messages.get(declared.ref) or self.tier.enums.get(declared.ref)
        if other is not None:
            self.context.add(
                findings.duplicate(
                    what,
                    declared.ref,
                    declared.node.name.span,
                    other.node.name.span,
                    Severity.ERROR,
                )
            )
            return False
        table[declared.ref] = declared
        self.tier.by_name.setdefault(declared.name, []).append(declared)
        return True

    def policy(self, node: tree.Policy) -> None:
        ref = f"{self.package}.{node.name.text}" if self.package else node.name.text
        declared = DeclaredPolicy(ref, node, self.unit, self.package)
        first = self.tier.policies.get(ref)
        if first is not None:
            self.context.add(
                findings.duplicate(
                    "policy",
                    ref,
                    node.name.span,
                    first.node.name.span,
                    self.context.legacy,
                )
            )
            self.tier.policies_by_name[node.name.text].remove(first)
        self.tier.policies[ref] = declared
        self.tier.policies_by_name.setdefault(node.name.text, []).append(declared)


def nest(declared: Declared, members: Iterable[tree.Member], gatherer: _Gatherer) -> None:
    """Add members to a message, declaring what is nested in it under its name."""
    for member in members:
        if isinstance(member, tree.Message):
            gatherer.message(member, declared)
        elif isinstance(member, tree.EnumDecl):
            gatherer.enum(member, declared)
        elif isinstance(member, tree.Extend):
            gatherer.tier.extends.append((member, declared.ref, gatherer.unit))
        else:
            declared.members.append(member)


def extend(declared: Declared, node: tree.Extend, tier: Tier, context: Context) -> None:
    """Merge an ``extend`` block into the message it names."""
    gatherer = _Gatherer(declared.unit, tier, context)
    gatherer.package = declared.package
    gatherer.options, gatherer.inherited = {}, declared.from_file
    declared.extended = True
    nest(declared, node.members, gatherer)

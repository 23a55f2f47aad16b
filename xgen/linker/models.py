"""Messages become models, enums become enumerations: one declaration at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xgen.diagnostics import Severity
from xgen.ir.app import Enumeration, EnumValue, Model, ModelRef
from xgen.ir.names import ModuleName
from xgen.ir.types import Origin
from xgen.linker import findings
from xgen.linker.members import MemberLowering
from xgen.linker.naming import class_name, module_name, spaced
from xgen.linker.options import field_options, message_options, statement_options
from xgen.linker.values import enum_number, whole_number
from xgen.syntax import tree

if TYPE_CHECKING:
    from xgen.ir.app import Member
    from xgen.ir.options import Option
    from xgen.linker.context import Context
    from xgen.linker.policies import Policies
    from xgen.linker.resolve import Resolver
    from xgen.linker.symbols import Declared

# Django's own app, which no service can be called and the bundled core links to.
_CONTENTTYPES = ModuleName("contenttypes")


def name_classes(messages: list[Declared], context: Context) -> None:
    """Give each message a class name of its own: ``Name``, ``OuterName``, ``PackageName``.

    Django tells models apart without case, so names that differ by case only are one name.
    """
    taken: dict[str, Declared] = {}
    for declared in messages:
        wanted = class_name(_nested_name(declared))
        first = taken.get(wanted.lower())
        if first is not None and declared.package:
            prefix = "".join(part[:1].upper() + part[1:] for part in declared.package.split("."))
            wanted = class_name(prefix + wanted)
            first = taken.get(wanted.lower())
        if first is not None:
            span, other = declared.node.name.span, first.node.name.span
            context.add(findings.duplicate("class", wanted, span, other, context.legacy))
        elif wanted != declared.name and declared.outer is None:
            context.add(findings.renamed("class", declared.name, wanted, declared.node.name.span))
        taken.setdefault(wanted.lower(), declared)
        declared.class_name = wanted


def _nested_name(declared: Declared) -> str:
    return _nested_name(declared.outer) + declared.name if declared.outer else declared.name


class ModelLowering:
    """Turns declarations into models; what a library model does not need is not computed."""

    def __init__(self, resolver: Resolver, policies: Policies, context: Context) -> None:
        self._resolver = resolver
        self._policies = policies
        self._context = context

    def model(self, declared: Declared) -> Model:
        """Return the model of a message."""
        node = declared.node
        assert isinstance(node, tree.Message)  # noqa: S101 - the table holds messages only
        own = statement_options(
            (m for m in declared.members if isinstance(m, tree.OptionStatement)), self._context
        )
        options = message_options(own, declared.from_file)
        members = MemberLowering(declared, self._resolver, self._context).run()
        name = class_name(declared.class_name or _nested_name(declared))
        return Model(
            ref=ModelRef(declared.ref),
            name=name,
            package=declared.package,
            outer=None if declared.outer is None else ModelRef(declared.outer.ref),
            origin=declared.origin,
            app=self._app(declared, own),
            bases=tuple(ModelRef(base.ref) for _, base in declared.bases),
            opaque_bases=tuple(declared.opaque),
            members=members,
            options=options,
            policy=None if node.policy is None else self._policies.find(node.policy, declared),
            validators=self._policies.validators(options, declared),
            verbose_name=_own_text(own, "verbose_name") or spaced(name),
            description=_own_text(own, "description"),
            doc=node.doc,
            abstract=options.flag("abstract") or _is_root(declared),
            skip_django=options.flag("skip_django"),
            no_sync=options.flag("no_sync"),
            no_policy=options.flag("no_policy"),
            unique_together=self._composite_keys(declared.name, members),
            extensions=_extensions(declared),
            span=node.name.span,
        )

    def enumeration(self, declared: Declared) -> Enumeration:
        """Return the enumeration of an enum."""
        node = declared.node
        assert isinstance(node, tree.EnumDecl)  # noqa: S101 - the table holds enums only
        return Enumeration(
            ref=declared.ref,
            name=class_name(_nested_name(declared)),
            outer=None if declared.outer is None else ModelRef(declared.outer.ref),
            values=tuple(self._value(value) for value in self._unique(node)),
            options=message_options(statement_options(node.options, self._context), ()),
            doc=node.doc,
            span=node.name.span,
        )

    def _unique(self, node: tree.EnumDecl) -> tuple[tree.EnumValue, ...]:
        names: dict[str, tree.EnumValue] = {}
        numbers: dict[str, tree.EnumValue] = {}
        for value in node.values:
            first = names.setdefault(value.name.text, value)
            if first is not value:
                self._context.add(
                    findings.duplicate(
                        "value",
                        value.name.text,
                        value.name.span,
                        first.name.span,
                        Severity.ERROR,
                    )
                )
            holder = numbers.setdefault(value.number.text, value)
            if holder is not value:
                self._context.add(
                    findings.duplicate_number(
                        value.number, holder.number, holder.name.text, Severity.ERROR
                    )
                )
        return tuple(names.values())

    def _value(self, node: tree.EnumValue) -> EnumValue:
        return EnumValue(
            name=node.name.text,
            number=enum_number(node.number, self._context),
            options=field_options(node.options, self._context),
            doc=node.doc,
        )

    def _app(self, declared: Declared, own: dict[str, Option]) -> ModuleName:
        """Return the app a model lives in; a library model may name another one itself."""
        label = own.get("app_label")
        if label is None or declared.origin is Origin.INPUT:
            return declared.unit.app
        return module_name(str(label.value)) if label.value != "contenttypes" else _CONTENTTYPES

    def _composite_keys(
        self, model: str, members: tuple[Member, ...]
    ) -> tuple[tuple[str, ...], ...]:
        """Return the connected components of ``unique_with`` as sorted attribute names."""
        keyed = [member for member in members if member.unique_with]
        if not keyed:
            return ()
        attributes = {member.name: str(member.attribute) for member in members}
        groups: list[set[str]] = []
        for member in keyed:
            joined = {str(member.attribute)}
            for name in member.unique_with:
                if name in attributes:
                    joined.add(attributes[name])
                else:
                    span = member.options["unique_with"].span
                    self._context.add(
                        findings.unknown_key_field(
                            name,
                            model=model,
                            field=member.name,
                            span=span,
                            known=attributes,
                            severity=self._context.legacy,
                        )
                    )
            apart = [group for group in groups if not group & joined]
            for group in groups:
                if group & joined:
                    joined |= group
            groups = [*apart, joined]
        return tuple(sorted(tuple(sorted(group)) for group in groups))


def _is_root(declared: Declared) -> bool:
    """Say whether this is the root of all models, which no core ever made a table of."""
    return declared.ref == "XOSBase" and not declared.bases


def _own_text(own: dict[str, Option], name: str) -> str:
    option = own.get(name)
    return "" if option is None or option.value is None else str(option.value)


def _extensions(declared: Declared) -> tuple[tuple[int, int | None], ...]:
    found: list[tuple[int, int | None]] = []
    for member in declared.members:
        if isinstance(member, tree.Extensions):
            first, last = whole_number(member.first.text), whole_number(member.last.text)
            found.append((first or 0, last))
    return tuple(found)

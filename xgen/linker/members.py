"""Fields and links: what their options mean, decided once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xgen.diagnostics import Severity
from xgen.ir.app import Field, Link, ModelRef
from xgen.ir.types import ContentType, FieldType, LinkKind, Modifier, StateKind
from xgen.linker import findings, values
from xgen.linker.naming import attribute_name, free
from xgen.linker.options import field_options
from xgen.syntax import tree

if TYPE_CHECKING:
    from xgen.ir.app import Member
    from xgen.ir.names import AttributeName
    from xgen.ir.options import Options
    from xgen.linker.context import Context
    from xgen.linker.resolve import Resolver
    from xgen.linker.symbols import Declared

_TYPES = {kind.value: kind for kind in FieldType if kind is not FieldType.NAMED}
_MODIFIERS = {modifier.value: modifier for modifier in Modifier}
_KINDS = {kind.value: kind for kind in LinkKind}
_CONTENTS = {content.value: content for content in ContentType}


class MemberLowering:
    """Turns the members of one message into fields and links."""

    def __init__(self, declared: Declared, resolver: Resolver, context: Context) -> None:
        self._declared = declared
        self._resolver = resolver
        self._context = context
        self._own = not declared.unit.app.startswith("xgen_")
        # Django adds a column for each concrete base and for each link to one object.
        self._taken = {
            f"{base.name.lower()}_ptr{end}" for _, base in declared.bases for end in ("", "_id")
        }

    def run(self) -> tuple[Member, ...]:
        """Return the members in the order written."""
        written = [m for m in self._declared.members if isinstance(m, (tree.Field, tree.Link))]
        self._duplicates(written)
        attributes = self._attributes(written)
        return tuple(
            self._field(member, attribute)
            if isinstance(member, tree.Field)
            else self._link(member, attribute)
            for member, attribute in zip(written, attributes, strict=True)
        )

    def _duplicates(self, written: list[tree.Field | tree.Link]) -> None:
        names: dict[str, tree.Name] = {}
        numbers: dict[str, tree.Field | tree.Link] = {}
        for member in written:
            if member.modifier.text == Modifier.REPEATED.value:
                self._context.add(
                    findings.repeated_field(member.modifier, member.name.text, self._context.legacy)
                )
            first = names.setdefault(member.name.text, member.name)
            if first is not member.name:
                self._context.add(
                    findings.duplicate(
                        "field",
                        member.name.text,
                        member.name.span,
                        first.span,
                        self._context.legacy,
                    )
                )
            holder = numbers.setdefault(member.number.text, member)
            if holder is not member:
                self._context.add(
                    findings.duplicate_number(
                        member.number, holder.number, holder.name.text, self._context.legacy
                    )
                )

    def _attributes(self, written: list[tree.Field | tree.Link]) -> list[AttributeName]:
        """Return the attribute of each member: legal, and of columns that differ by more than case."""
        wanted = [attribute_name(member.name.text, own=self._own) for member in written]
        columns = {
            word.lower() + "_id"
            for word, member in zip(wanted, written, strict=True)
            if isinstance(member, tree.Link) and member.kind.text != LinkKind.MANY_TO_MANY.value
        }
        self._taken |= columns
        found = []
        for word, member in zip(wanted, written, strict=True):
            attribute = free(word, self._taken) if word.lower() in self._taken else word
            self._taken.add(attribute.lower())
            if attribute != member.name.text:
                name = member.name
                self._context.add(findings.renamed("attribute", name.text, attribute, name.span))
            found.append(attribute)
        return found

    def _state(self, options: Options) -> StateKind:
        if options.flag("bookkeeping_state"):
            return StateKind.BOOKKEEPING
        return StateKind.FEEDBACK if options.flag("feedback_state") else StateKind.DECLARATIVE

    def _keys(self, options: Options) -> tuple[str, ...]:
        text = options.text("unique_with")
        return tuple(filter(None, map(str.strip, text.split(",")))) if text else ()

    def _field(self, node: tree.Field, attribute: AttributeName) -> Field:
        context = self._context
        name = node.name.text
        options = field_options(node.options, context)
        kind, type_ref = self._type(node)
        default = options.get("default")
        call = values.default_call(default) if default is not None else None
        return Field(
            name=name,
            attribute=attribute,
            type=kind,
            type_ref=type_ref,
            modifier=_MODIFIERS[node.modifier.text],
            number=values.field_number(node.number, context),
            content=_CONTENTS.get(options.text("content_type") or ""),
            state=self._state(options),
            max_length=values.whole(options.get("max_length")),
            text=options.flag("text") or options.flag("varchar"),
            min_value=values.number(options.get("min_value")),
            max_value=values.number(options.get("max_value")),
            choices=values.choices(options.get("choices"), name, context),
            has_default=default is not None,
            default=None
            if default is None or call is not None
            else values.default_value(default, kind, name, context),
            default_call=call,
            unique=options.flag("unique"),
            unique_with=self._keys(options),
            indexed=options.flag("db_index"),
            auto_now_add=options.flag("auto_now_add"),
            secret=options.flag("secret"),
            help_text=options.text("help_text") or "",
            doc=node.doc,
            policy=None if node.policy is None else self._policy(node.policy),
            options=options,
            span=node.name.span,
        )

    def _type(self, node: tree.Field) -> tuple[FieldType, str | None]:
        scalar = _TYPES.get(node.type.text)
        if scalar is not None:
            return scalar, None
        enum = self._resolver.enum(node.type, self._declared)
        if enum is not None:
            return FieldType.NAMED, enum.ref
        message = self._resolver.model(node.type, self._declared)
        if message is not None:
            self._context.add(
                findings.message_field(node.type, node.name.text, self._context.legacy)
            )
            return FieldType.NAMED, message.ref
        known = [*_TYPES, *self._resolver.names(self._declared.origin, "enums")]
        self._context.add(findings.unknown_type(node.type, known, self._context.legacy))
        return FieldType.NAMED, None

    def _link(self, node: tree.Link, attribute: AttributeName) -> Link:
        context = self._context
        options = field_options(node.options, context)
        peer = self._resolver.model(node.peer, self._declared)
        if peer is None:
            known = self._resolver.names(self._declared.origin)
            context.add(findings.unknown_model("peer", node.peer, known, context.legacy))
        return Link(
            name=node.name.text,
            attribute=attribute,
            kind=_KINDS[node.kind.text],
            modifier=_MODIFIERS[node.modifier.text],
            peer=ModelRef(node.peer.text if peer is None else peer.ref),
            through=self._through(node),
            through_name=None if node.through is None else node.through.text,
            reverse=self._reverse(node),
            reverse_name=None if node.reverse is None else node.reverse.text,
            number=values.field_number(node.number, context),
            reverse_number=values.reverse_number(node.reverse_number, context),
            state=self._state(options),
            unique_with=self._keys(options),
            indexed=options.flag("db_index"),
            help_text=options.text("help_text") or "",
            doc=node.doc,
            policy=None if node.policy is None else self._policy(node.policy),
            options=options,
            span=node.name.span,
        )

    def _policy(self, name: tree.Name) -> str:
        """Return the policy of a field, which may be missing: nothing depends on it yet."""
        user = self._declared
        found = self._resolver.policy(name, user.package, user.origin)
        if found is not None:
            return found.ref
        known = self._resolver.names(user.origin, "policies")
        self._context.add(findings.unknown_policy(name.text, name.span, known, Severity.WARNING))
        return name.text

    def _through(self, node: tree.Link) -> ModelRef | None:
        """Return the join model; ``Something_<field>`` is the table that Django makes by itself."""
        if node.through is None:
            return None
        found = self._resolver.model(node.through, self._declared)
        if found is not None:
            return ModelRef(found.ref)
        if not node.through.text.endswith("_" + node.name.text):
            known = self._resolver.names(self._declared.origin)
            self._context.add(
                findings.unknown_model("through", node.through, known, self._context.legacy)
            )
        return None

    def _reverse(self, node: tree.Link) -> AttributeName | None:
        if node.reverse is None or "+" in node.reverse.text:
            return None
        word = attribute_name(node.reverse.text, own=self._own)
        if word != node.reverse.text:
            self._context.add(
                findings.renamed("attribute", node.reverse.text, word, node.reverse.span)
            )
        return word

"""TOSCA: a node type for each model, and the keys by which its objects are told apart.

What operators declare are properties, what synchronizers report are attributes, links are
requirements. The runtime's own fields are nobody's business here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xgen.ir.app import Field, Link
from xgen.ir.types import ContentType, FieldType, Modifier, StateKind
from xgen.views.django import model_text
from xgen.views.proto import member_text
from xgen.views.schema import schema
from xgen.views.values import default_of, is_computed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from xgen.ir.app import App, Enumeration, Member, Model

_TYPES = {
    FieldType.BOOL: "boolean",
    FieldType.BYTES: "string",
    FieldType.DOUBLE: "float",
    FieldType.FLOAT: "float",
    FieldType.STRING: "string",
    FieldType.NAMED: "string",
}
_NODE = "tosca.nodes"


def tosca(app: App) -> dict[str, Any]:
    """Return the service template with the node types of all models, bundled ones included."""
    writer = _Writer(app)
    return {
        "tosca_definitions_version": "tosca_simple_yaml_1_3",
        "description": " ".join(app.title.split()),
        "node_types": {
            writer.type_name(model.ref): writer.node_type(model)
            for model in (*app.models, *app.library)
        },
    }


def tosca_keys(app: App) -> dict[str, list[str | list[str]]]:
    """Return for each model the fields that name one object; of a list in it, one is enough."""
    return {
        str(model.name): keys_of(app.all_members(model))
        for model in app.models
        if not model.abstract
    }


def keys_of(members: Iterable[Member]) -> list[str | list[str]]:
    """Return the key fields among members: marked ones, else `name`, then groups of alternatives."""
    members = tuple({m.name: m for m in members}.values())
    names = {member.name: _key_name(member) for member in members}
    # As it always was, any value of the option counts, even False.
    keys: list[str | list[str]] = [
        names[member.name] for member in members if member.options.text("tosca_key")
    ]
    if not keys and "name" in names:
        keys = ["name"]
    groups: list[set[str]] = []
    for member in members:
        other = member.options.text("tosca_key_one_of")
        if not other:
            continue
        group = {names[member.name], names.get(other, other)}
        group = group.union(*(each for each in groups if each & group))
        groups = [*(each for each in groups if not each & group), group]
    return keys + sorted(sorted(group) for group in groups)


def _key_name(member: Member) -> str:
    return f"{member.name}_id" if isinstance(member, Link) else member.name


class _Writer:
    def __init__(self, app: App) -> None:
        self._app = app
        self._names = schema(app).class_names
        self._enums = {enum.ref: enum for enum in app.enums}
        self._types: dict[str, str] = {}
        taken = {"Root"}
        for model in (*app.models, *app.library):
            name = self._names[model.ref]
            # An input may have a model of its own with the name of a bundled one.
            name = name if name not in taken else f"{model.app}.{name}"
            taken.add(name)
            self._types[model.ref] = f"{_NODE}.{name}"

    def type_name(self, ref: str) -> str:
        """Return the node type of a model; of one that is nowhere, the root of all."""
        return self._types.get(ref, f"{_NODE}.Root")

    def node_type(self, model: Model) -> dict[str, Any]:
        base = model.bases[0] if model.bases else ""
        found: dict[str, Any] = {
            "derived_from": self.type_name(base),
            "description": model_text(model),
        }
        members = [m for m in self._members(model) if m.state is not StateKind.BOOKKEEPING]
        fields = [m for m in members if isinstance(m, Field)]
        properties = {f.name: self._property(f) for f in fields if f.state is StateKind.DECLARATIVE}
        attributes = {f.name: self._attribute(f) for f in fields if f.state is StateKind.FEEDBACK}
        requirements = [self._requirement(m) for m in members if isinstance(m, Link)]
        parts: dict[str, Any] = {
            "properties": properties,
            "attributes": attributes,
            "requirements": requirements,
        }
        return found | {name: value for name, value in parts.items() if value}

    def _members(self, model: Model) -> list[Member]:
        """Return what a type adds to the one it derives from: TOSCA knows a single one."""
        above: set[str] = set()
        if model.bases:
            first = self._app.model(model.bases[0])
            above = {m.name for m in self._app.all_members(first)}
        found = {m.name: m for m in self._app.all_members(model) if m.name not in above}
        found.update((m.name, m) for m in model.members)
        return list(found.values())

    def _attribute(self, member: Field) -> dict[str, Any]:
        shape = self._typed(member)
        text = member_text(member)
        return {**shape, "description": text} if text else shape

    def _property(self, member: Field) -> dict[str, Any]:
        shape = self._attribute(member)
        shape["required"] = is_required(member)
        default = default_of(member)
        if default is not None:
            shape["default"] = default
        constraints = list(self._constraints(member))
        if constraints and member.modifier is not Modifier.REPEATED:
            shape["constraints"] = constraints
        return shape

    def _typed(self, member: Field) -> dict[str, Any]:
        kind = _TYPES.get(member.type, "integer")
        if member.content is ContentType.DATE:
            kind = "timestamp"
        if member.modifier is Modifier.REPEATED:
            return {"type": "list", "entry_schema": {"type": kind}}
        return {"type": kind}

    def _constraints(self, member: Field) -> Iterable[dict[str, Any]]:
        enum = self._enums.get(member.type_ref or "")
        values = _values(member, enum)
        if values:
            yield {"valid_values": values}
        elif member.max_length and self._typed(member)["type"] == "string" and not member.text:
            yield {"max_length": member.max_length}
        if member.min_value is not None:
            yield {"greater_or_equal": member.min_value}
        if member.max_value is not None:
            yield {"less_or_equal": member.max_value}

    def _requirement(self, link: Link) -> dict[str, Any]:
        largest: int | str = "UNBOUNDED" if link.kind.is_many else 1
        least = 1 if link.required and not link.kind.is_many else 0
        return {
            link.name: {
                "capability": "tosca.capabilities.Node",
                "node": self.type_name(link.peer),
                "relationship": "tosca.relationships.DependsOn",
                "occurrences": [least, largest],
            }
        }


def is_required(member: Field) -> bool:
    """Say whether an operator has to give a value: no default, and the model asks for one."""
    return member.required and not is_computed(member)


def _values(member: Field, enum: Enumeration | None) -> list[Any]:
    if enum is not None:
        return [value.name for value in enum.values]
    return [choice.value for choice in member.choices if choice.value is not None]

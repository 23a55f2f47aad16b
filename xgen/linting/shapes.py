"""What an object of each model has, as far as the IR can tell: enough to notice a misspelt name."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from xgen.ir.app import Field, Link
from xgen.ir.types import Origin, StateKind
from xgen.linker.naming import TAKEN_ATTRIBUTES
from xgen.linker.resolve import OPAQUE
from xgen.models import CORE, PLATFORM, parsed
from xgen.syntax import tree
from xgen.views.schema import implicit_base, schema

if TYPE_CHECKING:
    from xgen.ir.app import App, Model

_ALWAYS = TAKEN_ATTRIBUTES | {"adelete", "afull_clean", "arefresh_from_db", "asave", "unique_error"}


class Shapes:
    """The models of an application by class name, with the attributes of their objects."""

    def __init__(self, app: App) -> None:
        self.app = app
        self.schema = schema(app)
        self._names = self.schema.class_names
        self.own: dict[str, Model] = {
            table.class_name: table.model for table in self.schema.concrete()
        }
        """The models that may have a step or a policy, by the names of their classes."""
        self._classes = {self._names[model.ref]: model for model in (*app.library, *app.models)}
        self._below: dict[str, list[Model]] = {}
        for model in (*app.library, *app.models):
            for ancestor in app.ancestors(model):
                self._below.setdefault(ancestor.ref, []).append(model)

    def find(self, name: str) -> Model | None:
        """Return the model of a class name."""
        return self._classes.get(name)

    def name(self, model: Model) -> str:
        """Return the class name of a model."""
        return self._names[model.ref]

    def is_kind_of(self, model: Model, other: Model) -> bool:
        """Say whether an object of ``model`` is one of ``other``, too."""
        return model.ref == other.ref or any(
            base.ref == other.ref for base in self.app.ancestors(model)
        )

    def knows(self, model: Model) -> bool:
        """Say whether all attributes of the model are known: its class was generated."""
        chain = (model, *self.app.ancestors(model))
        return all(not m.skip_django and OPAQUE.issuperset(m.opaque_bases) for m in chain)

    def attributes(self, model: Model) -> frozenset[str]:
        """Return the public names that an object of the model has."""
        names: set[str] = {"id", "pk"}
        chain = (model, *self.app.ancestors(model))
        for each in chain:
            for member in each.members:
                names.update(_names_of(member))
            names.update(str(reverse.name) for reverse in self.app.reverse_links(each))
            if each.origin in (Origin.CORE, Origin.PLATFORM):
                names.update(bundled_accessors().get(each.ref.rpartition(".")[2], ()))
            if not each.abstract:
                # Rows of a model are reached from those of its bases, and the other way.
                names.update(
                    (f"{self.name(each).lower()}_ptr", f"{self.name(each).lower()}_ptr_id")
                )
                names.update(self.name(child).lower() for child in self._below.get(each.ref, ()))
        root = implicit_base(self.app)
        if root is not None and not self.app.ancestors(model):
            for member in root.members:
                names.update(_names_of(member))
        return frozenset(names) | _ALWAYS

    def linked(self, model: Model, attribute: str) -> Model | None:
        """Return the model of the one object that an attribute leads to, None if it is no such."""
        for member in self.app.all_members(model):
            if isinstance(member, Link) and member.attribute == attribute:
                return None if member.kind.is_many else self.app.get(member.peer)
        below = () if model.abstract else self._below.get(model.ref, ())
        return next((child for child in below if self.name(child).lower() == attribute), None)

    def declared(self, model: Model) -> tuple[str, ...]:
        """Return the model's own fields that operators set."""
        return tuple(
            str(member.attribute)
            for member in model.members
            if member.state is StateKind.DECLARATIVE
        )


@cache
def bundled_accessors() -> dict[str, frozenset[str]]:
    """Return the names by which bundled models are linked from others of their files.

    An application has only those bundled models that it reaches; a database has them all.
    """
    found: dict[str, set[str]] = {}
    for file in map(parsed, (CORE, PLATFORM)):
        for message in file.statements:
            if not isinstance(message, tree.Message):
                continue
            for link in message.members:
                if isinstance(link, tree.Link) and link.reverse is not None:
                    peer = link.peer.text.rpartition(".")[2]
                    found.setdefault(peer, set()).add(link.reverse.text)
    return {peer: frozenset(names) for peer, names in found.items()}


def _names_of(member: Field | Link) -> tuple[str, ...]:
    name = str(member.attribute)
    if isinstance(member, Link):
        return (name,) if member.kind.is_many else (name, f"{name}_id")
    more = (f"get_{name}_display", f"get_next_by_{name}", f"get_previous_by_{name}")
    return (name, *more)

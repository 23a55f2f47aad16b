"""Objects from YAML as policies see them: typed by the models, with null where nothing is given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xgen.diagnostics import did_you_mean
from xgen.ir.app import Link
from xgen.logic.literals import equal_plain
from xgen.logic.world import EvaluationError, World

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xgen.ir.app import App, Model

_ID = ("id", "pk")


class Thing:
    """An object: its model, if that is known, and the values that were given."""

    __slots__ = ("_world", "kind", "values")

    def __init__(self, world: YamlWorld, kind: Model | None, values: Mapping[str, Any]) -> None:
        self._world = world
        self.kind = kind
        self.values = values

    def __getattr__(self, name: str) -> Any:
        """Return an attribute, as Python in a policy reads it."""
        try:
            return self._world.attribute(self, name)
        except EvaluationError as error:
            raise AttributeError(str(error)) from None

    def __eq__(self, other: object) -> bool:
        return self._world.equal(self, other)

    def __hash__(self) -> int:
        return hash(self.values.get("id"))

    def __str__(self) -> str:
        name = self.kind.name if self.kind else "object"
        for key in ("name", "email", "id"):
            if self.values.get(key) is not None:
                return f"{name} {self.values[key]}"
        return name


class _All(list[Any]):
    """A collection that has the method ``all``."""

    def all(self) -> _All:
        return self


class YamlWorld(World):
    """Objects from YAML; ``rows`` are the stored ones by model name."""

    def __init__(
        self, app: App, rows: Mapping[str, Sequence[Any]], domains: Mapping[str, str]
    ) -> None:
        super().__init__()
        self._app = app
        self._domains = domains
        self._rows = {
            name: [self.thing(row, self.model(name)) for row in given]
            for name, given in rows.items()
        }

    def model(self, name: str) -> Model | None:
        """Return the model of a bare or qualified name."""
        ref = self._domains.get(name, name)
        found = self._app.get(ref)
        known = (*self._app.models, *self._app.library)
        return found or next((model for model in known if model.name == name), None)

    def thing(self, values: Mapping[str, Any], kind: Model | None) -> Thing:
        """Return an object."""
        return Thing(self, kind, values)

    def rows(self, model: str) -> Sequence[Any]:
        """Return the given objects of a model and of those that derive from it."""
        wanted = self.model(model)
        found: list[Any] = []
        for name, rows in self._rows.items():
            kind = self.model(name)
            derived = kind and wanted and (kind == wanted or wanted in self._app.ancestors(kind))
            if name == model or derived:
                found += rows
        return found

    def attribute(self, value: object, name: str) -> Any:
        """Return what was given; what the model has and was not given is its default or null."""
        if not isinstance(value, Thing):
            return super().attribute(value, name)
        name = "id" if name == "pk" else name
        peer, many, default = self._member(value.kind, name)
        if name in value.values:
            return self._converted(value.values[name], peer, name)
        if peer is not None or many:
            return _All() if many else default
        if name.endswith("_id") and self._is_link(value, name.removesuffix("_id")):
            return self.attribute(self.attribute(value, name.removesuffix("_id")), "id")
        if value.kind is None and name != "id":
            raise EvaluationError(f"{value} is given without `{name}`")
        if value.kind is not None and not self._has(value.kind, name):
            guess = did_you_mean(name, self._names(value.kind))
            raise EvaluationError(
                f"`{value.kind.name}` has no attribute `{name}`" + (f"; {guess}" if guess else "")
            )
        return default

    def _is_link(self, thing: Thing, name: str) -> bool:
        return name in thing.values or self._member(thing.kind, name)[0] is not None

    def _member(self, kind: Model | None, name: str) -> tuple[Model | None, bool, Any]:
        """Return what a link leads to, whether to many, and what a field is by default."""
        if kind is None:
            return self.model("User") if name == "user" else None, False, None
        for member in self._app.all_members(kind):
            if name in (member.name, member.attribute):
                if isinstance(member, Link):
                    return self._app.get(member.peer), member.kind.is_many, None
                return None, False, member.default
        for model in (kind, *self._app.ancestors(kind)):
            for link in self._app.reverse_links(model):
                if link.name == name:
                    return self._app.get(link.peer), link.kind.is_many, None
        return None, False, None

    def _names(self, kind: Model) -> list[str]:
        names = [member.name for member in self._app.all_members(kind)]
        for model in (kind, *self._app.ancestors(kind)):
            names += [link.name for link in self._app.reverse_links(model)]
        return [*names, *_ID]

    def _has(self, kind: Model, name: str) -> bool:
        return name in self._names(kind)

    def _converted(self, value: Any, peer: Model | None, name: str) -> Any:
        if isinstance(value, list):
            return _All(self._converted(one, peer, name) for one in value)
        if isinstance(value, dict):
            return self.thing(value, peer)
        if peer is None or value is None or isinstance(value, Thing):
            return value
        for row in self.rows(peer.name):
            if row.values.get("id") == value:
                return row
        raise EvaluationError(
            f"`{name}` leads to `{peer.name}` {value}, which is not among the stored objects"
        )

    def equal(self, left: object, right: object) -> bool:
        """Say whether two values are equal; objects are by model and id."""
        if not isinstance(left, Thing) or not isinstance(right, Thing):
            if isinstance(left, Thing) or isinstance(right, Thing):
                return False
            return super().equal(left, right)
        if left is right or left.values is right.values:
            return True
        ids = left.values.get("id"), right.values.get("id")
        return ids[0] is not None and equal_plain(*ids) and self._related(left.kind, right.kind)

    def _related(self, left: Model | None, right: Model | None) -> bool:
        if left is None or right is None or left == right:
            return True
        return left in self._app.ancestors(right) or right in self._app.ancestors(left)

    def shown(self, value: object) -> str:
        """Return how people read a value."""
        if isinstance(value, list):
            return f"[{', '.join(map(self.shown, value))}]"
        if value is None:
            return "null"
        return str(value) if isinstance(value, Thing) else repr(value)

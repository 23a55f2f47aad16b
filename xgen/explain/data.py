"""Objects from YAML as policies see them: typed by the models, with null where nothing is given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xgen.diagnostics import did_you_mean
from xgen.ir.app import Link
from xgen.logic.literals import equal_plain
from xgen.logic.world import EvaluationError, World

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xgen.ir.app import App, Member, Model

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


def _is_home_site(kind: Model | None, name: str) -> bool:
    """Say whether this is what every user has although core.xproto has no link for it."""
    return kind is not None and kind.name == "User" and name in ("site", "site_id")


class _All(list[Any]):
    """A collection that has the method ``all``."""

    def all(self) -> _All:
        return self


class YamlWorld(World):
    """Objects from YAML; ``rows`` are the stored ones by model name.

    What a service does not use of the bundled core is known, too: policies ask about users.
    """

    def __init__(
        self, app: App, core: App, rows: Mapping[str, Sequence[Any]], domains: Mapping[str, str]
    ) -> None:
        super().__init__()
        self._apps = (app, core)
        self._domains = domains
        self._rows = {
            name: [self.thing(row, self.model(name)) for row in given]
            for name, given in rows.items()
        }

    def model(self, name: str) -> Model | None:
        """Return the model of a bare or qualified name."""
        ref = self._domains.get(name, name)
        for app in self._apps:
            known = (*app.models, *app.library)
            found = app.get(ref) or next((model for model in known if model.name == name), None)
            if found is not None:
                return found
        return None

    def model_names(self) -> list[str]:
        """Return the names of all models."""
        return [model.name for app in self._apps for model in (*app.models, *app.library)]

    def _app_of(self, kind: Model) -> App:
        own, core = self._apps
        return own if own.get(kind.ref) is kind else core

    def thing(self, values: Mapping[str, Any], kind: Model | None) -> Thing:
        """Return an object."""
        return Thing(self, kind, values)

    def rows(self, model: str) -> Sequence[Any]:
        """Return the given objects of a model and of those that derive from it."""
        wanted = self.model(model)
        found: list[Any] = []
        for name, rows in self._rows.items():
            kind = self.model(name)
            derived = kind and wanted and (kind == wanted or wanted in self._bases(kind))
            if name == model or derived:
                found += rows
        return found

    def attribute(self, value: object, name: str) -> Any:
        """Return what was given; what the model has and was not given is its default or null."""
        if not isinstance(value, Thing):
            return super().attribute(value, name)
        name = "id" if name == "pk" else name
        peer, many, default = self.member(value.kind, name)
        if name in value.values and not (name == "site" and _is_home_site(value.kind, name)):
            return self._converted(value.values[name], peer, name)
        if peer is not None or many:
            return _All() if many else default
        if name.endswith("_id") and self._is_link(value, name.removesuffix("_id")):
            return self.attribute(self.attribute(value, name.removesuffix("_id")), "id")
        if _is_home_site(value.kind, name):
            return self._home_site(value, name)
        if value.kind is None and name != "id":
            raise EvaluationError(f"{value} is given without `{name}`")
        if value.kind is not None and not self.has(value.kind, name):
            guess = did_you_mean(name, self.names(value.kind))
            raise EvaluationError(
                f"`{value.kind.name}` has no attribute `{name}`" + (f"; {guess}" if guess else "")
            )
        return default

    def _home_site(self, user: Thing, name: str) -> Any:
        site = self._converted(user.values.get("site"), self.model("Site"), "site")
        return site if name == "site" else self.attribute(site, "id")

    def _is_link(self, thing: Thing, name: str) -> bool:
        return name in thing.values or self.member(thing.kind, name)[0] is not None

    def field(self, kind: Model, name: str) -> Member | None:
        """Return the field or link that a model has by this name."""
        members = self._app_of(kind).all_members(kind)
        return next((m for m in members if name in (m.name, m.attribute)), None)

    def _bases(self, kind: Model) -> tuple[Model, ...]:
        return tuple(self._app_of(kind).ancestors(kind))

    def member(self, kind: Model | None, name: str) -> tuple[Model | None, bool, Any]:
        """Return what a link leads to, whether to many, and what a field is by default."""
        if kind is None:
            return self.model("User") if name == "user" else None, False, None
        app = self._app_of(kind)
        member = self.field(kind, name)
        if isinstance(member, Link):
            return app.get(member.peer), member.kind.is_many, None
        if member is not None:
            return None, False, member.default
        for model in (kind, *app.ancestors(kind)):
            for link in app.reverse_links(model):
                if link.name == name:
                    return app.get(link.peer), link.kind.is_many, None
        return None, False, None

    def names(self, kind: Model) -> list[str]:
        """Return what can be read of an object of a model."""
        app = self._app_of(kind)
        names = [member.name for member in app.all_members(kind)]
        for model in (kind, *app.ancestors(kind)):
            names += [link.name for link in app.reverse_links(model)]
        return [*names, *_ID, *(("site",) if kind.name == "User" else ())]

    def has(self, kind: Model, name: str) -> bool:
        """Say whether an object of a model has this attribute, a link's id included."""
        link = name.removesuffix("_id")
        return name in self.names(kind) or (link != name and self.member(kind, link)[0] is not None)

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
        return left in self._bases(right) or right in self._bases(left)

    def shown(self, value: object) -> str:
        """Return how people read a value."""
        if isinstance(value, list):
            return f"[{', '.join(map(self.shown, value))}]"
        if value is None:
            return "null"
        return str(value) if isinstance(value, Thing) else repr(value)

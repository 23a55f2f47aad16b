"""Which tables a package has: every model's class, bases and columns as Django will see them.

Resolves what the language leaves to a target: the implicit base, classes that are written
elsewhere, fields that a base already has, and names that two models would share. Both
``models.py`` and the migrations are drawn from this one description, so they cannot differ.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Protocol
from zlib import crc32

from xgen.dataclass import dataclass, field
from xgen.ir.app import App, Field, Link, Member, Model
from xgen.ir.types import Origin
from xgen.views.memo import last

if TYPE_CHECKING:
    from xgen.ir.app import Enumeration

BASE = "XOSBase"
CORE = "xgen_core"
RUNTIME_MODULES = {CORE: "xgen.runtime.core", "xgen_platform": "xgen.runtime.platform"}
NAME_LIMIT = 30
ELSEWHERE = {"ContentType": "contenttypes.ContentType", "User": f"{CORE}.User"}
"""Models that the language knows and whose classes are written by hand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One class. ``parent`` is its concrete base, ``abstract_bases`` those without a table.

    ``own`` are the members that its class declares, ``columns`` all those that its table holds
    besides the key: the abstract bases' and its own.
    """

    model: Model
    class_name: str
    bases: tuple[Model, ...]
    """Direct bases that are Django classes; empty only for the root of everything."""
    parent: Model | None
    own: tuple[Member, ...]
    columns: tuple[Member, ...]

    @property
    def is_root(self) -> bool:
        """Say whether the table has a key of its own rather than its parent's."""
        return self.parent is None


class Lookups(Protocol):
    """What a view of one table may ask about all that is not in the table.

    No more than this: so it can be heard what a view has asked (`pieces`).
    """

    @property
    def name(self) -> str:
        """The package's."""

    def label(self, ref: str) -> str:
        """Return ``app_label.Model`` of a link's peer."""

    def is_django(self, ref: str) -> bool:
        """Say whether a model is a class that Django knows, ours or the runtime's."""

    def class_name(self, ref: str) -> str:
        """Return the class of a model or an enum."""

    def table(self, ref: str) -> Table | None:
        """Return the table of a model, None for one without."""

    def base(self) -> Table | None:
        """Return the table of the bundled base that models without bases derive from."""

    def enum(self, ref: str) -> Enumeration | None:
        """Return the enum of that qualified name."""

    def ancestors(self, ref: str) -> tuple[Model, ...]:
        """Return all bases of a model, nearest first."""

    def is_everyones(self, member: Member) -> bool:
        """Say whether a member of a table that was asked for is one that every object has."""


@dataclass(frozen=True, kw_only=True)
class Schema:
    """The classes of the input, bases before what derives from them."""

    app: App
    tables: tuple[Table, ...]
    by_ref: dict[str, Table] = field(repr=False)
    class_names: dict[str, str] = field(repr=False)
    """Class names of all models and enums by qualified name."""
    base_members: frozenset[int] = field(repr=False)
    """Ids of the members that every object has."""

    @property
    def name(self) -> str:
        """The package's."""
        return str(self.app.name)

    @cached_property
    def _enums(self) -> dict[str, Enumeration]:
        return {enum.ref: enum for enum in reversed(self.app.enums)}

    def concrete(self) -> list[Table]:
        """Return the tables that exist in the database."""
        return [table for table in self.tables if not table.model.abstract]

    def class_name(self, ref: str) -> str:
        """Return the class of a model or an enum."""
        return self.class_names[ref]

    def table(self, ref: str) -> Table | None:
        """Return the table of a model, None for one without."""
        return self.by_ref.get(ref)

    def base(self) -> Table | None:
        """Return the table of the bundled base that models without bases derive from."""
        base = implicit_base(self.app)
        return None if base is None else self.by_ref[base.ref]

    def enum(self, ref: str) -> Enumeration | None:
        """Return the enum of that qualified name."""
        return self._enums.get(ref)

    def ancestors(self, ref: str) -> tuple[Model, ...]:
        """Return all bases of a model, nearest first."""
        return self.app.ancestors(self.app.model(ref))

    def is_everyones(self, member: Member) -> bool:
        """Say whether a member is one that every object has."""
        return id(member) in self.base_members

    def label(self, ref: str) -> str:
        """Return ``app_label.Model`` of a link's peer."""
        model = self.app.get(ref)
        if model is None or model.skip_django:
            name = ref.rpartition(".")[2]
            return ELSEWHERE.get(name) or f"{ref.partition('.')[0]}.{name}"
        return f"{model.app}.{self.class_names[ref]}"

    def is_django(self, ref: str) -> bool:
        """Say whether a model is a class that Django knows, ours or the runtime's."""
        return is_django(self.app, ref)


def is_django(app: App, ref: str) -> bool:
    """Say whether a model is a class that Django knows, ours or the runtime's.

    A bundled model that only another bundled one links to is not part of the app.
    """
    model = app.get(ref)
    if model is None:
        return ref.partition(".")[0] in RUNTIME_MODULES
    return not model.skip_django or model.name in ELSEWHERE


@last
def schema(app: App) -> Schema:
    """Return the schema of ``app``."""
    tables: dict[str, Table] = {}
    names = _class_names(app)
    for model in _by_bases(app):
        if not model.skip_django:
            tables[model.ref] = _table(app, model, names[model.ref], tables)
    own = {m.ref for m in app.models}
    return Schema(
        app=app,
        tables=tuple(table for ref, table in tables.items() if ref in own),
        by_ref=tables,
        class_names=names,
        base_members=frozenset(
            id(member)
            for table in tables.values()
            if table.model.name == BASE
            for member in table.own
        ),
    )


def _by_bases(app: App) -> list[Model]:
    """Return all models with bases first, otherwise in the order in which the app has them."""
    known: dict[str, Model] = {m.ref: m for m in (*app.library, *app.models)}
    base = implicit_base(app)
    done: dict[str, Model] = {} if base is None else {base.ref: base}
    for model in known.values():
        stack = [model]
        while stack:
            waiting = [known[b] for b in stack[-1].bases if b in known and b not in done]
            if waiting:
                stack.append(waiting[0])
            else:
                above = stack.pop()
                done[above.ref] = above
    return list(done.values())


def _class_names(app: App) -> dict[str, str]:
    """Name the classes; an enum that has a model's or another enum's name gets a longer one."""
    names: dict[str, str] = {m.ref: m.name for m in (*app.library, *app.models)}
    taken = {m.name.lower() for m in app.models}
    for enum in app.enums:
        name = str(enum.name)
        while name.lower() in taken:
            name += "Values"
        taken.add(name.lower())
        names[enum.ref] = name
    return names


def implicit_base(app: App) -> Model | None:
    """Return the bundled base that models without bases derive from."""
    models = (*app.library, *app.models)
    return next((m for m in models if m.name == BASE and m.app == CORE), None)


def _table(app: App, model: Model, name: str, tables: dict[str, Table]) -> Table:
    bases = [tables[ref] for ref in model.bases if ref in tables]
    if not bases:
        implicit = implicit_base(app)
        if implicit is not None and implicit is not model:
            bases = [tables[implicit.ref]]
    parent = next((b for b in (_concrete(base) for base in bases) if b is not None), None)
    inherited: dict[str, Member] = {}
    for base in reversed(bases):
        if base.model.abstract:
            inherited.update({m.attribute: m for m in base.columns})
    taken = set(_parent_names(parent, tables))
    if model.name == BASE:
        taken.update(inherited)
    own = tuple(m for m in model.members if m.attribute not in taken and _has_type(app, m))
    columns = {k: m for k, m in inherited.items() if k not in taken}
    if model.name == BASE:
        columns = dict(inherited)
    for member in own:
        columns.pop(member.attribute, None)
        columns[member.attribute] = member
    return Table(
        model=model,
        class_name=name,
        bases=tuple(base.model for base in bases),
        parent=parent,
        own=own,
        columns=tuple(columns.values()),
    )


def _has_type(app: App, member: Member) -> bool:
    """Say whether Django can have the member: not a link to what has no table."""
    return not isinstance(member, Link) or is_django(app, member.peer)


def _concrete(table: Table) -> Model | None:
    """Return the class itself if it has a table, else the nearest one above it that has."""
    return table.parent if table.model.abstract else table.model


def _parent_names(parent: Model | None, tables: dict[str, Table]) -> list[str]:
    names: list[str] = []
    while parent is not None:
        table = tables[parent.ref]
        names += [m.attribute for m in table.columns]
        parent = table.parent
    return names


def short_name(app: str, model: str, purpose: str, limit: int = NAME_LIMIT) -> str:
    """Return a name for an index or constraint that every database accepts."""
    full = "_".join(filter(None, (app, model, purpose))).lower().lstrip("_")
    if len(full) <= limit:
        return full
    digest = f"{crc32(full.encode()):08x}"
    room = limit - len(digest) - 1
    readable = f"{model}_{purpose}".lower().lstrip("_")
    return f"{readable[:room].rstrip('_')}_{digest}"


def uniques(table: Table, schema: Lookups) -> list[tuple[str, ...]]:
    """Return the keys that ``Meta.constraints`` has to state for a table with columns."""
    if table.model.abstract:
        return []
    own = {m.attribute for m in table.own}
    columns = {str(m.attribute): m for m in table.columns}
    keys: dict[tuple[str, ...], None] = {}
    for member in table.columns:
        if isinstance(member, Field) and member.unique:
            stated_by_field = not table.is_root and member.attribute in own
            if not stated_by_field:
                keys[(str(member.attribute),)] = None
    for model in (table.model, *schema.ancestors(table.model.ref)):
        for key in model.unique_together:
            if all(name in columns and not is_many(columns[name]) for name in key):
                keys[key] = None
    return list(keys)


def is_many(member: Member) -> bool:
    """Say whether a member is a link to several objects, which is no column."""
    return isinstance(member, Link) and member.kind.is_many


def python_home(model: Model) -> str:
    """Return the module that the class of a model of another package is imported from."""
    if model.origin is Origin.IMPORTED or model.app not in RUNTIME_MODULES:
        return f"{model.app}._generated.models"
    return f"{RUNTIME_MODULES[model.app]}.models"

"""Django models that need Django alone: one app with the input's models and all they build on.

What a package of xgen takes from the runtime's apps is a class of its own here. Users are the
project's user model; what only the runtime can do (counters, checks of who writes) is left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xgen.dataclass import dataclass, replace
from xgen.ir.app import App, Link, Model
from xgen.ir.names import AttributeName, ClassName
from xgen.ir.types import Origin
from xgen.views.django import (
    ModelClass,
    ModelsModule,
    constraint_items,
    enum_class,
    field_source,
    import_lines,
    model_text,
    taken_names,
)
from xgen.views.fields import MODELS, Dialect
from xgen.views.layout import class_header, sequence, statement
from xgen.views.memo import last
from xgen.views.schema import Schema, Table, schema
from xgen.views.text import docstring, literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xgen.ir.app import Member, ModelRef

_USER, _CONTENT_TYPE = "User", "ContentType"


@dataclass(frozen=True, slots=True, kw_only=True)
class StandaloneApp:
    """The whole app. ``package`` is the folder it lies in, ``label`` what Django calls it."""

    package: str
    label: str
    config: str
    """The statement that names the app for people."""
    module: ModelsModule


@last
def standalone(app: App) -> StandaloneApp:
    """Return the app as its files say it."""
    whole = _gathered(app)
    tables = schema(whole)
    dialect = _Dialect(schema=tables, taken=taken_names(tables))
    enums = tuple(enum_class(enum, tables, dialect) for enum in whole.enums)
    dialect.name(*MODELS)
    classes = tuple(_class(table, tables, dialect) for table in tables.tables)
    title = " ".join(app.title.split()) or str(app.name)
    return StandaloneApp(
        package=f"{app.name}_django",
        label=str(app.name),
        config=statement("verbose_name = ", literal(title), 4),
        module=ModelsModule(imports=import_lines(dialect), enums=enums, classes=classes),
    )


class _Dialect(Dialect):
    """Spells what the runtime has with what Django has."""

    __slots__ = ()

    def peer(self, ref: str) -> str:
        name = ref.rpartition(".")[2]
        if self.schema.table(ref) is not None:
            return super().peer(ref)
        if name == _USER:
            return f"{self.name('django.conf', 'settings')}.AUTH_USER_MODEL"
        return literal("contenttypes.ContentType")

    def stripped(self) -> str:
        return self.django("CharField")


def _gathered(app: App) -> App:
    """Return the application with all that it builds on among its own models."""
    reached = _reached(app)
    models = tuple(_adopted(model, reached, app) for model in reached.values())
    kept = {model.ref for model in models}
    enums = tuple(enum for enum in app.enums if enum.outer is None or enum.outer in kept)
    return replace(app, models=_without_clashes(models), library=(), enums=enums, written={})


def _reached(app: App) -> dict[ModelRef, Model]:
    """Return the input's models and those that they derive from or link to, and so on."""
    reached: dict[ModelRef, Model] = {model.ref: model for model in app.models}
    work = list(app.models)
    for model in work:  # grows while it is walked
        refs = list(model.bases)
        for link in model.links:
            refs += [link.peer, *([link.through] if link.through is not None else [])]
        for ref in refs:
            found = app.get(ref)
            if found is not None and ref not in reached and not found.skip_django:
                reached[ref] = found
                work.append(found)
    return reached


def _adopted(model: Model, reached: dict[ModelRef, Model], app: App) -> Model:
    """Return a model as one of this app: what it links to is there."""
    members = tuple(m for m in model.members if _has_peer(m, reached))
    return replace(
        model,
        app=app.name,
        origin=Origin.INPUT,
        bases=tuple(ref for ref in model.bases if ref in reached),
        members=members,
    )


def _has_peer(member: Member, reached: dict[ModelRef, Model]) -> bool:
    if not isinstance(member, Link):
        return True
    peer = reached.get(member.peer)
    if peer is not None and not peer.skip_django:
        return True
    return member.peer.rpartition(".")[2] in (_USER, _CONTENT_TYPE)


def _without_clashes(models: tuple[Model, ...]) -> tuple[Model, ...]:
    """Give each model a class name, and each link an accessor, that nothing else has."""
    taken: set[str] = set()
    named = []
    for model in models:
        name = str(model.name)
        while name.lower() in taken:
            name = f"Base{name}"
        taken.add(name.lower())
        named.append(model if name == model.name else replace(model, name=ClassName(name)))
    accessors = {(m.ref, str(member.attribute).lower()) for m in named for member in m.members}
    return tuple(_with_accessors(model, accessors) for model in named)


def _with_accessors(model: Model, taken: set[tuple[ModelRef, str]]) -> Model:
    members: list[Member] = []
    for member in model.members:
        if isinstance(member, Link) and member.reverse is not None:
            key = (member.peer, str(member.reverse).lower())
            if key in taken:
                reverse = AttributeName(f"{model.name.lower()}_{member.reverse}")
                members.append(replace(member, reverse=reverse))
                continue
            taken.add(key)
        members.append(member)
    return replace(model, members=tuple(members))


def _class(table: Table, tables: Schema, dialect: Dialect) -> ModelClass:
    bases = [tables.by_ref[base.ref].class_name for base in table.bases]
    return ModelClass(
        name=table.class_name,
        header=class_header(table.class_name, bases or [dialect.django("Model")]),
        docstring=docstring(model_text(table.model), 4),
        fields=tuple(field_source(member, table, dialect) for member in table.own),
        meta=tuple(_meta(table, tables, dialect)),
        info="",
    )


def _meta(table: Table, tables: Schema, dialect: Dialect) -> Iterator[str]:
    if table.model.abstract:
        yield "        abstract = True"
        return
    if table.model.verbose_name:
        yield statement("verbose_name = ", literal(table.model.verbose_name), 8)
    constraints = [item for _, item in constraint_items(table, tables, dialect)]
    if constraints:
        yield statement("constraints = ", sequence(constraints), 8)

"""What ``_generated/models.py`` says: imports, enums and one class a model, ready to be placed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xgen.dataclass import dataclass
from xgen.ir.app import Link
from xgen.ir.types import Origin, StateKind
from xgen.views.fields import MODELS, Dialect, expression, member_names
from xgen.views.layout import (
    Bracket,
    Item,
    Named,
    call,
    class_header,
    import_from,
    sequence,
    statement,
)
from xgen.views.layout import tuple_of as tuple_display
from xgen.views.pieces import each
from xgen.views.schema import (
    BASE,
    CORE,
    NAME_LIMIT,
    RUNTIME_MODULES,
    Lookups,
    Schema,
    Table,
    is_many,
    python_home,
    schema,
    short_name,
    uniques,
)
from xgen.views.text import comment, docstring, indented, literal

if TYPE_CHECKING:
    from xgen.ir.app import App, Enumeration, Member, Model

_RUNTIME = "xgen.runtime.models"
_INDEX_ROOM = NAME_LIMIT - len("_policy")
_DUE = (
    ("due", "no_sync", "enacted_generation", "generation"),
    ("policy", "no_policy", "policed_revision", "revision"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class EnumClass:
    """One enum as a class of Django choices."""

    header: str
    docstring: str
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelClass:
    """One model as a class; every part is source, indented to stand in the class."""

    name: str
    header: str
    docstring: str
    fields: tuple[str, ...]
    meta: tuple[str, ...]
    info: str
    """The ``xgen = ModelInfo(...)`` line, empty when there is nothing to say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelsModule:
    """The whole module."""

    imports: tuple[str, ...]
    enums: tuple[EnumClass, ...]
    classes: tuple[ModelClass, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AppModule:
    """``_generated/apps.py``: how Django knows the package."""

    label: str
    name: str
    verbose_name: str
    requires: str


def django(app: App) -> ModelsModule:
    """Return what the module of models says."""
    tables = schema(app)
    dialect = Dialect(schema=tables, taken=taken_names(tables))
    _name_bases(tables, dialect)
    enums = tuple(enum_class(enum, tables, dialect) for enum in app.enums if _is_own(enum, app))
    dialect.name(*MODELS)
    classes = tuple(each("models", tables, tables.tables, _class, dialect))
    return ModelsModule(imports=import_lines(dialect), enums=enums, classes=classes)


def django_app(app: App) -> AppModule:
    """Return how Django knows the package, and which other packages it needs."""
    tables = schema(app)
    packages: dict[str, None] = {RUNTIME_MODULES[CORE]: None}
    for table in tables.tables:
        refs = [base.ref for base in table.bases]
        refs += [link.peer for link in table.model.links]
        for model in filter(None, map(app.get, refs)):
            if model.origin is not Origin.INPUT and not model.skip_django:
                packages[RUNTIME_MODULES.get(model.app, model.app)] = None
    return AppModule(
        label=app.name,
        name=app.name,
        verbose_name=statement("verbose_name = ", literal(" ".join(app.title.split())), 4),
        requires=statement("requires = ", tuple_display(literal(p) for p in packages), 4),
    )


def _is_own(enum: Enumeration, app: App) -> bool:
    return enum.outer is None or app.model(enum.outer).origin is Origin.INPUT


def taken_names(tables: Schema) -> frozenset[str]:
    """Return every name that the module or one of its classes defines."""
    names = {table.class_name for table in tables.tables}
    names.update(tables.class_names[enum.ref] for enum in tables.app.enums)
    for table in tables.tables:
        names.update(member.attribute for member in table.own)
    return frozenset(names)


def _name_bases(tables: Schema, dialect: Dialect) -> None:
    """Import the bases that other modules have, before all that may give way to their names."""
    for table in tables.tables:
        for base in table.bases:
            _base_name(base, tables, dialect)


def _base_name(base: Model, tables: Lookups, dialect: Dialect) -> str:
    """Return a base as the module writes it."""
    name = tables.class_name(base.ref)
    return name if base.origin is Origin.INPUT else dialect.name(python_home(base), name)


def import_lines(dialect: Dialect) -> tuple[str, ...]:
    """Return the imports of all that a file used."""
    by_module: dict[str, list[str]] = {}
    for (module, name), alias in dialect.used.items():
        words = name if name == alias else f"{name} as {alias}"
        by_module.setdefault(module, []).append(words)
    return tuple(import_from(module, sorted(names)) for module, names in sorted(by_module.items()))


def enum_class(enum: Enumeration, tables: Schema, dialect: Dialect) -> EnumClass:
    """Return an enum as a class."""
    name = tables.class_names[enum.ref]
    names = member_names(enum)
    members = []
    for value in enum.values:
        line = f"    {names[value.name]} = {value.number}, {literal(value.name)}"
        members.append(_commented(value.doc, line, 4))
    return EnumClass(
        header=class_header(name, [dialect.django("IntegerChoices")]),
        docstring=docstring(enum.doc or f"Values of {name}.", 4),
        members=tuple(members),
    )


def _class(table: Table, tables: Lookups, dialect: Dialect) -> ModelClass:
    model = table.model
    bases = [_base_name(base, tables, dialect) for base in table.bases]
    if not bases:
        is_base = model.name == BASE and model.app == CORE
        bases = [dialect.name(_RUNTIME, "Object") if is_base else dialect.django("Model")]
    return ModelClass(
        name=table.class_name,
        header=class_header(table.class_name, bases),
        docstring=docstring(model_text(model), 4),
        fields=tuple(field_source(member, table, dialect) for member in table.own),
        meta=_meta(table, tables, dialect),
        info=_info(table, tables, dialect),
    )


def model_text(model: Model) -> str:
    """Return what there is to say about a model: its comment and its description."""
    doc, description = model.doc.strip(), model.description.strip()
    if doc and description and description not in doc:
        return f"{doc}\n\n{description}"
    return doc or description or f"{model.verbose_name.strip() or model.name}."


def _commented(doc: str, line: str, indent: int) -> str:
    if not doc.strip():
        return line
    margin = " " * indent
    return margin + indented(comment(doc), indent) + "\n" + line


def field_source(member: Member, table: Table, dialect: Dialect) -> str:
    """Return the statement that declares a field, with the comment above it."""
    unique = not isinstance(member, Link) and member.unique and not table.is_root
    unique = unique and not table.model.abstract
    line = statement(f"{member.attribute} = ", expression(member, dialect, unique=unique), 4)
    return _commented(member.doc, line, 4)


def _meta(table: Table, tables: Lookups, dialect: Dialect) -> tuple[str, ...]:
    if table.model.abstract:
        return ("        abstract = True",)
    lines = [f"        app_label = {literal(tables.name)}"]
    if table.model.verbose_name:
        lines.append(statement("verbose_name = ", literal(table.model.verbose_name), 8))
    if index_items(table, tables, dialect):
        lines.append(statement("indexes = ", _due_indexes(table, tables, dialect), 8))
    constraints = [item for _, item in constraint_items(table, tables, dialect)]
    if constraints:
        lines.append(statement("constraints = ", sequence(constraints), 8))
    return tuple(lines)


def _due_indexes(table: Table, tables: Lookups, dialect: Dialect) -> Bracket:
    """Return the call of the runtime that stands for :func:`index_items`."""
    flags = [f"{kind}=False" for kind in ("sync", "policy") if getattr(table.model, f"no_{kind}")]
    name = short_name(tables.name, table.class_name, "", _INDEX_ROOM)
    return call(dialect.name(_RUNTIME, "due_indexes"), literal(name), *flags)


def index_items(table: Table, tables: Lookups, dialect: Dialect) -> list[Item]:
    """Return the indexes by which the runtime finds what is due in a table."""
    if not table.is_root or not has_books(table):
        return []
    items: list[Item] = []
    q, f = dialect.django("Q"), dialect.django("F")
    for purpose, option, done, wanted in _DUE:
        if getattr(table.model, option):
            continue
        name = short_name(tables.name, table.class_name, "", _INDEX_ROOM)
        items.append(
            call(
                dialect.django("Index"),
                'fields=["id"]',
                Named("condition=", call(q, f'{done}__lt={f}("{wanted}")')),
                f'name="{name}_{purpose}"',
            )
        )
    return items


def has_books(table: Table) -> bool:
    """Say whether the table has the runtime's columns."""
    return any(member.attribute == "enacted_generation" for member in table.columns)


def constraint_items(
    table: Table, tables: Lookups, dialect: Dialect
) -> list[tuple[tuple[str, ...], Bracket]]:
    """Return each key of a table with the constraint that states it; deleted rows do not count."""
    items: list[tuple[tuple[str, ...], Bracket]] = []
    for key in uniques(table, tables):
        parts: list[Item] = [Named("fields=", sequence(literal(str(name)) for name in key))]
        if table.is_root and has_books(table):
            parts.append(f"condition={dialect.django('Q')}(deleted=False)")
        name = short_name(tables.name, table.class_name, "_".join(key) + "_key")
        parts.append(f"name={literal(name)}")
        items.append((key, call(dialect.django("UniqueConstraint"), *parts)))
    return items


def _info(table: Table, tables: Lookups, dialect: Dialect) -> str:
    model = table.model
    parts: list[Item] = []
    for word, kind in (("feedback", StateKind.FEEDBACK), ("bookkeeping", StateKind.BOOKKEEPING)):
        names = [literal(str(m.attribute)) for m in table.own if m.state is kind]
        if names:
            parts.append(Named(f"{word}=", tuple_display(names)))
    secret = [literal(str(m.attribute)) for m in table.own if not isinstance(m, Link) and m.secret]
    if secret:
        parts.append(Named("secrets=", tuple_display(secret)))
    key = natural_key(table, tables)
    if key:
        parts.append(Named("key=", tuple_display(literal(name) for name in key)))
    if model.owner_class is not None and tables.table(model.owner_class) is not None:
        parts.append(f"owner={literal(dialect.label(model.owner_class))}")
    if not parts:
        return ""
    return statement("xgen = ", call(dialect.name(_RUNTIME, "ModelInfo"), *parts), 4)


def natural_key(table: Table, tables: Lookups) -> tuple[str, ...]:
    """Return the natural key that a model states itself; the runtime finds out about others."""
    if not any(m.options.flag("tosca_key") for m in table.own):
        return ()
    members = all_columns(table, tables)
    return tuple(
        str(m.attribute) for m in members if m.options.flag("tosca_key") and not is_many(m)
    )


def all_columns(table: Table, tables: Lookups) -> list[Member]:
    """Return the columns of a table and of those above it, the most distant first."""
    columns = list(table.columns)
    above = table
    while above.parent is not None and (parent := tables.table(above.parent.ref)) is not None:
        columns = [*parent.columns, *columns]
        above = parent
    return columns

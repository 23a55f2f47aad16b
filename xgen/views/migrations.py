"""The first migration of a package: the operations that Django would find for its models.

Written without Django. A table is created with all its columns; a link to a table that is created
later (a cycle of links, or a join model) is added afterwards, and so is a key that needs it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xgen.dataclass import dataclass
from xgen.ir.app import Link
from xgen.ir.types import LinkKind
from xgen.views.django import constraint_items, index_items
from xgen.views.fields import MODELS, Dialect, expression
from xgen.views.layout import Item, Named, call, mapping, sequence, statement, tuple_of
from xgen.views.schema import CORE, Schema, Table, implicit_base, schema
from xgen.views.text import literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xgen.ir.app import App, Member
    from xgen.views.layout import Code

_SHARED = "XOSBASE"
_KEY_ARGUMENTS = (
    "auto_created=True",
    "primary_key=True",
    "serialize=False",
    'verbose_name="ID"',
)
_MANAGERS = ('("objects", models.Manager())', '("all_objects", models.Manager())')

LATEST = {
    CORE: "0002_initial",
    "contenttypes": "0002_remove_content_type_name",
}
"""The migration that brings an app's tables, where it is not ``0001_initial``."""

BEFORE = {CORE: "0001_users"}
"""The migration of the same app, written by hand, that comes before the first generated one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    """The parts of a migration file; each is source at the place where it goes."""

    imports: tuple[str, ...]
    shared: str
    """The columns of the bundled base, as a module-level list that tables include."""
    dependencies: str
    operations: str


def initial_migration(app: App) -> Migration:
    """Return the migration that creates every table of the package."""
    tables = schema(app)
    dialect = Dialect(schema=tables, qualified=True)
    writer = _Writer(tables, dialect)
    operations = writer.operations()
    shared = writer.shared()
    modules = {module for module, name in dialect.used if (module, name) != MODELS}
    before: list[tuple[str, str]] = [(app.name, BEFORE[app.name])] if app.name in BEFORE else []
    before += [(label, latest(label)) for label in sorted(writer.needs)]
    needs = [tuple_of([literal(label), literal(name)]) for label, name in before]
    return Migration(
        imports=tuple(sorted(f"import {module}" for module in modules)),
        shared=shared,
        dependencies=statement("dependencies = ", sequence(needs), 4),
        operations=_listed("operations", operations),
    )


def latest(label: str) -> str:
    """Return the migration that brings the tables of an app."""
    return LATEST.get(label, "0001_initial")


def _listed(name: str, lines: list[str]) -> str:
    """Return an assignment of a list whose items are laid out already."""
    if not lines:
        return f"    {name} = []"
    return "\n".join([f"    {name} = [", *lines, "    ]"])


class _Writer:
    """Collects the operations of one migration."""

    def __init__(self, tables: Schema, dialect: Dialect) -> None:
        self.tables = tables
        self.dialect = dialect
        self.app = tables.app
        self.needs: set[str] = set()
        self.order: dict[str, int] = {t.model.ref: i for i, t in enumerate(_creation_order(tables))}
        base = implicit_base(tables.app)
        self.base = None if base is None else tables.by_ref[base.ref]
        self.base_names = {m.attribute for m in self.base.columns} if self.base else set()
        self.uses_base = False

    def operations(self) -> list[str]:
        """Return the source of all operations, in an order in which they can run."""
        tables = [self.tables.by_ref[ref] for ref in self.order]
        later: list[str] = []
        creations = [self.create(table, later) for table in tables]
        return creations + later

    def create(self, table: Table, later: list[str]) -> str:
        """Return the operation that creates a table; put what has to wait into ``later``."""
        model_name = table.class_name.lower()
        waiting: set[str] = set()
        fields: list[Item] = [self.key(table)]
        shared = self.shares_base(table)
        if shared:
            self.uses_base = True
            fields.append(f"*{_SHARED}")
        for member in table.columns:
            if isinstance(member, Link):
                self.need(member.peer)
            if shared and member.attribute in self.base_names:
                continue
            own = any(member is m for m in table.own)
            unique = own and not isinstance(member, Link) and member.unique and not table.is_root
            value = expression(member, self.dialect, unique=unique)
            if isinstance(member, Link) and self.must_wait(member, table):
                waiting.add(member.attribute)
                later.append(_add_field(model_name, member, value))
            else:
                fields.append(_pair(str(member.attribute), value))
        options = self.options(table, waiting, later)
        arguments: list[Item] = [
            f"name={literal(table.class_name)}",
            Named("fields=", sequence(fields)),
            Named("options=", mapping(options)),
        ]
        if table.parent is not None:
            label = self.tables.label(table.parent.ref).lower()
            arguments.append(f"bases=({literal(label)},)")
        arguments.append(Named("managers=", sequence(_MANAGERS)))
        return statement("", call("migrations.CreateModel", *arguments), 8) + ","

    def key(self, table: Table) -> Item:
        """Return the primary key: a number, or the link to the parent's row."""
        if table.parent is None:
            return _pair("id", call("models.BigAutoField", *_KEY_ARGUMENTS))
        self.need(table.parent.ref)
        label = self.tables.label(table.parent.ref).lower()
        link = call(
            "models.OneToOneField",
            "auto_created=True",
            "on_delete=models.CASCADE",
            "parent_link=True",
            "primary_key=True",
            "serialize=False",
            f"to={literal(label)}",
        )
        return _pair(f"{table.parent.name.lower()}_ptr", link)

    def options(self, table: Table, waiting: set[str], later: list[str]) -> list[Named]:
        """Return the options of a table; keys over columns that wait are added later."""
        options: list[Named] = []
        if table.model.verbose_name:
            options.append(Named('"verbose_name": ', literal(table.model.verbose_name)))
        indexes = index_items(table, self.tables, self.dialect)
        if indexes:
            options.append(Named('"indexes": ', sequence(indexes)))
        constraints: list[Item] = []
        for key, item in constraint_items(table, self.tables, self.dialect):
            if waiting.isdisjoint(key):
                constraints.append(item)
            else:
                later.append(_add_constraint(table.class_name.lower(), item))
        if constraints:
            options.append(Named('"constraints": ', sequence(constraints)))
        return options

    def shares_base(self, table: Table) -> bool:
        """Say whether a table has the bundled base's columns, none of them redefined."""
        if self.base is None or not table.is_root:
            return False
        columns = {id(member) for member in table.columns}
        return all(id(member) in columns for member in self.base.columns)

    def shared(self) -> str:
        """Return the bundled base's columns as a list of their own."""
        if self.base is None or not self.uses_base:
            return ""
        pairs = [_pair(str(m.attribute), expression(m, self.dialect)) for m in self.base.columns]
        return statement(f"{_SHARED}: list[Any] = ", sequence(pairs))

    def need(self, ref: str) -> None:
        """Remember that the migration depends on the app of a model."""
        label = self.tables.label(ref).partition(".")[0]
        if label != self.app.name:
            self.needs.add(label)

    def must_wait(self, link: Link, table: Table) -> bool:
        """Say whether a link points to a table that is created after its own."""
        own = self.order[table.model.ref]
        peers = [link.peer]
        if link.kind is LinkKind.MANY_TO_MANY and link.through is not None:
            peers.append(link.through)
        return any(self.order.get(peer, -1) > own for peer in peers)


def _pair(name: str, value: Code) -> Item:
    return tuple_of([literal(name), value])


def _add_field(model_name: str, member: Member, value: Code) -> str:
    operation = call(
        "migrations.AddField",
        f"model_name={literal(model_name)}",
        f"name={literal(str(member.attribute))}",
        Named("field=", value),
    )
    return statement("", operation, 8) + ","


def _add_constraint(model_name: str, item: Code) -> str:
    operation = call(
        "migrations.AddConstraint",
        f"model_name={literal(model_name)}",
        Named("constraint=", item),
    )
    return statement("", operation, 8) + ","


def _creation_order(tables: Schema) -> list[Table]:
    """Order the tables: parents first, and peers of links before them wherever possible."""
    own: dict[str, Table] = {t.model.ref: t for t in tables.concrete()}
    done: dict[str, Table] = {}
    open_now: set[str] = set()
    for start in own:
        stack: list[tuple[str, Iterator[str]]] = []

        def enter(ref: str, stack: list[tuple[str, Iterator[str]]] = stack) -> None:
            open_now.add(ref)
            stack.append((ref, _wanted_before(own[ref], own, open_now)))

        if start not in done:
            enter(start)
        while stack:
            ref, wanted = stack[-1]
            following = next((r for r in wanted if r not in done and r not in open_now), None)
            if following is not None:
                enter(following)
                continue
            stack.pop()
            open_now.discard(ref)
            done[ref] = own[ref]
    return list(done.values())


def _wanted_before(table: Table, own: dict[str, Table], open_now: set[str]) -> Iterator[str]:
    """Yield the parent, then the peers whose own parents are not just being ordered."""
    if table.parent is not None and table.parent.ref in own:
        yield table.parent.ref
    for member in table.columns:
        if isinstance(member, Link) and member.peer in own:
            above = own[member.peer].parent
            while above is not None and above.ref not in open_now:
                above = own[above.ref].parent if above.ref in own else None
            if above is None:
                yield member.peer

"""The next migration of a package: the operations that Django would find for its models.

Written without Django. Where there is no migration yet, it creates all tables; otherwise it leads
from what the migrations so far come to (`evolution`) to what the models want.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xgen import cache
from xgen.dataclass import dataclass
from xgen.fingerprint import digest, tool_fingerprint
from xgen.views.evolution import findings
from xgen.views.evolution.creation import Creation
from xgen.views.evolution.graph import creator, past
from xgen.views.evolution.operation import written
from xgen.views.evolution.wanted import Wishes, wanted_tables
from xgen.views.fields import MODELS, Dialect
from xgen.views.layout import Named, mapping, sequence, settled, statement, tuple_of
from xgen.views.schema import CORE, schema
from xgen.views.text import docstring, literal, wrapped_comment

if TYPE_CHECKING:
    from collections.abc import Iterable

    from xgen.diagnostics import Diagnostic
    from xgen.history import History
    from xgen.ir.app import App
    from xgen.views.evolution.graph import Past
    from xgen.views.evolution.operation import Operation
    from xgen.views.evolution.reading import MigrationFile
    from xgen.views.evolution.state import Column, Identity
    from xgen.views.evolution.wanted import Wanted
    from xgen.views.schema import Schema, Table

_SHARED = "XOSBASE"
_RUNTIME = "xgen.runtime.migrations"
_NAME_LENGTH = 40
_ITEM = " " * 16
"""What stands in front of a field of a table: the operation and the list are open."""
_LONG = 200_000
"""Characters of a migration from which on remembering it is cheaper than reading it."""

LATEST = {
    CORE: "0002_initial",
    "contenttypes": "0002_remove_content_type_name",
}
"""The migration that brings an app's tables, where it is not ``0001_initial``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    """The parts of a migration file; each is source at the place where it goes.

    ``name`` is empty when there is nothing to do.
    """

    name: str = ""
    docstring: str = ""
    purpose: str = ""
    imports: tuple[str, ...] = ()
    shared: str = ""
    """The columns of the bundled base, as a module-level list that tables include."""
    initial: bool = False
    numbers: str = ""
    dependencies: str = ""
    operations: str = ""
    findings: tuple[Diagnostic, ...] = ()


def migration(app: App, history: History, folder: str) -> Migration:
    """Return the migration that is due after those in ``folder``."""
    files = history.files(folder)
    before = past(folder, files, app.name, _read)
    if before.findings:
        return Migration(findings=before.findings)
    tables = schema(app)
    dialect = Dialect(schema=tables, qualified=True)
    wishes = Wishes(tables, dialect)
    creation = Creation(tables, _SHARED)
    if before.leaf is None:
        operations, numbers = _first(tables, wishes, creation)
        found: list[Diagnostic] = []
        initial = True
    else:
        from xgen.views.evolution.compare import Comparison

        wanted = wanted_tables(tables, before.state, wishes)
        others = bool(before.state.tables) and wanted.keys().isdisjoint(before.state.tables)
        comparison = Comparison(
            before.state,
            wanted,
            tables,
            dialect,
            may_lose=history.may_lose,
            create=creation.operations,
            want=wishes.table,
        )
        comparison.run()
        operations, numbers = comparison.operations, comparison.numbers()
        found = comparison.findings
        # The runtime's core has a migration of its own before: that of the users.
        touched = any(o.name in ("RenameModel", "DeleteModel") for o in operations)
        initial = others and not touched
    if not operations and not numbers and before.leaf is not None:
        return Migration(findings=tuple(found))
    shared = sequence(tuple_of([literal(name), code]) for name, code in wishes.shared())
    body = _operations(operations)
    uses_shared = f"\n{_ITEM}*{_SHARED},\n" in body
    shared_text = statement(f"{_SHARED}: list[Any] = ", shared) if uses_shared else ""
    return Migration(
        name=_name(operations, before.last_number + 1, initial=initial),
        docstring=_docstring(app, operations, initial=initial),
        purpose="Creates the tables." if initial else "Brings the tables up to the models.",
        imports=_imports(dialect, body + shared_text),
        shared=shared_text,
        initial=initial,
        numbers=_numbers(numbers),
        dependencies=_dependencies(app, before, operations, history, folder),
        operations=body,
        findings=(*found, *_doubts(before, folder)),
    )


def _first(
    tables: Schema, wishes: Wishes, creation: Creation
) -> tuple[list[Operation], dict[str, dict[str, Identity]]]:
    """Return what creates all tables, and what columns are known by.

    One table after the other: what makes up all of them would be the most that a run ever holds.
    """
    made: dict[str, dict[str, Identity]] = {}

    def want(table: Table) -> Wanted:
        wanted = wishes.table(table)
        made[wanted.key] = wanted.numbers
        return wanted

    operations = [written(operation) for operation in creation.first(want)]
    keys = (table.class_name.lower() for table in tables.concrete())
    return operations, {key: made[key] for key in keys}


def _read(name: str, text: str, label: str) -> MigrationFile | None:
    """Return what a migration file says; a long one is understood once, and then remembered."""
    from xgen.views.evolution.reading import MigrationFile, read_migration

    if len(text) < _LONG:
        return read_migration(name, text, label)
    key = "\0".join((name, label, digest(text.encode()), tool_fingerprint()))
    known = cache.load_value("migrations", key)
    if isinstance(known, MigrationFile):
        return known
    found = read_migration(name, text, label)
    cache.store_value("migrations", key, found)
    return found


def _name(operations: list[Operation], number: int, *, initial: bool) -> str:
    """Return the name of the file: its number, and what changed."""
    if initial:
        return f"{number:04}_initial"
    name = f"{number:04}"
    of_rows = [o for o in operations if o.name.endswith(("Model", "Field"))]
    words = dict.fromkeys(o.words for o in of_rows or operations if o.words) or {"numbers": None}
    for i, word in enumerate(words):
        longer = f"{name}_{word.lower()}"
        if i and len(longer) > _NAME_LENGTH:
            return f"{name}_and_more"
        name = longer
    return name


def _docstring(app: App, operations: list[Operation], *, initial: bool) -> str:
    if initial:
        return docstring(f"The first tables of {app.name}.")
    said = list(dict.fromkeys(o.says for o in operations)) or ["numbers of fields only"]
    if len(said) == 1:
        return docstring(f"{said[0][0].upper()}{said[0][1:]}.")
    lines = "\n".join(f"- {line}" for line in said)
    return docstring(f"What changed in the models of {app.name}.\n\n{lines}")


def _imports(dialect: Dialect, text: str) -> tuple[str, ...]:
    modules = {module for module, name in dialect.used if (module, name) != MODELS}
    used = {m for m in (*modules, _RUNTIME) if f"{m}." in text}
    return tuple(sorted(f"import {module}" for module in used))


def _numbers(numbers: dict[str, dict[str, int | str]]) -> str:
    """Return the class attribute that records what fields are known by."""
    if not numbers:
        return ""
    tables = [
        settled(
            Named(
                f"{literal(key)}: ",
                mapping(Named(f"{literal(n)}: ", literal(value)) for n, value in columns.items()),
            ),
            8,
        )
        for key, columns in numbers.items()
    ]
    return statement("numbers: dict[str, dict[str, object]] = ", mapping(tables), 4)


def _operations(operations: Iterable[Operation]) -> str:
    lines: list[str] = []
    for operation in operations:
        if operation.note:
            lines.append(wrapped_comment(operation.note, 8))
        if operation.code is not None:
            lines.append(f"        {settled(operation.code, 8)},")
    if not lines:
        return "    operations = []"
    return "\n".join(["    operations = [", *lines, "    ]"])


def _dependencies(
    app: App, before: Past, operations: list[Operation], history: History, folder: str
) -> str:
    pairs = [] if before.leaf is None else [(str(app.name), before.leaf)]
    needed: dict[str, set[str]] = {}
    for operation in operations:
        columns: list[Column] = list(operation.arguments.get("fields", {}).values())
        columns += [operation.arguments[key] for key in ("field",) if key in operation.arguments]
        for column in columns:
            for label in column.peers:
                other, _, model = label.partition(".")
                if other != app.name:
                    needed.setdefault(other, set()).add(model)
    for label, models in sorted(needed.items()):
        beside = folder.replace(app.name, label, 1)
        pairs.append((label, _brings(label, models, history, beside if beside != folder else "")))
    needs = [tuple_of([literal(label), literal(name)]) for label, name in pairs]
    return statement("dependencies = ", sequence(needs), 4)


def _brings(label: str, models: set[str], history: History, folder: str) -> str:
    """Return the migration of another app that has to run before its tables can be linked to."""
    known = LATEST.get(label)
    if known is not None or not folder:
        return known or "0001_initial"
    files = history.files(folder)
    found = (creator(files, label, model) for model in models)
    return max(filter(None, found), default="0001_initial")


def _doubts(before: Past, folder: str) -> list[Diagnostic]:
    return [findings.doubt(f"{folder}/{name}.py", what) for name, what in before.doubts]

"""The migration files of a folder in the order in which they run, and what is wrong with them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from xgen.dataclass import dataclass
from xgen.views.evolution import findings
from xgen.views.evolution.state import State

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import TypeAlias

    from xgen.diagnostics import Diagnostic
    from xgen.views.evolution.reading import MigrationFile

    Read: TypeAlias = Callable[[str, str, str], MigrationFile | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What a folder of migrations leads to.

    ``leaf`` is the last migration, None without any. ``doubts`` are the operations, by the name of
    their migration, whose effect on the tables is not known.
    """

    state: State
    leaf: str | None = None
    last_number: int = 0
    doubts: tuple[tuple[str, str], ...] = ()
    findings: tuple[Diagnostic, ...] = ()


def past(folder: str, files: Mapping[str, str], label: str, read: Read | None = None) -> Past:
    """Return what the migrations ``files`` (texts by name) of the app ``label`` lead to.

    ``read`` returns what a file says, from its name, its text and the label; by default it is read.
    """
    if not files:
        return Past(state=State(label))
    # What understands migrations is imported when there are some.
    from xgen.views.evolution.reading import UnreadableError, read_migration
    from xgen.views.evolution.replay import replay

    read = read or read_migration
    state = State(label)
    migrations: dict[str, MigrationFile] = {}
    found: list[Diagnostic] = []
    for file_name, text in sorted(files.items()):
        name = file_name.removesuffix(".py")
        if name[:1] in "_~":
            continue
        try:
            migration = read(name, text, label)
        except UnreadableError as error:
            found.append(findings.unreadable(f"{folder}/{file_name}", error))
            continue
        if migration is not None:
            migrations[name] = migration
    last = max((number_of(name) for name in migrations), default=0)
    before = _edges(migrations, label)
    leaves = sorted(before.keys() - {name for names in before.values() for name in names})
    order = _order(before)
    if not found and len(leaves) > 1:
        found.append(findings.clash(folder, leaves, label, last + 1))
    elif not found and len(order) < len(before):
        found.append(findings.circle(folder, sorted(before.keys() - set(order))))
    for name in order:
        replay(migrations[name], state)
    return Past(
        state=state,
        leaf=leaves[-1] if leaves else None,
        last_number=last,
        doubts=tuple((name, doubt) for name in order for doubt in migrations[name].doubts),
        findings=tuple(found),
    )


def number_of(name: str) -> int:
    """Return the number that a migration's name begins with."""
    found = re.match(r"\d+", name)
    return int(found[0]) if found else 0


def creator(files: Mapping[str, str], label: str, model: str) -> str | None:
    """Return the migration that creates the table of a model, or gives it its name.

    ``model`` is the lower-case name by which links know it.
    """
    from xgen.views.evolution.reading import UnreadableError, read_migration

    for file_name, text in sorted(files.items()):
        if model not in text.lower():
            continue
        try:
            migration = read_migration(file_name.removesuffix(".py"), text, label)
        except UnreadableError:
            continue
        for operation in migration.operations if migration else ():
            wanted = {"CreateModel": "name", "RenameModel": "new_name"}.get(operation.name, "")
            made = str(operation.arguments.get(wanted, "")).lower()
            if migration is not None and made == model:
                return migration.name
    return None


def _edges(migrations: dict[str, MigrationFile], label: str) -> dict[str, set[str]]:
    """Return what each migration comes after; one that replaces others stands for them."""
    stands: dict[str, str] = {}
    for name, migration in migrations.items():
        for app, replaced in migration.replaces:
            if app == label:
                stands[replaced] = name
    before: dict[str, set[str]] = {}
    for name, migration in migrations.items():
        if name not in stands:
            own = {stands.get(n, n) for app, n in migration.dependencies if app == label}
            before[name] = (own & migrations.keys()) - {name}
    for name, replaced_by in stands.items():
        gone = migrations.get(name)
        if gone is not None and replaced_by in before:
            own = {stands.get(n, n) for app, n in gone.dependencies if app == label}
            before[replaced_by] |= (own & before.keys()) - {replaced_by}
    return before


def _order(before: dict[str, set[str]]) -> list[str]:
    """Return the names so that each follows those it comes after; a circle is left out."""
    order: list[str] = []
    done: set[str] = set()
    waiting = sorted(before)
    while waiting:
        ready = [name for name in waiting if before[name] <= done]
        if not ready:
            break
        order += ready
        done.update(ready)
        waiting = [name for name in waiting if name not in done]
    return order

"""Which files make up a run: the input, what it imports, and the bundled models on demand."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from xgen.dataclass import dataclass, field
from xgen.ir.types import Origin
from xgen.linker import findings
from xgen.linker.naming import module_name
from xgen.linker.options import decode
from xgen.syntax import tree

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from xgen.ir.names import ModuleName
    from xgen.linker.context import Context

BUNDLED = {"xgen_core": Origin.CORE, "xgen_platform": Origin.PLATFORM}


@dataclass(slots=True)
class Unit:
    """A file with where it comes from and the application its models live in."""

    file: tree.File
    origin: Origin
    app: ModuleName
    imports: list[Unit] = field(default_factory=list)


def file_option(file: tree.File, name: str) -> tree.Value | None:
    """Return the last file option of that name."""
    found = None
    for statement in file.statements:
        if isinstance(statement, tree.OptionStatement) and statement.option.key == name:
            found = statement.option.value
    return found


def file_option_text(file: tree.File, name: str) -> str:
    """Return the last file option of that name as text, "" without it."""
    value = file_option(file, name)
    if value is None:
        return ""
    decoded = decode(value.kind, value.text)[1]
    return "" if decoded is None else str(decoded)


def application(file: tree.File) -> str:
    """Return what a file calls its application: `name`, else `app_label`, else the file's stem."""
    return (
        file_option_text(file, "name")
        or file_option_text(file, "app_label")
        or PurePosixPath(file.path.replace("\\", "/")).stem
        or "service"
    )


def collect(
    files: Sequence[tree.File],
    app: ModuleName,
    load: Callable[[str, str], tree.File | None],
    context: Context,
) -> list[Unit]:
    """Return the input's units, then those they import, each file once, in order of mention."""
    units = {file.path: Unit(file, Origin.INPUT, app) for file in files}
    work = list(units.values())
    for unit in work:  # grows while it is walked
        for statement in unit.file.statements:
            if not isinstance(statement, tree.Import):
                continue
            loaded = load(statement.path.text, unit.file.path)
            if loaded is None:
                context.add(findings.missing_import(statement.path))
                continue
            target = units.get(loaded.path)
            if target is None:
                name = application(loaded)
                origin = BUNDLED.get(name, Origin.IMPORTED)
                target = units[loaded.path] = Unit(loaded, origin, module_name(name))
                work.append(target)
            unit.imports.append(target)
    _report_cycle(work, context)
    return work


def _report_cycle(units: list[Unit], context: Context) -> None:
    """Report each import that leads back to a file which is still being imported."""
    done: set[str] = set()
    for root in units:
        trail: list[Unit] = []
        stack: list[tuple[Unit, int]] = [(root, 0)]
        while stack:
            unit, at = stack.pop()
            path = unit.file.path
            if at == 0:
                if path in done:
                    continue
                trail.append(unit)
            if at == len(unit.imports):
                trail.pop()
                done.add(path)
                continue
            stack.append((unit, at + 1))
            target = unit.imports[at]
            if target in trail:
                chain = [u.file.path for u in trail[trail.index(target) :]]
                context.add(findings.import_cycle(_import_of(unit, at), [*chain, chain[0]]))
            else:
                stack.append((target, 0))


def _import_of(unit: Unit, index: int) -> tree.Name:
    """Return where a unit's ``index``-th import was written (missing files were left out)."""
    written = [s.path for s in unit.file.statements if isinstance(s, tree.Import)]
    target = unit.imports[index].file.path
    tail = PurePosixPath(target).name
    near = [name for name in written if PurePosixPath(name.text).name == tail]
    return (near or written)[0]

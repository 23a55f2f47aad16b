"""An old template over the models of a run: as one text, a text for each model, or several files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xgen.compat.split import split
from xgen.compat.text import list_evaluates_true
from xgen.diagnostics import Diagnostic, Severity
from xgen.rendered import RenderedFile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from xgen.compat.environment import Names
    from xgen.compat.records import Record
    from xgen.diagnostics import Report
    from xgen.legacy import Legacy
    from xgen.rendering.target import Target

_PYTHON = ("custom_python", "legacy")


def files_of_models(
    render: Callable[[], str], names: Names, legacy: Legacy, target: Target
) -> Iterator[tuple[str, RenderedFile]]:
    """Yield each entry of the table with its file: the template is rendered once for each."""
    whole, options = names.view.proto, names.view.options
    for key in whole.message_table:
        names.proto = whole.only(key, table=legacy.single_table)
        path = f"{key.lower()}{_tail(whole.message_table[key], options)}"
        text = render()
        yield key, _file(target, f"{path}.{legacy.dest_extension}", text)
    names.proto = None


def _tail(message: Record, options: Record) -> str:
    given = [holder.get(name, "") for holder in (message["options"], options) for name in _PYTHON]
    return "_decl" if list_evaluates_true(given) else ""


def one_file(text: str, legacy: Legacy, target: Target) -> RenderedFile:
    """Return the text as the file that was asked for."""
    return _file(target, str(legacy.dest_file), text)


def files_of_text(text: str, target: Target, report: Report) -> list[RenderedFile]:
    """Return the files that a text names itself; what gets lost on the way is reported."""
    parts, rest = split(text)
    found: dict[str, RenderedFile] = {}
    for part in parts:
        if part.path in found:
            report.add(_lost(target, f"the file `{part.path}` is given twice; the last one counts"))
        found[part.path] = _file(target, part.path, part.text)
    if rest.strip():
        first = next(line.strip() for line in rest.splitlines() if line.strip())
        what = "behind the last `+++` line" if parts else "and no `+++` line"
        report.add(_lost(target, f"there is text {what}, which goes nowhere: {first[:60]!r}"))
    return list(found.values())


def _file(target: Target, path: str, text: str) -> RenderedFile:
    return RenderedFile(path=path, text=text, target=target.name, template=target.path)


def _lost(target: Target, message: str) -> Diagnostic:
    return Diagnostic(
        code="lost-text",
        message=f"target `{target.name}`: {message}",
        path=target.path,
        severity=Severity.WARNING,
    )

"""The Python files of a package, and what names in them stand for, followed through imports.

Files are read when a name leads to them, as syntax trees. What comes from elsewhere, such as
`xgen.runtime`, and what the package's generated files hold, is not followed.
"""

from __future__ import annotations

import ast
import os
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from xgen.dataclass import dataclass, field
from xgen.diagnostics import Diagnostic, Report
from xgen.read import read
from xgen.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from xgen.source import Source

_GENERATED: Final = "_generated"
_Place: TypeAlias = tuple[str, ...]
"""The dotted name of a module, in its parts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """One file. ``place`` is the package that it is in, from the package's own name on."""

    source: Source
    place: _Place
    tree: ast.Module = field(compare=False, repr=False)

    def span(self, node: ast.expr | ast.stmt | ast.arg) -> Span:
        """Return where a node stands; of a block its first line."""
        start = self._offset(node.lineno, node.col_offset)
        end = start + 1
        if node.end_lineno is not None and node.end_col_offset is not None:
            end = self._offset(node.end_lineno, node.end_col_offset)
        line_end = self.source.text.find("\n", start)
        return Span(self.source.path, start, min(end, line_end) if line_end >= 0 else end)

    def name_span(self, node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> Span:
        """Return where the name of a class or function stands."""
        start = self.source.text.find(node.name, self._offset(node.lineno, node.col_offset))
        return Span(self.source.path, start, start + len(node.name))

    def _offset(self, line: int, column: int) -> int:
        """Return the place in the text; Python counts columns in bytes of UTF-8."""
        before = self.source.line(line).encode()[:column]
        return self.source.offset(line) + len(before.decode("utf-8", "ignore"))


class Class(NamedTuple):
    """A class and the file that it is in."""

    file: Module
    node: ast.ClassDef


class _Imported(NamedTuple):
    """What an import binds: a name of a module, or with ``name`` None the module itself."""

    place: _Place
    name: str | None


class Files:
    """The files of the package in a folder."""

    def __init__(self, folder: str, report: Report, sources: dict[str, Source]) -> None:
        self._parent, self.name = os.path.split(folder.rstrip(os.sep))
        self._report = report
        self._sources = sources
        self._modules: dict[str, Module | None] = {}

    def within(self, *folders: str) -> Iterator[Module]:
        """Yield the files directly in a folder of the package, in the order of their names."""
        place = (self.name, *folders)
        folder = os.path.join(self._parent, *place)
        try:
            names = sorted(os.listdir(folder))
        except OSError:
            return
        for name in names:
            if name.endswith(".py"):
                module = self._read(os.path.join(folder, name), place)
                if module is not None:
                    yield module

    def find(self, module: Module, node: ast.expr) -> Class | None:
        """Return the author's class that an expression in ``module`` names, None for any other."""
        return self._find(module, _dotted(node), set())

    def _find(self, module: Module, words: _Place, seen: set[tuple[str, _Place]]) -> Class | None:
        if not words or (module.source.path, words) in seen:
            return None
        seen.add((module.source.path, words))
        first, rest = words[0], words[1:]
        found: Class | None = None
        for node in _statements(module.tree.body):  # the last one that binds the name counts
            match node:
                case ast.ClassDef(name=name) if name == first and not rest:
                    found = Class(module, node)
                case ast.Assign(targets=[ast.Name(id=name)], value=value) if name == first:
                    found = self._find(module, (*_dotted(value), *rest), seen)
                case ast.Import() | ast.ImportFrom():
                    for bound, imported in _bound(node, module.place):
                        if bound == first:
                            found = self._imported(imported, rest, seen)
                        elif bound == "*":
                            found = self._imported(imported, words, seen) or found
        return found

    def _imported(
        self, imported: _Imported, rest: _Place, seen: set[tuple[str, _Place]]
    ) -> Class | None:
        place = imported.place
        if imported.name is not None:
            module = self._module(place)
            found = None
            if module is not None:
                found = self._find(module, (imported.name, *rest), seen)
            if found is not None:
                return found
            place = (*place, imported.name)
        # The words that follow may be modules as well.
        for at in range(len(rest), -1, -1):
            module = self._module((*place, *rest[:at]))
            if module is not None:
                return self._find(module, rest[at:], seen)
        return None

    def _module(self, place: _Place) -> Module | None:
        if place[:1] != (self.name,) or _GENERATED in place:
            return None
        path = os.path.join(self._parent, *place)
        if os.path.isfile(f"{path}.py"):
            return self._read(f"{path}.py", place[:-1])
        inside = os.path.join(path, "__init__.py")
        return self._read(inside, place) if os.path.isfile(inside) else None

    def _read(self, path: str, place: _Place) -> Module | None:
        if path not in self._modules:
            self._modules[path] = self._parsed(path, place)
        return self._modules[path]

    def _parsed(self, path: str, place: _Place) -> Module | None:
        said = Report()
        source = read([path], said).get(path)
        # An empty `__init__.py` is as it should be.
        self._report.extend(finding for finding in said if finding.code != "empty-file")
        if source is None:
            return None
        self._sources[path] = source
        try:
            tree = ast.parse(source.text, path)
        except (SyntaxError, ValueError, RecursionError) as error:
            self._report.add(_no_python(source, error))
            return None
        return Module(source=source, place=place, tree=tree)


def _no_python(source: Source, error: Exception) -> Diagnostic:
    message, line = str(error), 1
    if isinstance(error, SyntaxError):
        message, line = error.msg, error.lineno or 1
    start = source.offset(line)
    return Diagnostic(
        code="python-syntax",
        message=f"this is no Python: {message}",
        span=Span(source.path, start, start + max(1, len(source.line(line)))),
        help="nothing in this file was looked at",
    )


def _statements(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements that are run when a module is imported, in order."""
    for node in body:
        yield node
        if isinstance(node, ast.If | ast.Try | ast.With):
            yield from _statements(node.body)
        if isinstance(node, ast.If | ast.Try):
            yield from _statements(node.orelse)
        if isinstance(node, ast.Try):
            for handler in node.handlers:
                yield from _statements(handler.body)
            yield from _statements(node.finalbody)


def _bound(node: ast.Import | ast.ImportFrom, within: _Place) -> Iterator[tuple[str, _Imported]]:
    """Yield the names that an import binds in a module of the package ``within``."""
    if isinstance(node, ast.Import):
        for alias in node.names:
            place = tuple(alias.name.split("."))
            if alias.asname is not None:
                yield alias.asname, _Imported(place, None)
            else:
                yield place[0], _Imported(place[:1], None)
        return
    place = tuple(node.module.split(".")) if node.module else ()
    if node.level:
        if node.level > len(within):
            return
        place = (*within[: len(within) - node.level + 1], *place)
    for alias in node.names:
        bound = alias.asname or alias.name
        yield bound, _Imported(place, None if alias.name == "*" else alias.name)


def _dotted(node: ast.expr) -> _Place:
    """Return the parts of a dotted name, nothing for any other expression."""
    if isinstance(node, ast.Name):
        return (node.id,)
    if isinstance(node, ast.Attribute):
        above = _dotted(node.value)
        return (*above, node.attr) if above else ()
    return ()

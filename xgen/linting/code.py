"""The Python of a package, read as syntax trees: its classes of steps and of model policies."""

from __future__ import annotations

import ast
import os
from typing import TYPE_CHECKING, Final

from xgen.dataclass import dataclass, field
from xgen.diagnostics import Diagnostic, Report
from xgen.read import read
from xgen.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xgen.ir.app import Model
    from xgen.linting.shapes import Shapes
    from xgen.source import Source

STEPS: Final = "steps"
POLICIES: Final = "model_policies"
_ROOTS = {"SyncStep": STEPS, "AnsibleStep": STEPS, "ModelPolicy": POLICIES}
_OBSERVED = {STEPS: "observes", POLICIES: "model"}
_PREFIX = {STEPS: "sync_", POLICIES: "model_policy_"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """What a class says that it is for. ``model`` is None when there is no such model."""

    name: str
    model: Model | None
    node: ast.expr = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One step or model policy."""

    kind: str
    """The folder: :data:`STEPS` or :data:`POLICIES`."""
    file: Module
    node: ast.ClassDef = field(compare=False, repr=False)
    generated: Model | None
    """The model of the generated base class that it derives from."""
    stated: Observed | None
    """What the class itself says by ``observes = ...`` or ``model = ...``, or by ``[Model]``."""
    by_playbook: bool = False

    @property
    def model(self) -> Model | None:
        """Return the model whose objects it gets."""
        return self.generated if self.stated is None else self.stated.model

    @property
    def methods(self) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        """Yield the methods that the class defines itself."""
        for node in self.node.body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield node


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """One file."""

    source: Source
    kind: str
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """The steps and policies of a package, in the order of their files."""

    folder: str
    units: tuple[Unit, ...]
    has_steps: bool
    """True when bases of steps were generated for it."""
    broken: bool = False
    """True when a file could not be read: what it has is not known."""

    def of(self, kind: str) -> Iterator[Unit]:
        """Yield the steps, or the policies."""
        return (unit for unit in self.units if unit.kind == kind)


def file_of(kind: str, model: str) -> str:
    """Return the file in which xgen puts the step or policy for a model."""
    return f"{kind}/{_PREFIX[kind]}{model.lower()}.py"


def read_package(
    folder: str, shapes: Shapes, report: Report, sources: dict[str, Source]
) -> Package | None:
    """Return the code of the package in ``folder``, None if no package is there."""
    if not os.path.isdir(folder):
        return None
    units: list[Unit] = []
    before = len(report)
    for kind in (STEPS, POLICIES):
        place = os.path.join(folder, kind)
        for path in _files(place):
            module = _module(path, kind, report, sources)
            if module is not None:
                units += _Classes(module, shapes).units()
    return Package(
        folder=folder.replace(os.sep, "/"),
        units=tuple(units),
        has_steps=os.path.isfile(os.path.join(folder, "_generated", "steps.py")),
        broken=len(report) > before,
    )


def _files(folder: str) -> list[str]:
    try:
        names = sorted(os.listdir(folder))
    except OSError:
        return []
    return [os.path.join(folder, name) for name in names if name.endswith(".py")]


def _module(path: str, kind: str, report: Report, sources: dict[str, Source]) -> Module | None:
    said = Report()
    source = read([path], said).get(path)
    # An empty `__init__.py` is as it should be.
    report.extend(finding for finding in said if finding.code != "empty-file")
    if source is None:
        return None
    sources[path] = source
    try:
        tree = ast.parse(source.text, path)
    except (SyntaxError, ValueError, RecursionError) as error:
        report.add(_no_python(source, error))
        return None
    return Module(source=source, kind=kind, tree=tree)


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


class _Classes:
    """Finds the steps and policies among the classes of one file, by the names of their bases."""

    def __init__(self, module: Module, shapes: Shapes) -> None:
        self._module = module
        self._shapes = shapes
        self._names = _imported(module.tree)
        self._known: dict[str, Unit] = {}
        self._generated: dict[str, tuple[str, Model]] = {}
        for name, model in shapes.own.items():
            self._generated[f"Sync{name}Base"] = (STEPS, model)
            self._generated[f"{name}PolicyBase"] = (POLICIES, model)

    def units(self) -> Iterator[Unit]:
        """Yield them in the order of the file; those that begin with `_` are only bases."""
        for node in self._module.tree.body:
            if not isinstance(node, ast.ClassDef):
                continue
            unit = next((u for base in node.bases if (u := self._unit(node, base))), None)
            if unit is not None:
                self._known[node.name] = unit
                if not node.name.startswith("_"):
                    yield unit

    def _unit(self, node: ast.ClassDef, base: ast.expr) -> Unit | None:
        word = self._word(base.value if isinstance(base, ast.Subscript) else base)
        model, playbook = None, word == "AnsibleStep"
        if word in self._known:
            above = self._known[word]
            kind, model, playbook = above.kind, above.model, above.by_playbook
        elif word in self._generated:
            kind, model = self._generated[word]
            playbook = _has_playbook(model, self._shapes)
        elif word in _ROOTS:
            kind = _ROOTS[word]
        else:
            return None
        stated = self._stated(node, kind)
        if stated is None and isinstance(base, ast.Subscript):
            stated = self._observed(base.slice)
        return Unit(
            kind=kind,
            file=self._module,
            node=node,
            generated=model,
            stated=stated,
            by_playbook=playbook,
        )

    def _stated(self, node: ast.ClassDef, kind: str) -> Observed | None:
        for statement in node.body:
            if isinstance(statement, ast.Assign):
                targets, value = statement.targets, statement.value
            elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
                targets, value = [statement.target], statement.value
            else:
                continue
            if any(isinstance(t, ast.Name) and t.id == _OBSERVED[kind] for t in targets):
                return self._observed(value)
        return None

    def _observed(self, node: ast.expr) -> Observed | None:
        """Return the model that an expression names, None if it is no plain name."""
        word = self._word(node)
        return Observed(name=word, model=self._shapes.find(word), node=node) if word else None

    def _word(self, node: ast.expr) -> str:
        word = last_word(node)
        return self._names.get(word, word)


def _has_playbook(model: Model, shapes: Shapes) -> bool:
    from xgen.views.steps import steps

    name = shapes.name(model)
    return any(step.playbook for step in steps(shapes.app).steps if step.model == name)


def last_word(node: ast.expr | None) -> str:
    """Return the last part of a dotted name or of a quoted one, "" for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value.rpartition(".")[2]
    return ""


def _imported(tree: ast.Module) -> dict[str, str]:
    """Return what imported names were called where they come from."""
    return {
        alias.asname: alias.name
        for node in tree.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.asname is not None
    }

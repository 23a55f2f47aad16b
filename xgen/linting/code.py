"""The Python of a package, read as syntax trees: its classes of steps and of model policies."""

from __future__ import annotations

import ast
import os
from typing import TYPE_CHECKING, Final, TypeAlias

from xgen.dataclass import dataclass, field
from xgen.linting.files import Class, Files

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xgen.diagnostics import Report
    from xgen.ir.app import Model
    from xgen.linting.files import Module
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
    file: Module
    node: ast.expr = field(compare=False, repr=False)


Method: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef


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
    """What the class or the nearest of its bases says by ``observes = ...`` or ``model = ...``,
    or by ``[Model]``."""
    by_playbook: bool = False
    above: tuple[Class, ...] = field(default=(), compare=False, repr=False)
    """The author's classes that it derives from, the nearest first."""

    @property
    def model(self) -> Model | None:
        """Return the model whose objects it gets."""
        return self.generated if self.stated is None else self.stated.model

    @property
    def own_methods(self) -> Iterator[Method]:
        """Yield the methods that the class defines itself."""
        return _methods(self.node)

    @property
    def methods(self) -> Iterator[tuple[Module, Method]]:
        """Yield the methods that it has from its author, each with the file that it is in."""
        found: set[str] = set()
        for file, node in (Class(self.file, self.node), *self.above):
            for method in _methods(node):
                if method.name in found:
                    continue
                if only_calls_super(method) and self.inherited(method.name) is not None:
                    continue  # it has that one
                found.add(method.name)
                yield file, method

    def inherited(self, name: str) -> Method | None:
        """Return what the author's bases do in a method, None for what was generated."""
        methods = (method for _, node in self.above for method in _methods(node))
        return next((m for m in methods if m.name == name and not only_calls_super(m)), None)


def _methods(node: ast.ClassDef) -> Iterator[Method]:
    return (n for n in node.body if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """The steps and policies of a package, in the order of their files."""

    folder: str
    units: tuple[Unit, ...]
    has_steps: bool
    """True when bases of steps were generated for it."""
    unclear: frozenset[str] = frozenset()
    """The files with a class whose bases come from elsewhere: it may be a step."""
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
    before = len(report)
    files = Files(folder, report, sources)
    classes = _Classes(files, shapes)
    units = [
        unit
        for kind in (STEPS, POLICIES)
        for module in files.within(kind)
        for unit in classes.units(module, kind)
    ]
    return Package(
        folder=folder.replace(os.sep, "/"),
        units=tuple(units),
        unclear=frozenset(path.replace(os.sep, "/") for path in classes.unclear),
        has_steps=os.path.isfile(os.path.join(folder, "_generated", "steps.py")),
        broken=len(report) > before,
    )


class _Classes:
    """Finds the steps and policies among the classes of a package, by what they derive from."""

    def __init__(self, files: Files, shapes: Shapes) -> None:
        self._files = files
        self._shapes = shapes
        self.unclear: set[str] = set()
        """The files with a class of which nobody here knows what it is."""
        self._generated: dict[str, tuple[str, Model]] = {}
        for name, model in shapes.own.items():
            self._generated[f"Sync{name}Base"] = (STEPS, model)
            self._generated[f"{name}PolicyBase"] = (POLICIES, model)

    def units(self, module: Module, kind: str) -> Iterator[Unit]:
        """Yield those of a file in order; classes that begin with `_` are only bases."""
        for node in module.tree.body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                unit = self._unit(Class(module, node), kind, ())
                if unit is not None:
                    yield unit
                elif node.bases:
                    self.unclear.add(module.source.path)

    def _unit(self, found: Class, folder: str, below: tuple[ast.ClassDef, ...]) -> Unit | None:
        """Return what a class is, if it is a step or policy; ``below`` are those that led to it."""
        module, node = found
        if node in below:
            return None
        units, above = [], []
        for base in node.bases:
            name = base.value if isinstance(base, ast.Subscript) else base
            written = self._files.find(module, name)
            if written is None:
                unit = self._root(found, base)
            else:
                unit = self._unit(written, folder, (*below, node))
                above += [written, *(unit.above if unit else ())]
            if unit is not None:
                units.append(unit)
        if not units:
            return self._stranger(found, folder)
        kind = units[0].kind
        said = (self._stated(found, kind), *(unit.stated for unit in units))
        return Unit(
            kind=kind,
            file=module,
            node=node,
            generated=next((u.generated for u in units if u.generated is not None), None),
            stated=next((stated for stated in said if stated is not None), None),
            by_playbook=any(unit.by_playbook for unit in units),
            above=tuple(above),
        )

    def _root(self, found: Class, base: ast.expr) -> Unit | None:
        """Return what a class is by a base that is not its author's."""
        module, node = found
        word = self._word(module, base.value if isinstance(base, ast.Subscript) else base)
        model, playbook = None, word == "AnsibleStep"
        if word in self._generated:
            kind, model = self._generated[word]
            playbook = _has_playbook(model, self._shapes)
        elif word in _ROOTS:
            kind = _ROOTS[word]
        else:
            return None
        stated = self._observed(module, base.slice) if isinstance(base, ast.Subscript) else None
        return Unit(
            kind=kind,
            file=module,
            node=node,
            generated=model,
            stated=stated,
            by_playbook=playbook,
        )

    def _stranger(self, found: Class, folder: str) -> Unit | None:
        """Return a class whose bases come from elsewhere, when it says which model it is for."""
        stated = self._stated(found, folder)
        if stated is None or stated.model is None or not found.node.bases:
            return None
        return Unit(kind=folder, file=found.file, node=found.node, generated=None, stated=stated)

    def _stated(self, found: Class, kind: str) -> Observed | None:
        for statement in found.node.body:
            if isinstance(statement, ast.Assign):
                targets, value = statement.targets, statement.value
            elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
                targets, value = [statement.target], statement.value
            else:
                continue
            if any(isinstance(t, ast.Name) and t.id == _OBSERVED[kind] for t in targets):
                return self._observed(found.file, value)
        for base in found.node.bases:
            if isinstance(base, ast.Subscript):
                return self._observed(found.file, base.slice)
        return None

    def _observed(self, module: Module, node: ast.expr) -> Observed | None:
        """Return the model that an expression names, None if it is no plain name."""
        word = self._word(module, node)
        if not word:
            return None
        return Observed(name=word, model=self._shapes.find(word), file=module, node=node)

    def _word(self, module: Module, node: ast.expr) -> str:
        word = last_word(node)
        return _imported(module.tree).get(word, word)


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


def _statements(method: Method) -> list[ast.stmt]:
    """Return the statements of a method that do something."""
    return [
        node
        for node in method.body
        if not isinstance(node, ast.Pass)
        and not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
    ]


def is_empty(method: Method) -> bool:
    """Say whether a method has a docstring at most."""
    return not _statements(method)


def only_calls_super(method: Method) -> bool:
    """Say whether a method is as it was generated."""
    statements = _statements(method)
    if len(statements) != 1:
        return False
    match statements[0]:
        case (
            ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Call(func=called), attr=attr)))
            | ast.Return(value=ast.Call(func=ast.Attribute(value=ast.Call(func=called), attr=attr)))
        ):
            return isinstance(called, ast.Name) and called.id == "super" and attr == method.name
    return False

"""Rules about the fields that steps and policies ask for: misspelt ones, and ones left out."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from xgen.diagnostics import Diagnostic, Severity, did_you_mean
from xgen.linting.code import STEPS, is_empty, last_word, only_calls_super
from xgen.linting.steps import HANDLERS, object_argument

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xgen.ir.app import Model
    from xgen.linting.code import Method, Package, Unit
    from xgen.linting.files import Module
    from xgen.linting.shapes import Shapes


def check_attributes(package: Package, shapes: Shapes) -> Iterator[Diagnostic]:
    """Yield attributes that objects of the model do not have."""
    seen = set()  # several classes may have a method from one base
    for unit in package.units:
        for file, method in unit.methods:
            objects = _objects(unit, method, shapes)
            for node in ast.walk(method):
                if isinstance(node, ast.Attribute) and not node.attr.startswith("_"):
                    model = _model_of(node.value, objects, shapes)
                    if model is None or (node, model.ref) in seen:
                        continue
                    seen.add((node, model.ref))
                    yield from _unknown(file, node, model, shapes)


def _unknown(
    file: Module, node: ast.Attribute, model: Model, shapes: Shapes
) -> Iterator[Diagnostic]:
    if not shapes.knows(model):
        return
    known = shapes.attributes(model)
    if node.attr in known:
        return
    span = file.span(node)
    yield Diagnostic(
        code="unknown-attribute",
        message=f"`{shapes.name(model)}` has no `{node.attr}`",
        span=span._replace(start=span.end - len(node.attr)),
        severity=Severity.WARNING,
        help=did_you_mean(node.attr, known),
    )


def _objects(unit: Unit, method: Method, shapes: Shapes) -> dict[str, Model]:
    """Return the names that stand for one object of a known model all through a method."""
    found: dict[str, Model] = {}
    arguments = [*method.args.posonlyargs, *method.args.args, *method.args.kwonlyargs]
    for argument in arguments:
        model = shapes.find(last_word(argument.annotation))
        if model is not None:
            found[argument.arg] = model
    first = object_argument(method)
    handled = method.name in HANDLERS and first is not None and first.annotation is None
    if handled and first is not None and unit.model is not None:
        found[first.arg] = unit.model
    for node in ast.walk(method):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            found.pop(node.id, None)  # it stands for something else from here on
    return found


def _model_of(node: ast.expr, objects: dict[str, Model], shapes: Shapes) -> Model | None:
    """Return the model of the object that an expression gives, as far as links lead."""
    if isinstance(node, ast.Name):
        return objects.get(node.id)
    if isinstance(node, ast.Attribute):
        above = _model_of(node.value, objects, shapes)
        return None if above is None else shapes.linked(above, node.attr)
    return None


def check_unused(package: Package, shapes: Shapes) -> Iterator[Diagnostic]:
    """Yield steps that leave out what operators declare."""
    for unit in package.of(STEPS):
        model = unit.model
        if model is None or model is not unit.generated:
            continue
        used = _Used(unit)
        if used.everything:
            continue
        left = [name for name in shapes.declared(model) if not used.has(name)]
        if left:
            names = ", ".join(f"`{name}`" for name in left)
            yield Diagnostic(
                code="unused-field",
                message=f"`{unit.node.name}` does not look at {names}, which operators set",
                span=unit.file.name_span(unit.node),
                severity=Severity.NOTE,
                help="a change of it runs the step, and changes nothing at the back-end",
            )


class _Used:
    """Which fields of its object a step reads; all of them when that cannot be told."""

    def __init__(self, unit: Unit) -> None:
        self._names: set[str] = set()
        self.everything = unit.by_playbook and not any(
            m.name == "variables" for _, m in unit.methods
        )
        written = False
        for _, method in unit.methods:
            first = object_argument(method)
            if first is None or method.name not in HANDLERS:
                continue
            if is_empty(method) or only_calls_super(method):
                continue
            written = True
            self._read(method, first.arg)
        # A step that does nothing at all means to.
        self.everything = self.everything or not written

    def has(self, name: str) -> bool:
        """Say whether a field is looked at, by itself or, a link, by its id."""
        return name in self._names or f"{name}_id" in self._names

    def _read(self, method: Method, name: str) -> None:
        """Note the fields that a method reads, from the object or from what ``inputs`` gave."""
        parents = {child: node for node in ast.walk(method) for child in ast.iter_child_nodes(node)}
        inputs = _inputs_names(method)
        for node in ast.walk(method):
            if isinstance(node, ast.Call) and _is_inputs(node):
                self._taken(parents.get(node))
            if not isinstance(node, ast.Name) or not isinstance(node.ctx, ast.Load):
                continue
            parent = parents.get(node)
            if node.id in inputs:
                self._taken(parent)
            elif node.id == name and not (isinstance(parent, ast.Call) and _is_inputs(parent)):
                if isinstance(parent, ast.Attribute):
                    self._names.add(parent.attr)
                else:
                    self.everything = True  # it goes somewhere as a whole

    def _taken(self, parent: ast.AST | None) -> None:
        """Note what is taken out of the inputs."""
        match parent:
            case ast.Subscript(slice=ast.Constant(value=str(key))):
                self._names.add(key)
            case ast.Assign(targets=[ast.Name()]) | ast.AnnAssign(target=ast.Name()):
                pass  # what becomes of the name is looked at by itself
            case _:
                self.everything = True


def _is_inputs(node: ast.Call) -> bool:
    return isinstance(node.func, ast.Attribute) and node.func.attr == "inputs"


def _inputs_names(method: Method) -> set[str]:
    """Return the names to which a method assigns what ``inputs`` gives."""
    found = set()
    for node in ast.walk(method):
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            target: ast.expr = node.targets[0]
        elif isinstance(node, ast.AnnAssign):
            target = node.target
        else:
            continue
        value = node.value
        if isinstance(target, ast.Name) and isinstance(value, ast.Call) and _is_inputs(value):
            found.add(target.id)
    return found

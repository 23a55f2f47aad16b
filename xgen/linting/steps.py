"""Rules about steps and policies as a whole: are they there, for the right model, and written?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xgen.diagnostics import Diagnostic, Label, Severity, did_you_mean
from xgen.linting.code import (
    POLICIES,
    STEPS,
    file_of,
    is_empty,
    last_word,
    only_calls_super,
)

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterator

    from xgen.ir.app import Model
    from xgen.linting.code import Method, Observed, Package, Unit
    from xgen.linting.shapes import Shapes
    from xgen.source import Span

_WORDS = {STEPS: "step", POLICIES: "model policy"}
_TO_WRITE = ("sync_record", "delete_record")
HANDLERS = frozenset(
    (
        *("sync_record", "delete_record", "variables", "inputs", "plan"),
        *("handle_create", "handle_update", "handle_delete"),
    )
)
"""Methods whose first argument is an object of the model."""


def check_missing(package: Package, shapes: Shapes) -> Iterator[Diagnostic]:
    """Yield models that are to be synced and for which no step is there."""
    if package.broken or not package.has_steps:
        return
    observed = [unit.model for unit in package.of(STEPS) if unit.model is not None]
    for name, model in shapes.own.items():
        if model.no_sync or any(shapes.is_kind_of(model, each) for each in observed):
            continue
        if f"{package.folder}/{file_of(STEPS, name)}" in package.unclear:
            continue
        yield Diagnostic(
            code="missing-step",
            message=f"`{name}` has no sync step, so its objects count as synced with nothing done",
            span=model.span,
            severity=Severity.WARNING,
            notes=(f"there is no step for it in {package.folder}/{STEPS}/",),
            help=f"`xgen restore {package.folder}/{file_of(STEPS, name)}` brings it back; a model that"
            " needs none says `option no_sync = True;`",
        )


def check_duplicates(package: Package, shapes: Shapes) -> Iterator[Diagnostic]:
    """Yield a second step, or policy, for one model."""
    first: dict[tuple[str, str], Unit] = {}
    for unit in package.units:
        if unit.model is None:
            continue
        other = first.setdefault((unit.kind, unit.model.ref), unit)
        if other is not unit:
            name = shapes.name(unit.model)
            yield Diagnostic(
                code="duplicate-step",
                message=f"`{unit.node.name}` and `{other.node.name}` are both a"
                f" {_WORDS[unit.kind]} for `{name}`",
                span=unit.file.name_span(unit.node),
                labels=(Label(other.file.name_span(other.node), "the first one"),),
                help="the synchronizer will not start: remove one of them",
            )


def check_models(package: Package, shapes: Shapes) -> Iterator[Diagnostic]:
    """Yield steps and policies that are for another model than their base or file says."""
    for unit in package.units:
        if unit.stated is not None:
            found = _stated_mistake(unit, unit.stated, shapes)
            if found is not None:
                yield found
                continue
        yield from _handled(unit, shapes)
        misplaced = _misplaced(unit, package, shapes)
        if misplaced is not None:
            yield misplaced


def _stated_mistake(unit: Unit, stated: Observed, shapes: Shapes) -> Diagnostic | None:
    span = stated.file.span(stated.node)
    if stated.model is None:
        return _other(
            f"there is no model `{stated.name}`",
            span,
            did_you_mean(stated.name, shapes.own) or f"models: {', '.join(shapes.own)}",
        )
    if unit.generated is None or shapes.is_kind_of(stated.model, unit.generated):
        return None
    base, name = shapes.name(unit.generated), shapes.name(stated.model)
    return _other(
        f"`{unit.node.name}` is for `{name}`, and its base class for `{base}`",
        span,
        f"remove this line, or derive from the base for `{name}`",
    )


def _handled(unit: Unit, shapes: Shapes) -> Iterator[Diagnostic]:
    """Yield methods that say they take objects of another model."""
    model = unit.model
    if model is None:
        return
    for file, method in unit.methods:
        argument = object_argument(method)
        if argument is None or method.name not in HANDLERS:
            continue
        other = shapes.find(last_word(argument.annotation))
        if other is None or shapes.is_kind_of(model, other) or shapes.is_kind_of(other, model):
            continue
        name = shapes.name(model)
        yield _other(
            f"`{method.name}` handles `{shapes.name(other)}`, and gets objects of `{name}`",
            file.span(argument),
            f"write `{argument.arg}: {name}`",
        )


def _misplaced(unit: Unit, package: Package, shapes: Shapes) -> Diagnostic | None:
    """Return what to say about a class in the file of another model that has none there."""
    model = unit.model
    if model is None:
        return None
    path = unit.file.source.path.replace("\\", "/")
    homes = {file_of(unit.kind, name): name for name in shapes.own}
    home = homes.get("/".join(path.rsplit("/", 2)[-2:]))
    if home is None or shapes.is_kind_of(shapes.own[home], model):
        return None
    there = (u for u in package.of(unit.kind) if u.file is unit.file and u.model is not None)
    if any(u.model is not None and shapes.name(u.model) == home for u in there):
        return None
    return _other(
        f"`{unit.node.name}` is for `{shapes.name(model)}`, in the file for `{home}`",
        unit.file.name_span(unit.node),
        f"move it to {file_of(unit.kind, shapes.name(model))}",
    )


def _other(message: str, span: Span, help_: str | None) -> Diagnostic:
    return Diagnostic(
        code="step-for-other-model",
        message=message,
        span=span,
        severity=Severity.WARNING,
        help=help_,
    )


def check_bodies(package: Package, shapes: Shapes) -> Iterator[Diagnostic]:
    """Yield steps that are as they were generated, and policies that do nothing."""
    for unit in package.units:
        model = unit.model
        if model is None:
            continue
        if unit.kind == STEPS and not unit.by_playbook:
            yield from _unwritten(unit, model, shapes)
        elif unit.kind == POLICIES and all(is_empty(m) for _, m in unit.methods):
            claimed = model.options.flag("policy_implemented")
            yield Diagnostic(
                code="policy-not-implemented",
                message=f"`{unit.node.name}` does nothing"
                + (", and the model says `policy_implemented`" if claimed else ""),
                span=unit.file.name_span(unit.node),
                severity=Severity.WARNING if claimed else Severity.NOTE,
                labels=(Label(model.options["policy_implemented"].span, "here"),)
                if claimed
                else (),
                help="write what follows from a change of the object, or say in the model"
                " `option no_policy = True;`",
            )


def _unwritten(unit: Unit, model: Model, shapes: Shapes) -> Iterator[Diagnostic]:
    for method in unit.own_methods:
        bare = method.name in _TO_WRITE and only_calls_super(method)
        if bare and unit.inherited(method.name) is None:
            yield Diagnostic(
                code="step-not-implemented",
                message=f"`{method.name}` of `{shapes.name(model)}` is not written yet: it fails for"
                " every object",
                span=unit.file.name_span(method),
                severity=Severity.WARNING,
                help="put your code in the place of the call of `super()`",
            )


def object_argument(method: Method) -> ast.arg | None:
    """Return the argument behind ``self``, None without one."""
    arguments = [*method.args.posonlyargs, *method.args.args]
    return arguments[1] if len(arguments) > 1 else None

"""Runs ``xgen policy explain``."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING, Any

from xgen import console
from xgen.diagnostics import did_you_mean
from xgen.exit_codes import CLEAN, ERROR, FINDINGS, USAGE
from xgen.explain.data import Thing, YamlWorld
from xgen.explain.given import mistake
from xgen.explain.shown import Explanation, as_data, as_text
from xgen.ir.expr import Literal
from xgen.job import Job, Run, naming_stage
from xgen.logic.evaluate import Evaluator, Scope, Step
from xgen.logic.filtering import why_unfiltered
from xgen.logic.simplify import simplify
from xgen.logic.text import formula_text
from xgen.logic.world import EvaluationError
from xgen.models import CORE
from xgen.pipeline import compile_models
from xgen.resources import bundled

if TYPE_CHECKING:
    from xgen.ir.app import App, Model, Policy


class _UsageError(Exception):
    """What was asked for cannot be answered."""


def explain(**options: Any) -> int:
    """Print what a policy says; with an object, whether it holds: 0 if it does, 1 if not."""
    run = Run()
    job = Job(inputs=(options["file"],), include=options["include"])
    with naming_stage(run):
        app = compile_models(job, run)
    if app is None:
        console.show(run.report, run.sources, sys.stderr)
        return ERROR
    try:
        policy = _find(app, options["policy"])
        _check_options(options)
        found = _explanation(app, policy, run, options)
    except (_UsageError, EvaluationError) as error:
        sys.stderr.write(f"xgen: {error}\n")
        return USAGE
    data = options["output"] == "json"
    sys.stdout.write(json.dumps(as_data(found), indent=2) + "\n" if data else as_text(found))
    return CLEAN if found.steps is None or found.steps.value else FINDINGS


def _check_options(options: dict[str, Any]) -> None:
    for name in ("user", "data", "model", "write"):
        if options[name] and options["object_"] is None:
            raise _UsageError(f"--{name} says how to look at an object: give --object, too")


def _find(app: App, name: str) -> Policy:
    found = [policy for policy in app.policies if name == policy.ref]
    found = found or [policy for policy in app.policies if name == policy.name]
    if not found:
        guess = did_you_mean(name, [policy.name for policy in app.policies])
        raise _UsageError(f"there is no policy `{name}`" + (f"; {guess}" if guess else ""))
    if len(found) > 1:
        refs = ", ".join(f"`{policy.ref}`" for policy in found)
        raise _UsageError(f"there are several policies `{name}`: {refs}")
    return found[0]


def _explanation(app: App, policy: Policy, run: Run, options: dict[str, Any]) -> Explanation:
    from xgen.views.security import security

    by_ref = {one.ref: one for one in app.policies}
    code = security(app).policies[app.policies.index(policy)]
    simple = simplify(policy.formula)
    source = run.sources.get(policy.span.path)
    line = f":{source.position(policy.span.start)[0]}" if source is not None else ""
    users = _users(app, policy)
    about, steps, world = "", None, None
    if options["object_"] is not None:
        about, steps, world = _evaluated(app, policy, users, options)
    return Explanation(
        policy=policy.ref,
        place=f"{policy.span.path}{line}",
        doc=policy.doc,
        expression=formula_text(policy.formula),
        simplified=formula_text(simple),
        always=bool(simple.value) if isinstance(simple, Literal) else None,
        function=f"{code.header}\n{code.body}",
        filter=f"{code.filter_header}\n{code.filter_body}" if code.filter_body else "",
        unfiltered=why_unfiltered(policy, by_ref) or "",
        used_by=tuple(words for _, words in users),
        about=about,
        steps=steps,
        world=world,
    )


def _users(app: App, policy: Policy) -> list[tuple[Model, str]]:
    """Return the models that a policy guards or validates."""
    found = []
    for model in app.models:
        if model.policy == policy.ref:
            found.append((model, f"message {model.name}"))
        if any(validator.policy == policy.ref for validator in model.validators):
            found.append((model, f"validators of {model.name}"))
    return found


def _evaluated(
    app: App, policy: Policy, users: list[tuple[Model, str]], options: dict[str, Any]
) -> tuple[str, Step, YamlWorld]:
    domains = {name: ref for one in app.policies for name, ref in one.domains}
    rows = _yaml(options["data"]) if options["data"] else {}
    if not isinstance(rows, dict) or not all(isinstance(v, list) for v in rows.values()):
        raise _UsageError(f"{options['data']}: give a list of objects under the name of each model")
    world = YamlWorld(app, _core(), rows, domains)
    for name, some in rows.items():
        kind = _model(world, str(name), options["data"])
        for row in some:
            _check(world, row, kind, options["data"])
    obj = _object(world, options["object_"], options["model"], users[0][0] if users else None)
    user = _object(world, options["user"], "User", None) if options["user"] else None
    ctx = world.thing(
        {
            "user": user,
            "read_access": not options["write"],
            "write_access": options["write"],
            "grant_access": False,
        },
        None,
    )
    evaluator = Evaluator(world, {one.ref: one for one in app.policies})
    try:
        steps = evaluator.steps(policy.formula, Scope(obj=obj, ctx=ctx))
    except EvaluationError as error:
        if obj.kind is not None:
            raise
        why = f"no message has policy `{policy.name}`: --model says of which model the object is"
        raise _UsageError(f"{error}; {why}") from None
    doing = "writing" if options["write"] else "reading"
    who = f", {user} {doing}" if user is not None else ""
    return f"{obj}{who}", steps, world


def _core() -> App:
    """Return the bundled core by itself."""
    path = os.path.join(bundled("models"), CORE)
    app = compile_models(Job(inputs=(path,)), Run())
    assert app is not None  # noqa: S101  the tests compile it
    return app


def _model(world: YamlWorld, name: str, path: str = "") -> Model:
    found = world.model(name)
    if found is None:
        guess = did_you_mean(name, world.model_names())
        before = f"{path}: " if path else ""
        raise _UsageError(f"{before}there is no model `{name}`" + (f"; {guess}" if guess else ""))
    return found


def _object(world: YamlWorld, path: str, model: str | None, usual: Model | None) -> Thing:
    values = _mapping(path)
    kind = _model(world, model) if model else usual
    inner = next(iter(values.values()))
    if len(values) == 1 and isinstance(inner, dict):  # as `apply` takes it
        (name,) = values
        named = world.model(str(name))
        if named is not None and (model is None or named == kind):
            values, kind = inner, named
    _check(world, values, kind, path)
    return world.thing(values, kind)


def _check(world: YamlWorld, values: Any, kind: Model | None, path: str) -> None:
    if not isinstance(values, dict):
        raise _UsageError(f"{path}: an object is `name: value` pairs, not {values!r}")
    if wrong := mistake(world, values, kind):
        raise _UsageError(f"{path}: {wrong}")


def _mapping(path: str) -> dict[str, Any]:
    data = _yaml(path)
    if not isinstance(data, dict) or not data:
        raise _UsageError(f"{path}: give one object, `name: value` a line")
    return data


def _yaml(path: str) -> Any:
    import yaml

    try:
        with sys.stdin if path == "-" else open(path, encoding="utf-8") as stream:
            return yaml.safe_load(stream)
    except OSError as error:
        raise _UsageError(f"{path}: {(error.strerror or str(error)).lower()}") from None
    except UnicodeDecodeError:
        raise _UsageError(f"{path}: it is not UTF-8") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f":{mark.line + 1}:{mark.column + 1}" if mark else ""
        problem = getattr(error, "problem", None) or "it is no YAML"
        raise _UsageError(f"{path}{place}: {problem}") from None

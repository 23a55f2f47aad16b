"""What ``_generated/security.py`` says: policies as functions and filters, and who has which."""

from __future__ import annotations

import builtins
import re
from typing import TYPE_CHECKING

from xgen.dataclass import dataclass
from xgen.ir.names import identifier
from xgen.views.layout import (
    Bracket,
    Named,
    call,
    function_header,
    import_from,
    mapping,
    statement,
    tuple_of,
)
from xgen.views.schema import schema
from xgen.views.text import docstring, literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from xgen.ir.app import App, Model, Policy
    from xgen.views.formulas import Surroundings

_PLACE = re.compile(r"\{\{|\}\}|\{\s*obj((?:\.[A-Za-z_][A-Za-z0-9_]*)+)\s*\}")
_NAMES = ("Access", "Validator")
_TAKEN = ("Any", "ACCESS", "VALIDATORS", *_NAMES)


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyCode:
    """One policy: the parts of its function, and of its filter if there is one."""

    header: str
    docstring: str
    body: str
    filter_header: str
    filter_docstring: str
    filter_body: str
    """Empty for a policy that cannot filter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SecurityModule:
    """The whole module."""

    imports: tuple[str, ...]
    policies: tuple[PolicyCode, ...]
    access: str
    validators: str


def security(app: App) -> SecurityModule:
    """Return what the module of access policies and validators says.

    What makes code of policies is imported when there is one: most packages have none.
    """
    by_ref = {policy.ref: policy for policy in app.policies}
    functions: dict[str, str] = {}
    why: dict[str, str | None] = {}
    codes: list[PolicyCode] = []
    used = set(_NAMES)
    if by_ref:
        from xgen.logic.filtering import why_unfiltered

        functions = function_names(app.policies)
        why = {ref: why_unfiltered(policy, by_ref) for ref, policy in by_ref.items()}
        attributes = _attributes(app)
        for policy in app.policies:
            around = _surroundings(policy, app, functions, attributes)
            codes.append(_policy(policy, around, used, filtered=why[policy.ref] is None))
    imports = [import_from("typing", ["Any"]), ""] if codes else []
    return SecurityModule(
        imports=(*imports, import_from("xgen.runtime.access", sorted(used))),
        policies=tuple(codes),
        access=_access(app, by_ref, functions, why),
        validators=_validators(app, by_ref, functions),
    )


def to_python(policy: Policy, app: App, *, name: str, functions: Mapping[str, str]) -> str:
    """Return a policy as the text of one function that imports what it calls.

    ``functions`` says how the functions of the policies that it calls are named, by reference.
    """
    from xgen.logic.simplify import simplify
    from xgen.views.formulas import Formula

    around = _surroundings(policy, app, {**functions, policy.ref: name}, _attributes(app))
    formula = Formula(around)
    body = formula.function_body(simplify(policy.formula))
    lines = [f"def {name}(obj, ctx):"]
    if formula.used:
        lines.append(f"    {import_from('xgen.runtime.access', sorted(formula.used))}")
    return "\n".join([*lines, body]) + "\n"


def function_names(policies: Iterable[Policy]) -> dict[str, str]:
    """Return the function of each policy: its name, made legal and numbered where it is taken."""
    from xgen.views.formulas import HELPERS

    names: dict[str, str] = {}
    taken = {*_TAKEN, *HELPERS, *dir(builtins)}
    for policy in policies:
        base = identifier(policy.name)
        if base in taken or f"{base}_filter" in taken:
            base = identifier(policy.ref)
        name, number = base, 1
        while name in taken or f"{name}_filter" in taken:
            number += 1
            name = f"{base}_{number}"
        taken |= {name, f"{name}_filter"}
        names[policy.ref] = name
    return names


def _attributes(app: App) -> dict[str, str]:
    """Return the fields that Python calls otherwise than the models do."""
    members = (m for model in (*app.library, *app.models) for m in model.members)
    return {m.name: str(m.attribute) for m in members if m.name != m.attribute}


def _surroundings(
    policy: Policy, app: App, functions: Mapping[str, str], attributes: Mapping[str, str]
) -> Surroundings:
    from xgen.views.formulas import Surroundings

    tables = schema(app)
    names = frozenset(functions.values())
    return Surroundings(
        functions=functions,
        labels={name: tables.label(ref) for name, ref in policy.domains},
        attributes=attributes,
        taken=names | frozenset(f"{name}_filter" for name in names),
    )


def _policy(policy: Policy, around: Surroundings, used: set[str], *, filtered: bool) -> PolicyCode:
    from xgen.logic.simplify import simplify
    from xgen.views.formulas import Formula

    name = around.functions[policy.ref]
    formula = Formula(around)
    simple = simplify(policy.formula)
    body = formula.function_body(simple)
    filter_body = formula.filter_body(simple) if filtered else ""
    if filtered:
        used.add("where")
    used |= formula.used
    parameters = ["obj: Any", "ctx: Any"]
    return PolicyCode(
        header=function_header(name, parameters, "bool", 0),
        docstring=docstring(policy.doc or f"Policy {policy.name}.", 4),
        body=body,
        filter_header=function_header(f"{name}_filter", parameters, "where.Condition", 0),
        filter_docstring=docstring(f"The same for lists: {policy.name} as a condition.", 4),
        filter_body=filter_body,
    )


def _class_name(model: Model, app: App) -> str:
    return str(schema(app).class_names.get(model.ref, model.name))


def _access(
    app: App,
    by_ref: Mapping[str, Policy],
    functions: Mapping[str, str],
    why: Mapping[str, str | None],
) -> str:
    rows = []
    for model in app.models:
        if model.policy is not None and model.policy in by_ref:
            policy = by_ref[model.policy]
            name = functions[policy.ref]
            reason = why[policy.ref]
            last = f"{name}_filter" if reason is None else f"unfiltered={literal(reason)}"
            access = call("Access", literal(policy.name), name, last)
            rows.append(Named(f"{literal(_class_name(model, app))}: ", access))
    return statement("ACCESS: dict[str, Access] = ", mapping(rows))


def _validators(app: App, by_ref: Mapping[str, Policy], functions: Mapping[str, str]) -> str:
    rows = []
    attributes = _attributes(app) if functions else {}
    for model in app.models:
        checks: list[Bracket] = []
        for validator in model.validators:
            if validator.policy in by_ref:
                name = by_ref[validator.policy].name
                function = functions[validator.policy]
                message = literal(_renamed(validator.message, attributes))
                checks.append(call("Validator", literal(name), function, message))
        if checks:
            rows.append(Named(f"{literal(_class_name(model, app))}: ", tuple_of(checks)))
    return statement("VALIDATORS: dict[str, tuple[Validator, ...]] = ", mapping(rows))


def _renamed(message: str, attributes: Mapping[str, str]) -> str:
    """Return a validator's message with fields called as Python has to call them."""

    def renamed(place: re.Match[str]) -> str:
        names = [attributes.get(name, name) for name in (place[1] or "").split(".")]
        return place[0] if place[1] is None else f"{{obj{'.'.join(names)}}}"

    return _PLACE.sub(renamed, message)

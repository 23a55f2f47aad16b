"""Policies: names that mean something, calls that end, quantifiers that say what is meant."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from xgen.checks import findings
from xgen.diagnostics import Severity, did_you_mean
from xgen.ir.app import Link
from xgen.ir.expr import Binary, Escape, Expr, Literal, Path, Quantifier
from xgen.ir.types import Origin
from xgen.ir.walk import calls, children, is_model_domain, walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xgen.diagnostics import Diagnostic
    from xgen.ir.app import App, Model, Policy

_KNOWN = frozenset(("obj", "ctx", "None"))


def own_policies(app: App) -> list[Policy]:
    """Return the policies that were written in the input's own files."""
    return [policy for policy in app.policies if policy.span.path in app.sources]


def check_variables(app: App, legacy: Severity) -> Iterator[Diagnostic]:
    """Yield paths that start with an unknown name."""
    models = {m.name for m in (*app.models, *app.library)}
    for policy in own_policies(app):
        stack: list[tuple[Expr, frozenset[str]]] = [(policy.formula, _KNOWN)]
        while stack:
            node, bound = stack.pop()
            inside = bound
            if isinstance(node, Path) and node.parts[0] not in bound:
                guess = did_you_mean(node.parts[0], bound)
                if node.parts[0] in models:
                    name = node.parts[0]
                    guess = f"put it under a quantifier: `exists {name}: ({name}. ... )`"
                yield findings.unknown_variable(node.parts[0], node.span, guess, legacy)
            elif isinstance(node, Escape):
                for name in _unknown_in_python(node.code, bound):
                    guess = did_you_mean(name, bound)
                    yield findings.unknown_variable(name, node.span, guess, legacy)
            elif isinstance(node, Quantifier):
                variable = node.variable.parts[0]
                if not is_model_domain(node) and variable not in bound:
                    guess = did_you_mean(variable, bound)
                    yield findings.unknown_variable(variable, node.variable.span, guess, legacy)
                inside = bound | {variable}
            stack.extend((child, inside) for child in children(node))


def _unknown_in_python(code: str, bound: frozenset[str]) -> list[str]:
    """Return the names that a Python expression reads and that it does not have there."""
    from xgen.logic.escapes import BUILTINS
    from xgen.logic.scope import names_in_python

    return sorted(names_in_python(code) - bound - BUILTINS)


def check_escapes(app: App, legacy: Severity) -> Iterator[Diagnostic]:
    """Yield Python in policies that does more than read and compute."""
    for policy in own_policies(app):
        for node in walk(policy.formula):
            if not isinstance(node, Escape):
                continue
            from xgen.logic.escapes import forbidden

            why = forbidden(node.code)
            if why is not None:
                yield findings.unsafe_escape(policy, why, node.span, legacy)


def check_domains(app: App, impossible: Severity) -> Iterator[Diagnostic]:
    """Yield quantifiers over models that have no table, so no stored objects of their own."""
    for policy in own_policies(app):
        domains = dict(policy.domains)
        for node in walk(policy.formula):
            if isinstance(node, Quantifier) and is_model_domain(node):
                model = app.get(domains.get(str(node.variable), ""))
                own = model is not None and model.origin is Origin.INPUT
                if model is not None and (model.abstract or (own and model.skip_django)):
                    yield findings.domain_without_table(model, node.variable.span, impossible)


def check_validators(app: App, legacy: Severity) -> Iterator[Diagnostic]:
    """Yield validators that need to know who is calling."""
    by_ref = {policy.ref: policy for policy in app.policies}
    for model in app.models:
        for validator in model.validators:
            policy = by_ref.get(validator.policy)
            used = None if policy is None else _context(policy, by_ref)
            if policy is not None and used is not None:
                yield findings.validator_uses_ctx(policy, model, used.span, legacy)


_PLACEHOLDER = re.compile(r"\{\{|\}\}|\{([^{}]*)\}")
_FILLED = re.compile(r"\s*obj(\.[A-Za-z_][A-Za-z0-9_]*)*\s*\Z")


def check_messages(app: App, legacy: Severity) -> Iterator[Diagnostic]:
    """Yield places in the messages of validators that nothing fills in."""
    del legacy  # they stay as they are written
    for model in app.models:
        option = model.options.get("validators")
        for validator in model.validators:
            for place in _PLACEHOLDER.finditer(validator.message):
                if place[1] is not None and not _FILLED.match(place[1]):
                    yield findings.unfilled_message(place[0], model, option.span)


def _context(policy: Policy, by_ref: dict[str, Policy]) -> Path | None:
    """Return the first use of ``ctx`` in a policy or in one that it calls."""
    seen = {policy.ref}
    work = [policy]
    while work:
        current = work.pop()
        for node in walk(current.formula):
            if isinstance(node, Path) and node.parts[0] == "ctx":
                return node
        for call in calls(current.formula):
            if call.policy in by_ref and call.policy not in seen:
                seen.add(call.policy)
                work.append(by_ref[call.policy])
    return None


def check_scopes(app: App, legacy: Severity) -> Iterator[Diagnostic]:
    """Yield quantifiers that older tools would have ended before ``|`` or ``->``."""
    del legacy
    for policy in own_policies(app):
        for node in walk(policy.formula):
            if isinstance(node, Quantifier) and not node.parenthesised:
                body = node.body
                if isinstance(body, Binary) and body.operator != "&":
                    yield findings.quantifier_scope(body.operator, node.span)


def check_trivial(app: App, legacy: Severity) -> Iterator[Diagnostic]:
    """Yield policies that come out the same for every object, and do not say so."""
    del legacy
    for policy in own_policies(app):
        if not isinstance(policy.formula, Literal):
            from xgen.logic.simplify import simplify

            simple = simplify(policy.formula)
            if isinstance(simple, Literal):
                yield findings.trivial_policy(policy, bool(simple.value))


def check_unused(app: App, legacy: Severity) -> Iterator[Diagnostic]:
    """Yield policies that no message, validator or other policy uses; only when strict."""
    if legacy is not Severity.ERROR:
        return
    used = {model.policy for model in app.models}
    used |= {validator.policy for model in app.models for validator in model.validators}
    used |= {call.policy for policy in app.policies for call in calls(policy.formula)}
    for policy in own_policies(app):
        if policy.ref not in used:
            yield findings.unused_policy(policy)


def check_policy_cycles(app: App, legacy: Severity) -> Iterator[Diagnostic]:
    """Yield circles of calls in which some call does not go down a link."""
    del legacy  # such a policy never returns
    by_ref = {policy.ref: policy for policy in app.policies}
    carriers: dict[str, list[Model]] = {}
    for model in app.models:
        for ref in (model.policy, *(v.policy for v in model.validators)):
            if ref is not None:
                carriers.setdefault(ref, []).append(model)
    done: set[str] = set()
    for root in own_policies(app):
        trail: list[str] = []
        stack = [(root.ref, False)]
        while stack:
            ref, leaving = stack.pop()
            if leaving:
                trail.pop()
                done.add(ref)
            elif ref in trail:
                circle = trail[trail.index(ref) :]
                if not all(_goes_down(by_ref[one], carriers, app) for one in circle):
                    names = [by_ref[one].name for one in (*circle, ref)]
                    yield findings.policy_cycle(names, by_ref[circle[-1]], Severity.ERROR)
            elif ref not in done and ref in by_ref:
                trail.append(ref)
                stack.append((ref, True))
                targets = dict.fromkeys(call.policy for call in calls(by_ref[ref].formula))
                stack.extend((target, False) for target in reversed(targets))


def _goes_down(policy: Policy, carriers: dict[str, list[Model]], app: App) -> bool:
    """Say whether each call of a policy starts with a link of every model that carries it."""
    models = carriers.get(policy.ref, [])
    return bool(models) and all(
        any(
            isinstance(member, Link) and member.name == call.target.parts[0]
            for member in app.all_members(model)
        )
        for call in calls(policy.formula)
        for model in models
    )

"""Policies and validators: names resolved, calls qualified, what is used brought along."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from xgen.diagnostics import Severity
from xgen.ir.app import ModelRef, Policy, Validator
from xgen.ir.expr import Quantifier
from xgen.ir.types import Origin
from xgen.ir.walk import calls, is_model_domain, rename_calls, walk
from xgen.linker import findings
from xgen.syntax.tree import Name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from xgen.ir.expr import Call, Expr
    from xgen.ir.options import Options
    from xgen.linker.context import Context
    from xgen.linker.resolve import Resolver
    from xgen.linker.symbols import Declared, DeclaredPolicy
    from xgen.source import Span

# A comma ends a validator only in front of the next one, so that messages may hold commas.
_BETWEEN = re.compile(r",\s*(?=[A-Za-z_$][A-Za-z0-9_+$.]*\s*:)")


class Policies:
    """The policies of a run, each lowered once."""

    def __init__(self, resolver: Resolver, context: Context) -> None:
        self._resolver = resolver
        self._context = context
        self._lowered: dict[str, Policy | None] = {}
        self.domains: list[Declared] = []
        """The models whose objects the policies look through."""

    def use(self, declared: DeclaredPolicy) -> str:
        """Bring a policy and those it calls along; return its qualified name."""
        work = [declared]
        while work:
            policy = work.pop()
            if policy.ref in self._lowered:
                continue
            self._lowered[policy.ref] = self._lower(policy, work)
        return declared.ref

    def find(self, name: Name, user: Declared) -> str | None:
        """Return the qualified name of a policy that a message names; report an unknown one."""
        found = self._resolver.policy(name, user.package, user.origin)
        if found is not None:
            # The policies of a library model are generated where that model is.
            return self.use(found) if user.origin is Origin.INPUT else found.ref
        known = self._resolver.names(user.origin, "policies")
        self._context.add(
            findings.unknown_policy(name.text, name.span, known, self._context.legacy)
        )
        return None

    def validators(self, options: Options, user: Declared) -> tuple[Validator, ...]:
        """Return the validators of a message, split at commas in front of ``policy:``."""
        option = options.get("validators")
        if option is None or option.value is None or option.inherited:
            return ()
        span = option.span
        found = []
        for part in _BETWEEN.split(str(option.value)):
            name, colon, message = part.partition(":")
            if not part.strip():
                continue
            if not colon:
                self._context.add(findings.bad_validators(part.strip(), span))
                continue
            ref = self.find(Name(name.strip(), span), user)
            if ref is not None:
                found.append(Validator(policy=ref, message=message.strip()))
        return tuple(found)

    def done(self, own: Iterable[str]) -> tuple[Policy, ...]:
        """Return what was brought along: those named in ``own`` in that order, then the rest."""
        refs = dict.fromkeys((*own, *self._lowered))
        lowered = (self._lowered.get(ref) for ref in refs)
        return tuple(policy for policy in lowered if policy is not None)

    def _lower(self, declared: DeclaredPolicy, work: list[DeclaredPolicy]) -> Policy | None:
        node = declared.node
        if node.formula is None:
            return None

        def target(call: Call) -> str:
            found = self._called(call, declared)
            if found is None:
                return call.policy
            work.append(found)
            return found.ref

        return Policy(
            ref=declared.ref,
            name=node.name.text,
            body=node.body.text,
            formula=rename_calls(node.formula, target)
            if any(calls(node.formula))
            else node.formula,
            domains=self._find_domains(node.formula, declared),
            doc=node.doc,
            span=node.name.span,
        )

    def _find_domains(
        self, formula: Expr, user: DeclaredPolicy
    ) -> tuple[tuple[str, ModelRef], ...]:
        origin = user.unit.origin
        domains: dict[str, ModelRef] = {}
        for node in walk(formula):
            if isinstance(node, Quantifier) and is_model_domain(node):
                name = Name(str(node.variable), node.variable.span or user.node.name.span)
                found = self._resolver.find("messages", name, user.package, None, origin)
                if found is not None:
                    self.domains.append(found)
                    domains[name.text] = ModelRef(found.ref)
                else:
                    known = self._resolver.names(origin)
                    self._context.add(findings.unknown_domain(name, known, self._context.legacy))
        return tuple(domains.items())

    def _called(self, call: Call, user: DeclaredPolicy) -> DeclaredPolicy | None:
        span: Span = call.span or user.node.name.span
        found = self._resolver.policy(Name(call.policy, span), user.package, user.unit.origin)
        if found is None:
            known = self._resolver.names(user.unit.origin, "policies")
            severity = Severity.ERROR
            self._context.add(findings.unknown_policy(call.policy, span, known, severity))
        return found

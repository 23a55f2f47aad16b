"""What the checks find wrong: one constructor a mistake, so that wording is in one place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xgen.diagnostics import Diagnostic, Label, Severity, did_you_mean
from xgen.ir.types import OptionKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xgen.ir.app import Enumeration, Field, Link, Model, Policy
    from xgen.ir.options import Option
    from xgen.source import Span


def _at(option: Option | None, member: Field | Link) -> Span:
    return member.span if option is None or option.span is None else option.span


def modifier_conflict(option: Option, member: Field | Link, severity: Severity) -> Diagnostic:
    """Report ``blank`` or ``null`` that say another thing than the modifier."""
    word = member.modifier.value
    return Diagnostic(
        code="modifier-conflict",
        message=f"`{option.name} = {option.raw}` contradicts `{word}`, which wins",
        span=_at(option, member),
        severity=severity,
        help=f"remove it, or write `{'optional' if member.required else 'required'}`",
    )


def option_not_allowed(
    option: Option, what: str, hint: str | None, severity: Severity
) -> Diagnostic:
    """Report a known option on a field that cannot have it."""
    return Diagnostic(
        code="option-not-allowed",
        message=f"option `{option.name}` has no meaning on {what}",
        span=option.name_span,
        severity=severity,
        help=hint,
    )


def unknown_option(
    name: str, span: Span | None, guess: str | None, severity: Severity
) -> Diagnostic:
    """Report an option that nothing knows."""
    return Diagnostic(
        code="unknown-option",
        message=f"unknown option `{name}`",
        span=span,
        severity=severity,
        help=guess,
    )


def reserved_option(option: Option) -> Diagnostic:
    """Report an option whose name is part of the field's own syntax."""
    return Diagnostic(
        code="reserved-option",
        message=f"`{option.name}` is no option: the field itself says it",
        span=option.name_span,
        severity=Severity.WARNING,
        help="remove it",
    )


def quoted_boolean(option: Option, severity: Severity) -> Diagnostic:
    """Report ``"True"`` for ``True``."""
    value = str(option.value).capitalize()
    return Diagnostic(
        code="quoted-boolean",
        message=f"`{option.name} = {option.raw}` is text, not a boolean",
        span=option.span,
        severity=severity,
        help=f"write `{option.name} = {value}`",
    )


def bad_boolean(option: Option, severity: Severity) -> Diagnostic:
    """Report another value than ``True`` or ``False``."""
    lower = option.raw in ("true", "false")
    return Diagnostic(
        code="bad-boolean",
        message=f"option `{option.name}` must be True or False, not {option.raw}",
        span=option.span,
        severity=severity,
        help=f"write `{option.raw.capitalize()}`" if lower else None,
    )


def bad_content_type(option: Option, guess: str | None, severity: Severity) -> Diagnostic:
    """Report an unknown interpretation of a string."""
    return Diagnostic(
        code="bad-content-type",
        message=f"content type {option.raw} is none of stripped, ip, url, date",
        span=option.span,
        severity=severity,
        help=guess,
    )


def string_without_length(field: Field, severity: Severity) -> Diagnostic:
    """Report a string of which nobody says how long it may be."""
    return Diagnostic(
        code="string-without-length",
        message=f"string `{field.name}` has neither `max_length` nor `text = True`",
        span=field.span,
        severity=severity,
        help="add `max_length = 256`, or `text = True` for text of any length",
    )


def bad_length(option: Option, why: str, severity: Severity) -> Diagnostic:
    """Report a ``max_length`` that is no length."""
    return Diagnostic(
        code="bad-length",
        message=f"max_length {option.raw} {why}",
        span=option.span,
        severity=severity,
        help="write a whole number from 1 up"
        + (", without quotes" if option.kind is OptionKind.STRING else ""),
    )


def bad_enum_default(option: Option, field: Field, enum: Enumeration) -> Diagnostic:
    """Report a default that is no value of the field's enum."""
    names = [value.name for value in enum.values]
    return Diagnostic(
        code="bad-default",
        message=f"default {option.raw} of `{field.name}` is no value of `{enum.name}`",
        span=option.span,
        help=did_you_mean(str(option.value), names) or f"choose one of {', '.join(names)}",
    )


def odd_length(option: Option, usual: int) -> Diagnostic:
    """Report a ``max_length`` that just misses a usual one."""
    return Diagnostic(
        code="odd-length",
        message=f"max_length {option.raw} is close to the usual {usual}",
        span=option.span,
        severity=Severity.WARNING,
        help=f"write {usual}",
    )


def blank_without_null(option: Option, severity: Severity) -> Diagnostic:
    """Report a number that may be left blank and has no null to store then."""
    return Diagnostic(
        code="blank-without-null",
        message="a number that may be blank must be null then",
        span=option.span,
        severity=severity,
        help="add `null = True`, or leave both to the modifier `optional`",
    )


def useless_option(option: Option, why: str) -> Diagnostic:
    """Report an option that another one overrides."""
    return Diagnostic(
        code="useless-option",
        message=f"option `{option.name}` has no effect: {why}",
        span=option.span,
        severity=Severity.WARNING,
        help="remove one of them",
    )


def bad_bounds(option: Option, why: str, severity: Severity) -> Diagnostic:
    """Report bounds that no value meets, or a default outside of them."""
    return Diagnostic(
        code="bad-bounds",
        message=f"`{option.name} = {option.raw}` {why}",
        span=option.span,
        severity=severity,
    )


def default_not_allowed(option: Option, why: str, severity: Severity) -> Diagnostic:
    """Report a default that the field's own rules refuse."""
    return Diagnostic(
        code="default-not-allowed",
        message=f"default {option.raw} {why}",
        span=option.span,
        severity=severity,
    )


def required_self_link(model: Model, link: Link) -> Diagnostic:
    """Report a required link of a model to itself."""
    return Diagnostic(
        code="required-self-link",
        message=f"every `{model.name}` needs another one, so there can be no first",
        span=link.span,
        severity=Severity.WARNING,
        help="make the link optional",
    )


def dependency_cycle(
    text: str, span: Span, *, labels: Sequence[Label], required: bool, severity: Severity
) -> Diagnostic:
    """Report models that depend on each other in a circle; the first edge is left out."""
    left_out = text.partition(" -> ")[0]
    if required:
        note = "every link in the circle is required, so no object could be made first"
        hint = "make one of the links optional"
    else:
        note = f"model-deps.yaml leaves out `{left_out}`"
        hint = "add it there and leave out another edge if that order is the right one"
    return Diagnostic(
        code="dependency-cycle",
        message=f"models depend on each other: {text}",
        span=span,
        severity=severity if required else Severity.WARNING,
        labels=tuple(labels),
        notes=(note,),
        help=hint,
    )


def policy_cycle(path: Sequence[str], policy: Policy, severity: Severity) -> Diagnostic:
    """Report policies that call each other without going down a link."""
    return Diagnostic(
        code="policy-cycle",
        message="policies call each other without end: " + " -> ".join(path),
        span=policy.span,
        severity=severity,
        help="a policy may come back to itself only through a link of the model that carries it",
    )


def unknown_variable(
    name: str, span: Span | None, guess: str | None, severity: Severity
) -> Diagnostic:
    """Report the start of a path that means nothing in a policy."""
    return Diagnostic(
        code="unknown-variable",
        message=f"`{name}` is not known in this policy",
        span=span,
        severity=severity,
        help=guess or "a path starts with `obj`, `ctx` or the variable of an exists or forall",
    )


def validator_uses_ctx(
    policy: Policy, model: Model, span: Span | None, severity: Severity
) -> Diagnostic:
    """Report a validator that asks who is calling."""
    return Diagnostic(
        code="validator-uses-ctx",
        message=f"validator `{policy.name}` of `{model.name}` uses `ctx`, and objects are saved"
        " without a caller",
        span=span or policy.span,
        severity=severity,
        labels=(Label(model.span, "validated here"),),
        help="attach it as the access policy, or use `obj` alone",
    )


def unsafe_escape(policy: Policy, why: str, span: Span | None, severity: Severity) -> Diagnostic:
    """Report Python that does more than read and compute."""
    return Diagnostic(
        code="unsafe-escape",
        message=f"the Python in policy `{policy.name}` is not allowed: {why}",
        span=span or policy.span,
        severity=severity,
        help="an escape may read `obj`, `ctx` and the variables around it, and call plain functions",
    )


def domain_without_table(model: Model, span: Span | None, severity: Severity) -> Diagnostic:
    """Report a quantifier over a model of which no objects are stored."""
    option = "abstract" if model.abstract else "skip_django"
    return Diagnostic(
        code="domain-without-table",
        message=f"no objects of `{model.name}` are stored, for it has `{option}`",
        span=span,
        severity=severity,
        labels=(Label(model.span, "defined here"),),
        help="range over a model that derives from it" if model.abstract else None,
    )


def unfilled_message(place: str, model: Model, span: Span) -> Diagnostic:
    """Report a place in a validator's message that says nothing about the object."""
    return Diagnostic(
        code="unfilled-message",
        message=f"`{place}` in a validator's message of `{model.name}` stays as it is",
        span=span,
        severity=Severity.WARNING,
        help="`{obj.field}` is filled in; `{{` and `}}` stand for single braces",
    )


def quantifier_scope(operator: str, span: Span | None) -> Diagnostic:
    """Report a quantifier whose body older tools would have cut short."""
    return Diagnostic(
        code="quantifier-scope",
        message=f"the quantifier reaches to the end, over `{operator}`",
        span=span,
        severity=Severity.WARNING,
        help="put its body in parentheses: `exists X: ( ... )`",
    )


def trivial_policy(policy: Policy, value: bool) -> Diagnostic:
    """Report a policy that always says the same."""
    return Diagnostic(
        code="trivial-policy",
        message=f"policy `{policy.name}` is always {value}",
        span=policy.span,
        severity=Severity.WARNING,
        help=f"write `{value}` if that is meant",
    )


def unused_policy(policy: Policy) -> Diagnostic:
    """Report a policy that nothing uses."""
    return Diagnostic(
        code="unused-policy",
        message=f"policy `{policy.name}` is not used",
        span=policy.span,
        severity=Severity.NOTE,
        help="attach it: `message X::" + policy.name + "`",
    )


def base_without_class(model: Model, base: Model, severity: Severity) -> Diagnostic:
    """Report a base whose class is written elsewhere, so that its fields are unknown to tables."""
    return Diagnostic(
        code="base-without-class",
        message=f"base `{base.name}` of `{model.name}` has `skip_django`, so no class is generated for it",
        span=model.span,
        severity=severity,
        labels=(Label(base.span, "defined here"),),
        help="remove `skip_django` there, or make it `abstract = True`",
    )


def several_tables(model: Model, tables: Sequence[Model], severity: Severity) -> Diagnostic:
    """Report a model that derives from two tables: a row cannot extend a row of each."""
    names = " and ".join(f"`{table.name}`" for table in tables)
    return Diagnostic(
        code="several-tables",
        message=f"`{model.name}` derives from {names}, which are tables of their own",
        span=model.span,
        severity=severity,
        labels=tuple(Label(table.span, "defined here") for table in tables),
        help="derive from one of them and link to the other, or make one `abstract = True`",
    )


def column_of_base(
    member: Field | Link, first: Field | Link, parent: Model, severity: Severity
) -> Diagnostic:
    """Report a field that the table of a base has already, from an abstract base."""
    return Diagnostic(
        code="field-redefined",
        message=f"`{member.name}` is a column of `{parent.name}`, which is a table of its own",
        span=member.span,
        severity=severity,
        labels=(Label(first.span, "first defined here"),),
        help="remove it here, or choose another name",
    )


def peer_without_table(link: Link, peer: Model, severity: Severity) -> Diagnostic:
    """Report a link to a model that has no table."""
    option = "abstract" if peer.abstract else "skip_django"
    return Diagnostic(
        code="peer-without-table",
        message=f"`{link.name}` leads to `{peer.name}`, which has `{option}` and so no table",
        span=link.span,
        severity=severity,
        labels=(Label(peer.span, "defined here"),),
        help="link to a model that derives from it" if peer.abstract else None,
    )


def bad_join(link: Link, join: Model, side: Model, count: int, severity: Severity) -> Diagnostic:
    """Report a join model that does not link to both sides, once to each."""
    many = "does not link" if count == 0 else f"has {count} links"
    return Diagnostic(
        code="bad-join",
        message=f"join model `{join.name}` of `{link.name}` {many} to `{side.name}`",
        span=link.span,
        severity=severity,
        labels=(Label(join.span, "defined here"),),
        help="it needs one `manytoone` to each side",
    )

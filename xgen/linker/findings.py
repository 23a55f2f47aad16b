"""What the linker finds wrong: one constructor a mistake, so that wording is in one place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xgen.diagnostics import Diagnostic, Label, Severity, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from xgen.source import Span
    from xgen.syntax.tree import Name

_WHAT = {"base": "base", "peer": "link peer", "through": "join model"}


def unknown_model(role: str, name: Name, known: Iterable[str], severity: Severity) -> Diagnostic:
    """Report a base, peer or join model that is defined nowhere; ``role`` says which."""
    guess = did_you_mean(name.text, known)
    return Diagnostic(
        code=f"unknown-{role}",
        message=f"{_WHAT[role]} `{name.text}` is not defined",
        span=name.span,
        severity=severity,
        help=guess or "define it, import the file that does, or name that file on the command line",
    )


def unknown_policy(
    name: str, span: Span | None, known: Iterable[str], severity: Severity
) -> Diagnostic:
    """Report a policy that is defined nowhere."""
    return Diagnostic(
        code="unknown-policy",
        message=f"policy `{name}` is not defined",
        span=span,
        severity=severity,
        help=did_you_mean(name, known) or f"define it: `policy {name} < ... >`",
    )


def unknown_domain(name: Name, known: Iterable[str], severity: Severity) -> Diagnostic:
    """Report a quantifier over a model that is not defined."""
    return Diagnostic(
        code="unknown-model",
        message=f"`{name.text}` is no model",
        span=name.span,
        severity=severity,
        help=did_you_mean(name.text, known) or "exists and forall range over objects of a model",
    )


def unknown_type(name: Name, known: Iterable[str], severity: Severity) -> Diagnostic:
    """Report a field type that is neither a scalar nor an enum."""
    return Diagnostic(
        code="unknown-type",
        message=f"unknown field type `{name.text}`",
        span=name.span,
        severity=severity,
        help=did_you_mean(name.text, known) or "use string, bool, int32, int64, uint32, float, ...",
    )


def message_field(name: Name, field: str, severity: Severity) -> Diagnostic:
    """Report a field whose type is a message."""
    return Diagnostic(
        code="message-field",
        message=f"field `{field}` cannot hold the message `{name.text}`",
        span=name.span,
        severity=severity,
        help=f"write a link: `manytoone {field}->{name.text}:...`",
    )


def repeated_field(modifier: Name, field: str, severity: Severity) -> Diagnostic:
    """Report a repeated field."""
    return Diagnostic(
        code="repeated-field",
        message=f"`{field}` is repeated, which no table can hold",
        span=modifier.span,
        severity=severity,
        help="make it `optional manytomany`, or a model of its own with a link back",
    )


def unknown_owner(name: str, span: Span | None, known: Iterable[str]) -> Diagnostic:
    """Report an ``owner_class_name`` that is no model."""
    return Diagnostic(
        code="unknown-owner",
        message=f"service `{name}` of option `owner_class_name` is not defined",
        span=span,
        severity=Severity.WARNING,
        help=did_you_mean(name, known),
    )


def ambiguous(name: Name, found: Sequence[tuple[str, Span]]) -> Diagnostic:
    """Report a bare name that fits several definitions."""
    return Diagnostic(
        code="ambiguous-name",
        message=f"`{name.text}` can be any of " + ", ".join(f"`{ref}`" for ref, _ in found),
        span=name.span,
        labels=tuple(Label(span, f"`{ref}`") for ref, span in found),
        help="write the name with its package",
    )


def duplicate(what: str, name: str, span: Span, first: Span, severity: Severity) -> Diagnostic:
    """Report a second definition of a message, field, enum or policy."""
    return Diagnostic(
        code=f"duplicate-{what}",
        message=f"{what} `{name}` is already defined",
        span=span,
        severity=severity,
        labels=(Label(first, "first defined here"),),
        help="rename one of them, or remove it",
    )


def duplicate_option(name: Name, first: Span, wins: str, severity: Severity) -> Diagnostic:
    """Report an option that is given twice; ``wins`` says which one counts."""
    return Diagnostic(
        code="duplicate-option",
        message=f"option `{name.text}` is given twice; the {wins} one counts",
        span=name.span,
        severity=severity,
        labels=(Label(first, "first given here"),),
    )


def late_option(name: Name, first: str) -> Diagnostic:
    """Report a file option below messages that it does not reach."""
    return Diagnostic(
        code="late-option",
        message=f"option `{name.text}` does not reach the messages above it",
        span=name.span,
        severity=Severity.NOTE,
        help=f"move it above `{first}`",
    )


def bad_number(name: Name, severity: Severity) -> Diagnostic:
    """Report a number with a sign or a fraction."""
    return Diagnostic(
        code="bad-number",
        message=f"`{name.text}` is no number for a field",
        span=name.span,
        severity=severity,
        help="use a whole number from 1 to 99, without a sign",
    )


def number_out_of_range(name: Name, severity: Severity) -> Diagnostic:
    """Report a field number outside 1 to 99."""
    return Diagnostic(
        code="number-out-of-range",
        message=f"field number {name.text} is not between 1 and 99",
        span=name.span,
        severity=severity,
        help="each model of a chain of bases has its own hundred, so 1 to 99 is enough",
    )


def bad_reverse_number(name: Name) -> Diagnostic:
    """Report the number of a reverse accessor outside 1000 to 1899."""
    return Diagnostic(
        code="reverse-number-out-of-range",
        message=f"reverse number {name.text} is not between 1000 and 1899",
        span=name.span,
        help="numbers from 1900 up are given to accessors without one",
    )


def duplicate_number(
    number: Name, first: Name, holder: str, severity: Severity, *, reverse: bool = False
) -> Diagnostic:
    """Report a number that another field of the model, or accessor on the peer, has."""
    kind = "reverse number" if reverse else "number"
    return Diagnostic(
        code=f"duplicate-{kind.replace(' ', '-')}",
        message=f"{kind} {number.text} is already that of `{holder}`",
        span=number.span,
        severity=severity,
        labels=(Label(first.span, "first used here"),),
        help="give one of them another number",
    )


def renamed(what: str, name: str, new: str, span: Span) -> Diagnostic:
    """Report that a name is another one in generated code."""
    return Diagnostic(
        code=f"renamed-{what}",
        message=f"`{name}` becomes `{new}` in generated code",
        span=span,
        severity=Severity.WARNING,
        notes=("Python, Django or another name in the same place leaves no room for it",),
        help=f"rename it to `{new}` to silence this",
    )


def inheritance_cycle(path: Sequence[str], span: Span, places: Sequence[Span]) -> Diagnostic:
    """Report a model that derives from itself."""
    return Diagnostic(
        code="inheritance-cycle",
        message="a model cannot derive from itself: " + " -> ".join(path),
        span=span,
        labels=tuple(Label(place, "through this base") for place in places if place != span),
        help="remove one of the bases",
    )


def too_deep(name: Name, deepest: int) -> Diagnostic:
    """Report a model with too many bases above each other."""
    return Diagnostic(
        code="too-deep",
        message=f"`{name.text}` derives through more than {deepest} bases",
        span=name.span,
        help="let it derive from one that is nearer to the root",
    )


def field_redefined(
    name: str, *, span: Span, first: Span, owner: str, why: str, severity: Severity
) -> Diagnostic:
    """Report a field that an ancestor has already."""
    return Diagnostic(
        code="field-redefined",
        message=f"`{name}` is already a field of the base `{owner}`{why}",
        span=span,
        severity=severity,
        labels=(Label(first, "defined here"),),
        help="rename it, or use the inherited one",
    )


def reverse_clash(
    name: str, *, peer: str, what: str, span: Span, first: Span, severity: Severity
) -> Diagnostic:
    """Report an accessor that clashes with something else on the peer."""
    return Diagnostic(
        code="reverse-name-clash",
        message=f"`{peer}` cannot have the accessor `{name}`: {what}",
        span=span,
        severity=severity,
        labels=(Label(first, "clashes with this"),),
        help="give one of them another name, or `+` for a link without an accessor",
    )


def unknown_key_field(
    name: str,
    *,
    model: str,
    field: str,
    span: Span | None,
    known: Iterable[str],
    severity: Severity,
) -> Diagnostic:
    """Report a name in ``unique_with`` that is no field of the model."""
    return Diagnostic(
        code="unknown-field",
        message=f"`{name}` in `unique_with` of `{field}` is no field of `{model}` itself",
        span=span,
        severity=severity,
        help=did_you_mean(name, known),
    )


def bad_choices(field: str, span: Span | None, severity: Severity) -> Diagnostic:
    """Report ``choices`` that are not pairs of value and label."""
    return Diagnostic(
        code="bad-choices",
        message=f"choices of `{field}` are not pairs of value and label",
        span=span,
        severity=severity,
        help="write them as \"(('value', 'Label'), ('other', 'Other'))\"",
    )


def bad_default(
    field: str, kind: str, raw: str, span: Span | None, severity: Severity
) -> Diagnostic:
    """Report a default that the field's type cannot have."""
    return Diagnostic(
        code="bad-default",
        message=f"default {raw} of `{field}` is no {kind}",
        span=span,
        severity=severity,
    )


def missing_import(path: Name) -> Diagnostic:
    """Report an imported file that was not found."""
    return Diagnostic(
        code="missing-import",
        message=f'cannot import "{path.text}"',
        span=path.span,
        help="the path is looked up beside this file, then in each -I folder",
    )


def import_cycle(path: Name, chain: Sequence[str]) -> Diagnostic:
    """Report a file that imports itself."""
    return Diagnostic(
        code="import-cycle",
        message="files import each other: " + " -> ".join(chain),
        span=path.span,
        help="move what both need into a third file",
    )


def extend_outside(name: Name, where: str) -> Diagnostic:
    """Report an ``extend`` of a model that the input does not define."""
    return Diagnostic(
        code="extend-outside",
        message=f"cannot extend `{name.text}`: {where}",
        span=name.span,
        help=f"derive a message from it instead: `message My{name.text.split('.')[-1]}"
        f" ({name.text}) {{ ... }}`",
    )


def extend_unknown(name: Name, known: Iterable[str]) -> Diagnostic:
    """Report an ``extend`` of a model that is defined nowhere."""
    return Diagnostic(
        code="unknown-model",
        message=f"cannot extend `{name.text}`: it is not defined",
        span=name.span,
        help=did_you_mean(name.text, known),
    )


def bad_validators(text: str, span: Span | None) -> Diagnostic:
    """Report a part of option ``validators`` without a policy in front."""
    return Diagnostic(
        code="bad-validators",
        message=f"validator `{text}` has no message",
        span=span,
        help='write "policy:what to say, other_policy:what to say"',
    )


def bad_enum_number(name: Name) -> Diagnostic:
    """Report an enum value's number with a fraction."""
    return Diagnostic(
        code="bad-number",
        message=f"`{name.text}` is no number for an enum value",
        span=name.span,
        help="use a whole number",
    )

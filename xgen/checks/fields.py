"""The validation rules of fields and links: options that contradict the type or each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xgen.checks import allowed, findings
from xgen.diagnostics import did_you_mean
from xgen.ir.app import Field, Link
from xgen.ir.types import ContentType, FieldType, LinkKind, OptionKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xgen.diagnostics import Diagnostic, Severity
    from xgen.ir.app import App, Enumeration, Member, ModelRef
    from xgen.ir.options import Option

_ODD = {254: 256, 255: 256, 257: 256, 258: 256, 1022: 1024, 1023: 1024, 1025: 1024, 1026: 1024}
_CONTENTS = tuple(content.value for content in ContentType)
_TEXTUAL = (FieldType.STRING, FieldType.BYTES)


def check_fields(app: App, legacy: Severity) -> Iterator[Diagnostic]:
    """Yield what is wrong with each field and link of the input."""
    enums = {enum.ref: enum for enum in app.enums}
    for model in app.models:
        for member in model.members:
            if isinstance(member, Field):
                if member.type is not FieldType.NAMED:
                    yield from _field(member, legacy)
                elif enum := enums.get(member.type_ref or ""):
                    yield from _field(member, legacy)
                    yield from _enum_default(member, enum)
            else:
                if _needs_itself(member, model.ref):
                    yield findings.required_self_link(model, member)
                if member.options:
                    yield from _options(member, allowed.LINK, "a link", legacy)


def _needs_itself(link: Link, ref: ModelRef) -> bool:
    return link.required and link.peer == ref and link.kind is not LinkKind.MANY_TO_MANY


def _field(field: Field, legacy: Severity) -> Iterator[Diagnostic]:
    options = field.options
    if options:
        names, what = allowed.of(field)
        yield from _options(field, names, what, legacy)
    if field.type is FieldType.STRING:
        yield from _string(field, legacy)
    elif field.type.is_integer and options.flag("blank") and not options.flag("null"):
        yield findings.blank_without_null(options["blank"], legacy)
    if "min_value" in options or "max_value" in options:
        yield from _bounds(field, legacy)
    if field.default is not None:
        yield from _default(field, legacy)


def _enum_default(field: Field, enum: Enumeration) -> Iterator[Diagnostic]:
    option = field.options.get("default")
    if option is None or option.value is None:
        return
    if not any(option.value in (value.name, value.number) for value in enum.values):
        yield findings.bad_enum_default(option, field, enum)


def _options(
    member: Member, names: frozenset[str], what: str, legacy: Severity
) -> Iterator[Diagnostic]:
    for name, option in member.options.items():
        if name in allowed.BOOLEANS:
            yield from _boolean(option, legacy)
        if name not in names:
            yield _misplaced(option, what, legacy)
        elif name in ("blank", "null") and _contradicts(option, member):
            yield findings.modifier_conflict(option, member, legacy)


def _boolean(option: Option, legacy: Severity) -> Iterator[Diagnostic]:
    if option.raw in ("True", "False"):
        return
    if option.kind is OptionKind.STRING and str(option.value).capitalize() in ("True", "False"):
        yield findings.quoted_boolean(option, legacy)
    else:
        yield findings.bad_boolean(option, legacy)


def _misplaced(option: Option, what: str, legacy: Severity) -> Diagnostic:
    name = option.name
    if name in allowed.SYNTAX:
        return findings.reserved_option(option)
    if name in allowed.FIELD_OPTIONS:
        return findings.option_not_allowed(option, what, allowed.HINTS.get(name), legacy)
    guess = did_you_mean(name, allowed.FIELD_OPTIONS)
    return findings.unknown_option(name, option.name_span, guess, legacy)


def _contradicts(option: Option, member: Member) -> bool:
    """Say whether ``blank`` or ``null`` differs from what the modifier implies."""
    if option.value not in (True, False):
        return False
    if option.name == "null":
        if isinstance(member, Link) and member.kind is LinkKind.MANY_TO_MANY:
            return False
        if isinstance(member, Field) and member.type is FieldType.BOOL:
            return option.value is True
    return option.value is member.required


def _string(field: Field, legacy: Severity) -> Iterator[Diagnostic]:
    options = field.options
    content = options.get("content_type")
    if content is not None and field.content is None:
        guess = did_you_mean(str(content.value), _CONTENTS)
        yield findings.bad_content_type(content, guess, legacy)
    if field.content is ContentType.DATE:
        if field.auto_now_add and field.has_default:
            why = "`auto_now_add` sets the value"
            yield findings.useless_option(options["default"], why)
        return
    length = options.get("max_length")
    if length is None:
        if content is None and not field.text:
            yield findings.string_without_length(field, legacy)
        return
    yield from _length(field, length, legacy)


def _length(field: Field, option: Option, legacy: Severity) -> Iterator[Diagnostic]:
    length = field.max_length
    if option.kind is not OptionKind.NUMBER or length is None:
        yield findings.bad_length(option, "is not a number", legacy)
    elif length <= 0:
        yield findings.bad_length(option, "leaves no room for any text", legacy)
    elif length in _ODD:
        yield findings.odd_length(option, _ODD[length])
    if field.text:
        yield findings.useless_option(option, "`text = True` means text of any length")


def _bounds(field: Field, legacy: Severity) -> Iterator[Diagnostic]:
    for name, value in (("min_value", field.min_value), ("max_value", field.max_value)):
        option = field.options.get(name)
        if option is not None and value is None:
            yield findings.bad_bounds(option, "is not a number", legacy)
    low, high = field.min_value, field.max_value
    if low is not None and high is not None and low > high:
        yield findings.bad_bounds(field.options["min_value"], f"is above max_value {high}", legacy)


def _default(field: Field, legacy: Severity) -> Iterator[Diagnostic]:
    option, value = field.options["default"], field.default
    if field.type is FieldType.BOOL and option.kind is OptionKind.STRING:
        yield findings.quoted_boolean(option, legacy)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        low, high = field.min_value, field.max_value
        if (low is not None and value < low) or (high is not None and value > high):
            yield findings.default_not_allowed(option, "is outside min_value and max_value", legacy)
    elif isinstance(value, str) and field.type in _TEXTUAL:
        limit = None if field.text else field.max_length
        if limit is not None and 0 < limit < len(value):
            yield findings.default_not_allowed(option, f"is longer than max_length {limit}", legacy)
    if field.choices and value not in [choice.value for choice in field.choices]:
        yield findings.default_not_allowed(option, "is none of the choices", legacy)

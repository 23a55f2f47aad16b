"""A template that fails, told in terms of the template: file, line, includes, model at hand."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import jinja2

from xgen.diagnostics import Diagnostic, Label, did_you_mean
from xgen.ir.app import Field, Link, Model
from xgen.source import Source, Span

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

    from xgen.rendering.environment import TargetLoader

_RECORD = "'xgen.compat.records.Record object'"
_UNDEFINED = re.compile(r"'([^']+)' is undefined$")


class _Place(NamedTuple):
    path: str
    line: int
    values: dict[str, object]


def explain(
    error: BaseException, loader: TargetLoader, sources: dict[str, Source], open_file: str | None
) -> Diagnostic:
    """Return the diagnostic for ``error``, raised while a template was read or rendered.

    The texts of the templates it points into are added to ``sources``.
    """
    places = list(_places(error, loader))
    if isinstance(error, jinja2.TemplateSyntaxError):
        path = error.filename or error.name or "<template>"
        places.append(_Place(path, error.lineno, {}))
    spans = [line_span(place.path, place.line, loader, sources) for place in places]
    included = [Label(span, "from here") for span in dict.fromkeys(reversed(spans[:-1]))]
    return Diagnostic(
        code="template-error",
        message=_message(error),
        span=spans[-1] if spans else None,
        labels=tuple(label for label in included if not spans or label.span != spans[-1]),
        notes=tuple(_circumstances(places, open_file)),
        help=_help(error, places),
    )


def _places(error: BaseException, loader: TargetLoader) -> Iterator[_Place]:
    """Yield the template lines that were being executed, outermost first.

    Jinja2 has put template lines and variables into the traceback in place of compiled code.
    """
    trace: TracebackType | None = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        if code.co_filename in loader.texts:
            yield _Place(code.co_filename, trace.tb_lineno, dict(trace.tb_frame.f_locals))
        trace = trace.tb_next


def line_span(path: str, number: int, loader: TargetLoader, sources: dict[str, Source]) -> Span:
    """Return the span of a line of a template, whose text is added to ``sources``."""
    source = sources.get(path)
    if source is None:
        source = sources[path] = Source(path, loader.texts.get(path, ""))
    lines = source.text.split("\n")
    if not 1 <= number <= len(lines):
        return Span(path, 0, 0)
    line = lines[number - 1]
    start = sum(len(before) + 1 for before in lines[: number - 1])
    indent = len(line) - len(line.lstrip())
    return Span(path, start + indent, start + max(len(line.rstrip()), indent))


def _message(error: BaseException) -> str:
    if isinstance(error, jinja2.TemplateNotFound):
        return f"there is no template `{error.name}`"
    if isinstance(error, jinja2.TemplateError):
        message = (error.message or type(error).__name__).rstrip(".")
        return message.replace(_RECORD, "'dict object'")
    text = str(error)
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def _help(error: BaseException, places: list[_Place]) -> str | None:
    if not isinstance(error, jinja2.UndefinedError):
        return None
    found = _UNDEFINED.search(error.message or "")
    if found is None or not places:
        return None
    return did_you_mean(found[1], places[-1].values)


def _circumstances(places: list[_Place], open_file: str | None) -> Iterator[str]:
    if open_file is not None:
        yield f"while rendering the file `{open_file}`"
    inwards = [place.values for place in reversed(places)]
    model = next((found for values in inwards if (found := _model(values)) is not None), None)
    member = next((item for values in inwards if (item := _member(values)) is not None), None)
    if model is not None and member is not None:
        yield f"while rendering `{member}` of model `{model}`"
    elif model is not None:
        yield f"while rendering model `{model}`"


def _model(values: dict[str, object]) -> str | None:
    """Return the name of the model that a variable holds, itself or as its ``model``."""
    for value in reversed(list(values.values())):
        if isinstance(value, Model):
            return value.name
        if isinstance(value, dict) and "fqn" in value and "fields" in value:  # of an old template
            return str(value["name"])
        inner = getattr(value, "model", None) if _is_view(value) else None
        if isinstance(inner, Model):
            return inner.name
    return None


def _member(values: dict[str, object]) -> str | None:
    for value in reversed(list(values.values())):
        if isinstance(value, Field | Link):
            return value.name
        if isinstance(value, dict) and value.get("_type") in ("field", "link", "rlink"):
            return str(value["name"])
    return None


def _is_view(value: object) -> bool:
    return type(value).__module__.startswith("xgen.views")

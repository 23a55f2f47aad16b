"""Rules about the models of a service: what people and other tools expect of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xgen.diagnostics import Diagnostic, Label, Severity
from xgen.ir.types import Origin

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xgen.ir.app import App

_SERVICE = "Service"
_OPTIONS = {
    "name": (Severity.WARNING, "what the application, its package and its tables are called"),
    "verbose_name": (Severity.WARNING, "what people read"),
    "app_label": (Severity.NOTE, "where older tools look for the name; here it follows `name`"),
}


def check_service(app: App) -> Iterator[Diagnostic]:
    """Yield what is missing in the models of a service."""
    yield from _options(app)
    yield from _services(app)
    yield from _parents(app)


def _options(app: App) -> Iterator[Diagnostic]:
    path = app.sources[0] if app.sources else None
    for name, (severity, meaning) in _OPTIONS.items():
        stated = app.options.text(name)
        if stated or (app.models and all(model.options.text(name) for model in app.models)):
            continue
        yield Diagnostic(
            code="service-options",
            message=f"there is no `option {name}`: {meaning}",
            path=path,
            severity=severity,
            help=f'write `option {name} = "{_example(app, name)}";` at the top of the file',
        )


def _example(app: App, name: str) -> str:
    return str(app.name) if name != "verbose_name" else str(app.name).replace("_", " ").title()


def _services(app: App) -> Iterator[Diagnostic]:
    services = [
        model
        for model in app.models
        if any(
            base.name == _SERVICE and base.origin is Origin.CORE for base in app.ancestors(model)
        )
    ]
    if not services and app.models:
        yield Diagnostic(
            code="one-service",
            message=f"no model derives from `{_SERVICE}`",
            path=app.sources[0],
            severity=Severity.WARNING,
            help=f"the service as a whole is a model, too: `message MyService ({_SERVICE}) {{ }}`",
        )
    for other in services[1:]:
        yield Diagnostic(
            code="one-service",
            message=f"`{other.name}` is a second model that derives from `{_SERVICE}`",
            span=other.span,
            severity=Severity.WARNING,
            labels=(Label(services[0].span, "the first one"),),
            help="a package is for one service; another one gets a package of its own",
        )


def _parents(app: App) -> Iterator[Diagnostic]:
    for model in app.models:
        if model.bases or model.opaque_bases or model.abstract or model.skip_django:
            continue
        yield Diagnostic(
            code="no-parent",
            message=f"`{model.name}` derives from nothing",
            span=model.span,
            severity=Severity.WARNING,
            help=f"write `message {model.name} (XOSBase)`: it gets that base in any case",
        )

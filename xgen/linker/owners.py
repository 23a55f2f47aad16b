"""Which service the instances of a model belong to when nobody says."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from xgen.linker import findings
from xgen.syntax.tree import Name

if TYPE_CHECKING:
    from xgen.ir.app import App, Model, ModelRef
    from xgen.linker.context import Context
    from xgen.linker.resolve import Resolver
    from xgen.linker.symbols import Declared

_SERVICE, _INSTANCE = "Service", "ServiceInstance"


def with_owners(
    app: App, declared: dict[str, Declared], resolver: Resolver, context: Context
) -> App:
    """Set the owner of each instance model: as its option says, else the package's one service."""
    services = [m for m in app.models if m.name != _SERVICE and app.is_a(m, _SERVICE)]
    only = services[0].ref if len(services) == 1 else None
    models = tuple(_owned(m, app, only, declared, resolver, context) for m in app.models)
    return replace(app, models=models)


def _owned(
    model: Model,
    app: App,
    only: ModelRef | None,
    declared: dict[str, Declared],
    resolver: Resolver,
    context: Context,
) -> Model:
    option = model.options.get("owner_class_name")
    if option is not None and option.value is not None:
        user = declared[model.ref]
        name = Name(str(option.value), option.span or model.span)
        found = resolver.model(name, user)
        if found is None:
            known = resolver.names(user.origin)
            context.add(findings.unknown_owner(name.text, option.span, known))
            return model
        return replace(model, owner_class=found.ref)
    if only is not None and model.name != _INSTANCE and app.is_a(model, _INSTANCE):
        return replace(model, owner_class=only)
    return model

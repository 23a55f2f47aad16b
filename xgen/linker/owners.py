"""Which service the instances of a model belong to when nobody says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xgen.dataclass import replace
from xgen.ir.app import ModelRef
from xgen.linker import findings
from xgen.syntax.tree import Name

if TYPE_CHECKING:
    from xgen.ir.app import App
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
    models = []
    for model in app.models:
        option = model.options.get("owner_class_name")
        owner = None
        if option is not None and option.value is not None and not option.inherited:
            name = Name(str(option.value), option.span)
            owner = _named(name, declared[model.ref], resolver, context)
        elif model.name != _INSTANCE and app.is_a(model, _INSTANCE):
            owner = only
        models.append(model if owner is None else replace(model, owner_class=owner))
    return replace(app, models=tuple(models))


def _named(name: Name, user: Declared, resolver: Resolver, context: Context) -> ModelRef | None:
    found = resolver.model(name, user)
    if found is not None:
        return ModelRef(found.ref)
    context.add(findings.unknown_owner(name.text, name.span, resolver.names(user.origin)))
    return None

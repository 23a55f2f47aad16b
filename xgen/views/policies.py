"""What ``_generated/policies.py`` and the scaffolds of model policies say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xgen.dataclass import dataclass
from xgen.views.layout import class_header, function_header, import_from
from xgen.views.memo import last
from xgen.views.schema import schema

if TYPE_CHECKING:
    from xgen.ir.app import App


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelPolicy:
    """One model policy: its generated base class and what its scaffold needs to know."""

    model: str
    name: str
    """The author's class, ``ColorPolicy``."""
    module: str
    header: str
    model_import: str
    base_import: str
    scaffold_header: str
    create_header: str
    update_header: str
    delete_header: str


@last
def policies(app: App) -> tuple[ModelPolicy, ...]:
    """Return the model policies of the package, one for each concrete model that wants one."""
    names = [t.class_name for t in schema(app).concrete() if not t.model.no_policy]
    return tuple(
        ModelPolicy(
            model=name,
            name=f"{name}Policy",
            module=f"model_policy_{name.lower()}",
            header=class_header(f"{name}PolicyBase", [f"ModelPolicy[models.{name}]"]),
            model_import=import_from(f"{app.name}._generated.models", [name]),
            base_import=import_from(f"{app.name}._generated.policies", [f"{name}PolicyBase"]),
            scaffold_header=class_header(f"{name}Policy", [f"{name}PolicyBase"]),
            create_header=_handler("handle_create", name),
            update_header=_handler("handle_update", name),
            delete_header=_handler("handle_delete", name),
        )
        for name in names
    )


def models_import(app: App) -> str:
    """Return how a generated module imports the package's models."""
    return import_from(f"{app.name}._generated", ["models"])


def _handler(method: str, model: str) -> str:
    return function_header(method, ["self", f"o: {model}"], "None", 4)

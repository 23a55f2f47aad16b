"""Views: what templates place, computed from an :class:`~xgen.ir.app.App` by pure functions.

Each function takes the app and returns frozen values whose texts are finished source. Templates
call them by name; the modules behind them are imported when a template first does.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def _lazy(module: str, name: str) -> Callable[..., object]:
    def view(*arguments: object, **options: object) -> object:
        function: Callable[..., object] = getattr(import_module(f"{__name__}.{module}"), name)
        return function(*arguments, **options)

    view.__name__ = name
    return view


_FUNCTIONS = {
    "dependencies": "dependencies",
    "django": "django",
    "django_app": "django",
    "docs": "docs",
    "graph": "graph",
    "ir": "ir",
    "launch": "launch",
    "migration": "migrations",
    "modeldefs": "modeldefs",
    "models_import": "policies",
    "openapi": "openapi",
    "origin": "launch",
    "policies": "policies",
    "proto": "proto",
    "protoapi": "protoapi",
    "standalone": "standalone",
    "schedule": "waves",
    "security": "security",
    "steps": "steps",
    "tosca": "tosca",
    "tosca_keys": "tosca",
    "wire": "wire",
    "xproto": "xproto",
}
_FILTERS = {
    "cell": "docs",
    "comment": "text",
    "docstring": "text",
    "indented": "text",
    "json_document": "documents",
    "literal": "text",
    "paragraphs": "docs",
    "yaml_document": "documents",
    "yaml_literal": "text",
}

GLOBALS: dict[str, Callable[..., object]] = {
    name: _lazy(module, name) for name, module in _FUNCTIONS.items()
}
"""The functions that every template sees."""

FILTERS: dict[str, Callable[..., object]] = {
    name: _lazy(module, name) for name, module in _FILTERS.items()
}
"""The filters through which a model's text enters a file."""

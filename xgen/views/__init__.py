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
    "launch": "launch",
    "migration": "migrations",
    "models_import": "policies",
    "origin": "launch",
    "policies": "policies",
    "steps": "steps",
}
_FILTERS = ("comment", "docstring", "indented", "literal", "yaml_literal")

GLOBALS: dict[str, Callable[..., object]] = {
    name: _lazy(module, name) for name, module in _FUNCTIONS.items()
}
"""The functions that every template sees."""

FILTERS: dict[str, Callable[..., object]] = {name: _lazy("text", name) for name in _FILTERS}
"""The filters through which a model's text enters a file."""

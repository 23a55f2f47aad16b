"""Which policy and validators a model has: those of its own package's ``_generated/security.py``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from django.apps import apps

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import ModuleType

    from django.db.models import Model

    from xgen.runtime.access.where import Condition


@dataclass(frozen=True, slots=True)
class Access:
    """The access policy of a model: as a function, and as a filter where that can be."""

    policy: str
    holds: Callable[[Any, Any], bool]
    filter: Callable[[Any, Any], Condition] | None = None
    unfiltered: str = ""
    """Why there is no filter; lists are then looked through in Python."""


@dataclass(frozen=True, slots=True)
class Validator:
    """What every saved object of a model has to satisfy, and what is said when it does not."""

    policy: str
    holds: Callable[[Any, Any], bool]
    message: str


@cache
def access_of(model: type[Model]) -> Access | None:
    """Return the policy of a model: its own, or that of the nearest base that has one."""
    for base, module in _modules(model):
        found: Access | None = module.ACCESS.get(base.__name__)
        if found is not None:
            return found
    return None


@cache
def validators_of(model: type[Model]) -> tuple[Validator, ...]:
    """Return the validators of a model and of its bases, the most distant base's first."""
    found: list[Validator] = []
    for base, module in _modules(model):
        found = [*module.VALIDATORS.get(base.__name__, ()), *found]
    return tuple(found)


def _modules(model: type[Model]) -> Iterator[tuple[type[Model], ModuleType]]:
    for base in model.__mro__:
        label = getattr(getattr(base, "_meta", None), "app_label", None)
        module = _module(apps.get_app_config(label).name) if label in apps.app_configs else None
        if module is not None:
            yield base, module


@cache
def _module(package: str) -> ModuleType | None:
    name = f"{package}._generated.security"
    try:
        spec = find_spec(name)
    except ModuleNotFoundError:  # an app that is not generated
        return None
    return None if spec is None else import_module(name)

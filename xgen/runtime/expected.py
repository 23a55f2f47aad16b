"""Which steps a package ought to have, by the bases that were generated for them.

A model whose step file is gone looks as if it were synced: nothing is done, so nothing fails.
"""

from __future__ import annotations

import re
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

from xgen.runtime.kinds import is_object
from xgen.runtime.step import SyncStep

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Set as AbstractSet
    from pathlib import Path

    from xgen.runtime.models import Object


class Missing(NamedTuple):
    """A model without the step that it ought to have."""

    model: type[Object]
    text: str
    """What is wrong, for people."""


def missing_steps(
    package: str, folder: Path, observed: AbstractSet[type[Any]]
) -> Iterator[Missing]:
    """Yield the models for which a base of a step was generated but that none is for.

    ``observed`` are the models that the package's steps are for.
    """
    module = f"{package}._generated.steps"
    try:
        bases = vars(import_module(module)).values()
    except ModuleNotFoundError as error:
        if error.name not in (module, f"{package}._generated"):
            raise
        return  # a package that was written by hand
    for base in list(bases):
        if not (isinstance(base, type) and issubclass(base, SyncStep)):
            continue
        model = getattr(base, "observes", None)
        if base.__module__ == module and is_object(model) and observed.isdisjoint(model.__mro__):
            yield Missing(model, _text(model, base, folder))


def _text(model: type[Object], base: type[Any], folder: Path) -> str:
    name = f"steps/{_snake(base.__name__.removesuffix('Base'))}.py"
    where = "has none" if (folder / name).exists() else "is not there"
    return (
        f"{model.__name__} has no step, so its objects count as synced with nothing done: "
        f"{name} {where}"
    )


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()

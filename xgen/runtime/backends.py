"""Which back-end an object is behind, as its step says: for limits, breakers and restarts."""

from __future__ import annotations

import inspect
import sys
from typing import TYPE_CHECKING, Any, TypeAlias

from xgen.runtime.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from xgen.runtime.registry import Registry, Work

Declared: TypeAlias = "str | Callable[[Any], str | None]"
"""A name, or a function that returns one for an object."""


def backend_of(work: Work, o: object) -> str:
    """Return the name of the back-end that an object is behind; empty if it is behind none.

    Raises:
        TypeError: what the step's function returned is no name.
    """
    backend = work.backend
    found: object = backend(o) if callable(backend) else backend
    if found is not None and not isinstance(found, str):
        step = work.step.__name__ if work.step else ""
        raise TypeError(f"{step}.backend must return a text or None, not {found!r}")
    return found or ""


def names(registry: Registry) -> set[str] | None:
    """Return the names of all back-ends; None if a step works them out for each object."""
    found: set[str] = set()
    for work in registry.work.values():
        if callable(work.backend):
            return None
        if work.backend:
            found.add(work.backend)
    return found


def mistakes(steps: Iterable[type[Any]]) -> Iterator[ConfigError]:
    """Yield what is wrong with what steps say of their back-ends."""
    for step in steps:
        backend = inspect.getattr_static(step, "backend", "")
        if isinstance(backend, str):
            continue
        if isinstance(backend, staticmethod) and _takes_one(backend.__func__):
            continue
        path = getattr(sys.modules.get(step.__module__), "__file__", None)
        yield ConfigError(
            f"{step.__name__}.backend must be a text, or a static method that takes the object",
            path=path,
            help="put `@staticmethod` above `def backend(o):`" if callable(backend) else None,
        )


def _takes_one(function: Any) -> bool:
    try:
        inspect.signature(function).bind(None)
    except TypeError:
        return False
    return True

"""The pull and event steps that a package declares, and what is wrong with them."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, TypeVar

from xgen.runtime.bus import technologies
from xgen.runtime.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from xgen.runtime.intake.event import EventStep
    from xgen.runtime.intake.pull import PullStep

__all__ = ["mistakes", "named"]

_T = TypeVar("_T")


def named(package: str, steps: Iterable[type[_T]]) -> dict[str, type[_T]]:
    """Return steps by the name under which the database knows them."""
    return {f"{package}.{step.__name__}": step for step in steps}


def mistakes(
    pulls: Mapping[str, type[PullStep]],
    events: Mapping[str, type[EventStep]],
    sync_steps: Iterable[type[Any]],
) -> list[ConfigError]:
    """Return what is wrong with the declarations of steps."""
    said = [getattr(step, "backend", "") for step in sync_steps]
    # Where a step works them out for each object, any name may be one.
    backends = None if any(map(callable, said)) else {name for name in said if name}
    errors = [_error(step, text) for step in pulls.values() for text in _of_pull(step)]
    errors += [_error(step, text) for step in events.values() for text in _of_event(step, backends)]
    both = sorted(pulls.keys() & events.keys())
    errors += [_error(events[name], f"there is a pull step called {name}, too") for name in both]
    return errors


def _of_pull(step: type[PullStep]) -> Iterator[str]:
    if not _is_time(step.interval):
        yield f"interval must be a number of seconds above 0, not {step.interval!r}"
    yield from _of_timeout(step.timeout)


def _of_event(step: type[EventStep], backends: set[str] | None) -> Iterator[str]:
    topics: Any = step.topics
    if isinstance(topics, str) or not topics or not all(isinstance(each, str) for each in topics):
        yield f'topics must be a tuple of texts such as ("events",), not {topics!r}'
    if step.technology not in technologies():
        known = ", ".join(technologies())
        yield f"technology must be one of {known}, not {step.technology!r}"
    if not isinstance(step.tries, int) or step.tries < 1:
        yield f"tries must be a whole number above 0, not {step.tries!r}"
    if step.restarts and backends is not None and step.restarts not in backends:
        yield f"restarts: no sync step has backend = {step.restarts!r}"
    yield from _of_timeout(step.timeout)


def _of_timeout(timeout: Any) -> Iterator[str]:
    if timeout is not None and not _is_time(timeout):
        yield f"timeout must be a number of seconds above 0 or None, not {timeout!r}"


def _is_time(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value > 0


def _error(step: type[Any], text: str) -> ConfigError:
    path = getattr(sys.modules.get(step.__module__), "__file__", None)
    return ConfigError(f"{step.__name__}.{text}", path=path)

"""What config.yaml says about limits: how much at once and how often, for models and back-ends.

Plain values, and what is wrong with them; what keeps to them is in ``gate.py``.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from xgen.runtime.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakerConfig:
    """When nothing more is tried at a back-end that keeps failing, and when it is tried again."""

    failures: int = 5
    """So many failures in a row, of two objects at least, open it; 0: never."""
    wait: float = 5.0
    """Seconds until one object tries whether the back-end is there again."""
    factor: float = 2.0
    """By how much the wait grows with each such try that fails."""
    cap: float = 300.0
    """The longest wait in seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelLimit:
    """The limits of the steps of one model; None: no limit."""

    concurrency: int | None = None
    """So many run at once."""
    rate: float | None = None
    """So many start in a second."""
    burst: int | None = None
    """So many may start at once after a quiet time; the rate, rounded up, if it is not given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BackendLimit:
    """The limits of one back-end, and where its circuit breaker differs from the usual one."""

    concurrency: int | None = None
    rate: float | None = None
    burst: int | None = None
    failures: int | None = None
    wait: float | None = None
    factor: float | None = None
    cap: float | None = None

    def breaker(self, usual: BreakerConfig) -> BreakerConfig:
        """Return what holds for the breaker of this back-end."""
        own = {f.name: getattr(self, f.name) for f in fields(BreakerConfig)}
        return BreakerConfig(
            **{name: getattr(usual, name) if v is None else v for name, v in own.items()}
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The section ``limits``: by the name of the model, and by that of the back-end."""

    models: Mapping[str, ModelLimit] = field(default_factory=dict)
    backends: Mapping[str, BackendLimit] = field(default_factory=dict)


USUAL_BREAKER = BreakerConfig()
SCHEMAS: Mapping[str, type[Any]] = {"models": ModelLimit, "backends": BackendLimit}
NO_LIMITS = Limits()


def checks(limits: Limits, usual: BreakerConfig) -> Iterator[tuple[str, bool, str]]:
    """Yield what the numbers must fulfil: the key, whether it does, and what to say if not."""
    yield from _breaker_checks("breaker.", usual)
    for kind in SCHEMAS:
        for name, one in getattr(limits, kind).items():
            key = f"limits.{kind}.{name}."
            yield f"{key}concurrency", _at_least(one.concurrency, 1), "must be at least 1"
            yield f"{key}rate", one.rate is None or one.rate > 0, "must be more than 0"
            yield f"{key}burst", _at_least(one.burst, 1), "must be at least 1"
            useless = one.burst is None or one.rate is not None
            yield f"{key}burst", useless, f"is of no use without `{key}rate`"
            if isinstance(one, BackendLimit) and one.breaker(usual) != usual:
                yield from _breaker_checks(key, one.breaker(usual))


def _breaker_checks(key: str, one: BreakerConfig) -> Iterator[tuple[str, bool, str]]:
    yield f"{key}failures", one.failures >= 0, "must be at least 1, or 0 for no breaker"
    yield f"{key}wait", one.wait > 0, "must be more than 0"
    yield f"{key}factor", one.factor >= 1, "must be at least 1"
    yield f"{key}cap", one.cap >= one.wait, f"must be at least the wait, {one.wait:g}"


def _at_least(value: int | None, least: int) -> bool:
    return value is None or value >= least


def unknown_names(
    limits: Limits,
    models: set[str],
    backends: set[str] | None,
    origins: Mapping[str, str],
) -> Iterator[ConfigError]:
    """Yield what is wrong with names: no model, or no step's back-end, is called like this.

    ``backends`` None: steps work them out for each object, so nobody can tell.
    """
    wanted = (("models", models, "there is no model"), ("backends", backends, "no step is for"))
    for kind, known, text in wanted:
        for name in getattr(limits, kind):
            if known is None or name in known:
                continue
            close = get_close_matches(name, known, n=1, cutoff=0.6)
            advice = f"did you mean `{close[0]}`?" if close else _known(kind, known)
            key = f"limits.{kind}.{name}"
            yield ConfigError(f"`{key}`: {text} `{name}`", path=origins.get(key), help=advice)


def _known(kind: str, known: set[str]) -> str:
    if known:
        return f"known: {', '.join(sorted(known))}"
    return "no step has `backend = ...`" if kind == "backends" else "this package has no models"

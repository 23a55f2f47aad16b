"""One limit: how many runs may start now, and when that changes. Pure; times are passed in.

A gate stands before the steps of a model, or before a back-end. It counts what runs, hands out
tokens at a rate, and knows whether the back-end is worth trying at all.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from xgen.runtime.reconcile import NEVER

if TYPE_CHECKING:
    from xgen.runtime.limits import BackendLimit, BreakerConfig, ModelLimit

_UNLIMITED = 1 << 30
#: One object that always fails says nothing of its back-end.
_LEAST_OBJECTS = 2
# What floating point makes of a token that is just there.
_NEARLY = 1e-9


class Bucket:
    """Tokens that drip in at a rate, up to a number: each start takes one."""

    def __init__(self, rate: float, burst: int | None) -> None:
        self.rate = rate
        self.burst = burst or max(1, math.ceil(rate))
        self._tokens = float(self.burst)
        self._at: float | None = None

    def tokens(self, now: float) -> int:
        """Return how many there are now."""
        if self._at is not None and now > self._at:
            self._tokens = min(float(self.burst), self._tokens + (now - self._at) * self.rate)
        self._at = now  # a clock that went backwards only begins anew
        return int(self._tokens + _NEARLY)

    def take(self, now: float) -> None:
        """Take a token."""
        self.tokens(now)
        self._tokens -= 1.0

    def put_back(self) -> None:
        """Give a token back that was not needed."""
        self._tokens = min(float(self.burst), self._tokens + 1.0)

    def next(self, now: float) -> float:
        """Return when there will be a token."""
        return now if self.tokens(now) else now + (1.0 - self._tokens) / self.rate


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """An open breaker, as the database has it."""

    since: float
    until: float
    wait: float
    failures: int
    reason: str


class Breaker:
    """Opens when runs fail in a row; then one run after a wait, which grows, finds out more.

    Failures count while it is closed; only of several objects do they say that it is the back-end.
    """

    def __init__(self, config: BreakerConfig) -> None:
        self.config = config
        self.opening: Opening | None = None
        self._failures = 0
        self._failed: set[int] = set()
        self._probe: int | None = None

    @property
    def is_probing(self) -> bool:
        """Say whether a run is under way that shows whether the back-end is there again."""
        return self._probe is not None

    def spare(self, now: float) -> int:
        """Return how many runs may start now."""
        if self.opening is None:
            return _UNLIMITED
        return 1 if self._probe is None and now >= self.opening.until else 0

    def started(self, key: int) -> None:
        """Note that a run starts."""
        if self.opening is not None:
            self._probe = key

    def cancelled(self, key: int) -> None:
        """Note that a run ended and nobody can tell whether the back-end is there."""
        if key == self._probe:
            self._probe = None

    def succeeded(self) -> None:
        """Note that the back-end did what a run asked for: it is there."""
        self.opening = self._probe = None
        self._failures = 0
        self._failed.clear()

    def failed(self, key: int, error: str, now: float) -> None:
        """Note that a run failed."""
        self._failures += 1
        if self.opening is not None:
            if key == self._probe:
                self._probe = None
                wait = min(self.opening.wait * self.config.factor, self.config.cap)
                self._open(self.opening.since, wait, error, now)
            return
        if len(self._failed) < _LEAST_OBJECTS:
            self._failed.add(key)
        enough = 0 < self.config.failures <= self._failures
        if enough and len(self._failed) >= _LEAST_OBJECTS:
            self._open(now, self.config.wait, error, now)

    def adopt(self, opening: Opening | None) -> None:
        """Take over what the database says: another process opened or closed it, or an operator."""
        if self.is_probing or opening == self.opening:
            return
        if opening is None:
            self.succeeded()
        else:
            self.opening, self._failures = opening, opening.failures

    def _open(self, since: float, wait: float, error: str, now: float) -> None:
        self.opening = Opening(
            since=since, until=now + wait, wait=wait, failures=self._failures, reason=error
        )


@dataclass(slots=True, eq=False)
class Gate:
    """Stands before the steps of a model (``backend`` empty) or before a back-end."""

    name: str
    """How people call it: ``model Color``, ``back-end web``."""
    backend: str = ""
    concurrency: int = _UNLIMITED
    bucket: Bucket | None = None
    breaker: Breaker | None = None
    running: int = field(default=0, init=False)

    def spare(self, now: float) -> int:
        """Return how many runs may start now."""
        found = self.concurrency - self.running
        if self.bucket is not None and found > 0:
            found = min(found, self.bucket.tokens(now))
        if self.breaker is not None and found > 0:
            found = min(found, self.breaker.spare(now))
        return max(found, 0)

    def enter(self, key: int, now: float) -> None:
        """Count a run that starts."""
        self.running += 1
        if self.bucket is not None:
            self.bucket.take(now)
        if self.breaker is not None:
            self.breaker.started(key)

    def leave(self, key: int, *, unused: bool = False) -> None:
        """Count a run that ended, or one that was not made after all."""
        self.running -= 1
        if unused and self.bucket is not None:
            self.bucket.put_back()
        if self.breaker is not None:
            self.breaker.cancelled(key)

    def next(self, now: float) -> float:
        """Return when time alone lets a run start; infinity if another one has to end first."""
        if self.running >= self.concurrency:
            return NEVER
        found = now if self.bucket is None else self.bucket.next(now)
        opening = self.breaker.opening if self.breaker else None
        if self.breaker is not None and opening is not None:
            found = NEVER if self.breaker.is_probing else max(found, opening.until)
        return found

    @property
    def is_open(self) -> bool:
        """Say whether its breaker is what holds runs back."""
        return self.breaker is not None and self.breaker.opening is not None


def of_model(name: str, limit: ModelLimit) -> Gate:
    """Return the gate of a model."""
    gate = Gate(f"model {name}", concurrency=limit.concurrency or _UNLIMITED)
    if limit.rate is not None:
        gate.bucket = Bucket(limit.rate, limit.burst)
    return gate


def of_backend(name: str, limit: BackendLimit, usual: BreakerConfig) -> Gate:
    """Return the gate of a back-end."""
    gate = Gate(f"back-end {name}", name, concurrency=limit.concurrency or _UNLIMITED)
    if limit.rate is not None:
        gate.bucket = Bucket(limit.rate, limit.burst)
    config = limit.breaker(usual)
    if config.failures:
        gate.breaker = Breaker(config)
    return gate

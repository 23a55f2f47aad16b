"""When an object is tried again: a pure function of its attempts and of how the run ended.

===============  =====================  ============================================
outcome          attempts               next run
===============  =====================  ============================================
done             0                      when it changes
failed           + 1                    after ``base * factor ** (attempts - 1)``
                                        seconds, ``cap`` at most, plus or minus
                                        ``jitter`` of it
failed for good  + 1                    when it changes
deferred         as before              after the time the step asked for
===============  =====================  ============================================

Attempts return to 0 with a success, a new generation, the recovery of a dependency and an
operator's retry. ``attempts > 0`` without a time means that only one of these helps. In quarantine, only
what a user does helps.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from xgen.runtime.outcome import Deferred, Failed, Outcome

if TYPE_CHECKING:
    from random import Random

#: For a step that defers without saying for how long.
DEFER_SECONDS = 10.0
#: So many attempts are added to those of an object in quarantine: nobody fails that often. Without
#: a time for the next run they keep it from running, as a failure for good does.
QUARANTINED = 1_000_000
# 2.0 ** 1024 overflows; no cap is reached later than here.
_MOST_DOUBLINGS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """The ``retry`` section of config.yaml, in seconds; ``jitter`` is a share of the delay."""

    base: float = 1.0
    factor: float = 2.0
    cap: float = 600.0
    jitter: float = 0.1


class Decision(NamedTuple):
    """What to remember: the attempts spent, and the unix time of the next run if there is one."""

    attempts: int
    retry_at: float | None


def failures(attempts: int) -> int:
    """Return how many failures in a row there were, in quarantine or not."""
    return attempts % QUARANTINED


def delay(attempts: int, policy: RetryPolicy, rng: Random) -> float:
    """Return the seconds to wait after the ``attempts``-th failure in a row."""
    doublings = min(max(attempts - 1, 0), _MOST_DOUBLINGS)
    seconds = min(policy.base * policy.factor**doublings, policy.cap)
    spread = seconds * policy.jitter
    return max(seconds + rng.uniform(-spread, spread), 0.0)


def decide(
    attempts: int, outcome: Outcome, policy: RetryPolicy, rng: Random, now: float
) -> Decision:
    """Return what follows from ``outcome`` for an object that had spent ``attempts`` before."""
    if isinstance(outcome, Deferred):
        after = DEFER_SECONDS if outcome.after is None else max(outcome.after, 0.0)
        return Decision(attempts, now + after)
    if isinstance(outcome, Failed):
        if outcome.permanent:
            return Decision(attempts + 1, None)
        return Decision(attempts + 1, now + delay(attempts + 1, policy, rng))
    return Decision(0, None)

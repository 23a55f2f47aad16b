"""What an object needs, from what its row says: desired and observed in, one action out. Pure."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from xgen.runtime.retry import QUARANTINED


class Action(Enum):
    """What to do for an object; the value is how people see it."""

    POLICY = "run its policy"
    SYNC = "sync"
    DELETE = "delete"
    REAP = "remove its row"
    NONE = "nothing"


class Row(NamedTuple):
    """The state of one object, as its row has it, without what its author declared.

    The columns from ``pk`` on are read in this order; switches come as 0 and 1.
    """

    root: int
    pk: int
    leaf_model_name: str
    generation: int
    enacted_generation: int
    revision: int
    policed_revision: int
    deleted: int
    lazy_blocked: int
    no_sync: int
    no_policy: int
    backend_need_delete: int
    backend_need_reap: int
    backend_need_delete_policy: int
    backend_code: int
    policy_code: int | None
    sync_attempts: int
    sync_retry_at: float | None
    policy_attempts: int
    policy_retry_at: float | None
    claim_owner: str | None
    claim_expires: float | None
    changed: int | None = 0
    """Whether something is declared that was never synced; else it is due for other reasons."""

    @property
    def is_behind(self) -> bool:
        """Say whether the back-end is behind what is declared, whatever holds it back."""
        return self.enacted_generation < self.generation

    @property
    def is_quarantined(self) -> bool:
        """Say whether it is left alone because its runs set off one another."""
        return max(self.sync_attempts, self.policy_attempts) >= QUARANTINED

    @property
    def is_policy_behind(self) -> bool:
        """Say whether a policy has yet to look at this object."""
        return self.policed_revision < self.revision


class Abilities(NamedTuple):
    """What there is for objects of one model."""

    has_step: bool
    has_policy: bool


class Verdict(NamedTuple):
    """The next action for an object, and the unix time before which it must not start.

    ``not_before`` None means at once; infinity: not until somebody changes something.
    """

    action: Action
    not_before: float | None = None


NEVER = float("inf")
NOTHING = Verdict(Action.NONE)


def verdict(row: Row, abilities: Abilities, now: float) -> Verdict:
    """Return what to do for the object next; its policy comes before its step."""
    policy = _policy_verdict(row, abilities)
    if policy is not None and (policy.not_before is None or policy.not_before <= now):
        return policy
    step = _step_verdict(row, abilities)
    if policy is None:
        return step
    # The policy waits. A deletion waits with it: what the policy takes away must go first.
    if row.deleted or step.action is Action.NONE or not _sooner(step, policy):
        return policy
    return step


def _sooner(one: Verdict, other: Verdict) -> bool:
    return (one.not_before or 0.0) <= (other.not_before or 0.0)


def _policy_verdict(row: Row, abilities: Abilities) -> Verdict | None:
    if not abilities.has_policy or row.no_policy or not row.is_policy_behind:
        return None
    if row.deleted and not row.backend_need_delete_policy:
        return None  # no policy ever ran for it, so there is nothing to take back
    return Verdict(Action.POLICY, _not_before(row.policy_attempts, row.policy_retry_at))


def _step_verdict(row: Row, abilities: Abilities) -> Verdict:
    if not row.is_behind:
        return NOTHING
    if row.lazy_blocked:
        return Verdict(Action.DELETE if row.deleted else Action.SYNC, NEVER)
    not_before = _not_before(row.sync_attempts, row.sync_retry_at)
    if row.deleted:
        confirmed = row.backend_need_reap or not row.backend_need_delete
        if confirmed or row.no_sync or not abilities.has_step:
            return Verdict(Action.REAP, not_before)
        return Verdict(Action.DELETE, not_before)
    return NOTHING if row.no_sync else Verdict(Action.SYNC, not_before)


def _not_before(attempts: int, retry_at: float | None) -> float | None:
    return NEVER if attempts > 0 and retry_at is None else retry_at

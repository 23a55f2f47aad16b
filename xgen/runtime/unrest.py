"""Finds objects that never come to rest: whose runs set off, by what they write, more runs of them.

Each write of a step or policy that makes an object due is remembered until that object runs, as
the cause of that run. So runs form chains, and an object that stands in one chain again and
again does not settle, however long the way round is: step and policy of one object, policies of
two, a dependent that writes to what it depends on. What a user does to an object ends its chain.

Many causes of one run, or many runs because of many changes, make no chain. It is all in memory:
a chain begins anew with a restart.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from xgen.runtime.outcome import fit
from xgen.runtime.reconcile import Action

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from xgen.runtime.execution import Job
    from xgen.runtime.store import Store
    from xgen.runtime.wakeup import Touch

#: So many objects are known by what made them due.
_MOST_CAUSES = 100_000
#: What a message names at most.
_MOST_RUNS = 6
_MOST_FIELDS = 5
_POLICY, _STEP = True, False


@dataclass(slots=True, eq=False)
class Run:
    """A run that set off another one."""

    mark: tuple[int, bool]
    """The object, and whether it was its policy."""
    name: str
    updated: Any
    """When its object had last been changed from outside."""
    cause: Cause | None
    depth: int
    seen: dict[tuple[int, bool], int] = field(default_factory=dict)
    """How often which run was made in all that followed from one change; at least as often as in
    one chain of it."""


@dataclass(frozen=True, slots=True)
class Cause:
    """Why an object is due: which run wrote what."""

    run: Run
    what: str


class Unrest:
    """Knows what set off the runs of a synchronizer. ``limit`` None: everything is fine."""

    def __init__(self, store: Store, limit: int | None) -> None:
        self.store = store
        self.limit = limit
        self._causes: dict[tuple[int, bool], Cause] = {}

    def begins(self, job: Job) -> str | None:
        """Note that a run starts; say why it must not, if it only follows from itself."""
        if not self._causes:
            return None
        mark = _mark(job)
        cause = job.cause = self._causes.pop(mark, None)
        if cause is None or self.limit is None:
            return None
        seen = cause.run.seen
        seen[mark] = seen.get(mark, 0) + 1
        if seen[mark] <= self.limit:
            return None
        before = sum(
            run.mark == mark and run.updated == job.obj.__dict__.get("updated")
            for run in _chain(cause)
        )
        return _message(mark, cause, before) if before >= self.limit else None

    def heed(self, touches: Iterable[Touch], running: Mapping[int, Job]) -> None:
        """Note what runs that have not ended yet wrote."""
        for touch in touches:
            job = running.get(self.store.key_of(touch.on))
            if job is None:
                continue  # it was given up on long ago
            root = self.store.index[touch.root]
            for pk in touch.ids:
                key = self.store.key(root, pk)
                what = f"{_fields(touch.fields)} of {self._name(touch.model, pk)}"
                if touch.sync:
                    self._set_off((key, _STEP), job, what)
                if touch.policy:
                    self._set_off((key, _POLICY), job, what)

    def woke(self, job: Job, key: int) -> None:
        """Note that an object is due because one that it depends on was synced."""
        self._set_off((key, _STEP), job, f"what {self.store.name(key)} depends on")

    def settled(self, key: int) -> None:
        """Forget an object that is in sync."""
        if self._causes:
            self._causes.pop((key, _STEP), None)
            self._causes.pop((key, _POLICY), None)

    def _set_off(self, mark: tuple[int, bool], job: Job, what: str) -> None:
        run = job.run
        if run is None:
            own, cause = _mark(job), job.cause
            seen = cause.run.seen if cause else {own: 1}
            depth = cause.run.depth + 1 if cause else 0
            updated = job.obj.__dict__.get("updated")
            run = job.run = Run(own, job.name, updated, cause, depth, seen)
        if len(self._causes) >= _MOST_CAUSES:
            # Objects of others are never seen to run here; the oldest go.
            del self._causes[next(iter(self._causes))]
        known = self._causes.get(mark)
        # Of several chains the longest: it is the one that may have no end.
        if known is None or known.run.depth <= run.depth:
            self._causes[mark] = Cause(run, what)

    def _name(self, model: type[Any], pk: int) -> str:
        return f"{model.__name__} {pk}"


def _mark(job: Job) -> tuple[int, bool]:
    return job.key, job.action is Action.POLICY


def _chain(cause: Cause | None) -> Iterator[Run]:
    while cause is not None:
        yield cause.run
        cause = cause.run.cause


def _message(mark: tuple[int, bool], cause: Cause, times: int) -> str:
    """Return in words what goes round in the last turn."""
    parts: list[str] = []
    link: Cause | None = cause
    while link is not None:
        parts.append(f"{link.run.name} changed {link.what}")
        if link.run.mark == mark:
            break
        link = link.run.cause
    parts.reverse()
    if len(parts) > _MOST_RUNS:
        parts[_MOST_RUNS // 2 : -_MOST_RUNS // 2] = ["..."]
    turn = "; ".join(parts)
    return fit(f"quarantined: it does not settle, {times} runs each set off by itself: {turn}")


def _fields(names: tuple[str, ...]) -> str:
    more = ", ..." if len(names) > _MOST_FIELDS else ""
    return ", ".join(names[:_MOST_FIELDS]) + more

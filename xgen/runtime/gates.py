"""The limits that the objects of a synchronizer run into, and the objects that they hold.

An object that may not start stands aside at the gate that refused it and costs nothing there. It
comes back when a run ended there, when a token dripped in, or when a breaker wants a try.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xgen.runtime import gate as gates
from xgen.runtime.limits import NO_LIMITS, USUAL_BREAKER, BackendLimit
from xgen.runtime.outcome import Deferred, Done, Failed
from xgen.runtime.ready import Line
from xgen.runtime.reconcile import NEVER, Action

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from xgen.runtime.gate import Gate, Opening
    from xgen.runtime.limits import BreakerConfig, Limits
    from xgen.runtime.outcome import Outcome
    from xgen.runtime.ready import Entry
    from xgen.runtime.registry import Registry

_LIMITED = (Action.SYNC, Action.DELETE)
_NO_LIMIT = BackendLimit()


class Gates:
    """All gates of a synchronizer."""

    def __init__(
        self, registry: Registry, limits: Limits = NO_LIMITS, usual: BreakerConfig = USUAL_BREAKER
    ) -> None:
        self.registry = registry
        self.limits = limits
        self.changed: dict[str, Opening | None] = {}
        """The breakers that opened, closed or go on waiting, for the database."""
        self._usual = usual
        self._models = {name: gates.of_model(name, one) for name, one in limits.models.items()}
        self._backends: dict[str, Gate] = {}
        self._of_leaf: dict[str, tuple[Gate, ...]] = {}
        self._inside: dict[int, tuple[Gate, ...]] = {}
        self._held: dict[Gate, Line] = {}
        self._asked: dict[str, Gate | None] = {}

    # Which gates

    def of(self, leaf: str, action: Action, backend: str | None) -> tuple[Gate, ...]:
        """Return the gates before a run; ``backend`` is what its step said of the object."""
        if action not in _LIMITED:
            return ()
        found = self._of_leaf.get(leaf)
        if found is None:
            found = self._of_leaf[leaf] = tuple(self._static(leaf))
        if backend and (gate := self._backend(backend)) is not None:
            return (*found, gate)
        return found

    def _static(self, leaf: str) -> Iterator[Gate]:
        """Yield the gates that the model of an object alone tells."""
        work = self.registry.work.get(leaf)
        if work is None or work.step is None:
            return
        for base in work.model.__mro__:
            if base.__name__ in self._models:
                yield self._models[base.__name__]
        if isinstance(work.backend, str) and work.backend:
            gate = self._backend(work.backend)
            if gate is not None:
                yield gate

    def _backend(self, name: str) -> Gate | None:
        """Return the gate of a back-end, None if it has neither limits nor a breaker."""
        if name not in self._asked:
            made = gates.of_backend(name, self.limits.backends.get(name, _NO_LIMIT), self._usual)
            useful = name in self.limits.backends or made.breaker is not None
            self._asked[name] = made if useful else None
            if useful:
                self._backends[name] = made
        return self._asked[name]

    # Through them

    def enter(self, key: int, wanted: tuple[Gate, ...], now: float) -> Gate | None:
        """Let an object through all of these gates, or return the one that refuses it."""
        inside = self._inside.get(key, ())
        fresh = tuple(gate for gate in wanted if gate not in inside)
        for gate in fresh:
            if not gate.spare(now):
                return gate
        for gate in fresh:
            gate.enter(key, now)
        if fresh:
            self._inside[key] = (*inside, *fresh)
        return None

    def hold(self, gate: Gate, entry: Entry) -> None:
        """Let an object stand aside until there is room at this gate."""
        self._held.setdefault(gate, Line()).take_in(entry)

    def let_go(self, now: float, most: int) -> Iterator[Entry]:
        """Yield objects that may have got room, at each gate those whose turn it is."""
        for gate in list(self._held):
            held = self._held[gate]
            for _ in range(min(gate.spare(now), most, len(held))):
                yield held.pop()
            if not held:
                del self._held[gate]

    def heed(self, key: int, outcome: Outcome, now: float) -> None:
        """Tell the breakers how a run ended; what says nothing about a back-end is no matter."""
        for gate in self._inside.get(key, ()):
            breaker = gate.breaker
            if breaker is None or isinstance(outcome, Deferred):
                continue
            before = breaker.opening
            if isinstance(outcome, Done):
                breaker.succeeded()
            elif isinstance(outcome, Failed) and not outcome.permanent:
                breaker.failed(key, outcome.message, now)
            if breaker.opening != before:
                self.changed[gate.backend] = breaker.opening

    def leave(self, key: int, *, unused: bool = False) -> None:
        """Count a run that ended, or with ``unused`` one that was not made after all."""
        for gate in self._inside.pop(key, ()):
            gate.leave(key, unused=unused)

    # As a whole

    @property
    def has_breakers(self) -> bool:
        """Say whether there may be a breaker."""
        return any(work.backend for work in self.registry.work.values())

    def next(self, now: float) -> float:
        """Return when time alone may let somebody go.

        Where there is room already somebody waits for a worker, and time changes nothing.
        """
        closed = [gate for gate in self._held if not gate.spare(now)]
        return min((gate.next(now) for gate in closed), default=NEVER)

    def is_moving(self, now: float) -> bool:
        """Say whether somebody who is held only waits for the next token."""
        return any(not gate.is_open and gate.next(now) != NEVER for gate in self._held)

    def adopt(self, openings: Mapping[str, Opening]) -> None:
        """Take over which breakers are open; what is not yet in the database is ours to say."""
        for name in openings.keys() - self._asked.keys():
            self._backend(name)
        for name, gate in self._backends.items():
            if gate.breaker is not None and name not in self.changed:
                gate.breaker.adopt(openings.get(name))

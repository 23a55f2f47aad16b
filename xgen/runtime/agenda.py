"""All that is dirty, in memory: what waits for what, for when, and what can start now.

The database is the truth; this is what one scheduler made of it, and is only used by its thread.
"""

from __future__ import annotations

from collections import deque
from contextlib import contextmanager
from typing import TYPE_CHECKING

from xgen.runtime.alarms import Alarms
from xgen.runtime.gates import Gates
from xgen.runtime.graph import WaitGraph, shortest_cycle
from xgen.runtime.item import Item, Knot, State
from xgen.runtime.owner import Owners
from xgen.runtime.pauses import NO_PAUSES, Pauses
from xgen.runtime.planner import Planner
from xgen.runtime.ready import BEHIND, Entry, Line, priority_of
from xgen.runtime.reconcile import NEVER, NOTHING, Action, Row, Verdict, verdict
from xgen.runtime.static_planner import StaticPlanner
from xgen.runtime.waves import Waves

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from xgen.runtime.clock import Clock
    from xgen.runtime.store import Store

# So many objects are planned in one go; between goes the loop looks at other things. Planning
# stops while enough are ready: what is planned early has to be planned again when things change.
_PLAN_AT_ONCE = 1000
_READY_ENOUGH = 1000
# One look in so many is at what was not looked at before, however often the rest changes.
_NEW_SHARE = 4


class Agenda:
    """The dirty objects of a synchronizer."""

    def __init__(
        self, store: Store, clock: Clock, *, ask_again: float, gates: Gates | None = None
    ) -> None:
        self.store = store
        self.clock = clock
        self.items: dict[int, Item] = {}
        self.graph = WaitGraph()
        self.graph_changed = False
        self.pauses = NO_PAUSES
        self.gates = gates or Gates(store.registry)
        self.planner = (StaticPlanner if store.registry.schedule else Planner)(store)
        self._ask_again = ask_again
        self._waves = Waves(store.registry, clock)
        self._new = Line()
        self._urgent: deque[int] = deque()
        self._ready = Line()
        self._asleep = Alarms[int]()
        # Moves when an object gets dirty: from then on others may have to wait for it.
        self._epoch = 0
        self.owners = Owners()

    @property
    def is_idle(self) -> bool:
        """Say whether nothing can be planned or started now, or as soon as a rate lets it."""
        waiting = self._new or self._urgent or self._ready
        held_back = self._waves.next_release is not None
        return not (waiting or held_back or self.gates.is_moving(self.clock.time()))

    @property
    def next_wake_up(self) -> float | None:
        """Return the unix time at which somebody's waiting ends."""
        released = self._waves.next_release
        first = min(self._asleep.next, self.gates.next(self.clock.time()))
        first = first if released is None else min(first, released)
        return None if first == NEVER else first

    # Taking objects in

    def join(self, row: Row, *, urgent: bool = False, woken: bool = False) -> None:
        """Take an object in that may have something to be done.

        ``woken``: because something that it depends on was synced.
        """
        key = self.store.key(row.root, row.pk)
        item = self.items.get(key)
        if item is None:
            found = self.verdict(row)
            if found.action is not Action.NONE:
                item = self.items[key] = Item(row, action=found.action, woken=woken)
                self._waves.works(key, row)
                if urgent:
                    self._urgent.append(key)
                else:
                    self._line_up(key, item)
                self._note(row)
        elif item.state is not State.RUNNING and item.row != row:
            if (item.row.generation, item.row.deleted) != (row.generation, row.deleted):
                self._note(row)
            item.woken = item.woken or woken
            self.again(key, row)

    def _line_up(self, key: int, item: Item) -> None:
        """Let an object stand in line for being planned."""
        priority = priority_of(item.row, item.action, woken=item.woken)
        self._new.push(key, priority, self.clock.time())

    def _note(self, row: Row) -> None:
        """Let what was planned before be checked once more, if this object can change it."""
        if row.deleted or self.planner.is_peer(row.leaf_model_name):
            self._epoch += 1

    def look(self, keys: Iterable[int]) -> None:
        """Read how objects stand and take them in, or forget those that are gone."""
        missing = set(keys)
        for row in self.store.rows_of(list(missing)):
            missing.discard(self.store.key(row.root, row.pk))
            self.join(row, urgent=True)
        self.forget(key for key in missing if key in self.items)

    def scan(self) -> None:
        """Look at all that is due, and forget what no longer is."""
        found: set[int] = set()
        for row in self.store.due():
            found.add(self.store.key(row.root, row.pk))
            self.join(row)
        self.forget([key for key in self.items if key not in found])
        self.owners.forget()

    def again(self, key: int, row: Row | None = None) -> None:
        """Plan an object again."""
        item = self.items.get(key)
        if item is not None and item.state is State.RUNNING:
            self.gates.leave(key, unused=True)
        if item is not None:
            item.row = row or item.row
            self._waves.works(key, item.row)
            if item.state is not State.NEW:
                item.state = State.NEW
                # It was looked at before, so it does not stand in line behind the whole backlog.
                self._urgent.append(key)
            waited_for = row is not None and self.graph.waiters(key)
            if row and waited_for and not (row.deleted or self.planner.is_dirty(row)):
                # Only its policy has something to do yet, and nobody waits for that.
                self._free_waiters([key])

    def forget(self, keys: Iterable[int]) -> None:
        """Objects need nothing more, unless they are running; who waits for them may start."""
        done: list[int] = []
        for key in list(keys):
            item = self.items.get(key)
            if item is None or item.state is not State.RUNNING:
                self.items.pop(key, None)
                self.graph.set(key, ())
                self._waves.rests(key)
                done.append(key)
        self._free_waiters(done)

    def _free_waiters(self, done: list[int]) -> None:
        """Let go on who waits for one of these."""
        while done:
            for waiter in self.graph.done(done.pop()):
                self._freed(waiter, done)

    def heed(self, pauses: Pauses) -> None:
        """Take note of what operators paused and resumed."""
        if pauses != self.pauses:
            self.pauses = pauses
            for key, item in self.items.items():
                if item.state is not State.RUNNING:
                    self.again(key)

    def finished(self, key: int) -> None:
        """Forget an object that was running."""
        item = self.items.get(key)
        self.gates.leave(key, unused=True)
        if item is not None:
            item.state = State.NEW
        self.forget([key])

    def _freed(self, key: int, done: list[int]) -> None:
        item = self.items.get(key)
        if item is None:
            done.append(key)  # a clean object on the way to dirty ones
        elif item.state is State.WAITING:
            item.woken = True
            if item.epoch == self._epoch:
                self._make_ready(key, item)
            else:
                self.again(key)

    def verdict(self, row: Row) -> Verdict:
        """Return what is to be done for an object."""
        work = self.store.work_of(row)
        if work is None:
            return NOTHING
        found = verdict(row, work.abilities, self.clock.time())
        return NOTHING if work.adopted and found.action is not Action.REAP else found

    # Planning

    def plan(self) -> bool:
        """Find out for a number of objects whether they can start; say whether there were any."""
        now = self.clock.time()
        self._wake_up(now)
        for key in self._waves.released():
            if key in self.items:
                self._line_up(key, self.items[key])
        rows: list[Row] = []
        looked = 0
        while self._has_to_plan() and looked < _PLAN_AT_ONCE:
            looked += 1
            urgent = self._urgent and (looked % _NEW_SHARE or not self._new)
            key = self._urgent.popleft() if urgent else self._new.pop().key
            item = self.items.get(key)
            if item is None or item.state is not State.NEW:
                continue
            found = self.verdict(item.row)
            item.action = found.action
            not_before = self._not_before(item.row, found, now)
            if found.action is Action.NONE:
                self.forget([key])
            elif not_before > now:
                self._put_to_sleep(key, item, not_before)
            elif found.action is Action.POLICY:
                self._make_ready(key, item)
            elif not self._waves.holds_back(key, item.row):
                rows.append(item.row)
        if rows:
            with self._put_back_if_it_fails([self.store.key(row.root, row.pk) for row in rows]):
                self._plan(rows, now)
        return looked > 0

    def _has_to_plan(self) -> bool:
        if self._urgent:
            return True
        # Those that would go before the new ones, not those that would go after them.
        return bool(self._new) and self._ready.up_to(self._new.next_priority()) < _READY_ENOUGH

    def _plan(self, rows: list[Row], now: float) -> None:
        epoch = self._epoch
        plan = self.planner.plan(rows)
        # In the order in which they came: so they stand in line, too.
        planned = dict.fromkeys(self.store.key(row.root, row.pk) for row in rows)
        for row in plan.rows.values():
            self.join(row)
        for node, waits in plan.waits.items():
            if node in planned or node not in self.items:
                # What nobody here looks after would never be done.
                self.graph.set(node, [w for w in waits if w in self.items or w in plan.waits])
                self.graph_changed = True
        for key in planned:
            item = self.items.get(key)
            if key not in plan.waits:
                self.graph.set(key, ())  # what it waited for before is of the past
            if item is None or item.state is not State.NEW:
                continue
            item.epoch = epoch
            if not plan.foreign.isdisjoint(plan.waits.get(key, ())):
                self._put_to_sleep(key, item, now + self._ask_again)
            elif self.graph.waits(key):
                item.state = State.WAITING
                self._waves.rests(key)
            else:
                self._make_ready(key, item)

    @contextmanager
    def _put_back_if_it_fails(self, keys: Collection[int]) -> Iterator[None]:
        """Put objects that were taken out of a queue into one again when the database fails."""
        try:
            yield
        except BaseException:
            for key in keys:
                self.items[key].state = State.NEW
                self.gates.leave(key, unused=True)
            self._urgent.extend(keys)
            raise

    def _not_before(self, row: Row, found: Verdict, now: float) -> float:
        """Return when an object may start: after its backoff, a pause, and others' claims."""
        earliest = found.not_before or 0.0
        if self.pauses:
            pause = self.pauses.of(self.store.roots[row.root], row, now)
            earliest = max(earliest, pause.end) if pause else earliest
        expires = row.claim_expires or 0.0
        held_elsewhere = expires > now and row.claim_owner not in (None, self.store.owner)
        if held_elsewhere and not self.owners.is_dead(row.claim_owner or ""):
            earliest = max(earliest, expires)
        return earliest

    def _put_to_sleep(self, key: int, item: Item, until: float) -> None:
        item.state = State.ASLEEP
        self.graph.set(key, ())
        self._waves.rests(key)
        self._asleep.set(key, until)

    def _wake_up(self, now: float) -> None:
        for key in self._asleep.due(now):
            item = self.items.get(key)
            if item is not None and item.state is State.ASLEEP:
                self.again(key)

    def _make_ready(self, key: int, item: Item) -> None:
        self.graph.set(key, ())
        self._waves.works(key, item.row)
        item.state = State.READY
        priority = priority_of(item.row, item.action, woken=item.woken)
        self._ready.push(key, priority, self.clock.time())

    # Handing out

    def choose(self, room: int) -> dict[tuple[str, Action], list[int]]:
        """Return up to ``room`` objects to start now, by leaf model and action.

        They count as running from here on, so none is chosen twice.
        """
        keys: list[int] = []
        stale: list[Row] = []
        now = self.clock.time()
        self._let_go(now, room)
        while len(keys) < room:
            if not self._ready:
                if self._let_go(now, room - len(keys)):
                    continue
                break
            entry = self._ready.pop()
            item = self.items.get(entry.key)
            if item is None or item.state is not State.READY:
                continue
            wanted = self.gates.of(item.row.leaf_model_name, item.action, item.backend)
            if wanted and (gate := self.gates.enter(entry.key, wanted, now)) is not None:
                item.state = State.HELD
                self.gates.hold(gate, entry)
                continue
            keys.append(entry.key)
            item.state = State.NEW
            if item.epoch != self._epoch and item.action is not Action.POLICY:
                stale.append(item.row)
            else:
                item.state = State.RUNNING
        if stale:
            # Since these were planned, objects got dirty that they may have to wait for.
            with self._put_back_if_it_fails(keys):
                self._plan(stale, now)
        chosen: dict[tuple[str, Action], list[int]] = {}
        for key in keys:
            item = self.items[key]
            if item.state in (State.READY, State.RUNNING):
                item.state = State.RUNNING
                chosen.setdefault((item.row.leaf_model_name, item.action), []).append(key)
            else:
                self.gates.leave(key, unused=True)
        return chosen

    def _let_go(self, now: float, room: int) -> bool:
        """Take objects back that stood aside at a gate where there is room; say if there were."""
        found = list(self.gates.let_go(now, room))
        for entry in found:
            item = self.items.get(entry.key)
            if item is not None and item.state is State.HELD:
                item.state = State.READY
                self._ready.take_in(entry)
        return bool(found)

    def is_let_in(self, key: int, backend: str) -> bool:
        """Let an object that is about to start in at its back-end, which was not known before.

        If there is no room it stands aside, and costs nothing more until there is.
        """
        item, now = self.items[key], self.clock.time()
        if item.backend != backend:
            item.backend = backend
            self.gates.leave(key, unused=True)
        wanted = self.gates.of(item.row.leaf_model_name, item.action, backend)
        gate = self.gates.enter(key, wanted, now)
        if gate is None:
            return True
        self.gates.leave(key, unused=True)
        item.state = State.HELD
        priority = priority_of(item.row, item.action, woken=item.woken)
        self.gates.hold(gate, Entry(now + BEHIND[priority], priority, key))
        return False

    # Cycles

    def knots(self) -> Iterator[Knot]:
        """Yield the objects that wait for one another; none of them will ever be ready."""
        self.graph_changed = False
        for knot in self.graph.cycles():
            dirty = frozenset(key for key in knot if key in self.items)
            cycle = shortest_cycle(knot, {key: self.graph.waits(key) for key in knot})
            yield Knot(dirty, tuple(self.name(key) for key in [*cycle, cycle[0]]))

    def name(self, key: int) -> str:
        """Return how people call an object."""
        if key < 0:
            return f"any {self.store.registry.links.all[-1 - key].edge.peer}"
        item = self.items.get(key)
        return self.store.name(key, item.row if item else None)

    def states(self, keys: Collection[int] | None = None) -> dict[State, int]:
        """Return how many objects are in each state."""
        counts = dict.fromkeys(State, 0)
        for key in self.items if keys is None else keys:
            counts[self.items[key].state] += 1
        return counts

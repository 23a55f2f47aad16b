"""The database or the bus goes away under pull and event steps: they recover, and lose nothing.

On SQLite the file is locked by somebody else, on PostgreSQL the server ends the connections.
"""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest
from django.db import IntegrityError, OperationalError, connection, connections, transaction
from enginekit import MadeClock
from sampleservice._generated.models import Color, Palette
from taking import POLICY, Starter, puller, pump, world

from xgen.runtime.bus import BusError, Event, memory
from xgen.runtime.core.intake import BusEvent, IntakeState
from xgen.runtime.intake import inbox
from xgen.runtime.intake.event import EventStep
from xgen.runtime.intake.inbox import Inbox
from xgen.runtime.intake.pull import PullStep
from xgen.runtime.intake.states import States
from xgen.runtime.intake.supervisor import Supervisor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# Most of it is the same everywhere, and an empty PostgreSQL costs a second.
SQLITE, POSTGRES = "sqlite", "postgresql"
on_sqlite = pytest.mark.parametrize("store", [SQLITE], indirect=True)
on_postgres = pytest.mark.parametrize("store", [POSTGRES], indirect=True)
pytestmark = pytest.mark.usefixtures("store")
EVENTS, PULLS = "sampleservice.OnColor", "sampleservice.PullColors"


class Outage:
    """Takes the database away, and gives it back."""

    def __init__(self, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
        self.url = url
        self.monkeypatch = monkeypatch
        self.times = 0
        self._other: sqlite3.Connection | None = None

    def begin(self) -> None:
        """Cut the connection at hand; or lock the file, and let nobody wait for it."""
        self.times += 1
        connection.ensure_connection()
        if connection.vendor == "postgresql":
            pid = connection.connection.info.backend_pid
            import psycopg

            with psycopg.connect(self.url, autocommit=True) as other:
                other.execute("SELECT pg_terminate_backend(%s, 10000)", [pid])
            return
        options = connections.settings["default"]["OPTIONS"]
        self.monkeypatch.setitem(options, "timeout", 0)
        connection.connection.execute("PRAGMA busy_timeout = 0")
        self._other = sqlite3.connect(self.url.removeprefix("sqlite:///"), isolation_level=None)
        if connection.in_atomic_block:
            # Its lock is this connection's own: the file cannot be written instead.
            connection.connection.execute("PRAGMA query_only = 1")
        else:
            self._other.execute("BEGIN IMMEDIATE")

    def end(self) -> None:
        if self._other is not None:
            self._other.close()
            self._other = None


@pytest.fixture
def outage(store: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Outage]:
    made = Outage(store, monkeypatch)
    yield made
    made.end()


@pytest.fixture
def clock() -> MadeClock:
    return MadeClock()


class OnColor(EventStep):
    technology = "memory"
    topics = ("colors",)
    tries = 2
    act: Callable[[OnColor, Event], None] | None = None
    after: Callable[[OnColor, Event], None] | None = None
    ids: Callable[[Event], str] | None = None
    seen = 0

    def event_id(self, event: Event) -> str:
        return event.id if OnColor.ids is None else OnColor.ids(event)

    def process_event(self, event: Event) -> None:
        OnColor.seen += 1
        if OnColor.act is not None:
            OnColor.act(self, event)
        self.upsert(Color, name=event.text, html_code="#")
        if OnColor.after is not None:
            OnColor.after(self, event)


class PullColors(PullStep):
    interval = 10.0
    act: Callable[[PullColors], None] | None = None
    names = ("red", "blue")
    runs = 0

    def pull_records(self) -> None:
        PullColors.runs += 1
        for name in self.names:
            with self.record(name):
                self.upsert(Color, name=name, html_code="#")
            if PullColors.act is not None:
                PullColors.act(self)


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    memory.clear()
    for name in ("act", "after", "ids"):
        monkeypatch.setattr(OnColor, name, None)
    monkeypatch.setattr(OnColor, "seen", 0)
    monkeypatch.setattr(PullColors, "act", None)
    monkeypatch.setattr(PullColors, "runs", 0)


def once(outage: Outage) -> Callable[..., None]:
    """Return what takes the database away the first time that it is called."""

    def act(*_: object) -> None:
        if not outage.times:
            outage.begin()

    return act


def flow_of(clock: MadeClock, *names: str) -> Any:
    bus = memory.MemoryBus()
    for name in names:
        bus.publish("colors", name.encode(), id=name)
    return pump(world(events=[OnColor], clock=clock), OnColor, clock)


def go(flow: Any, clock: MadeClock, seconds: float) -> None:
    end = clock.now + seconds
    while clock.now < end:
        flow.turn(0.0)
        clock.now += 0.5


def colors() -> list[str]:
    return sorted(Color.objects.values_list("name", flat=True))


def acknowledged(clock: MadeClock) -> bool:
    return not pump(world(events=[OnColor], clock=clock), OnColor, clock).turn(0.0)


# Event steps


@pytest.mark.parametrize(
    ("store", "where", "what"),
    [
        (SQLITE, "before", "raised"),
        (SQLITE, "after", "wrapped"),
        (POSTGRES, "before", "raised"),
        (POSTGRES, "after", "wrapped"),
        (POSTGRES, "after", "swallowed"),
    ],
    indirect=["store"],
)
def test_an_outage_within_a_step_is_no_try(
    outage: Outage, clock: MadeClock, where: str, what: str
) -> None:
    def act(step: OnColor, event: Event) -> None:
        if outage.times >= 3 or event.text != "red":
            return
        outage.begin()
        try:
            Palette.objects.create(name="p")
        except OperationalError as error:
            if what == "wrapped":
                raise RuntimeError("could not save") from error
            if what == "raised":
                raise

    setattr(OnColor, "act" if where == "before" else "after", act)
    flow = flow_of(clock, "red", "blue")
    for _ in range(3):
        assert not flow.turn(0.0)
        outage.end()
        assert flow.is_interrupted
        assert IntakeState.objects.get(step=EVENTS).code == 2
        assert not BusEvent.objects.filter(state="parked").exists()
        clock.now += 20
    go(flow, clock, 5)
    assert colors() == ["blue", "red"]
    assert set(BusEvent.objects.values_list("state", flat=True)) == {"done"}
    flow.close()
    assert acknowledged(clock)


@pytest.mark.parametrize(
    ("store", "method"),
    [
        *((SQLITE, name) for name in ("suspect", "handle", "failed", "replays", "prune")),
        *((SQLITE, "give_back"), (POSTGRES, "suspect"), (POSTGRES, "failed")),
    ],
    indirect=["store"],
)
def test_an_outage_between_the_steps_loses_and_parks_nothing(
    outage: Outage, clock: MadeClock, method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from xgen.runtime.errors import DeferredException

    def act(_step: OnColor, event: Event) -> None:
        if OnColor.seen == 1:
            raise DeferredException("later") if method == "give_back" else RuntimeError("once")

    def failing(self: Inbox, *given: Any, **more: Any) -> Any:
        if not outage.times:
            outage.begin()
        return original(self, *given, **more)

    OnColor.act = act
    original = getattr(Inbox, method)
    monkeypatch.setattr(Inbox, method, failing)
    flow = flow_of(clock, "red")
    flow.turn(0.0)
    assert outage.times
    assert flow.is_interrupted
    outage.end()
    go(flow, clock, 30)
    assert colors() == ["red"]
    assert BusEvent.objects.get().state == "done"
    flow.close()
    assert acknowledged(clock)


@on_postgres
def test_an_event_that_was_committed_before_the_cut_is_a_duplicate(
    outage: Outage, clock: MadeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = Inbox.handle

    def answer_lost(self: Inbox, *given: Any, **more: Any) -> Any:
        found = original(self, *given, **more)
        if not outage.times:
            outage.times += 1
            connection.close()
            raise OperationalError("server closed the connection unexpectedly")
        return found

    monkeypatch.setattr(Inbox, "handle", answer_lost)
    flow = flow_of(clock, "red")
    flow.turn(0.0)
    assert flow.is_interrupted
    go(flow, clock, 30)
    assert (OnColor.seen, colors()) == (1, ["red"])
    assert BusEvent.objects.get().state == "done"
    flow.close()
    assert acknowledged(clock)


def test_parking_survives_an_outage(
    outage: Outage, clock: MadeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def act(_step: OnColor, event: Event) -> None:
        if event.text == "bad":
            raise RuntimeError("never")

    parking = inbox._park

    def park(row: BusEvent, event: Event) -> None:
        parking(row, event)
        if outage.times < 2:
            outage.begin()

    OnColor.act = act
    monkeypatch.setattr(inbox, "_park", park)
    flow = flow_of(clock, "bad", "red")
    end = clock.now + 60
    while clock.now < end:
        flow.turn(0.0)
        outage.end()
        clock.now += 0.5
    (row,) = inbox.parked("sampleservice")
    assert (row.event_id, row.state, row.attempts) == ("bad", "parked", 2)
    assert row.error == "RuntimeError: never"
    assert colors() == ["red"]
    assert outage.times == 2
    flow.close()
    assert acknowledged(clock)


@on_postgres
def test_an_id_that_needs_the_database_is_no_try_either(outage: Outage, clock: MadeClock) -> None:
    def ids(event: Event) -> str:
        if not outage.times:
            outage.begin()
            Palette.objects.create(name="p")
        return event.id

    OnColor.ids = ids
    flow = flow_of(clock, "red")
    flow.turn(0.0)
    assert flow.is_interrupted
    outage.end()
    go(flow, clock, 5)
    assert colors() == ["red"]
    assert BusEvent.objects.get().attempts == 0 or BusEvent.objects.get().error == ""


@pytest.mark.parametrize(
    ("store", "how"),
    [(SQLITE, "without a savepoint"), (POSTGRES, "statement")],
    indirect=["store"],
)
def test_a_database_error_that_the_step_swallows_is_not_taken_for_a_success(
    clock: MadeClock, how: str
) -> None:
    Palette.objects.create(name="p")

    def after(_step: OnColor, event: Event) -> None:
        if event.text != "red":
            return
        with suppress(IntegrityError):  # and with it all of the transaction is void
            if how == "statement":
                with connection.cursor() as cursor:
                    cursor.execute("INSERT INTO django_content_type (id) VALUES (NULL)")
            else:
                with transaction.atomic(savepoint=False):
                    Palette.objects.create(name="p")

    OnColor.after = after
    flow = flow_of(clock, "red", "blue")
    go(flow, clock, 10)
    assert colors() == ["blue"]
    (row,) = inbox.parked("sampleservice")
    assert row.event_id == "red"
    assert "an error of the database was caught" in row.error


def test_mistakes_of_the_step_in_sql_are_tries(clock: MadeClock) -> None:
    def act(_step: OnColor, event: Event) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM there_is_no_such_table")

    OnColor.act = act
    flow = flow_of(clock, "red")
    go(flow, clock, 10)
    (row,) = inbox.parked("sampleservice")
    assert "there_is_no_such_table" in row.error
    assert not flow.is_interrupted


# Pull steps


@pytest.mark.parametrize(
    ("store", "where"),
    [
        *((SQLITE, name) for name in ("step", "claim", "ended", "read")),
        *((POSTGRES, "step"), (POSTGRES, "ended")),
    ],
    indirect=["store"],
)
def test_a_pull_goes_on_after_an_outage(
    outage: Outage, clock: MadeClock, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = Starter()
    service = world([PullColors], clock=clock)
    pulls = puller(service, clock, start)
    pulls.begin()
    if where == "step":
        PullColors.act = once(outage)
    else:
        original = getattr(States, where)

        def failing(self: States, *given: Any, **more: Any) -> Any:
            if not outage.times:
                outage.begin()
            return original(self, *given, **more)

        monkeypatch.setattr(States, where, failing)
    failures = 0
    end = clock.now + 40
    while clock.now < end:
        try:
            pulls.turn()
            start.run_all()
            pulls.turn()
        except OperationalError:
            failures += 1
            connection.close()
        outage.end()
        clock.now += 1
    assert (failures > 0) == (where != "step" or connection.vendor == "sqlite")
    assert colors() == ["blue", "red"]
    state = IntakeState.objects.get(step=PULLS)
    assert (state.code, state.attempts, state.claim_owner) == (1, 0, None)
    assert 3 <= PullColors.runs <= 5


@on_sqlite
def test_that_a_pull_was_late_is_written_in_the_end(outage: Outage, clock: MadeClock) -> None:
    start = Starter()
    pulls = puller(world([PullColors], clock=clock), clock, start, timeout=5.0)
    pulls.begin()
    clock.now += 2
    pulls.turn()
    clock.now += 6
    outage.begin()
    with pytest.raises(OperationalError):
        pulls.turn()
    connection.close()
    outage.end()
    pulls.turn()
    state = IntakeState.objects.get(step=PULLS)
    assert (state.code, state.status) == (2, "timed out after 5 s; it still runs")
    assert state.claim_owner is not None
    start.run_all()
    pulls.turn()
    assert colors() == []  # it came too late
    state = IntakeState.objects.get(step=PULLS)
    assert (state.code, state.claim_owner) == (2, None)
    assert state.due_at == clock.now + 1.0  # by the table of retries


@on_sqlite
def test_a_thread_that_cannot_be_started_is_asked_for_again(clock: MadeClock) -> None:
    start = Starter()
    refused: list[str] = []

    def starting(name: str, work: Any) -> None:
        if len(refused) < 2:
            refused.append(name)
            raise RuntimeError("can't start new thread")
        start(name, work)

    pulls = puller(world([PullColors], clock=clock), clock, starting)
    pulls.begin()
    clock.now += 2
    for _ in range(2):
        with pytest.raises(RuntimeError):
            pulls.turn()
    pulls.turn()
    start.run_all()
    pulls.turn()
    assert colors() == ["blue", "red"]


# The threads themselves


class Broken(memory.MemoryBus):
    """A bus that is away for a while, and an adapter with a bug."""

    errors: list[BaseException]

    def subscribe(self, topics: Any, group: str) -> Any:
        if self.errors:
            raise self.errors.pop(0)
        return super().subscribe(topics, group)


def supervisor(
    clock: MadeClock, bus: memory.MemoryBus, monkeypatch: pytest.MonkeyPatch
) -> Supervisor:
    from random import Random

    monkeypatch.setattr("xgen.runtime.intake.supervisor.open_bus", lambda *_: bus)
    service = world([PullColors], events=[OnColor], clock=clock)
    return Supervisor(service.results, clock, policy=POLICY, rng=Random(1), timeout=100.0)


@on_sqlite
def test_no_error_ends_the_thread_of_an_event_step(
    clock: MadeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither the bus's, nor the adapter's, nor what an author raises to end the process."""
    bus = Broken()
    bus.errors = [BusError("gone"), AttributeError("a bug"), KeyboardInterrupt(), MemoryError()]
    bus.publish("colors", b"red")
    raised: list[BaseException] = [asyncio.CancelledError(), SystemExit(3)]

    def act(_step: OnColor, _: Event) -> None:
        if raised:
            raise raised.pop()

    OnColor.act = act
    monkeypatch.setattr(OnColor, "tries", 5)
    found = supervisor(clock, bus, monkeypatch)
    (flow,) = found._pumps
    turn, turns = flow.turn, [0]

    def counted(wait: float) -> bool:
        turns[0] += 1
        clock.now += 30
        if turns[0] > 30 or "red" in colors():
            found.request_stop()
            return False
        return turn(wait)

    monkeypatch.setattr(flow, "turn", counted)
    found._pump_forever(flow)
    assert colors() == ["red"]
    assert not bus.errors
    assert not raised
    assert IntakeState.objects.get(step=EVENTS).code == 1


@on_sqlite
def test_no_error_ends_the_thread_of_the_pull_steps(
    clock: MadeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = supervisor(clock, memory.MemoryBus(), monkeypatch)
    pulls = found._puller
    assert pulls is not None
    errors = [OperationalError("gone"), RuntimeError("can't start new thread"), KeyError("a bug")]
    turn, began = pulls.turn, pulls.begin
    beginnings = [OperationalError("no connection yet")]

    def begin() -> None:
        if beginnings:
            raise beginnings.pop()
        began()

    def failing() -> float:
        if errors:
            raise errors.pop(0)
        found.request_stop()
        return turn()

    monkeypatch.setattr(pulls, "begin", begin)
    monkeypatch.setattr(pulls, "turn", failing)
    found._watch_forever()
    assert not errors
    assert not beginnings
    assert len(clock.waits) == 4


@on_sqlite
def test_once_says_that_a_step_was_interrupted(
    clock: MadeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    bus = Broken()
    bus.errors = [BusError("gone")]
    monkeypatch.setattr(States, "report", lambda *_, **__: None)
    found = supervisor(clock, bus, monkeypatch)
    assert found.run_once(inline=True) == 1

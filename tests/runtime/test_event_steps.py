"""What becomes of events: each once, in order for its key, parked when it cannot be handled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from enginekit import Backend, MadeClock
from sampleservice._generated.models import Color, Palette
from taking import pump, world

from xgen.runtime.bus import BusError, Event, memory
from xgen.runtime.core.intake import BusEvent, IntakeState
from xgen.runtime.errors import (
    DataError,
    DeferredException,
    InnocuousException,
    PermanentException,
)
from xgen.runtime.intake import inbox
from xgen.runtime.intake.event import EventStep

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.usefixtures("db")

NAME = "sampleservice.OnColor"


class OnColor(EventStep):
    technology = "memory"
    topics = ("colors",)
    tries = 3
    seen: list[str]
    act: Callable[[OnColor, Event], None] | None = None

    def process_event(self, event: Event) -> None:
        kind = type(self)
        kind.seen.append(event.text)
        self.upsert(Color, name=event.text, html_code="#")
        if kind.act is not None:
            kind.act(self, event)


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    memory.clear()
    monkeypatch.setattr(OnColor, "seen", [], raising=False)
    monkeypatch.setattr(OnColor, "act", None)


@pytest.fixture
def clock() -> MadeClock:
    return MadeClock()


@pytest.fixture
def bus() -> memory.MemoryBus:
    return memory.MemoryBus()


@pytest.fixture
def service(clock: MadeClock) -> Any:
    return world(events=[OnColor], clock=clock)


def fail_on(*texts: str, error: Exception | None = None) -> None:
    def act(_step: OnColor, event: Event) -> None:
        if event.text in texts:
            raise error or RuntimeError(f"{event.text} again")

    OnColor.act = act


def colors() -> list[str]:
    return sorted(Color.objects.values_list("name", flat=True))


def go(flow: Any, clock: MadeClock, seconds: float) -> None:
    end = clock.now + seconds
    while clock.now < end:
        flow.turn(0.0)
        clock.now += 0.5


def test_events_are_handled_and_acknowledged(service: Any, bus: Any, clock: MadeClock) -> None:
    for name in ("red", "blue"):
        bus.publish("colors", name.encode())
    bus.publish("others", b"green")
    flow = pump(service, OnColor, clock)
    assert flow.turn(0.0)
    assert not flow.turn(0.0)
    assert OnColor.seen == ["red", "blue"]
    flow.close()
    again = pump(service, OnColor, clock)
    assert not again.turn(0.0)
    assert colors() == ["blue", "red"]


def test_a_duplicate_is_dropped_by_its_id(service: Any, bus: Any, clock: MadeClock) -> None:
    for _ in range(3):
        bus.publish("colors", b"red", id="one")
    flow = pump(service, OnColor, clock)
    flow.turn(0.0)
    assert OnColor.seen == ["red"]
    assert BusEvent.objects.get().state == "done"


def test_a_crash_before_the_acknowledgement_makes_no_second_run(
    service: Any, bus: Any, clock: MadeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    bus.publish("colors", b"red")
    flow = pump(service, OnColor, clock)
    monkeypatch.setattr(flow, "_acknowledge", lambda _: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        flow.turn(0.0)
    flow._subscription.close()  # what the bus sees of a process that died
    again = pump(service, OnColor, clock)
    assert again.turn(0.0)
    assert OnColor.seen == ["red"]
    again.close()
    assert not pump(service, OnColor, clock).turn(0.0)


def test_a_crash_within_the_step_leaves_nothing_and_is_tried_again(
    service: Any, bus: Any, clock: MadeClock
) -> None:
    bus.publish("colors", b"red")
    OnColor.act = lambda *_: (_ for _ in ()).throw(KeyboardInterrupt)
    flow = pump(service, OnColor, clock)
    with pytest.raises(KeyboardInterrupt):
        flow.turn(0.0)
    assert colors() == []
    flow.close()
    OnColor.act = None
    pump(service, OnColor, clock).turn(0.0)
    assert colors() == ["red"]


def test_an_event_that_ends_the_process_is_parked_too(
    service: Any, bus: Any, clock: MadeClock
) -> None:
    bus.publish("colors", b"killer")
    bus.publish("colors", b"red")

    def act(_step: OnColor, event: Event) -> None:
        if event.text == "killer":
            raise KeyboardInterrupt  # as good as a signal: nobody handles it

    OnColor.act = act
    for _ in range(3):
        flow = pump(service, OnColor, clock)
        with pytest.raises(KeyboardInterrupt):
            flow.turn(0.0)
        flow.close()
    flow = pump(service, OnColor, clock)
    flow.turn(0.0)
    assert colors() == ["red"]
    (row,) = inbox.parked("sampleservice")
    assert row.error == "the process ended while this event was handled"
    assert bytes(row.value) == b"killer"


def test_what_fails_is_tried_again_with_backoff_and_then_parked(
    service: Any, bus: Any, clock: MadeClock
) -> None:
    bus.publish("colors", b"bad", key="k", id="1", headers={"from": "me"})
    fail_on("bad")
    flow = pump(service, OnColor, clock)
    flow.turn(0.0)
    assert OnColor.seen == ["bad"]
    assert flow.holds == 1
    clock.now += 0.9
    flow.turn(0.0)
    assert OnColor.seen == ["bad"]
    clock.now += 0.2
    flow.turn(0.0)
    assert OnColor.seen == ["bad"] * 2
    clock.now += 2.1
    flow.turn(0.0)
    assert OnColor.seen == ["bad"] * 3
    assert colors() == []
    assert flow.holds == 0
    (row,) = inbox.parked("sampleservice")
    assert (row.event_id, row.attempts, row.error) == ("1", 3, "RuntimeError: bad again")
    assert (row.topic, row.key, bytes(row.value), row.headers) == (
        "colors",
        "k",
        b"bad",
        {"from": "me"},
    )
    flow.close()
    assert not pump(service, OnColor, clock).turn(0.0)  # it is acknowledged


def test_order_is_kept_for_a_key_and_others_go_on(service: Any, bus: Any, clock: MadeClock) -> None:
    for name, key in (("a1", "a"), ("b1", "b"), ("a2", "a"), ("x", None), ("a3", "a"), ("b2", "b")):
        bus.publish("colors", name.encode(), key=key)
    fail_on("a1")
    flow = pump(service, OnColor, clock)
    flow.turn(0.0)
    assert OnColor.seen == ["a1", "b1", "x", "b2"]
    OnColor.act = None
    clock.now += 1.1
    flow.turn(0.0)
    assert OnColor.seen[4:] == ["a1", "a2", "a3"]


def test_what_comes_after_a_parked_event_goes_on(service: Any, bus: Any, clock: MadeClock) -> None:
    for name in ("a1", "a2"):
        bus.publish("colors", name.encode(), key="a")
    fail_on("a1")
    flow = pump(service, OnColor, clock)
    go(flow, clock, 5.0)
    assert OnColor.seen == ["a1", "a1", "a1", "a2"]
    assert colors() == ["a2"]


def test_permanent_errors_are_parked_at_once(service: Any, bus: Any, clock: MadeClock) -> None:
    bus.publish("colors", b"bad")
    fail_on("bad", error=PermanentException("never"))
    pump(service, OnColor, clock).turn(0.0)
    (row,) = inbox.parked("sampleservice")
    assert (row.attempts, row.error) == (1, "never")


def test_deferred_events_spend_no_tries(service: Any, bus: Any, clock: MadeClock) -> None:
    bus.publish("colors", b"early")
    fail_on("early", error=DeferredException("not yet", after=2.0))
    flow = pump(service, OnColor, clock)
    go(flow, clock, 20.0)
    assert len(OnColor.seen) == 10
    assert inbox.parked("sampleservice") == []
    OnColor.act = None
    go(flow, clock, 3.0)
    assert colors() == ["early"]


def test_a_remark_is_no_error(service: Any, bus: Any, clock: MadeClock) -> None:
    bus.publish("colors", b"odd")
    fail_on("odd", error=InnocuousException("odd, but so be it"))
    flow = pump(service, OnColor, clock)
    flow.turn(0.0)
    assert colors() == ["odd"]
    assert flow.holds == 0


def test_parked_events_can_be_replayed(service: Any, bus: Any, clock: MadeClock) -> None:
    bus.publish("colors", b"bad", key="k", id="1")
    fail_on("bad")
    flow = pump(service, OnColor, clock)
    go(flow, clock, 5.0)
    (row,) = inbox.parked("sampleservice")
    OnColor.seen.clear()
    inbox.replay("sampleservice", row.pk)
    go(flow, clock, 60.0)
    assert len(OnColor.seen) == 3  # it still fails, and is parked again
    (row,) = inbox.parked("sampleservice")
    assert row.state == "parked"
    OnColor.act = None
    inbox.replay("sampleservice", row.pk)
    go(flow, clock, 15.0)
    assert colors() == ["bad"]
    assert inbox.parked("sampleservice") == []
    bus.publish("colors", b"bad", id="1")
    OnColor.seen.clear()
    flow.turn(0.0)
    assert OnColor.seen == []


def test_parked_events_can_be_dropped(service: Any, bus: Any, clock: MadeClock) -> None:
    bus.publish("colors", b"bad", id="1")
    fail_on("bad")
    flow = pump(service, OnColor, clock)
    go(flow, clock, 5.0)
    (row,) = inbox.parked("sampleservice")
    inbox.drop("sampleservice", row.pk)
    assert inbox.parked("sampleservice") == []
    with pytest.raises(DataError, match="no parked event"):
        inbox.drop("sampleservice", row.pk)
    with pytest.raises(DataError, match="no parked event"):
        inbox.replay("other", row.pk)


def test_the_bus_may_fail(service: Any, bus: Any, clock: MadeClock) -> None:
    class Broken(memory.MemoryBus):
        down = True
        asked = 0

        def subscribe(self, topics: Any, group: str) -> Any:
            self.asked += 1
            if self.down:
                raise BusError("no broker, password=abc")
            return super().subscribe(topics, group)

    broken = Broken()
    bus.publish("colors", b"red")
    flow = pump(service, OnColor, clock, broken)
    go(flow, clock, 40.0)
    assert 5 <= broken.asked <= 7
    state = IntakeState.objects.get(step=NAME)
    assert (state.code, state.status) == (2, "the bus failed: no broker, password=***")
    broken.down = False
    go(flow, clock, 60.0)
    assert colors() == ["red"]
    assert IntakeState.objects.get(step=NAME).code == 1


def test_nothing_is_lost_when_the_bus_fails_with_events_at_hand(
    service: Any, bus: Any, clock: MadeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a1", "a2", "b1"):
        bus.publish("colors", name.encode(), key=name[0])
    fail_on("a1")
    flow = pump(service, OnColor, clock)
    flow.turn(0.0)

    def fail(*_: object) -> None:
        raise BusError("gone")

    monkeypatch.setattr(flow._subscription, "receive", fail)
    flow.turn(0.0)
    assert flow.holds == 0
    OnColor.act = None
    OnColor.seen.clear()
    go(flow, clock, 5.0)
    assert OnColor.seen == ["a1", "a2"]


def test_what_others_have_taken_over_is_left_to_them(
    service: Any, bus: Any, clock: MadeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    bus.publish("colors", b"a1", key="a")
    fail_on("a1")
    flow = pump(service, OnColor, clock)
    flow.turn(0.0)
    monkeypatch.setattr(flow._subscription, "lost", lambda: ["colors"])
    flow.turn(0.0)
    assert flow.holds == 0
    go(flow, clock, 5.0)
    assert OnColor.seen == ["a1"]


def test_handled_events_are_forgotten_after_a_while(
    service: Any, bus: Any, clock: MadeClock
) -> None:
    bus.publish("colors", b"bad")
    fail_on("bad", error=PermanentException("never"))
    flow = pump(service, OnColor, clock, keep=1000.0)
    flow.turn(0.0)
    OnColor.act = None
    bus.publish("colors", b"red")
    flow.turn(0.0)
    assert BusEvent.objects.count() == 2
    clock.now += 2000.0
    flow.turn(0.0)
    assert [row.state for row in BusEvent.objects.all()] == ["parked"]


def test_a_plain_save_in_an_event_step_is_synced(bus: Any, clock: MadeClock) -> None:
    backend = Backend()
    service = world(events=[OnColor], backend=backend, clock=clock)
    OnColor.act = lambda _step, event: Palette(name=event.text).save()
    bus.publish("colors", b"red")
    service.run(once=True)
    assert [kind for _, kind, _ in backend.calls] == ["Palette"]


def test_a_restart_can_be_declared(bus: Any, clock: MadeClock) -> None:
    class Restarted(EventStep):
        technology = "memory"
        topics = ("restarted",)
        restarts = "web"

    backend = Backend()
    attributes = {"backend": "web"}
    service = world(events=[Restarted], backend=backend, clock=clock, step_attributes=attributes)
    Color.objects.create(name="red", html_code="#")
    service.run(once=True)
    assert len(backend.calls) == 1
    bus.publish("restarted", b"")
    service.run(once=True)
    assert len(backend.calls) == 2


def test_once_handles_what_waits_and_tells_what_fails(bus: Any, clock: MadeClock) -> None:
    service = world(events=[OnColor], clock=clock)
    for name in ("red", "bad"):
        bus.publish("colors", name.encode())
    fail_on("bad")
    assert service.run(once=True).failed_intake == 1
    assert colors() == ["red"]
    OnColor.act = None
    assert service.run(once=True).failed_intake == 0
    assert colors() == ["bad", "red"]


def test_long_ids_are_told_apart() -> None:
    one, other = inbox.fitting("x" * 300), inbox.fitting("x" * 301)
    assert len(one) == len(other) == 255
    assert one != other


def test_where_keys_are_shared_one_process_listens(
    service: Any, bus: Any, clock: MadeClock
) -> None:
    class Shared(memory.MemoryBus):
        shares_keys = True

    one = pump(service, OnColor, clock, Shared())
    elsewhere = world(events=[OnColor], clock=clock)
    other = pump(elsewhere, OnColor, clock, Shared())
    one.turn(0.0)
    bus.publish("colors", b"red")
    assert not other.turn(0.0)
    assert OnColor.seen == []
    assert one.turn(0.0)
    one.close()
    bus.publish("colors", b"blue")
    assert other.turn(0.0)
    assert colors() == ["blue", "red"]

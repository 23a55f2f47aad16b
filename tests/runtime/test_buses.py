"""The adapters on the real thing: NATS of this machine, and the mock cluster within librdkafka.

What must hold for a bus holds for all of them, so one set of tests runs on each.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from sampleservice._generated.models import Color
from taking import pump, world

from xgen.runtime.bus import BusError, Event, Subscription, id_of, memory, open_bus, technologies
from xgen.runtime.clock import SystemClock
from xgen.runtime.errors import ConfigError
from xgen.runtime.intake import inbox
from xgen.runtime.intake.event import EventStep

if TYPE_CHECKING:
    from collections.abc import Iterator

NATS = os.environ.get("XGEN_TEST_NATS", "nats://127.0.0.1:4222")
# What the others hand over is here at once; this is for a machine that is busy.
LONG = 30.0


@dataclass
class Kit:
    """A bus with topics of its own."""

    technology: str
    settings: dict[str, Any]
    prefix: str = field(default_factory=lambda: f"t{uuid4().hex[:12]}")

    def bus(self) -> Any:
        return open_bus(self.technology, self.settings)

    def topic(self, name: str = "a") -> str:
        return f"{self.prefix}.{name}"


@pytest.fixture(scope="session")
def brokers() -> Iterator[str]:
    confluent = pytest.importorskip("confluent_kafka")
    # The cluster lives in this client, and listens for others.
    owner = confluent.Producer({"test.mock.num.brokers": 2, "bootstrap.servers": "unused"})
    found = owner.list_topics(timeout=LONG).brokers.values()
    yield ",".join(f"{each.host}:{each.port}" for each in found)
    del owner


def nats_settings(prefix: str) -> dict[str, Any]:
    pytest.importorskip("nats")
    host, _, port = NATS.rpartition("/")[2].partition(":")
    try:
        socket.create_connection((host, int(port)), 2).close()
    except OSError as error:
        pytest.skip(f"no NATS to test with: {error}")
    return {"servers": NATS, "stream": prefix, "create": True, "ack_wait": 3.0}


@pytest.fixture(params=["memory", "kafka", "nats"])
def kit(request: pytest.FixtureRequest) -> Iterator[Kit]:
    if request.param == "memory":
        memory.clear()
        yield Kit("memory", {})
    elif request.param == "kafka":
        servers = request.getfixturevalue("brokers")
        yield Kit("kafka", {"bootstrap_servers": servers, "session_timeout": 6.0})
    else:
        made = Kit("nats", {})
        made.settings = nats_settings(made.prefix)
        yield made
        bus = made.bus()
        with suppress(BusError):
            bus.call(_delete(bus, made.prefix))
        bus.close()


async def _delete(bus: Any, stream: str) -> None:
    await (await bus.context()).delete_stream(stream)


def take(source: Subscription, count: int, seconds: float = LONG) -> list[Event]:
    found: list[Event] = []
    end = time.monotonic() + seconds
    while len(found) < count and time.monotonic() < end:
        found += source.receive(0.5, count - len(found))
    return found


def test_events_come_as_they_were_sent(kit: Kit) -> None:
    bus = kit.bus()
    bus.publish(kit.topic(), b"\xff\x00 one", key="k", id="id-1", headers={"from": "me"})
    bus.publish(kit.topic(), b"two")
    source = bus.subscribe([kit.topic()], "group")
    # One has a key and one has none: no bus promises an order between them.
    one, two = sorted(take(source, 2, 30), key=lambda event: event.key != "k")
    assert (one.topic, one.value, one.key, one.id) == (kit.topic(), b"\xff\x00 one", "k", "id-1")
    assert one.headers["from"] == "me"
    assert one.deliveries == 1
    assert (two.text, two.id != one.id, bool(two.lane)) == ("two", True, True)
    assert abs((two.time or 0) - time.time()) < 60
    source.close()
    bus.close()


def test_what_is_not_acknowledged_comes_again(kit: Kit) -> None:
    bus = kit.bus()
    for number in range(5):
        bus.publish(kit.topic(), b"%d" % number, key="k")
    first = bus.subscribe([kit.topic()], "group")
    events = take(first, 5)
    assert [e.text for e in events] == ["0", "1", "2", "3", "4"]
    first.acknowledge(events[:2])
    first.close()
    second = bus.subscribe([kit.topic()], "group")
    again = take(second, 3)
    assert [e.text for e in again] == ["2", "3", "4"]
    assert [e.id for e in again] == [e.id for e in events[2:]]
    second.acknowledge(again)
    second.close()
    third = bus.subscribe([kit.topic()], "group")
    bus.publish(kit.topic(), b"5", key="k")
    assert [e.text for e in take(third, 1)] == ["5"]
    third.close()
    bus.close()


def test_after_a_crash_old_events_come_before_new_ones(kit: Kit) -> None:
    bus = kit.bus()
    for number in range(3):
        bus.publish(kit.topic(), b"%d" % number, key="k")
    dead = bus.subscribe([kit.topic()], "group")
    assert len(take(dead, 3)) == 3
    _kill(dead)
    bus.publish(kit.topic(), b"3", key="k")
    source = bus.subscribe([kit.topic()], "group")
    assert [e.text for e in take(source, 4)] == ["0", "1", "2", "3"]
    source.close()
    bus.close()


def _kill(source: Any) -> None:
    """Let a subscription end as it does when its process dies, as far as the bus can see."""
    if hasattr(source, "_tasks"):
        for task in (*source._tasks, source._alive):
            source._bus._loop.call_soon_threadsafe(task.cancel)
        time.sleep(1.2)  # what it asked the server for expires
    elif hasattr(source, "_consumer"):
        source._consumer.close()  # leaves the group, commits nothing
    else:
        source.close()


def test_groups_do_not_take_each_others_events(kit: Kit) -> None:
    bus = kit.bus()
    bus.publish(kit.topic(), b"one")
    for group in ("these", "those"):
        source = bus.subscribe([kit.topic()], group)
        events = take(source, 1)
        assert [e.text for e in events] == ["one"]
        source.acknowledge(events)
        source.close()
    bus.close()


def test_several_topics(kit: Kit) -> None:
    bus = kit.bus()
    topics = [kit.topic("a"), kit.topic("b")]
    for topic in topics:
        bus.publish(topic, topic.encode())
    source = bus.subscribe(topics, "group")
    assert sorted(e.topic for e in take(source, 2)) == sorted(topics)
    source.close()
    bus.close()


def test_a_slow_reader_without_room_stays_subscribed(kit: Kit) -> None:
    bus = kit.bus()
    bus.publish(kit.topic(), b"one")
    source = bus.subscribe([kit.topic()], "group")
    events = take(source, 1)
    end = time.monotonic() + 4.0  # longer than NATS waits for an acknowledgement
    bus.publish(kit.topic(), b"two")
    while time.monotonic() < end:
        assert source.receive(0.2, 0) == []
    more = take(source, 1)
    assert [e.text for e in more] == ["two"]
    assert source.receive(1.0, 10) == []  # the first was not delivered again meanwhile
    source.acknowledge([*events, *more])
    source.close()
    bus.close()


@pytest.mark.usefixtures("db")
def test_a_step_on_a_bus(kit: Kit) -> None:
    """Duplicates, a poison message, a crash before the acknowledgement: each event counts once."""
    seen: list[str] = []

    class OnColor(EventStep):
        technology = kit.technology
        topics = (kit.topic(),)
        tries = 2

        def process_event(self, event: Event) -> None:
            seen.append(event.text)
            if event.text == "bad":
                raise ValueError("what is this")
            self.upsert(Color, name=event.text, html_code="#")

    bus = kit.bus()
    service = world(events=[OnColor])
    for name, number in (("red", "1"), ("bad", "2"), ("blue", "3")):
        bus.publish(kit.topic(), name.encode(), key=name, id=number)

    def work(seconds: float, until: Any) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end and not until():
            flow.turn(0.2)

    def count() -> int:
        return Color.objects.count()

    flow = pump(service, OnColor, SystemClock(), bus)
    work(LONG, lambda: count() == 2 and inbox.parked("sampleservice"))
    assert count() == 2
    assert [row.error for row in inbox.parked("sampleservice")] == ["ValueError: what is this"]
    assert sorted(seen) == ["bad", "bad", "blue", "red"]

    # Handled, committed, and then the process dies without having acknowledged anything.
    bus.publish(kit.topic(), b"green", key="green", id="4")
    flow._acknowledge = lambda _source: None  # type: ignore[method-assign]  # as dead as can be
    work(LONG, lambda: count() == 3)
    flow._done.clear()
    flow.close()
    bus.close()

    bus = kit.bus()
    bus.publish(kit.topic(), b"green", key="green", id="4-again")
    seen.clear()
    flow = pump(service, OnColor, SystemClock(), bus)
    work(LONG, lambda: seen)
    assert seen == ["green"]  # the second event of it; the first one was known
    assert not flow.turn(1.5)
    flow.close()
    bus.close()


def test_nobody_there(kit: Kit) -> None:
    if kit.technology == "memory":
        return
    settings = {"kafka": {"bootstrap_servers": "127.0.0.1:9"}, "nats": {"servers": "127.0.0.1:9"}}
    bus = open_bus(kit.technology, settings[kit.technology])
    with pytest.raises(BusError):
        bus.subscribe(["a"], "g").receive(0.1, 1)
    with suppress(BusError):
        bus.close()


def test_libraries_are_imported_when_they_are_used() -> None:
    code = (
        "import sys, xgen.runtime.bus as b, xgen.runtime.bus.settings\n"
        "b.open_bus('memory')\n"
        "print([m for m in ('django', 'nats', 'confluent_kafka', 'asyncio') if m in sys.modules])\n"
        "sys.modules['nats'] = sys.modules['confluent_kafka'] = None\n"
        "for name in ('kafka', 'nats'):\n"
        "    try: b.open_bus(name)\n"
        "    except b.ConfigError as e: print(e)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == [
        "[]",
        "the bus `kafka` needs a library that is not installed (pip install 'xgen[kafka]')",
        "the bus `nats` needs a library that is not installed (pip install 'xgen[nats]')",
    ]


def test_unknown_technologies_are_named() -> None:
    with pytest.raises(ConfigError, match="known: kafka, memory, nats"):
        open_bus("rabbit")
    assert technologies() == ("kafka", "memory", "nats")


@pytest.mark.parametrize(
    ("headers", "found"),
    [
        ({}, "place"),
        ({"Nats-Msg-Id": "n"}, "n"),
        ({"ce_id": "1", "ce_source": "/olt"}, "/olt/1"),
        ({"ce_id": "1"}, "1"),
        ({"event-id": "e", "other": "x"}, "e"),
        ({"event-id": ""}, "place"),
    ],
)
def test_publishers_may_say_what_an_event_is_called(headers: dict[str, str], found: str) -> None:
    assert id_of(headers, "place") == found

"""What is NATS's own: order after what was left behind, and a server that goes away and comes back."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from contextlib import closing
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from enginekit import MadeClock
from sampleservice._generated.models import Color
from taking import pump, world

from xgen.runtime.bus import BusError, open_bus
from xgen.runtime.core.intake import IntakeState
from xgen.runtime.intake.event import EventStep

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytest.importorskip("nats")
LONG = 30.0

# Debian puts it where a user's PATH does not lead.
SERVER = shutil.which("nats-server", path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin")


def message(place: int) -> Any:
    return SimpleNamespace(metadata=SimpleNamespace(sequence=SimpleNamespace(stream=place)))


def gate(left: int, last: int) -> Any:
    from xgen.runtime.bus.nats import _Gate

    told = SimpleNamespace(num_ack_pending=left, delivered=SimpleNamespace(stream_seq=last))
    return _Gate(told, 10.0)  # type: ignore[arg-type]


def places(found: list[Any]) -> list[int]:
    return [one.metadata.sequence.stream for one in found]


def test_what_was_left_behind_is_put_in_order() -> None:
    door = gate(3, 5)
    assert door.pass_on([message(6), message(5)]) == []
    assert door.pass_on([message(7), message(2)]) == []
    assert door.pass_on([message(5)]) == []  # once more, and none of those that are missing
    assert places(door.pass_on([message(4)])) == [2, 4, 5, 5, 6, 7]
    assert places(door.pass_on([message(9), message(8)])) == [9, 8]
    assert door.waiting == []


def test_what_does_not_come_again_holds_nothing_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr("xgen.runtime.bus.nats.time.monotonic", lambda: now[0])
    door = gate(2, 5)
    assert door.pass_on([message(7), message(6)]) == []
    now[0] += 16
    assert places(door.pass_on([])) == [6, 7]


def test_without_anything_left_behind_nothing_waits() -> None:
    assert places(gate(0, 5).pass_on([message(6)])) == [6]


class Server:
    """A NATS of the test's own, which can be stopped and started."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with closing(socket.create_server(("127.0.0.1", 0))) as free:
            self.port = free.getsockname()[1]
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        words = [str(SERVER), "-a", "127.0.0.1", "-p", str(self.port), "-js"]
        words += ["-sd", str(self.folder)]
        self.process = subprocess.Popen(words, stderr=subprocess.DEVNULL)
        end = time.monotonic() + LONG
        while time.monotonic() < end:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
            except OSError:
                time.sleep(0.02)
            else:
                return

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait(LONG)
            self.process = None


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    if SERVER is None:
        pytest.skip("no nats-server to stop and start")
    made = Server(tmp_path)
    made.start()
    yield made
    made.stop()


class OnColor(EventStep):
    technology = "nats"
    topics = ("colors",)

    def process_event(self, event: Any) -> None:
        self.upsert(Color, name=event.text, html_code="#")


@pytest.mark.usefixtures("db")
def test_a_step_goes_on_when_nats_is_there_again(server: Server) -> None:
    settings = {"servers": f"nats://127.0.0.1:{server.port}", "create": True, "ack_wait": 1.0}
    bus, clock = open_bus("nats", settings), MadeClock()
    bus.publish("colors", b"red", key="k")
    flow = pump(world(events=[OnColor], clock=clock), OnColor, clock, bus)

    def until(holds: Any) -> None:
        end = time.monotonic() + LONG
        while not holds() and time.monotonic() < end:
            flow.turn(0.05)
            clock.now += 5
        assert holds()

    until(lambda: Color.objects.filter(name="red").exists())
    server.stop()
    until(lambda: flow.is_interrupted)
    assert IntakeState.objects.get(step="sampleservice.OnColor").code == 2
    with pytest.raises(BusError):
        bus.publish("colors", b"lost")
    server.start()
    bus.publish("colors", b"blue", key="k")
    until(lambda: Color.objects.filter(name="blue").exists())
    assert not flow.is_interrupted
    assert IntakeState.objects.get(step="sampleservice.OnColor").code == 1
    flow.close()
    bus.close()
    with pytest.raises(BusError, match="closed"):
        bus.publish("colors", b"late")

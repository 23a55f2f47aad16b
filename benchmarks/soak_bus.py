"""The bus of the soak: NATS behind a door that can be shut, its publisher, and what must hold.

The stream is the soak's own and is deleted in the end; NATS itself is only used.
"""

from __future__ import annotations

import contextlib
import os
import socket
import threading
from typing import TYPE_CHECKING, Any

import soak_intake

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from soak_backend import Backend

NATS = os.environ.get("XGEN_TEST_NATS", "nats://127.0.0.1:4222")
# So many events are published a second time.
_TWICE = 0.1


class Door:
    """Forwards a port to NATS; while it is shut nobody gets through, and all are thrown out."""

    def __init__(self) -> None:
        host, _, port = NATS.rpartition("/")[2].partition(":")
        self._target = (host, int(port or 4222))
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._shut = False
        threading.Thread(target=self._let_in, daemon=True).start()

    def shut(self) -> None:
        """Throw everybody out."""
        with self._lock:
            self._shut = True
            for each in self._open:
                with contextlib.suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)

    def open(self) -> None:
        """Let them in again."""
        self._shut = False

    def close(self) -> None:
        """Forward nothing any more."""
        self.shut()
        self._listener.close()

    def _let_in(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            try:
                far = socket.create_connection(self._target, 5)
            except OSError:
                near.close()
                continue
            with self._lock:
                self._open |= {near, far}
                shut = self._shut
            if shut:
                near.close()
                far.close()
            for one, other in ((near, far), (far, near)):
                threading.Thread(target=self._carry, args=(one, other), daemon=True).start()

    def _carry(self, one: socket.socket, other: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := one.recv(65536):
                other.sendall(data)
        for each in (one, other):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        one.close()
        with self._lock:
            self._open.discard(one)


class Publisher:
    """Publishes events on NATS and knows what must have become of them."""

    def __init__(self, backend: Backend, rng: Random) -> None:
        from xgen.runtime.bus import open_bus

        self.backend = backend
        self.rng = rng
        self.stream = f"xgen-soak-{os.getpid()}"
        self.topic = f"{self.stream}.told"
        settings = {"servers": NATS, "stream": self.stream, "create": True}
        self.bus: Any = open_bus("nats", settings)
        self.count = 0

    def publish(self) -> None:
        """Publish the next event, some twice."""
        self.count += 1
        name, key, value = soak_intake.event("nats", self.count)
        for _ in range(2 if self.rng.random() < _TWICE else 1):
            self.bus.publish(self.topic, value, key=key, headers={"event-id": name})
        poison = self.count % soak_intake.POISON == 0
        self.backend.note_published(name, key, poison=poison)

    def waiting(self) -> int:
        """Return how many events the stream has not seen acknowledged."""

        async def ask() -> int:
            context = await self.bus.context()
            infos = await context.consumers_info(self.stream)
            return sum((i.num_pending or 0) + (i.num_ack_pending or 0) for i in infos)

        return int(self.bus.call(ask()))

    def close(self) -> None:
        """Leave nothing on the server."""

        async def remove() -> None:
            context = await self.bus.context()
            await context.delete_stream(self.stream)

        with contextlib.suppress(Exception):
            self.bus.call(remove())
        self.bus.close()


def violations(backend: Backend, process: int) -> Iterator[str]:
    """Yield what did not become of events and records as it must; ``process`` is the last one.

    What was published in the memory of earlier processes may be lost, but not handled twice.
    """
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT event, order_key FROM soak_effects ORDER BY id")
        effects = [(str(event), str(key)) for event, key in cursor.fetchall()]
    times: dict[str, int] = {}
    for event, _ in effects:
        times[event] = times.get(event, 0) + 1
    parked = _parked()
    for event, _, poison in backend.published():
        mortal = event.startswith("memory.") and not event.startswith(f"memory.{process}-")
        if poison:
            text = parked.pop(event, "")
            said = f"poison: {event}" in text or "process ended" in text
            if not said and not (mortal and not text):
                yield f"poison {event} is not parked with its error, but: {text!r}"
            least = most = 0
        else:
            least, most = 0 if mortal else 1, 1
        if not least <= times.get(event, 0) <= most:
            yield f"event {event} had its effect {times.get(event, 0)} times"
    yield from (f"good event {event} is parked: {text}" for event, text in parked.items())
    yield from _disorder(effects)
    yield from _pulled(backend)


def _parked() -> dict[str, str]:
    from xgen.runtime.intake import inbox

    rows = inbox.parked("sampleservice")
    return {row.event_id: f"{row.error} ({row.attempts} tries)" for row in rows}


def _disorder(effects: list[tuple[str, str]]) -> Iterator[str]:
    """Yield the events that were handled after later ones of their key."""
    last: dict[str, int] = {}
    for event, key in effects:
        number = int(event.rpartition("-")[2])
        if number < last.get(key, 0):
            yield f"event {event} was handled after number {last[key]}"
        last[key] = max(number, last.get(key, 0))


def _pulled(backend: Backend) -> Iterator[str]:
    """Yield in what the pulled objects are not what the back-end has."""
    import operation

    rows = operation.models().Palette.all_objects.filter(name__startswith=soak_intake.PULLED)
    found = {row.name: row for row in rows}
    wanted = dict(backend.records())
    for name in sorted(found.keys() ^ wanted.keys()):
        yield f"`{name}` is {'missing' if name in wanted else 'left over'}"
    for name in found.keys() & wanted.keys():
        if (found[name].secret, found[name].deleted) != (wanted[name], False):
            yield f"`{name}` is {found[name].secret}, and {wanted[name]} at the back-end"

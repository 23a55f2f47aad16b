"""The pull and event steps of the soak, as the synchronizer's process has them.

What they bring in are palettes called ``pulled ...`` and ``told ...``; nobody else touches these.
An event leaves a row in ``soak_effects`` too, in the transaction of its step, so that an event that
was lost or handled twice can be told.
"""

from __future__ import annotations

import json
import os
import signal
import time
from random import Random
from typing import TYPE_CHECKING, Any

import operation

if TYPE_CHECKING:
    import threading
    from collections.abc import Sequence

    from soak_backend import Backend

PULLED, TOLD = "pulled ", "told "
TOPIC = "told"
TRIES = 6
KEYS = 7
# Long enough for a machine that is busy with other things.
PULL_TIMEOUT = 4.0
# One event in so many can never be handled.
POISON = 20
TABLE = "CREATE TABLE soak_effects (id {serial}, event VARCHAR(40), order_key VARCHAR(40))"
# Of pulls, so many find the back-end away, take too long; of records, so many are bad.
_AWAY, _SLOW, _BAD = 0.1, 0.05, 0.005
# Of events, so many fail at first; of acknowledgements, so many are never sent: the process dies.
_FAIL, _DIE = 0.08, 0.003
_TELL_EVERY = 0.3


def event(technology: str, number: int) -> tuple[str, str, bytes]:
    """Return an event's id, key and value."""
    name, key = f"{technology}-{number}", f"{technology}-{number % KEYS}"
    said = {"event": name, "key": key, "poison": number % POISON == 0}
    return name, key, json.dumps(said).encode()


def steps(backend: Backend, topic: str) -> tuple[list[Any], list[Any]]:
    """Return the pull steps and the event steps; ``topic`` is that on NATS."""
    from django.db import connection

    from xgen.runtime.intake.event import EventStep
    from xgen.runtime.intake.pull import PullStep

    m = operation.models()
    rng = Random(os.getpid())

    class PullPalettes(PullStep):
        interval = 1.0
        timeout = PULL_TIMEOUT

        def pull_records(self) -> None:
            faulty = backend.is_faulty
            if faulty and rng.random() < _AWAY:
                raise ConnectionError("the back-end is away")
            records = backend.records()
            if faulty and rng.random() < _SLOW:
                time.sleep(PULL_TIMEOUT * 1.25)
            for name, value in records:
                with self.record(name):
                    if faulty and rng.random() < _BAD:
                        raise ValueError(f"{name} makes no sense")
                    self.upsert(m.Palette, name=name, secret=value)
            self.delete_missing(m.Palette, empty_ok=True, name__startswith=PULLED)

    class Told(EventStep):
        tries = TRIES

        def process_event(self, event: Any) -> None:
            said = event.json()
            with connection.cursor() as cursor:
                cursor.execute(
                    "INSERT INTO soak_effects (event, order_key) VALUES (%s, %s)",
                    [said["event"], said["key"]],
                )
            self.upsert(m.Palette, name=TOLD + said["key"], secret=said["event"])
            if said["poison"]:
                raise RuntimeError(f"poison: {said['event']}")
            if backend.is_faulty and rng.random() < _FAIL:
                raise RuntimeError("not now")

    class ToldByNats(Told):
        technology = "nats"
        topics = (topic,)

    class ToldInMemory(Told):
        technology = "memory"
        topics = (TOPIC,)

    return [PullPalettes], [ToldByNats, ToldInMemory]


def watch_acknowledgements(backend: Backend) -> None:
    """Complain of each that is sent before the store has committed; die before some."""
    from django.db import connection

    from xgen.runtime.bus import memory, nats
    from xgen.runtime.core.intake import BusEvent

    rng = Random(os.getpid())

    def watched(original: Any, *, deadly: bool) -> Any:
        def acknowledge(self: Any, events: Sequence[Any]) -> None:
            ids = {each.id for each in events}
            if connection.in_atomic_block:
                backend.complain("events were acknowledged within a transaction")
            rows = BusEvent.objects.filter(event_id__in=ids, state__in=("done", "parked"))
            if open_ones := ids - set(rows.values_list("event_id", flat=True)):
                backend.complain(f"{sorted(open_ones)} acknowledged before they were done")
            if deadly and backend.may_die and rng.random() < _DIE:
                backend.note_death()
                os.kill(os.getpid(), signal.SIGKILL)
            original(self, events)

        return acknowledge

    for kind in (nats._NatsSubscription, memory._MemorySubscription):  # noqa: SLF001 - to look on
        original: Any = kind.acknowledge
        deadly = kind is nats._NatsSubscription  # noqa: SLF001 - likewise
        kind.acknowledge = watched(original, deadly=deadly)  # type: ignore[method-assign]


def talk(backend: Backend, stop: threading.Event) -> None:
    """Publish events on the bus within this process until told to stop."""
    from xgen.runtime.bus.memory import MemoryBus

    bus, number, rng = MemoryBus(), 0, Random(os.getpid())
    while not stop.wait(_TELL_EVERY):
        if not backend.is_faulty:
            continue
        number += 1
        name, key, value = event(f"memory.{os.getpid()}", number)
        for _ in range(2 if rng.random() < _FAIL else 1):
            bus.publish(TOPIC, value, key=key, id=name)
        backend.note_published(name, key, poison=number % POISON == 0)

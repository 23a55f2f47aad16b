"""The synchronizer of the soak: a process of its own, so that it can be killed.

python benchmarks/soak_runner.py DATABASE BACKEND-FILE NATS-PORT STREAM TOPIC [--static]
"""

from __future__ import annotations

import argparse
import os
import threading
import time
from pathlib import Path
from random import Random
from typing import Any

import operation
import soak_intake
from soak_backend import Backend, Health

from xgen.runtime import django as xdjango
from xgen.runtime import log
from xgen.runtime.errors import DeferredException

WORKERS = 6
TIMEOUT = 0.5
# Of the runs, so many fail, are deferred, take too long.
_FAIL, _DEFER, _HANG = 0.08, 0.02, 0.004
_TELL_EVERY = 1.0


class Steps:
    """What the steps do: they tell the back-end, and fail at random."""

    def __init__(self, backend: Backend) -> None:
        self.backend = backend
        self.rng = Random(os.getpid())

    def sync(self, o: Any) -> None:
        """Tell the back-end of an object."""
        m = operation.models()
        self._expect_own(o)
        if isinstance(o, m.EmbeddedImage):
            self._expect("ExampleServiceInstance", o.serviceinstance_id, o)
        self._run(o, lambda: self.backend.put(_kind(o), o.pk, operation.declared(o)))

    def delete(self, o: Any) -> None:
        """Take an object away."""
        m = operation.models()
        self._expect_own(o)
        if isinstance(o, m.ExampleServiceInstance):
            for pk in m.EmbeddedImage.all_objects.filter(serviceinstance=o.pk).values_list("pk"):
                if self.backend.has("EmbeddedImage", pk[0]):
                    self.backend.complain(f"{_kind(o)} {o.pk} went before EmbeddedImage {pk[0]}")
        self._run(o, lambda: self.backend.remove(_kind(o), o.pk))

    def policy(self, _: Any) -> None:
        """Fail now and then."""
        if self.backend.is_faulty and self.rng.random() < _FAIL:
            raise RuntimeError("the policy failed")

    def _expect_own(self, o: Any) -> None:
        if o.name.startswith((soak_intake.PULLED, soak_intake.TOLD)):
            self.backend.complain(f"`{o.name}` was pushed back to where it came from")

    def _expect(self, kind: str, pk: int, o: Any) -> None:
        if not self.backend.has(kind, pk):
            self.backend.complain(f"{_kind(o)} {o.pk} was run before {kind} {pk}")

    def _run(self, o: Any, what: Any) -> None:
        self.backend.begin(_kind(o), o.pk)
        how = "failed"
        try:
            if self.backend.is_faulty:
                how = self._fault() or how
            what()
            how = "too late" if how == "hangs" else "done"
        except DeferredException:
            how = "deferred"
            raise
        finally:
            self.backend.end(_kind(o), o.pk, how)

    def _fault(self) -> str | None:
        chance = self.rng.random()
        if chance < _HANG:
            time.sleep(TIMEOUT * 3)
            return "hangs"
        if chance < _HANG + _DEFER:
            raise DeferredException("not yet", after=0.5)
        if chance < _HANG + _DEFER + _FAIL:
            raise RuntimeError("the back-end is down")
        return None


def _kind(o: Any) -> str:
    return type(o).__name__


def main() -> None:
    """Run until SIGTERM."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("database")
    parser.add_argument("backend", type=Path)
    parser.add_argument("port", type=int)
    parser.add_argument("stream")
    parser.add_argument("topic")
    parser.add_argument("--static", action="store_true")
    arguments = parser.parse_args()
    log.configure(log.LogSettings(level="critical"))
    xdjango.setup(arguments.database, ("sampleservice",))
    backend = Backend(arguments.backend)
    stop = threading.Event()
    watch = threading.Thread(target=tell_health, args=(backend, stop), daemon=True)
    watch.start()
    talk = threading.Thread(target=soak_intake.talk, args=(backend, stop), daemon=True)
    talk.start()
    soak_intake.watch_acknowledgements(backend)
    sync = synchronizer(Steps(backend), arguments)
    try:
        with sync.stopping_on_signals():
            sync.run(grace=20)
    finally:
        stop.set()
        watch.join(10)
        talk.join(10)
        xdjango.close_connections()


def synchronizer(steps: Steps, arguments: argparse.Namespace) -> Any:
    """Return the synchronizer of the tests' service with these steps."""
    import statickit

    from xgen.runtime import registry
    from xgen.runtime.config import Config, RetryConfig
    from xgen.runtime.scheduler import Timing
    from xgen.runtime.synchronizer import Synchronizer

    pulls, events = soak_intake.steps(steps.backend, arguments.topic)
    loaded = registry.make(
        "sampleservice",
        pulls=pulls,
        events=events,
        steps=operation.steps(steps.sync, steps.delete),
        policies=operation.policies(steps.policy),
        model_deps=statickit.DEPS,
        fixed=statickit.schedule() if arguments.static else None,
    )
    config = Config(
        name="sampleservice",
        database="",
        workers=WORKERS,
        timeout=TIMEOUT,
        retry=RetryConfig(base=0.1, factor=2.0, cap=2.0, jitter=0.1),
        bus={
            "nats": {
                "servers": f"nats://127.0.0.1:{arguments.port}",
                "stream": arguments.stream,
                "ack_wait": 5.0,
            }
        },
    )
    timing = Timing(poll=0.2, scan=5.0, lease=10.0)
    return Synchronizer("sampleservice", config, loaded=loaded, timing=timing)


def tell_health(backend: Backend, stop: threading.Event) -> None:
    """Say once a second how this process is."""
    while not stop.wait(_TELL_EVERY):
        backend.tell_health(Health.of_this_process(connections(), WORKERS))


def connections() -> int:
    """Return how many connections to the database this process has."""
    found = 0
    for name in os.listdir("/proc/self/fd"):
        try:
            target = os.readlink(f"/proc/self/fd/{name}")
        except OSError:
            continue  # it was closed meanwhile
        found += target.endswith("soak.db") or target.startswith("socket:")
    return found


if __name__ == "__main__":
    main()

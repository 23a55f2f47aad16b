"""Logging to Elastic: lines as ECS documents, sent in bulk by a thread of their own.

A line is rendered where it is logged (what is secret is known only there) and put into a bounded
queue; that is all that a step ever pays. When the queue is full the line is dropped and counted.
Each document has an id of its own, so that sending a batch again after a broken connection does
not double its lines.
"""

from __future__ import annotations

import json
import logging
import threading
import time
import uuid
from collections import deque
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

from xgen.runtime import elastic_http

if TYPE_CHECKING:
    from collections.abc import Callable

    from structlog.typing import EventDict

    from xgen.runtime.elastic_http import ElasticSettings

ECS_VERSION = "8.11.0"
#: What the runtime binds goes to `xgen.*`; all else becomes a label, so that no line of an author
#: can clash with the type of a field.
_OURS = ("model", "id", "step", "synchronizer", "playbook", "generation", "task", "host", "recap")
#: A problem is told again only after so many seconds.
_SAY_AGAIN = 60.0
_LOGGER = "xgen.runtime.elastic"


@dataclass(slots=True)
class Counts:
    """What became of the lines of one handler."""

    sent: int = 0
    dropped: int = 0
    """The queue was full, or the time to flush was over."""
    refused: int = 0
    """Elastic will never take these: their fields do not fit its mapping."""
    problem: str = ""
    """Why nothing can be sent just now; empty when all is well."""


def document(event: EventDict, service: str) -> dict[str, Any]:
    """Return a line as an ECS document; keys with dots, as Elastic reads them."""
    event = dict(event)
    found: dict[str, Any] = {
        "@timestamp": event.pop("timestamp", None),
        "log.level": event.pop("level", "info"),
        "message": str(event.pop("event", "")),
        "ecs.version": ECS_VERSION,
        "log.logger": event.pop("logger", None),
        "service.name": str(event.get("synchronizer") or service),
    }
    if (trace := event.pop("exception", None)) is not None:
        found["error.stack_trace"] = str(trace)
    if (error := event.pop("error", None)) is not None:
        found["error.message"] = str(error)
    if (kind := event.pop("error_type", None)) is not None:
        found["error.type"] = str(kind)
    for name in _OURS:
        if (value := event.pop(name, None)) is not None:
            found[f"xgen.{name}"] = value if name in ("id", "generation") else _text(value)
    labels = {name.replace(".", "_"): _text(value) for name, value in event.items()}
    if labels:
        found["labels"] = labels
    return {name: value for name, value in found.items() if value is not None}


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    return json.dumps(value, default=str, ensure_ascii=False)


class ElasticHandler(logging.Handler):
    """Puts lines into the queue of a sender."""

    def __init__(self, settings: ElasticSettings, *, sender: Sender | None = None) -> None:
        super().__init__()
        # What the sender says of its own troubles is for the other outputs.
        self.addFilter(lambda record: record.name != _LOGGER)
        self.settings = settings
        self.sender = sender or Sender(settings)
        _handlers.add(self)

    def createLock(self) -> None:  # noqa: N802 - logging's name
        """Do without a lock: a queue needs none, and rendering need not wait for another's."""
        self.lock = None

    @property
    def counts(self) -> Counts:
        """What became of the lines so far."""
        return self.sender.counts

    def emit(self, record: logging.LogRecord) -> None:
        """Render a line and queue it; never waits and never raises."""
        try:
            self.sender.put(self.format(record))
        except Exception:  # noqa: BLE001 - a line is never worth a step
            self.handleError(record)

    def flush(self) -> None:
        """Do nothing: who logs never waits. `close` sends what is left."""

    def close(self) -> None:
        """Send what is queued, for a few seconds at most."""
        self.sender.close(self.settings.flush_seconds)
        _handlers.discard(self)
        super().close()


_handlers: WeakSet[ElasticHandler] = WeakSet()


def counts() -> dict[str, Any] | None:
    """Return what became of the lines of this process; None when none go to Elastic."""
    found = [handler.counts for handler in list(_handlers)]
    return asdict(found[0]) if found else None


class Sender:
    """A bounded queue, and the thread that empties it."""

    def __init__(
        self,
        settings: ElasticSettings,
        *,
        connection: elastic_http.Connection | None = None,
        backoff: tuple[float, float] = (0.5, 30.0),
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.settings = settings
        self.counts = Counts()
        self._connection = connection or elastic_http.Connection(settings)
        self._backoff = backoff
        self._monotonic = monotonic
        self._queue: deque[tuple[str, str]] = deque()
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._closing = threading.Event()
        self._deadline = float("inf")
        self._thread: threading.Thread | None = None
        self._flying = 0
        self._failures = 0
        self._said_at = float("-inf")
        self._told = 0

    def put(self, text: str) -> None:
        """Queue a document; a full queue keeps the lines that came first."""
        if len(self._queue) >= self.settings.queue or self._closing.is_set():
            with self._lock:
                self.counts.dropped += 1
            return
        self._queue.append((uuid.uuid4().hex, text))
        if self._thread is None:
            self._start()
        if len(self._queue) >= self.settings.batch:
            self._wake.set()

    def close(self, seconds: float) -> None:
        """Send what is queued; after ``seconds`` give the rest up."""
        self._deadline = self._monotonic() + seconds
        self._closing.set()
        self._wake.set()
        thread = self._thread
        if thread is not None and thread.is_alive():
            thread.join(seconds)
        with self._lock:
            self.counts.dropped += len(self._queue) + self._flying
            self._queue.clear()
        self._tell_drops()

    def _start(self) -> None:
        with self._lock:
            if self._thread is None:
                # A daemon: an Elastic that hangs must not keep the process from ending.
                self._thread = threading.Thread(target=self._work, name="xgen-elastic", daemon=True)
                self._thread.start()

    def _work(self) -> None:
        while not (self._closing.is_set() and not self._queue):
            self._wake.wait(self.settings.flush_interval)
            self._wake.clear()
            while self._queue and self._monotonic() < self._deadline:
                self._rest(self._turn())
            if self._monotonic() >= self._deadline:
                break
        self._connection.close()

    def _rest(self, seconds: float) -> None:
        """Leave Elastic alone for a while, and for a short one only when time is running out."""
        if seconds > 0 and not self._closing.wait(seconds):
            return
        if seconds > 0:
            left = self._deadline - self._monotonic()
            threading.Event().wait(max(min(seconds, self._backoff[0], left), 0.0))

    def _turn(self) -> float:
        """Send one batch; return for how many seconds to leave Elastic alone."""
        batch: list[tuple[str, str]] = []
        while self._queue and len(batch) < self.settings.batch:
            batch.append(self._queue.popleft())
        self._flying = len(batch)
        answer = self._try(batch)
        with self._lock:
            self._flying = 0
            self._queue.extendleft(reversed(answer.again))
            self.counts.sent += answer.taken
            self.counts.refused += len(answer.refused)
            self.counts.problem = answer.problem
        if answer.refused:
            self._say("Elastic refused log lines", count=len(answer.refused), why=answer.refused[0])
        if not answer.again:
            if self._failures:
                self._failures = 0
                self._said_at = float("-inf")
                _log("info", "Elastic takes log lines again")
            self._tell_drops()
            return 0.0
        self._failures += 1
        self._say("Elastic does not take log lines, trying again", why=answer.problem)
        base, cap = self._backoff
        return min(base * 2.0 ** min(self._failures - 1, 20), cap)

    def _try(self, batch: list[tuple[str, str]]) -> elastic_http.Answer:
        try:
            return self._connection.send(batch)
        except Exception as error:  # noqa: BLE001 - the thread must outlive whatever happens
            text = f"{type(error).__name__}: {error}"
            return elastic_http.Answer(again=batch, problem=text)

    def _say(self, text: str, **fields: Any) -> None:
        now = self._monotonic()
        if now - self._said_at >= _SAY_AGAIN:
            self._said_at = now
            _log("warning", text, url=self.settings.shown_url, **fields, **self._drops())

    def _tell_drops(self) -> None:
        if fields := self._drops():
            _log("warning", "log lines were dropped on the way to Elastic", **fields)

    def _drops(self) -> dict[str, int]:
        """Return how many lines were dropped since this was last told."""
        with self._lock:
            more = self.counts.dropped - self._told
            self._told = self.counts.dropped
        return {"dropped": more} if more else {}


def _log(level: str, text: str, **fields: Any) -> None:
    from xgen.runtime import log

    with suppress(Exception):
        getattr(log.get(_LOGGER), level)(text, **fields)


def render(service: str) -> Callable[[Any, str, EventDict], str]:
    """Return the processor that makes a line of a document."""

    def run(_logger: Any, _method: str, event: EventDict) -> str:
        return json.dumps(document(event, service), default=str, ensure_ascii=False)

    return run

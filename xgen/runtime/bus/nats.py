"""NATS, by nats-py: a durable JetStream consumer a topic, acknowledged by hand.

The library is asynchronous; it lives in a thread of its own with an event loop, and this module
is the way in and out. What has been received and not yet acknowledged is kept alive from there, so
that a slow step does not get its events twice.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import threading
import time
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

import nats
from nats.errors import Error as NatsError
from nats.errors import TimeoutError as NatsTimeoutError
from nats.js.api import AckPolicy, ConsumerConfig, ConsumerInfo, DeliverPolicy
from nats.js.errors import NotFoundError

from xgen.runtime.bus import BusError, Event, Subscription, id_of
from xgen.runtime.bus.settings import NatsSettings

if TYPE_CHECKING:
    from collections.abc import Collection, Coroutine, Mapping, Sequence

    from nats.aio.client import Client
    from nats.aio.msg import Msg
    from nats.js import JetStreamContext

__all__ = ["NatsBus"]

_T = TypeVar("_T")
_ANSWER_SECONDS = 10.0
_FETCH_SECONDS = 1.0
_AT_ONCE = 64
_MOST_EARLY = 1000
_KEY = "xgen-key"
_MOST_NAME = 60


class NatsBus:
    """A connection to NATS."""

    shares_keys = True

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self.settings = NatsSettings(**settings)
        self._loop = asyncio.new_event_loop()
        self._client: Client | None = None
        self._starting = threading.Lock()
        self._connecting = asyncio.Lock()
        self._thread = threading.Thread(
            target=self._loop.run_forever, name="xgen-nats", daemon=True
        )

    def subscribe(self, topics: Sequence[str], group: str) -> Subscription:
        """Listen to subjects, in which ``*`` stands for a word and ``>`` for all that follows."""
        return _NatsSubscription(self, tuple(topics), group)

    def publish(
        self,
        topic: str,
        value: bytes,
        *,
        key: str | None = None,
        id: str | None = None,  # noqa: A002 - what it is called on an event
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Send an event and wait until its stream has it."""
        every = dict(headers or {})
        if id is not None:
            every["Nats-Msg-Id"] = id
        if key is not None:
            every[_KEY] = key
        self.call(self._publish(topic, value, every))

    async def _publish(self, topic: str, value: bytes, headers: dict[str, str]) -> None:
        context = await self.context()
        await self.stream_of(context, topic)
        await context.publish(topic, value, headers=headers or None, timeout=_ANSWER_SECONDS)

    def close(self) -> None:
        """Close the connection and end its thread."""
        client, self._client = self._client, None
        try:
            if client is not None:
                self.call(client.close())
        finally:
            if self._thread.is_alive():
                self._loop.call_soon_threadsafe(self._loop.stop)
                self._thread.join(_ANSWER_SECONDS)
            if not self._thread.is_alive():
                self._loop.close()

    def call(self, work: Coroutine[Any, Any, _T], timeout: float = _ANSWER_SECONDS * 2) -> _T:
        """Run something in the loop's thread and return what it returns."""
        with self._starting:
            if self._loop.is_closed():
                work.close()
                raise BusError("nats: this bus was closed")
            if not self._thread.is_alive():
                self._thread.start()
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result(timeout)
        except BusError:
            raise
        except (NatsError, OSError, TimeoutError) as error:
            future.cancel()
            text = str(error) or type(error).__name__
            raise BusError(f"nats: {text}") from error

    async def context(self) -> JetStreamContext:
        """Return JetStream over a connection that is made when it is first needed."""
        async with self._connecting:
            if self._client is None or self._client.is_closed:
                self._client = await self._connect()
            return self._client.jetstream()

    async def _connect(self) -> Client:
        given = self.settings.servers
        options: dict[str, Any] = {}
        if self.settings.credentials is not None:
            options["user_credentials"] = self.settings.credentials
        return await nats.connect(
            given if isinstance(given, str) else list(given),
            connect_timeout=_ANSWER_SECONDS / 2,
            # What was under way is lost, and comes again after what follows it: only a new
            # subscription can put that in order.
            allow_reconnect=False,
            # These hold for the first connection, too.
            max_reconnect_attempts=2,
            reconnect_time_wait=0.5,
            error_cb=_ignore,
            **options,
        )

    async def stream_of(self, context: JetStreamContext, topic: str) -> str:
        """Return the stream that keeps a topic; make it if the config says so."""
        name = self.settings.stream
        try:
            if name is None:
                return await context.find_stream_name_by_subject(topic)
            config = (await context.stream_info(name)).config
        except NotFoundError:
            if not self.settings.create:
                what = f"stream `{name}`" if name else f"stream that keeps `{topic}`"
                raise BusError(f"nats: there is no {what}") from None
            name = name or _plain(topic)
            await context.add_stream(name=name, subjects=[topic])
            return name
        subjects = config.subjects or []
        if self.settings.create and not any(_covers(each, topic) for each in subjects):
            await context.update_stream(config.evolve(subjects=[*subjects, topic]))
        return name


class _NatsSubscription:
    """The events of some subjects, fetched ahead by the loop's thread."""

    def __init__(self, bus: NatsBus, topics: tuple[str, ...], group: str) -> None:
        self._bus = bus
        self._ready: deque[Msg] = deque()
        self._changed = threading.Condition()
        self._open: dict[Any, Msg] = {}  # handed out and not acknowledged
        self._error: BaseException | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._sources: list[JetStreamContext.PullSubscription] = []
        self._gates: list[_Gate] = []
        self._alive: asyncio.Task[None] | None = None
        self._closing = False
        bus.call(self._start(topics, group))

    async def _start(self, topics: tuple[str, ...], group: str) -> None:
        try:
            await self._subscribe(topics, group)
        except BaseException:
            # Or what fetches already would go on, for nobody.
            for task in self._tasks:
                task.cancel()
            await self._unsubscribe()
            raise

    async def _subscribe(self, topics: tuple[str, ...], group: str) -> None:
        context = await self._bus.context()
        for topic in topics:
            stream = await self._bus.stream_of(context, topic)
            config = ConsumerConfig(
                ack_policy=AckPolicy.EXPLICIT,
                ack_wait=self._bus.settings.ack_wait,
                deliver_policy=DeliverPolicy.ALL,
                max_ack_pending=10_000,
            )
            durable = _plain(f"{group}-{topic}")
            source = await context.pull_subscribe(topic, durable, stream, config)
            self._sources.append(source)
            gate = _Gate(await source.consumer_info(), self._bus.settings.ack_wait)
            self._gates.append(gate)
            self._tasks.append(asyncio.create_task(self._fetch(source, gate)))
        self._alive = asyncio.create_task(self._keep_alive())

    async def _fetch(self, source: JetStreamContext.PullSubscription, gate: _Gate) -> None:
        """Fetch ahead, so much and no more."""
        try:
            while not self._closing:
                found: list[Msg] = []
                if len(self._ready) >= _AT_ONCE or len(gate.waiting) >= _MOST_EARLY:
                    await asyncio.sleep(0.02)
                else:
                    with suppress(NatsTimeoutError, TimeoutError):
                        found = await source.fetch(_AT_ONCE, timeout=_FETCH_SECONDS)
                with self._changed:
                    self._ready.extend(gate.pass_on(found))
                    self._changed.notify_all()
        except BaseException as error:  # a task that ends must not do so in silence
            with self._changed:
                self._error = error
                self._changed.notify_all()
            if not isinstance(error, Exception):
                raise

    async def _keep_alive(self) -> None:
        """Say of what is being worked on, or waits for its turn here, that it is."""
        while True:
            await asyncio.sleep(self._bus.settings.ack_wait / 3)
            for message in self._unacknowledged():
                try:
                    await message.in_progress()
                except (NatsError, OSError):
                    break  # the connection; whoever fetches will tell

    def _unacknowledged(self) -> list[Msg]:
        with self._changed:
            waiting = [message for gate in self._gates for message in gate.waiting]
            return [*self._ready, *self._open.values(), *waiting]

    def receive(self, timeout: float, most: int) -> list[Event]:
        with self._changed:
            self._check()
            if most and not self._ready and timeout > 0:
                self._changed.wait_for(lambda: self._ready or self._error, timeout)
                self._check()
            found = [self._ready.popleft() for _ in range(min(most, len(self._ready)))]
            events = [_event(message) for message in found]
            self._open.update(zip((e.handle for e in events), found, strict=True))
        if not events and not most and timeout > 0:
            threading.Event().wait(timeout)
        return events

    def _check(self) -> None:
        if self._error is not None:
            text = str(self._error) or type(self._error).__name__
            raise BusError(f"nats: {text}") from self._error

    def acknowledge(self, events: Sequence[Event]) -> None:
        with self._changed:
            messages = [m for e in events if (m := self._open.pop(e.handle, None)) is not None]
        if messages:
            self._bus.call(self._acknowledge(messages))

    async def _acknowledge(self, messages: Sequence[Msg]) -> None:
        # An acknowledgement that is lost makes a duplicate, which is known by its id.
        for message in messages:
            await message.ack()

    def lost(self) -> Collection[str]:
        return ()

    def close(self) -> None:
        self._bus.call(self._stop())

    async def _stop(self) -> None:
        # What the server has been asked for would be lost to the next one who asks, and its
        # order with it: so wait for it, and give back all in the order in which it came.
        self._closing = True
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._alive is not None:
            self._alive.cancel()
        await self._unsubscribe()
        for message in sorted(self._unacknowledged(), key=_place):
            await message.nak()
        client = self._bus._client  # noqa: SLF001 - the other half of this module
        if client is not None and client.is_connected:
            await client.flush()
        self._open.clear()

    async def _unsubscribe(self) -> None:
        """Let the connection, which lives on, and the server forget this subscription.

        While the server has a request that is over for us, it would take what is given back first
        for that, find nobody, and put it behind the rest.
        """
        for source in self._sources:
            with suppress(NatsError, TimeoutError):
                await source.unsubscribe()
                for _ in range(50):
                    if not (await source.consumer_info()).num_waiting:
                        break
                    await asyncio.sleep(_FETCH_SECONDS / 50)


class _Gate:
    """Keeps events back until those have come again that were left behind, and puts all in order.

    By a process that died, or a connection that broke. The server gives these out again when the
    time of each is up, and new ones at once.
    """

    def __init__(self, consumer: ConsumerInfo, ack_wait: float) -> None:
        self.waiting: list[Msg] = []
        self._left = consumer.num_ack_pending or 0
        self._last = consumer.delivered.stream_seq if consumer.delivered else 0
        self._until = time.monotonic() + ack_wait * 1.5

    def pass_on(self, found: Sequence[Msg]) -> list[Msg]:
        """Return what may be handled now."""
        if not (self._left or self.waiting):
            return list(found)
        self.waiting += found
        again = {place for message in self.waiting if (place := _place(message)) <= self._last}
        if len(again) < self._left and time.monotonic() < self._until:
            return []
        self._left = 0
        ready, self.waiting = sorted(self.waiting, key=_place), []
        return ready


def _place(message: Msg) -> int:
    sequence = message.metadata.sequence
    return sequence.stream if sequence else 0


def _event(message: Msg) -> Event:
    about = message.metadata
    headers = dict(message.headers or {})
    place = _place(message)
    low = {name.lower(): value for name, value in headers.items()}
    return Event(
        id=id_of(headers, f"{about.stream}@{place}"),
        topic=message.subject,
        # Without a key of the publisher's, order is kept within a subject.
        key=low.get(_KEY, message.subject),
        value=message.data,
        headers=headers,
        time=about.timestamp.timestamp() if about.timestamp else None,
        lane=message.subject,
        deliveries=about.num_delivered or 1,
        handle=(about.stream, place),
    )


async def _ignore(_error: Exception) -> None:
    """Take what the library says about servers that come and go; it tries again by itself."""


def _plain(name: str) -> str:
    """Return ``name`` in the letters that streams and consumers may have, unlike any other."""
    plain = re.sub(r"[^A-Za-z0-9_-]+", "_", name).strip("_")
    if plain == name and len(name) <= _MOST_NAME:
        return name
    return f"{plain[:_MOST_NAME]}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def _covers(pattern: str, topic: str) -> bool:
    """Say whether a stream's subject takes in all that ``topic`` may stand for."""
    ours, theirs = topic.split("."), pattern.split(".")
    for at, word in enumerate(theirs):
        if word == ">":
            return len(ours) > at
        if at >= len(ours) or ours[at] == ">" or word not in ("*", ours[at]):
            return False
    return len(ours) == len(theirs)

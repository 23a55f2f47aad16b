"""Kafka, by confluent-kafka: a consumer group whose offsets are committed by hand.

An offset says that everything before it is done, so of each partition the longest run of
acknowledged events is committed and no more.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from confluent_kafka import (
    Consumer,
    KafkaError,
    KafkaException,
    Message,
    Producer,
    TopicPartition,
)

from xgen.runtime.bus import BusError, Event, Subscription, id_of
from xgen.runtime.bus.settings import KafkaSettings

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

__all__ = ["KafkaBus", "Offsets"]

_CLOSE_SECONDS = 10.0
_JOIN_SECONDS = 20.0
# A step may take this long for the events of one call; the broker then gives up on the process.
_MOST_MILLISECONDS_BETWEEN_CALLS = 1_800_000


class KafkaBus:
    """A connection to a Kafka cluster."""

    shares_keys = False

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self.settings = KafkaSettings(**settings)
        self._producer: Producer | None = None

    def subscribe(self, topics: Sequence[str], group: str) -> Subscription:
        """Join a consumer group; a topic that starts with ``^`` is a regular expression."""
        return _KafkaSubscription(self._options(group), topics)

    def _options(self, group: str) -> dict[str, Any]:
        return {
            "group.id": group,
            "auto.offset.reset": "earliest",
            "session.timeout.ms": int(self.settings.session_timeout * 1000),
            "max.poll.interval.ms": _MOST_MILLISECONDS_BETWEEN_CALLS,
            "topic.metadata.refresh.interval.ms": 30_000,
            **self._common(),
            # Whatever the config says: these two are what "at least once" rests on.
            "enable.auto.commit": False,
            "enable.auto.offset.store": False,
        }

    def _common(self) -> dict[str, Any]:
        servers = {"bootstrap.servers": self.settings.bootstrap_servers}
        # librdkafka says what goes wrong on stderr unless somebody listens.
        return {**servers, "error_cb": _ignore, "log_level": 0, **self.settings.options}

    def publish(
        self,
        topic: str,
        value: bytes,
        *,
        key: str | None = None,
        id: str | None = None,  # noqa: A002 - what it is called on an event
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Send an event and wait until the cluster has it."""
        if self._producer is None:
            self._producer = Producer({**self._common(), "enable.idempotence": True})
        failed: list[str] = []

        def delivered(error: KafkaError | None, _message: Message) -> None:
            if error is not None:
                failed.append(error.str())

        every = {**(headers or {}), **({"event-id": id} if id else {})}
        try:
            self._producer.produce(
                topic,
                value=value,
                key=key,
                headers=[(name, text.encode()) for name, text in every.items()],
                on_delivery=delivered,
            )
            left = self._producer.flush(_CLOSE_SECONDS)
        except (KafkaException, BufferError) as error:
            raise BusError(f"cannot publish to {topic}: {error}") from error
        if failed or left:
            raise BusError(f"cannot publish to {topic}: {failed[0] if failed else 'no answer'}")

    def close(self) -> None:
        """Send what is still to be sent."""
        if self._producer is not None:
            self._producer.flush(_CLOSE_SECONDS)


class Offsets:
    """How far a partition may be committed: events may be done in any order."""

    def __init__(self) -> None:
        self._waiting: dict[int, bool] = {}  # in the order of the partition
        self.next: int | None = None

    def received(self, offset: int) -> None:
        """Take note of an event."""
        self._waiting.setdefault(offset, False)

    def done(self, offset: int) -> bool:
        """Take note that an event is done; say whether more can be committed than before."""
        if offset not in self._waiting:
            return False
        self._waiting[offset] = True
        moved = False
        while self._waiting:
            first = next(iter(self._waiting))
            if not self._waiting[first]:
                break
            del self._waiting[first]
            self.next, moved = first + 1, True
        return moved


class _KafkaSubscription:
    def __init__(self, options: dict[str, Any], topics: Sequence[str]) -> None:
        self._parts: dict[tuple[str, int], Offsets] = {}
        self._lost: list[str] = []
        self._paused = False
        self._joined = False
        self._opened = time.monotonic()
        self._down = ""
        try:
            self._consumer = Consumer({**options, "error_cb": self._troubled})
            self._consumer.subscribe(
                list(topics),
                on_assign=self._assigned,
                on_revoke=self._revoked,
                on_lost=self._taken_away,
            )
        except (KafkaException, ValueError, TypeError) as error:
            raise BusError(f"cannot subscribe: {error}") from error

    def receive(self, timeout: float, most: int) -> list[Event]:
        self._pause(most == 0)
        try:
            messages = self._consumer.consume(max(most, 1), timeout)
            while not messages and timeout > 0 and self._may_still_join():
                # Nothing can come before the group has shared the partitions out.
                messages = self._consumer.consume(max(most, 1), 0.2)
        except (KafkaException, RuntimeError) as error:
            raise BusError(str(error)) from error
        if messages:
            self._down = ""
        elif self._down:
            raise BusError(self._down)
        return list(self._events(messages))

    def _may_still_join(self) -> bool:
        late = time.monotonic() >= self._opened + _JOIN_SECONDS
        return not (self._joined or self._down or late)

    def _troubled(self, error: KafkaError) -> None:
        """Take note if nobody can be reached; single brokers come and go."""
        if error.code() == KafkaError._ALL_BROKERS_DOWN:  # noqa: SLF001 - the library's name for it
            self._down = error.str()

    def _events(self, messages: Iterable[Message]) -> Iterable[Event]:
        for message in messages:
            error = message.error()
            if error is not None:
                if error.code() in _PASSING:
                    continue
                raise BusError(error.str())
            yield self._event(message)

    def _event(self, message: Message) -> Event:
        topic, part, offset = message.topic() or "", message.partition(), message.offset()
        if part is None or offset is None:
            raise BusError("the bus delivered a message without a place")
        self._parts.setdefault((topic, part), Offsets()).received(offset)
        pairs: Any = message.headers() or ()  # a list, whatever the library's types say
        headers = {name: _text(value) for name, value in pairs}
        kind, millis = message.timestamp()
        key = message.key()
        return Event(
            id=id_of(headers, f"{topic}[{part}]@{offset}"),
            topic=topic,
            key=None if key is None else _text(key),
            value=_bytes(message.value()),
            headers=headers,
            time=millis / 1000 if kind else None,
            lane=f"{topic}[{part}]",
            handle=(topic, part, offset),
        )

    def acknowledge(self, events: Sequence[Event]) -> None:
        moved: dict[tuple[str, int], Offsets] = {}
        for event in events:
            topic, part, offset = event.handle
            offsets = self._parts.get((topic, part))
            if offsets is not None and offsets.done(offset):
                moved[topic, part] = offsets
        self._commit(moved, wait=False)

    def _commit(self, parts: Mapping[tuple[str, int], Offsets], *, wait: bool) -> None:
        places = [
            TopicPartition(topic, part, offsets.next)
            for (topic, part), offsets in parts.items()
            if offsets.next is not None
        ]
        if not places:
            return
        try:
            if wait:
                self._consumer.commit(offsets=places, asynchronous=False)
            else:
                self._consumer.commit(offsets=places, asynchronous=True)
        except KafkaException as error:
            # What is done is done: delivered again, its id tells that.
            if not wait:
                raise BusError(f"cannot commit offsets: {error}") from error

    def lost(self) -> Collection[str]:
        lost, self._lost = self._lost, []
        return lost

    def close(self) -> None:
        try:
            if not self._down:
                self._commit(self._parts, wait=True)
            self._consumer.close()
        except (KafkaException, RuntimeError) as error:
            raise BusError(str(error)) from error

    def _pause(self, wanted: bool) -> None:
        """Stop fetching while there is no room; the consumer must be polled all the same."""
        if wanted == self._paused:
            return
        places = self._consumer.assignment()
        (self._consumer.pause if wanted else self._consumer.resume)(places)
        self._paused = wanted

    def _assigned(self, _consumer: Consumer, _places: list[TopicPartition]) -> None:
        self._joined = True
        self._paused = False  # new partitions are not

    def _revoked(self, _consumer: Consumer, places: list[TopicPartition]) -> None:
        held = {(p.topic, p.partition): self._parts.get((p.topic, p.partition)) for p in places}
        self._commit({at: offsets for at, offsets in held.items() if offsets}, wait=True)
        self._taken_away(_consumer, places)

    def _taken_away(self, _consumer: Consumer, places: list[TopicPartition]) -> None:
        for place in places:
            self._parts.pop((place.topic, place.partition), None)
            self._lost.append(f"{place.topic}[{place.partition}]")


# A topic may be made later, and brokers come back by themselves.
_PASSING = frozenset(
    {
        KafkaError._PARTITION_EOF,  # noqa: SLF001 - the library's names for what is not the broker's
        KafkaError._TRANSPORT,  # noqa: SLF001 - likewise
        KafkaError._ALL_BROKERS_DOWN,  # noqa: SLF001 - likewise
        KafkaError.UNKNOWN_TOPIC_OR_PART,
    }
)


def _ignore(_error: KafkaError) -> None:
    """Take what librdkafka says about brokers that come and go; it tries again by itself."""


def _bytes(value: str | bytes | None) -> bytes:
    return value.encode() if isinstance(value, str) else value or b""


def _text(value: str | bytes | None) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else value or ""

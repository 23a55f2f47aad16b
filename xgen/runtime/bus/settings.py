"""What config.yaml may say about each kind of bus: the keys of ``bus.kafka`` and so on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class KafkaSettings:
    """The section ``bus.kafka``."""

    bootstrap_servers: str = "127.0.0.1:9092"
    """One or more brokers, ``host:port`` with commas between."""
    session_timeout: float = 45.0
    """Seconds of silence after which the brokers give this process's partitions to others."""
    options: Mapping[str, str] = field(default_factory=dict)
    """Any other properties of librdkafka, such as ``security.protocol``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NatsSettings:
    """The section ``bus.nats``: JetStream, with durable consumers."""

    servers: str | tuple[str, ...] = "nats://127.0.0.1:4222"
    stream: str | None = None
    """The stream to read; without it, the one that has the topic."""
    create: bool = False
    """Make the stream if it is not there; its topics are those that steps ask for."""
    credentials: str | None = None
    """A file with the user's credentials."""
    ack_wait: float = 30.0
    """Seconds of silence after which an event is delivered again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BusSettings:
    """The section ``bus``."""

    kafka: Mapping[str, Any] = field(default_factory=dict)
    """What the file says for `KafkaSettings`."""
    nats: Mapping[str, Any] = field(default_factory=dict)
    """What the file says for `NatsSettings`."""
    keep: float = 604800.0
    """Seconds for which handled events are known, so that they are not handled twice."""

"""Message buses behind one small protocol: what event steps listen to.

A bus delivers at least once and in order within a *lane* (a partition, a subject). Nothing here
knows of Django or of steps, and the client library of a technology is imported when the first bus
of it is opened.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from xgen.runtime.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

__all__ = ["Bus", "BusError", "Event", "Subscription", "open_bus", "technologies"]


class BusError(Exception):
    """The bus cannot be reached or refuses; a new subscription may help after a while."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A message of a bus."""

    id: str
    """Tells a message from all others of its topics: a message that comes twice has one id."""
    topic: str
    value: bytes = b""
    key: str | None = None
    """Events of one key are handled in their order; those without a key in any."""
    headers: Mapping[str, str] = field(default_factory=dict)
    time: float | None = None
    """When it was published, in unix seconds, where the bus knows."""
    lane: str = ""
    """The part of the bus within which order holds."""
    deliveries: int = 1
    """How often the bus has delivered it, this time included; 1 where the bus does not count."""
    handle: Any = field(default=None, compare=False, repr=False)
    """What the subscription needs to acknowledge it."""

    @property
    def text(self) -> str:
        """The value as UTF-8 text."""
        return self.value.decode()

    def json(self) -> Any:
        """Return the value as what it says in JSON."""
        return json.loads(self.value)


class Subscription(Protocol):
    """Events of some topics, shared among all that subscribe as the same group.

    Used by one thread only. What is not acknowledged is delivered again, to this subscriber or
    another, once the subscription has been closed.
    """

    def receive(self, timeout: float, most: int) -> list[Event]:
        """Return up to ``most`` events, waiting ``timeout`` seconds for the first one.

        To be called regularly, with ``most`` 0 if there is no room: it is what keeps the
        subscription alive.
        """
        ...

    def acknowledge(self, events: Sequence[Event]) -> None:
        """Say that events need not be delivered again."""
        ...

    def lost(self) -> Collection[str]:
        """Return the lanes that others have taken over since the last call."""
        ...

    def close(self) -> None:
        """End the subscription; acknowledgements are sent before."""
        ...


class Bus(Protocol):
    """A connection to a bus."""

    @property
    def shares_keys(self) -> bool:
        """Say whether subscribers of one group get events of the same key at the same time.

        Of such a bus only one process at a time listens for a step, or order would be lost.
        """
        ...

    def subscribe(self, topics: Sequence[str], group: str) -> Subscription:
        """Listen to topics from where ``group`` left off, or from the first event they keep."""
        ...

    def publish(
        self,
        topic: str,
        value: bytes,
        *,
        key: str | None = None,
        id: str | None = None,  # noqa: A002 - what it is called on an event
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Send an event and return when the bus has it."""
        ...

    def close(self) -> None:
        """Give the connection up."""
        ...


class _Home(NamedTuple):
    module: str
    name: str
    library: str
    extra: str


_HOMES = {
    "kafka": _Home("kafka", "KafkaBus", "confluent_kafka", "kafka"),
    "memory": _Home("memory", "MemoryBus", "", ""),
    "nats": _Home("nats", "NatsBus", "nats", "nats"),
}


def technologies() -> tuple[str, ...]:
    """Return the names of all kinds of buses."""
    return tuple(sorted(_HOMES))


def open_bus(technology: str, settings: Mapping[str, Any] | None = None) -> Bus:
    """Return a bus of a technology, with the settings that config.yaml has for it.

    Raises:
        ConfigError: there is no such technology, or its client library is not installed.
    """
    home = _HOMES.get(technology)
    if home is None:
        known = ", ".join(technologies())
        raise ConfigError(f"there is no bus called `{technology}`", help=f"known: {known}")
    try:
        module = import_module(f"{__name__}.{home.module}")
    except ModuleNotFoundError as error:
        if not home.library or (error.name or "").partition(".")[0] != home.library:
            raise
        raise ConfigError(
            f"the bus `{technology}` needs a library that is not installed",
            help=f"pip install 'xgen[{home.extra}]'",
        ) from error
    bus: Bus = getattr(module, home.name)(settings or {})
    return bus


#: Headers in which publishers say what an event is called, in the order of trust. Those of
#: CloudEvents are unique within their source.
_SOURCES = ("ce_source", "ce-source")
_IDS = ("ce_id", "ce-id", "nats-msg-id", "event-id", "event_id", "message-id")


def id_of(headers: Mapping[str, str], otherwise: str) -> str:
    """Return the id that a publisher gave an event, ``otherwise`` the place it has on its bus."""
    low = {name.lower(): value for name, value in headers.items()}
    for name in _IDS:
        if low.get(name):
            source = next((low[s] for s in _SOURCES if low.get(s)), "")
            return f"{source}/{low[name]}" if source and name.startswith("ce") else low[name]
    return otherwise

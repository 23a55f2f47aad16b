"""The base class of event steps: what a back-end says by itself, over a message bus."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from xgen.runtime.errors import StepNotImplemented
from xgen.runtime.intake.base import Intake

if TYPE_CHECKING:
    from xgen.runtime.bus import Event

__all__ = ["EventStep"]


class EventStep(Intake):
    """Handles the events of some topics of a bus.

        class OnuActivated(EventStep):
            technology = "kafka"
            topics = ("onu.events",)

            def process_event(self, event: Event) -> None:
                said = event.json()
                self.upsert(ONU, serial=said["serial"], state=said["state"])

    A run is one transaction, in which it is also noted that the event has been handled: all of
    its writes happen once, however often the bus delivers it. So it should be short and leave
    back-ends alone. Events of one key are handled in their order. An event that fails is tried
    ``tries`` times and then parked; those after it go on.

    ``upsert`` writes what the back-end has. A plain ``save()`` is a change like a user's, which
    is synced.
    """

    technology: ClassVar[str] = "kafka"
    """The bus: ``kafka``, ``nats`` or ``memory``; config.yaml's ``bus`` says where it is."""
    topics: ClassVar[tuple[str, ...]] = ()
    group: ClassVar[str] = ""
    """Who shares the events; without it, the synchronizer and the step."""
    tries: ClassVar[int] = 5
    """How often an event may fail before it is parked."""
    restarts: ClassVar[str] = ""
    """A back-end of which each event says that it has restarted: all behind it is synced again."""

    def process_event(self, event: Event) -> None:
        """Handle an event."""
        del event  # which is for an author's step to look at
        if self.restarts:
            self.backend_restarted(self.restarts)
            return
        kind = type(self)
        place = f"{kind.__module__.replace('.', '/')}.py"
        raise StepNotImplemented(f"{kind.__name__}.process_event in {place}")

    def event_id(self, event: Event) -> str:
        """Return what tells an event from all others of this step."""
        return event.id

"""What pull and event steps remember: how they stand, and which events they have handled.

Written by hand and without the counters of synced models: nothing of this is ever synced.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models


class IntakeState(models.Model):
    """How a pull or event step stands; times are unix seconds, as the engine's are."""

    step = models.CharField(max_length=200, unique=True)
    due_at = models.FloatField(default=0.0)
    started = models.FloatField(null=True)
    ended = models.FloatField(null=True)
    succeeded = models.FloatField(null=True)
    attempts = models.IntegerField(default=0)
    code = models.IntegerField(default=0)
    status = models.TextField(default="")
    records = models.IntegerField(default=0)
    bad_records = models.IntegerField(default=0)
    boots = models.JSONField(default=dict)
    claim_owner = models.CharField(max_length=200, null=True)  # noqa: DJ001 - as on objects
    claim_expires = models.FloatField(null=True)

    class Meta:  # noqa: D106 - Django's
        app_label = "xgen_core"

    def __str__(self) -> str:
        return str(self.step)


class BusEvent(models.Model):
    """An event as one step knows it; the payload is kept only while somebody may want it again."""

    DONE: ClassVar[str] = "done"
    FAILING: ClassVar[str] = "failing"
    PARKED: ClassVar[str] = "parked"
    REPLAY: ClassVar[str] = "replay"

    step = models.CharField(max_length=200)
    event_id = models.CharField(max_length=255)
    state = models.CharField(max_length=10, default="failing")
    at = models.FloatField(default=0.0)
    attempts = models.IntegerField(default=0)
    error = models.TextField(default="")
    topic = models.TextField(default="")
    key = models.TextField(null=True)  # noqa: DJ001 - an event without a key is not one with ""
    value = models.BinaryField(null=True)
    headers = models.JSONField(default=dict)
    published = models.FloatField(null=True)

    if TYPE_CHECKING:
        id: int

    class Meta:  # noqa: D106 - Django's
        app_label = "xgen_core"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["step", "event_id"], name="xgen_busevent_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["at"], name="xgen_busevent_at"),
            models.Index(
                fields=["step", "id"], condition=~models.Q(state="done"), name="xgen_busevent_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.step} {self.event_id}"

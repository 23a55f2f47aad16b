"""What the engine keeps beside the objects: open circuit breakers, and edges that were cut.

Written by hand and without the counters of synced models: nothing of this is ever synced. Both
tables are empty while all is well. Times are unix seconds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models


class OpenBreaker(models.Model):
    """A back-end that failed again and again: nothing is tried there for a while."""

    synchronizer = models.CharField(max_length=200)
    backend = models.CharField(max_length=200)
    since = models.FloatField()
    """When it opened."""
    until = models.FloatField()
    """When the next object may try whether the back-end is there again."""
    wait = models.FloatField()
    """How long it has waited for that, in seconds; grows with each try that fails."""
    failures = models.IntegerField(default=0)
    reason = models.TextField(default="", blank=True)
    """The last error."""

    class Meta:  # noqa: D106 - Django's
        app_label = "xgen_core"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["synchronizer", "backend"], name="xgen_breaker_once"),
        ]

    if TYPE_CHECKING:
        id: int

    def __str__(self) -> str:
        return str(self.backend)


class KeptEdge(models.Model):
    """An object was synced with a link that it no longer has; its back-end may not know yet.

    Until the object was synced at ``generation`` or a later one, or is gone, the one that it was
    linked to is not deleted from the back-end. Objects are known by the label of the model whose
    table has their counters, and id.
    """

    link = models.CharField(max_length=250)
    """The label of the table of the link, and its column for the far end."""
    source_root = models.CharField(max_length=200)
    source_id = models.BigIntegerField()
    target_root = models.CharField(max_length=200)
    target_id = models.BigIntegerField()
    generation = models.BigIntegerField()
    """That of the source from which on it does without the link."""

    class Meta:  # noqa: D106 - Django's
        app_label = "xgen_core"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["link", "source_id", "target_id"], name="xgen_kept_once"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["source_root", "source_id"], name="xgen_kept_source"),
            models.Index(fields=["target_root", "target_id"], name="xgen_kept_target"),
        ]

    if TYPE_CHECKING:
        id: int

    def __str__(self) -> str:
        return f"{self.link}: {self.source_id} -> {self.target_id}"

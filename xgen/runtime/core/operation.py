"""What operators did and saw: pauses, the history of objects, and the synchronizers that run.

Written by hand and without the counters of synced models: nothing of this is ever synced. Times
are unix seconds, as the engine's are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models


class Pause(models.Model):
    """Somebody wants the synchronizer to leave objects alone for a while.

    Without a model it is for the whole synchronizer, with one for all objects of the model, and
    with an id for one object; the model of an object is the one whose table has its counters.
    """

    synchronizer = models.CharField(max_length=200)
    model = models.CharField(max_length=200, default="", blank=True)
    object_id = models.BigIntegerField(default=0)
    name = models.CharField(max_length=512, default="", blank=True)
    who = models.CharField(max_length=200)
    why = models.TextField(default="", blank=True)
    since = models.FloatField()
    until = models.FloatField(null=True)

    class Meta:  # noqa: D106 - Django's
        app_label = "xgen_core"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["synchronizer", "model", "object_id"], name="xgen_pause_once"
            ),
        ]

    if TYPE_CHECKING:
        id: int

    def __str__(self) -> str:
        return str(self.name)


class HistoryEntry(models.Model):
    """Something worth remembering that happened to an object: an error, not each success."""

    root = models.CharField(max_length=200)
    """The model whose table has the counters, with `object_id` the identity of the object."""
    object_id = models.BigIntegerField()
    model = models.CharField(max_length=200)
    name = models.CharField(max_length=512, default="", blank=True)
    """How the object was called; its row may be gone."""
    at = models.FloatField()
    what = models.CharField(max_length=20)
    text = models.TextField(default="", blank=True)
    who = models.CharField(max_length=200, default="", blank=True)
    """The operator; empty when it was the synchronizer."""

    class Meta:  # noqa: D106 - Django's
        app_label = "xgen_core"
        indexes: ClassVar = [
            models.Index(fields=["root", "object_id", "id"], name="xgen_history_object"),
            models.Index(fields=["model", "name"], name="xgen_history_name"),
            models.Index(fields=["at"], name="xgen_history_at"),
        ]

    if TYPE_CHECKING:
        id: int

    def __str__(self) -> str:
        return f"{self.name or self.object_id}: {self.what}"


class Running(models.Model):
    """A synchronizer that runs, or did until lately."""

    owner = models.CharField(max_length=200, unique=True)
    synchronizer = models.CharField(max_length=200)
    since = models.FloatField()
    seen = models.FloatField()
    """When it last said that it is there."""
    stopped = models.FloatField(null=True)
    log_lines = models.JSONField(default=dict)
    """What became of its log lines on the way to Elastic."""

    class Meta:  # noqa: D106 - Django's
        app_label = "xgen_core"

    if TYPE_CHECKING:
        id: int

    def __str__(self) -> str:
        return str(self.owner)

"""What engine.py measures with: objects to sync, a back-end that does nothing, clocks."""

from __future__ import annotations

import resource
import time
from pathlib import Path
from typing import Any


def show(what: str, figure: str) -> None:
    print(f"{what:58} {figure:>14}", flush=True)


def memory() -> float:
    """Return the memory of this process now, in MB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 1e6


def most_memory() -> float:
    """Return the most memory that this process ever had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def colors(count: int) -> None:
    from sampleservice._generated import models as m

    m.Color.objects.bulk_create(
        (m.Color(name=f"c{i}", html_code="#000") for i in range(count)), batch_size=50
    )


def clear() -> None:
    """Empty the tables of the service."""
    from django.apps import apps
    from django.db import connection

    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            if model._meta.app_label in ("sampleservice", "xgen_core"):
                cursor.execute("PRAGMA foreign_keys = OFF")
                cursor.execute(f'DELETE FROM "{model._meta.db_table}"')  # noqa: S608 - our tables


class NoOp:
    """A back-end that does nothing."""

    def on(self, o: Any) -> None:
        """Do nothing."""

    def step(self, model: type[Any]) -> type[Any]:
        """Return a step that calls this back-end."""
        from xgen.runtime.step import SyncStep

        on = self.on

        class Step(SyncStep[Any]):
            observes = model

            def sync_record(self, o: Any) -> None:
                on(o)

            def delete_record(self, o: Any) -> None:
                on(o)

        return Step


def timed(run: Any) -> tuple[float, float]:
    """Return the seconds that a function took, by the clock and of CPU."""
    began, cpu = time.perf_counter(), time.process_time()
    run()
    return time.perf_counter() - began, time.process_time() - cpu

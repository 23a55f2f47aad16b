"""Measures the runtime's engine on SQLite: throughput, planning, start latency, memory.

    python benchmarks/engine.py [throughput|plan|latency|idle|failing|limited|static ...]

Uses the tests' service, whose model is in tests/runtime/sampleservice.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "runtime")]

from engine_parts import NoOp, clear, colors, memory, most_memory, show, timed  # noqa: E402

from xgen.runtime import django as xdjango  # noqa: E402 - found by the lines above
from xgen.runtime import log  # noqa: E402 - likewise


def main() -> None:
    """Run what was asked for and print a line for each figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", nargs="*", default=list(BENCHMARKS), help=", ".join(BENCHMARKS))
    parser.add_argument("--objects", type=int, default=20_000)
    arguments = parser.parse_args()
    log.configure(log.LogSettings(level="critical"))
    print(f"{'what':58} {'figure':>14}")
    for name in arguments.what:
        with tempfile.TemporaryDirectory() as folder:
            url = f"sqlite:///{folder}/bench.db"
            xdjango.setup(url, ("sampleservice",))
            xdjango.migrate()
            BENCHMARKS[name](arguments.objects)
            xdjango.close_connections()


def throughput(objects: int) -> None:
    """No-op steps through the whole life cycle: claim, load, run, write; then deletion."""
    from enginekit import synchronizer
    from sampleservice._generated import models as m

    colors(objects)
    sync = synchronizer(NoOp(), inline=False)
    seconds, cpu = timed(lambda: sync.run(once=True))
    assert not m.Color.objects.exclude(backend_code=1).exists()
    show(f"no-op sync of {objects:,} objects, per second", f"{objects / seconds:,.0f}")
    show("the same, per second of CPU", f"{objects / cpu:,.0f}")
    m.Color.objects.all().resync()
    seconds, _ = timed(lambda: sync.run(once=True))
    show(f"resync of {objects:,} objects, per second", f"{objects / seconds:,.0f}")
    m.Color.objects.all().delete()
    seconds, _ = timed(lambda: sync.run(once=True))
    assert not m.Color.all_objects.exists()
    show(f"no-op deletion of {objects:,} objects, per second", f"{objects / seconds:,.0f}")


def simple_way(objects: int) -> None:
    """The yardstick: load, save and commit each object by itself, with plain Django."""
    from django.db.models import F, QuerySet
    from sampleservice._generated import models as m

    from xgen.runtime.queries import all_rows

    colors(objects)

    def run() -> None:
        for o in m.Color.objects.filter(enacted_generation__lt=F("generation")).order_by("pk"):
            QuerySet.update(all_rows(m.Color, "default").filter(pk=o.pk), claim_owner="me")
            QuerySet.update(
                all_rows(m.Color, "default").filter(pk=o.pk, claim_owner="me"),
                enacted_generation=o.generation,
                backend_code=1,
                backend_status="OK",
                claim_owner=None,
            )

    seconds, _ = timed(run)
    show("yardstick: two plain updates an object, per second", f"{objects / seconds:,.0f}")


def plan(_objects: int) -> None:
    """Ordering objects and edges: in memory, and from the database."""
    from enginekit import synchronizer
    from sampleservice._generated import models as m

    from xgen.runtime.graph import order

    count = 100_000
    made = {i: {i // 2, i // 3} - {i} for i in range(count)}
    seconds, _ = timed(lambda: order(range(count), made))
    show("order 100,000 nodes, 200,000 edges in memory, us a node", f"{seconds / count * 1e6:.2f}")
    colors(1000)
    palettes(count, m)
    edges = (
        m.Palette.colors.through.objects.count() + m.Palette.objects.exclude(parent=None).count()
    )
    before = memory()
    sync = synchronizer(NoOp(), inline=False)
    rows: list[Any] = []
    seconds, _ = timed(lambda: rows.extend(sync.store.due()))
    show(f"find {len(rows):,} objects due, s", f"{seconds:.2f}")
    waits: dict[int, set[int]] = {}
    seconds, _ = timed(lambda: plan_all(sync.store, rows, waits))
    show(f"find what they wait for, {edges:,} edges, s", f"{seconds:.2f}")
    keys = [sync.store.key(row.root, row.pk) for row in rows]
    seconds, _ = timed(lambda: order(keys, waits))
    show("put them in order, s", f"{seconds:.2f}")
    show("memory of the plan, MB", f"{memory() - before:.0f}")
    seconds, _ = timed(lambda: sync.run(once=True))
    show("sync them in order, objects per second", f"{(count + 1000) / seconds:,.0f}")
    show("memory of the whole process at most, MB", f"{most_memory():.0f}")


def palettes(count: int, m: Any) -> None:
    """Make palettes in a tree, each with a colour."""
    first = m.Color.objects.order_by("pk").first().pk
    rows = [m.Palette(name=f"p{i}") for i in range(count)]
    m.Palette.objects.bulk_create(rows, batch_size=50)
    ids = list(m.Palette.objects.order_by("pk").values_list("pk", flat=True))
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE sampleservice_palette SET parent_id = %s WHERE id = %s",
            [(ids[i // 3], ids[i]) for i in range(1, count)],
        )
    through = m.Palette.colors.through
    through.objects.bulk_create(
        (through(palette_id=pk, color_id=first + pk % 1000) for pk in ids), batch_size=400
    )


def plan_all(store: Any, rows: list[Any], waits: dict[int, set[int]]) -> None:
    """Plan as the scheduler does, a thousand at a time."""
    from xgen.runtime.planner import Planner

    planner = Planner(store)
    for at in range(0, len(rows), 1000):
        waits.update(planner.plan(rows[at : at + 1000]).waits)


def latency(_objects: int) -> None:
    """From the commit of a new object to the start of its step, while long steps run."""
    from enginekit import Backend, synchronizer
    from sampleservice._generated import models as m

    started: dict[int, float] = {}
    release = threading.Event()
    backend = Backend()
    backend.on_sync["ExampleService"] = lambda _: release.wait(60)
    backend.on_sync["Color"] = lambda o: started.setdefault(o.pk, time.monotonic())
    m.ExampleService.objects.create(name="slow", service_message="x")
    sync = synchronizer(backend, inline=False)
    thread = threading.Thread(target=sync.run)
    thread.start()
    while not backend.calls:
        time.sleep(0.01)
    delays = []
    for i in range(200):
        made = m.Color.objects.create(name=f"l{i}", html_code="x")
        committed = time.monotonic()
        while made.pk not in started:
            time.sleep(0.0005)
        delays.append((started[made.pk] - committed) * 1000)
        time.sleep(0.005)
    release.set()
    sync.stop()
    thread.join()
    delays.sort()
    show("start latency while a long step runs, median, ms", f"{statistics.median(delays):.1f}")
    show("the same, 95th percentile, ms", f"{delays[int(len(delays) * 0.95)]:.1f}")


def idle(objects: int) -> None:
    """What an idle synchronizer costs."""
    from django.db import connection
    from enginekit import synchronizer

    queries = [0]

    def counting(execute: Any, *arguments: Any) -> Any:
        queries[0] += 1
        return execute(*arguments)

    sync = synchronizer(NoOp(), inline=False)

    def run() -> None:
        with connection.execute_wrapper(counting):
            sync.run()

    colors(objects)
    sync.run(once=True)
    thread = threading.Thread(target=run)
    thread.start()
    time.sleep(2)
    before, cpu = queries[0], time.process_time()
    time.sleep(10)
    show("queries a minute when idle", f"{(queries[0] - before) * 6:.0f}")
    show("CPU when idle, percent", f"{(time.process_time() - cpu) * 10:.2f}")
    sync.stop()
    thread.join()


def failing(objects: int) -> None:
    """Healthy objects beside 1,000 that fail all the time, and alone for comparison."""
    from django.db.models import Value
    from django.db.models.functions import Concat
    from enginekit import synchronizer
    from sampleservice._generated import models as m

    class Bad(NoOp):
        def on(self, o: Any) -> None:
            if o.name.startswith("bad"):
                raise RuntimeError("the back-end is down")

    sync = synchronizer(Bad(), inline=False)
    for rest in ("alone", "beside 1,000 that fail for the first time", "beside 1,000 in backoff"):
        old = m.Color.objects.exclude(name__startswith="bad")
        old.plain_update({"name": Concat(Value("old"), "pk")})  # which makes nothing due
        colors(objects)
        if rest.endswith("time"):
            bad = [m.Color(name=f"bad{i}", html_code="x") for i in range(1000)]
            m.Color.objects.bulk_create(bad, batch_size=50)
        new = m.Color.objects.filter(enacted_generation=0).exclude(name__startswith="bad")
        seconds, cpu = timed(lambda: sync.run(once=True))
        assert not new.exists()
        show(f"{objects:,} healthy objects {rest}, a second", f"{objects / seconds:,.0f}")
        show("  the same, per second of CPU", f"{objects / cpu:,.0f}")


def limited(objects: int) -> None:
    """No-op steps behind limits that are wide enough, and objects held by an open breaker."""
    from dataclasses import replace

    from enginekit import CONFIG, synchronizer
    from sampleservice._generated import models as m

    from xgen.runtime.limits import BackendLimit, BreakerConfig, Limits, ModelLimit

    many = Limits(
        models={"Color": ModelLimit(concurrency=1000)},
        backends={"web": BackendLimit(concurrency=1000, rate=1e6)},
    )
    colors(objects)
    step = NoOp().step(m.Color)
    step.backend = "web"
    sync = synchronizer(
        NoOp(), steps={m.Color: step}, config=replace(CONFIG, limits=many), inline=False
    )
    _, cpu = timed(lambda: sync.run(once=True))
    show(f"no-op sync of {objects:,} objects behind limits, per s of CPU", f"{objects / cpu:,.0f}")

    class Down(NoOp):
        def on(self, o: Any) -> None:
            raise RuntimeError(f"the back-end of {o.name} is down")

    m.Color.objects.all().resync()
    step = Down().step(m.Color)
    step.backend = "web"
    config = replace(CONFIG, breaker=BreakerConfig(wait=1000, cap=1000))
    sync = synchronizer(NoOp(), steps={m.Color: step}, config=config, inline=False)
    _, cpu = timed(lambda: sync.run(once=True))
    tried = m.Color.objects.filter(sync_attempts__gt=0).count()
    show(f"{objects:,} objects behind a dead back-end: tried", f"{tried}")
    show("  CPU until nothing is left to do, s", f"{cpu:.2f}")


def static(objects: int) -> None:
    """The same service with its order looked up and with its order fixed, in turns."""
    objects //= 2
    figures: dict[bool, list[tuple[float, float, int]]] = {False: [], True: []}
    for fixed in (False, True, True, False):
        figures[fixed].append(ordered(objects, fixed=fixed))
    for at, what in enumerate(
        (
            f"CPU for a sync of {objects:,}, us an object",
            "of that to find the order, us an object",
            "queries to find the order",
        )
    ):
        for fixed, how in ((False, "looked up"), (True, "fixed")):
            show(f"{what}, {how}", f"{min(one[at] for one in figures[fixed]):,.1f}")


def ordered(objects: int, *, fixed: bool) -> tuple[float, float, int]:
    """Sync pages and their images; return CPU, that of finding the order, and its queries."""
    from django.db import connection
    from enginekit import world
    from statickit import synchronizer

    from xgen.runtime.agenda import Agenda

    clear()
    pages(objects, world())
    queries, planning = [0], [0.0]
    plan_some = Agenda._plan  # noqa: SLF001 - there is no public way to measure only this

    def counting(execute: Any, *arguments: Any) -> Any:
        queries[0] += 1
        return execute(*arguments)

    def measured(self: Agenda, *arguments: Any) -> None:
        began = time.thread_time()
        with connection.execute_wrapper(counting):
            plan_some(self, *arguments)
        planning[0] += time.thread_time() - began

    sync = synchronizer(NoOp(), static=fixed, inline=False)
    Agenda._plan = measured  # type: ignore[method-assign, assignment]  # noqa: SLF001 - and put back below
    try:
        _, cpu = timed(lambda: sync.run(once=True))
    finally:
        Agenda._plan = plan_some  # type: ignore[method-assign]  # noqa: SLF001 - likewise
    assert not any(one.due or one.blocked for one in sync.status())
    return cpu / objects * 1e6, planning[0] / objects * 1e6, queries[0]


def pages(objects: int, made: dict[str, Any]) -> None:
    """Make pages, each with two colours and three images, until there are so many objects."""
    from sampleservice._generated import models as m

    colors(100)
    ids = list(m.Color.objects.values_list("pk", flat=True))
    service = made["service"].pk
    for n in range(objects // 4):
        page = m.ExampleServiceInstance.objects.create(
            name=f"p{n}",
            owner_id=service,
            tenant_message="x",
            foreground_color_id=ids[n % len(ids)],
            background_color_id=ids[n * 7 % len(ids)],
        )
        m.EmbeddedImage.objects.bulk_create(
            m.EmbeddedImage(name=f"i{i}", url="u", serviceinstance_id=page.pk) for i in range(3)
        )


BENCHMARKS = {
    "throughput": throughput,
    "simple": simple_way,
    "plan": plan,
    "latency": latency,
    "idle": idle,
    "failing": failing,
    "limited": limited,
    "static": static,
}

if __name__ == "__main__":
    main()

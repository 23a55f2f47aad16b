"""The engine's life cycle on SQLite and on PostgreSQL: what it writes by SQL of its own."""

from __future__ import annotations

import threading
from collections import Counter
from typing import Any

import pytest
from enginekit import Backend, MadeClock, exists, fail, fresh, synchronizer, world

from xgen.runtime.errors import DeferredException, PermanentException
from xgen.runtime.policy import ModelPolicy

pytestmark = pytest.mark.usefixtures("store")


def test_the_whole_life_of_objects() -> None:
    backend, clock = Backend(), MadeClock()
    w = world()
    backend.on_sync["Color"] = lambda o: fail()(o) if o.name == "red" else None
    backend.on_sync["ExampleServiceInstance"] = lambda o: setattr(o, "page_url", "http://page")
    sync = synchronizer(backend, clock=clock)
    assert sync.run(once=True).errors == 1
    red = fresh(w["red"])
    assert (red.backend_code, red.sync_attempts, red.sync_retry_at) == (2, 1, clock.now + 1)
    assert str(sync.why(fresh(w["image"]))).startswith("blocked by Color red: RuntimeError")
    backend.on_sync["Color"] = lambda _: None
    clock.now += 1
    assert sync.run(once=True).unfinished == 0
    assert fresh(w["page"]).page_url == "http://page"
    assert {s.model: s.in_sync for s in sync.status()}["Color"] == 2
    blue = fresh(w["blue"])
    blue.html_code = "y"
    blue.save()
    backend.calls.clear()
    sync.run(once=True)
    assert [model for _, model, _ in backend.calls] == ["Color", "ExampleServiceInstance"]
    w["service"].delete()
    sync.run(once=True)
    assert not any(exists(w[name]) for name in ("service", "page", "image"))


def test_deferred_and_permanent_outcomes() -> None:
    from sampleservice._generated import models as m

    backend, clock = Backend(), MadeClock()
    errors = {"d": DeferredException("later", after=5), "p": PermanentException("never")}
    for name in errors:
        m.Color.objects.create(name=name, html_code="x")

    def run(o: Any) -> None:
        raise errors[o.name]

    backend.on_sync["Color"] = run
    synchronizer(backend, clock=clock).run(once=True)
    rows = m.Color.objects.order_by("name").values_list("backend_code", "sync_retry_at")
    assert list(rows) == [(0, clock.now + 5), (2, None)]


def test_policies_and_their_failures() -> None:
    from sampleservice._generated import models as m

    class Policy(ModelPolicy[Any]):
        model = m.Color

        def handle_create(self, o: Any) -> None:
            m.Palette.objects.create(name=o.name)
            if o.name == "bad":
                raise RuntimeError("no")

    backend, clock = Backend(), MadeClock()
    for name in ("good", "bad"):
        m.Color.objects.create(name=name, html_code="x")
    synchronizer(backend, clock=clock, policies={m.Color: Policy}).run(once=True)
    assert [p.name for p in m.Palette.objects.all()] == ["good"]
    bad = m.Color.objects.get(name="bad")
    assert (bad.policy_code, bad.policy_attempts, bad.policy_retry_at) == (2, 1, clock.now + 1)
    assert bad.backend_code == 1


def test_two_synchronizers_with_threads_split_the_work() -> None:
    from sampleservice._generated import models as m

    from xgen.runtime.django import close_connections

    backend = Backend()
    colors = [m.Color(name=f"c{i}", html_code="x") for i in range(100)]
    m.Color.objects.bulk_create(colors)

    def run() -> None:
        try:
            synchronizer(backend, inline=False).run(once=True)
        finally:
            close_connections()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    synchronizer(backend).run(once=True)
    assert not m.Color.objects.exclude(backend_code=1).exists()
    assert set(Counter(backend.synced()).values()) == {1}


def test_breakers_quarantine_and_cut_edges_are_in_the_database() -> None:
    from dataclasses import replace

    from enginekit import CONFIG
    from sampleservice._generated import models as m

    from xgen.runtime import breakers
    from xgen.runtime.core.models import KeptEdge
    from xgen.runtime.limits import BreakerConfig

    class Policy(ModelPolicy[Any]):
        model = m.ExampleServiceInstance

        def handle_create(self, o: Any) -> None:
            o.tenant_message = f"seen {o.page_url}"

        handle_update = handle_create

    backend, clock = Backend(), MadeClock()
    w = world()
    kinds = (m.ExampleService, m.ExampleServiceInstance, m.EmbeddedImage, m.Palette)
    steps = {kind: backend.step(kind) for kind in kinds}
    steps[m.Color] = backend.step(m.Color, backend="web")
    config = replace(CONFIG, quarantine_after=3, breaker=BreakerConfig(failures=2, wait=50))
    policies = {m.ExampleServiceInstance: Policy}
    sync = synchronizer(backend, steps=steps, policies=policies, clock=clock, config=config)
    count: list[int] = []

    def restless(o: Any) -> None:
        count.append(1)
        o.page_url = f"http://page/{len(count)}"

    backend.on_sync["ExampleServiceInstance"] = restless
    sync.run(once=True)
    assert sync.why(fresh(w["page"])).state == "quarantined"
    backend.on_sync["ExampleServiceInstance"] = lambda _: None
    page = fresh(w["page"])
    page.foreground_color = None
    page.save()
    assert KeptEdge.objects.count() == 1
    assert sync.run(once=True).unfinished == 0
    assert KeptEdge.objects.count() == 0
    backend.on_sync["Color"] = fail()
    m.Color.objects.all().resync()
    sync.run(once=True)
    m.Color.objects.create(name="held", html_code="x")
    sync.run(once=True)
    assert breakers.read("sampleservice").keys() == {"web"}
    assert sync.why(m.Color.objects.get(name="held")).state == "limited"
    del backend.on_sync["Color"]
    clock.now += 51
    assert sync.run(once=True).unfinished == 0
    assert breakers.read("sampleservice") == {}

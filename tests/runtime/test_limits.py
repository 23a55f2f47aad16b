"""Limits of models and back-ends: how much at once, how often, and not at all for a while."""

from __future__ import annotations

import json
import threading
from collections import Counter
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

import pytest
from enginekit import CONFIG, Backend, MadeClock, fail, fresh, synchronizer

from xgen.runtime import breakers, cli
from xgen.runtime.config import load
from xgen.runtime.errors import ConfigError, DeferredException, PermanentException
from xgen.runtime.gate import Opening
from xgen.runtime.limits import BackendLimit, BreakerConfig, Limits, ModelLimit

if TYPE_CHECKING:
    from xgen.runtime.synchronizer import Synchronizer

SOON = 20.0


@pytest.fixture
def backend(db: str) -> Backend:
    return Backend()


@pytest.fixture
def clock() -> MadeClock:
    return MadeClock()


def colors(*names: str) -> list[Any]:
    from sampleservice._generated import models as m

    return [m.Color.objects.create(name=name, html_code="x") for name in names]


def limited(
    backend: Backend,
    limits: Limits = Limits(),  # noqa: B008 - frozen
    *,
    of: Any = "web",
    breaker: BreakerConfig = BreakerConfig(),  # noqa: B008 - frozen
    workers: int = 2,
    **more: Any,
) -> Synchronizer:
    """Return a synchronizer of colours, which are behind a back-end, and of palettes."""
    from sampleservice._generated import models as m

    steps = {m.Color: backend.step(m.Color, backend=of), m.Palette: backend.step(m.Palette)}
    config = replace(CONFIG, limits=limits, breaker=breaker, workers=workers)
    return synchronizer(backend, steps=steps, config=config, **more)


class Crowd:
    """Counts how many are inside at once; lets nobody out before enough came, or all that may."""

    def __init__(self, most: int) -> None:
        self.inside = self.peak = 0
        self.lock = threading.Lock()
        self.full = threading.Event()
        self.most = most

    def __call__(self, _: Any) -> None:
        with self.lock:
            self.inside += 1
            self.peak = max(self.peak, self.inside)
            if self.inside >= self.most:
                self.full.set()
        assert self.full.wait(SOON)
        with self.lock:
            self.inside -= 1


@pytest.mark.parametrize("kind", ["models", "backends", "of the object"])
def test_no_more_run_at_once_than_a_limit_allows(backend: Backend, kind: str) -> None:
    colors(*"abcdefgh")
    limits = (
        Limits(models={"Color": ModelLimit(concurrency=2)})
        if kind == "models"
        else Limits(backends={"web": BackendLimit(concurrency=2)})
    )
    of = staticmethod(lambda _: "web") if kind == "of the object" else "web"
    crowd = backend.on_sync["Color"] = Crowd(2)
    sync = limited(backend, limits, of=of, workers=6, inline=False)
    assert sync.run(once=True).synced == 8
    assert crowd.peak == 2


def test_a_limit_of_one_model_holds_nobody_else(backend: Backend) -> None:
    from sampleservice._generated import models as m

    colors(*"abc")
    palettes = [m.Palette.objects.create(name=name) for name in "abc"]
    release, seen = threading.Event(), threading.Semaphore(0)
    backend.on_sync["Color"] = lambda _: release.wait(SOON)
    backend.on_sync["Palette"] = lambda _: seen.release()
    limits = Limits(models={"Color": ModelLimit(concurrency=1)})
    sync = limited(backend, limits, inline=False)
    thread = threading.Thread(target=sync.run)
    thread.start()
    try:
        for _ in palettes:
            assert seen.acquire(timeout=SOON)
        assert len(backend.synced("Color")) <= 1
    finally:
        release.set()
        sync.stop()
        thread.join(SOON)
    assert not thread.is_alive()


def test_a_limit_of_a_base_is_for_derived_models(backend: Backend, clock: MadeClock) -> None:
    from enginekit import world
    from sampleservice._generated import models as m

    w = world()
    for i in range(4):
        m.ExampleServiceInstance.objects.create(
            name=f"p{i}", owner=w["service"], tenant_message="x"
        )
    config = replace(CONFIG, limits=Limits(models={"ServiceInstance": ModelLimit(rate=1.0)}))
    sync = synchronizer(backend, clock=clock, config=config)
    start = clock.now
    assert sync.run(once=True).unfinished == 0
    at = [
        t - start
        for t, (_, model, _) in zip(backend.times, backend.calls, strict=True)
        if model == "ExampleServiceInstance"
    ]
    assert at == pytest.approx([0, 1, 2, 3, 4])


def test_a_rate_with_a_burst(backend: Backend, clock: MadeClock) -> None:
    colors(*"abcdefg")
    limits = Limits(backends={"web": BackendLimit(rate=0.5, burst=3)})
    sync = limited(backend, limits, clock=clock)
    start = clock.now
    # It waits for the next token, as long as there is something to do: once means all of it.
    assert sync.run(once=True).unfinished == 0
    assert [t - start for t in backend.times] == pytest.approx([0, 0, 0, 2, 4, 6, 8])


def test_a_breaker_opens_holds_probes_and_closes(backend: Backend, clock: MadeClock) -> None:
    made = colors(*"abcdefgh")
    backend.on_sync["Color"] = fail("no route to web")
    usual = BreakerConfig(failures=3, wait=10, factor=3, cap=60)
    sync = limited(backend, breaker=usual, clock=clock)
    sync.run(once=True)
    assert len(backend.calls) == 3
    held = [fresh(o) for o in made if o.pk not in backend.synced()]
    # What is held has spent nothing and is in no error.
    assert {(o.sync_attempts, o.backend_code, o.claim_owner) for o in held} == {(0, 0, None)}
    why = sync.why(held[0])
    assert why.state == "limited"
    assert "breaker of back-end web is open" in str(why)
    assert "no route to web" in str(why)
    assert why.next_attempt == clock.now + 10
    status = {one.model: one for one in sync.status()}["Color"]
    assert (status.error, status.limited) == (3, 5)
    opening = breakers.read("sampleservice")["web"]
    start = clock.now
    # One object at a time tries, after waits that grow to the cap.
    clock.run(sync, 200)
    tries = [t - start for t in backend.times[3:]]
    assert tries == pytest.approx([10, 40, 100, 160], abs=1.1)
    assert breakers.read("sampleservice")["web"].since == opening.since
    backend.on_sync.clear()
    clock.now += 61
    assert sync.run(once=True).unfinished == 0
    assert breakers.read("sampleservice") == {}


def test_one_broken_object_does_not_close_its_back_end_to_others(
    backend: Backend, clock: MadeClock
) -> None:
    bad = colors("bad")[0]
    backend.on_sync["Color"] = lambda o: fail()(o) if o.name == "bad" else None
    sync = limited(backend, breaker=BreakerConfig(failures=3), clock=clock)
    clock.run(sync, 100)
    assert fresh(bad).sync_attempts > 3
    assert breakers.read("sampleservice") == {}
    assert sync.run(once=True).unfinished == 1


@pytest.mark.parametrize("error", [PermanentException("no"), DeferredException("later")])
def test_what_says_nothing_of_the_back_end_opens_nothing(
    backend: Backend, clock: MadeClock, error: Exception
) -> None:
    colors(*"abcdefgh")

    def run(_: Any) -> None:
        raise error

    backend.on_sync["Color"] = run
    limited(backend, breaker=BreakerConfig(failures=2), clock=clock).run(once=True)
    assert len(backend.calls) == 8


def test_breakers_are_apart_and_survive_restarts(backend: Backend, clock: MadeClock) -> None:
    colors("a1", "a2", "a3", "a4", "b1", "b2")
    backend.on_sync["Color"] = lambda o: fail()(o) if o.name.startswith("a") else None
    of = staticmethod(lambda o: o.name[0])
    usual = BreakerConfig(failures=2, wait=50)
    summary = limited(backend, of=of, breaker=usual, clock=clock).run(once=True)
    assert summary.synced == 2
    assert len(backend.calls) == 4
    again = limited(backend, of=of, breaker=usual, clock=clock)
    again.run(once=True)
    assert len(backend.calls) == 4
    assert breakers.read("sampleservice").keys() == {"a"}
    backend.on_sync.clear()
    clock.now += 51
    assert again.run(once=True).unfinished == 0


def test_an_operators_retry_tries_the_back_end_at_once(backend: Backend, clock: MadeClock) -> None:
    from sampleservice._generated import models as m

    from xgen.runtime import operations
    from xgen.runtime.queries import all_rows

    colors(*"abcde")
    backend.on_sync["Color"] = fail()
    sync = limited(backend, breaker=BreakerConfig(failures=2, wait=1000, cap=1000), clock=clock)
    sync.run(once=True)
    backend.on_sync.clear()
    by = operations.By(who="ann", now=clock.now)
    operations.retry(all_rows(m.Color, None), by, synchronizer="sampleservice")
    assert sync.run(once=True).unfinished == 0


def test_a_breaker_that_another_process_closed_is_closed(
    backend: Backend, clock: MadeClock
) -> None:
    colors(*"abcd")
    backend.on_sync["Color"] = fail()
    usual = BreakerConfig(failures=2, wait=1000, cap=1000)
    one, two = (limited(backend, breaker=usual, clock=clock) for _ in range(2))
    one.run(once=True)
    two.run(once=True)
    assert len(backend.calls) == 2
    backend.on_sync.clear()
    breakers.write("sampleservice", {"web": None}, clock.now)
    clock.now += 100
    assert two.run(once=True).unfinished == 0


def test_a_function_that_fails_is_the_objects_error(backend: Backend, clock: MadeClock) -> None:
    bad, good = colors("bad", "good")

    def of(o: Any) -> Any:
        return 7 if o.name == "bad" else "web"

    limited(backend, of=staticmethod(of), clock=clock).run(once=True)
    assert "backend must return a text or None, not 7" in fresh(bad).backend_status
    assert fresh(good).backend_code == 1
    assert fresh(bad).sync_attempts == 1


def test_a_timeout_keeps_its_place_until_its_thread_ends(backend: Backend) -> None:
    colors("a", "b")
    release = threading.Event()
    backend.on_sync["Color"] = lambda _: release.wait(SOON)
    limits = Limits(models={"Color": ModelLimit(concurrency=1)})
    config = replace(CONFIG, limits=limits, timeout=0.2)
    sync = synchronizer(backend, config=config, inline=False)
    sync.run(once=True, grace=0.1)
    release.set()
    assert len(backend.calls) == 1


def test_a_step_whose_backend_is_nothing_of_the_sort(backend: Backend) -> None:
    with pytest.raises(ConfigError, match="put `@staticmethod` above `def backend"):
        limited(backend, of=lambda _, __: "web")
    with pytest.raises(ConfigError, match=r"Step\.backend must be a text"):
        limited(backend, of=3)


def test_limits_in_the_config_file(tmp_path: Any) -> None:
    path = tmp_path / "c.yaml"
    path.write_text(
        "breaker: {failures: 3}\n"
        "limits:\n"
        "  models:\n"
        "    Color: {concurrency: 2}\n"
        "  backends:\n"
        "    web: {rate: 5, burst: 9, failures: 0}\n"
    )
    environ = {"XGEN_LIMITS_MODELS_COLOR_CONCURRENCY": "4"}
    config = load("p", path=path, environ=environ)
    assert config.breaker == BreakerConfig(failures=3)
    assert config.limits.models == {"Color": ModelLimit(concurrency=4)}
    assert config.limits.backends == {"web": BackendLimit(rate=5.0, burst=9, failures=0)}
    from xgen.runtime.config_shown import shown

    found = {one.key: (one.value, one.origin) for one in shown(config)}
    assert found["breaker.failures"] == (3, f"{path}:1")
    assert found["limits.backends.web.rate"] == (5.0, f"{path}:6")
    assert found["limits.models.Color.concurrency"][0] == 4


def test_mistakes_in_limits_have_their_place(tmp_path: Any) -> None:
    path = tmp_path / "c.yaml"
    path.write_text(
        "limits:\n"
        "  modles: {}\n"
        "  models:\n"
        "    Color: {concurency: 2}\n"
        "    Palette: 3\n"
        "  backends:\n"
        "    web: {rate: often}\n"
    )
    with pytest.raises(ConfigError) as caught:
        load("p", path=path, environ={})
    did = "did you mean `limits.models.Color.concurrency`?"
    assert str(caught.value).splitlines() == [
        f"{path}:2:3: unknown key `limits.modles` (did you mean `limits.models`?)",
        f"{path}:4:13: unknown key `limits.models.Color.concurency` ({did})",
        f"{path}:5:14: `limits.models.Palette` must hold keys, not `3`",
        f"{path}:7:17: `limits.backends.web.rate` must be a number or null, not `often`",
    ]
    path.write_text(
        "breaker: {wait: 9, cap: 8}\n"
        "limits:\n"
        "  models: {Color: {concurrency: 0, burst: 3}}\n"
        "  backends: {web: {rate: -1}}\n"
    )
    with pytest.raises(ConfigError) as caught:
        load("p", path=path, environ={})
    assert str(caught.value).splitlines() == [
        f"{path}:1:25: `breaker.cap` must be at least the wait, 9",
        f"{path}:3:33: `limits.models.Color.concurrency` must be at least 1",
        f"{path}:3:43: `limits.models.Color.burst` is of no use without `limits.models.Color.rate`",
        f"{path}:4:26: `limits.backends.web.rate` must be more than 0",
    ]


def test_limits_of_what_is_not_there(tmp_path: Any, backend: Backend) -> None:
    path = tmp_path / "c.yaml"
    path.write_text(
        "name: sampleservice\n"
        "limits:\n"
        "  models: {Colour: {rate: 1}}\n"
        "  backends:\n"
        "    wep: {rate: 1}\n"
    )
    config = load("sampleservice", path=path, environ={})
    from sampleservice._generated import models as m

    steps = {m.Color: backend.step(m.Color, backend="web")}
    with pytest.raises(ConfigError) as caught:
        synchronizer(backend, steps=steps, config=config)
    assert str(caught.value).splitlines() == [
        f"{path}:3: `limits.models.Colour`: there is no model `Colour` (did you mean `Color`?)",
        f"{path}:5: `limits.backends.wep`: no step is for `wep` (did you mean `web`?)",
    ]


def test_running_and_failing_are_not_confused(backend: Backend, clock: MadeClock) -> None:
    """A breaker that is open does not let those be forgotten that failed on their own."""
    made = colors(*"abcdef")
    broken = {made[0].name, made[1].name}
    backend.on_sync["Color"] = lambda o: fail()(o) if o.name in broken else None
    sync = limited(backend, breaker=BreakerConfig(failures=2, wait=5), clock=clock)
    clock.run(sync, 300)
    counts = Counter(backend.synced())
    assert all(counts[o.pk] == 1 for o in made[2:])
    assert fresh(made[0]).sync_attempts >= 3


def test_status_and_history_name_open_breakers(db: str, capfd: pytest.CaptureFixture[str]) -> None:
    opening = Opening(since=1e9, until=2e9, wait=5.0, failures=7, reason="no route to web")
    breakers.write("sampleservice", {"web": opening}, 1e9)
    assert cli.invoke("sampleservice", ["status", "--database", db]) == 0
    out = capfd.readouterr().out
    assert "Circuit breakers that are open:\n  back-end web, since 2001-09-09" in out
    assert out.rstrip().endswith("no route to web")
    assert cli.invoke("sampleservice", ["status", "-o", "json", "--database", db]) == 0
    data = json.loads(capfd.readouterr().out)["breakers"]
    times = {"since": "2001-09-09T01:46:40+00:00", "until": "2033-05-18T03:33:20+00:00"}
    assert data == [{"backend": "web", **asdict(opening), **times}]
    assert cli.invoke("sampleservice", ["history", "--database", db]) == 0
    assert "breaker opened" in capfd.readouterr().out


def test_plan_names_what_holds(backend: Backend, clock: MadeClock) -> None:
    from xgen.runtime.forecast import Forecast
    from xgen.runtime.queries import all_rows

    made = colors(*"abcd")
    backend.on_sync["Color"] = fail("no route")
    usual = BreakerConfig(failures=2, wait=50)
    sync = limited(backend, breaker=usual, clock=clock)
    sync.run(once=True)
    planned = {one.id: one for one in Forecast(sync.store, clock).runs()}
    last = planned[made[3].pk]
    assert (last.certainty, last.not_before) == ("later", clock.now + 50)
    assert "the breaker of back-end web is open" in last.why
    # A limit that is reached is told from who runs at this moment.
    breakers.write("sampleservice", {"web": None}, clock.now)
    running = all_rows(type(made[2]), "default").filter(pk=made[2].pk)
    running.plain_update({"claim_owner": "elsewhere:1:1:1", "claim_expires": clock.now + 50})
    limits = Limits(models={"Color": ModelLimit(concurrency=1, rate=3)})
    again = limited(backend, limits, clock=clock)
    why = again.why(fresh(made[3]))
    assert (why.state, why.limit) == ("limited", "limit of model Color: 1 at once, 1 run now")
    assert "limit of model Color: at most 3 a second" in why.notes
    planned = {one.id: one for one in Forecast(again.store, clock, limits).runs()}
    assert "limit of model Color: 1 at once, 1 run now" in planned[made[3].pk].why


def test_a_restarted_back_end_by_the_word_of_each_object(backend: Backend) -> None:
    from xgen.runtime.intake import resync

    one, two = colors("one", "two")
    sync = limited(backend, of=staticmethod(lambda o: f"at {o.name}"))
    sync.run(once=True)
    assert resync.behind(sync.registry, "at one", using="default") == 1
    assert fresh(one).generation == 2
    assert fresh(two).generation == 1

"""A schedule that was fixed when a package was generated: nothing looked up, and the same result."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest
import statickit
from enginekit import Backend, MadeClock, exists, fail, fresh, world
from test_threads import SOON, running, wait_for

if TYPE_CHECKING:
    from collections.abc import Sequence

EXAMPLE = Path(__file__).parents[2] / "examples" / "exampleservice" / "exampleservice.xproto"


@pytest.mark.usefixtures("db")
def test_no_links_are_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_up = statickit.counting_links(monkeypatch)
    counts = []
    for static in (True, False):
        w = world()
        backend = Backend()
        sync = statickit.synchronizer(backend, static=static)
        assert (sync.registry.schedule is not None) is static
        before = looked_up()
        assert sync.run(once=True).synced == 5
        counts.append(looked_up() - before)
        kinds = [kind for _, kind, _ in backend.calls]
        assert sorted(kinds[:3]) == ["Color", "Color", "ExampleService"]
        assert kinds[3:] == ["ExampleServiceInstance", "EmbeddedImage"]
        backend.calls.clear()
        for name in ("service", "red", "blue"):
            w[name].delete()
        before = looked_up()
        assert sync.run(once=True).deleted == 5
        counts.append(looked_up() - before)
        kinds = [kind for _, kind, _ in backend.calls]
        assert kinds[:2] == ["EmbeddedImage", "ExampleServiceInstance"]
        assert not any(exists(o) for o in w.values())
    assert counts[:2] == [0, 0]
    assert min(counts[2:]) > 0


@pytest.mark.usefixtures("db")
def test_a_failure_holds_back_what_depends_on_it_and_nothing_else() -> None:
    from sampleservice._generated import models as m

    w = world()
    other = m.ExampleServiceInstance.objects.create(
        name="other", owner=w["service"], tenant_message="x", foreground_color=w["blue"]
    )
    backend, clock = Backend(), MadeClock()
    backend.on_sync["Color"] = lambda o: fail()(o) if o.name == "red" else None
    sync = statickit.synchronizer(backend, static=True, clock=clock)
    sync.run(once=True)
    assert fresh(other).backend_code == 1
    assert fresh(w["page"]).backend_code == 0
    assert str(sync.why(fresh(w["image"]))).startswith("blocked by Color red")
    backend.on_sync.clear()
    clock.now += 5
    assert sync.run(once=True).unfinished == 0


@pytest.mark.usefixtures("db")
def test_a_slow_step_does_not_hold_the_next_wave_for_long() -> None:
    w = world()
    type(w["page"]).objects.filter(pk=w["page"].pk).update(foreground_color=w["blue"].pk)
    release = threading.Event()
    backend = Backend()
    backend.on_sync["Color"] = lambda o: release.wait(SOON) if o.name == "red" else None
    sync = statickit.synchronizer(backend, static=True, inline=False)
    with running(sync):
        wait_for(lambda: fresh(w["image"]).backend_code == 1)
        assert fresh(w["red"]).backend_code == 0
        release.set()
        wait_for(lambda: fresh(w["red"]).backend_code == 1)


@pytest.mark.usefixtures("db")
def test_objects_wait_for_their_wave_and_no_longer() -> None:
    from random import Random

    from xgen.runtime.waves import Waves

    clock = MadeClock()
    world()
    sync = statickit.synchronizer(Backend(), static=True, clock=clock)
    rows = {row.leaf_model_name.rpartition(".")[2]: row for row in sync.store.due()}
    color, page, image = (
        rows[kind] for kind in ("Color", "ExampleServiceInstance", "EmbeddedImage")
    )
    waves = Waves(sync.registry, clock)
    for key, row in ((1, color), (2, page), (3, image)):
        waves.works(key, row)
    assert [waves.holds_back(key, row) for key, row in ((1, color), (2, page), (3, image))] == [
        False,
        True,
        True,
    ]
    assert list(waves.released()) == []
    waves.rests(1)
    assert list(waves.released()) == [2], "the next wave, and not the one after it"
    assert waves.next_release == clock.now + 1
    clock.now += 1
    assert list(waves.released()) == [3], "nothing moves, so it is looked at"
    assert not waves.holds_back(3, image)
    assert waves.next_release is None
    # A steady stream of earlier ones does not hold the rest for ever.
    waves.works(4, color)
    waves.works(5, image)
    assert waves.holds_back(5, image)
    rng, start = Random(1), clock.now
    while not list(waves.released()):
        clock.now += rng.uniform(0.1, 0.9)
        waves.works(6, color)
        waves.rests(6)
    assert 30 <= clock.now - start < 31


def _with(deps: str, *, waves: Sequence[Sequence[str]] | None = None) -> Any:
    """Return what is loaded with another ``model-deps.yaml`` or other waves."""
    from sampleservice._generated import models as m

    from xgen.runtime import registry
    from xgen.runtime.schedule import Schedule

    fixed = statickit.schedule()
    if waves is not None:
        named = tuple(tuple(getattr(m, kind) for kind in wave) for wave in waves)
        fixed = Schedule(waves=named, edges=fixed.edges)
    return registry.make("sampleservice", steps={}, model_deps=deps, fixed=fixed)


def _waves(*, without: str = "", swapped: bool = False) -> list[list[str]]:
    waves = [
        ["ExampleService", "Color"],
        ["ExampleServiceInstance", "Palette"],
        ["EmbeddedImage"],
    ]
    if swapped:
        waves[0].remove("Color")
        waves[1].append("Color")
    return [[kind for kind in wave if kind != without] for wave in waves]


_FALLS_BACK = "the static schedule does not hold, so dependencies are looked up at run time: "
_LINES = statickit.DEPS.splitlines(keepends=True)


@pytest.mark.parametrize(
    ("loaded", "why"),
    [
        (
            lambda: _with(statickit.DEPS + "  - [Palette, parent, children]\n"),
            "model-deps.yaml:10 has `Palette.parent -> Palette`, which is not in it",
        ),
        (
            lambda: _with("".join(_LINES[:4] + _LINES[5:])),
            "it has `ExampleServiceInstance.background_color -> Color`, which is not in model-",
        ),
        (
            lambda: _with(statickit.DEPS, waves=_waves(without="Palette")),
            "`Palette` has no place in it",
        ),
        (
            lambda: _with(statickit.DEPS, waves=_waves(swapped=True)),
            "model-deps.yaml:4: `ExampleServiceInstance.foreground_color` can lead to Color, which",
        ),
    ],
)
def test_a_schedule_that_does_not_hold_is_told_and_not_used(loaded: Any, why: str) -> None:
    found = loaded()
    assert found.schedule is None
    (warning,) = found.warnings
    assert warning.startswith(_FALLS_BACK + why)
    assert "generate the target `static` anew, or drop it" in warning


def test_an_accessor_that_is_code_has_no_place_in_a_schedule(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from sampleservice._generated import models as m

    monkeypatch.setattr(m.Palette, "favourite", property(lambda _: None), raising=False)
    found = _with(statickit.DEPS + "  - [Color, favourite, null]\n")
    assert found.schedule is None
    assert "model-deps.yaml:10 has `Palette.favourite -> Color`" in found.warnings[0]


def test_a_package_says_so_by_a_module(monkeypatch: pytest.MonkeyPatch) -> None:
    from xgen.runtime import schedule

    assert schedule.read("sampleservice") is None
    module = ModuleType("sampleservice._generated.schedule")
    module.__dict__["SCHEDULE"] = statickit.schedule()
    monkeypatch.setitem(sys.modules, module.__name__, module)
    assert schedule.read("sampleservice") == statickit.schedule()


def test_a_generated_package_runs_by_its_schedule(tmp_path: Path) -> None:
    def run(*words: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", *words],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout + done.stderr

    run("xgen", "--target", "synchronizer", "--target", "static", str(EXAMPLE))
    assert "order=static" in run("exampleservice", "run", "--once")
    deps = tmp_path / "exampleservice" / "model-deps.yaml"
    lines = deps.read_text("utf-8").splitlines(keepends=True)
    deps.write_text("".join(line for line in lines if "background_color" not in line), "utf-8")
    told = run("exampleservice", "run", "--once")
    assert "the static schedule does not hold" in told
    assert "ExampleServiceInstance.background_color -> Color" in told
    assert "order=by links" in told or "order='by links'" in told

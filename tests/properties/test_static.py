"""A fixed schedule and links looked up at run time: the same steps, the same database, one order."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xgen.runtime import django as xdjango

RUNTIME = Path(__file__).parents[1] / "runtime"
KIND = st.sampled_from(("Color", "ExampleServiceInstance", "EmbeddedImage", "Palette"))
NUMBER = st.integers(0, 4)
OPS = st.lists(
    st.one_of(
        st.tuples(st.just("make"), KIND, NUMBER),
        st.tuples(st.just("edit"), KIND, NUMBER),
        st.tuples(st.just("paint"), NUMBER, NUMBER),
        st.tuples(st.just("delete"), KIND, NUMBER),
        st.tuples(st.just("resync"), KIND, NUMBER),
        st.tuples(st.just("delete all")),
        st.tuples(st.just("break"), st.sampled_from(("sync", "delete")), KIND, st.integers(0, 3)),
        st.tuples(st.just("mend")),
        st.tuples(st.just("pass"), st.sampled_from((1, 3, 100))),
        st.tuples(st.just("restart")),
        st.tuples(st.just("run")),
    ),
    max_size=20,
)
FIRST = st.lists(st.tuples(st.just("make"), KIND, NUMBER), max_size=8)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if str(RUNTIME) not in sys.path:
        sys.path.insert(0, str(RUNTIME))
    path = tmp_path_factory.mktemp("static") / "template.db"
    xdjango.setup(f"sqlite:///{path}", ("xgen.runtime.platform", "sampleservice"))
    xdjango.migrate()
    xdjango.close_connections()
    return path


def live(template: Path, ops: list[tuple[Any, ...]], *, static: bool) -> Any:
    """Let a world live through ``ops`` in a database of its own."""
    from statickit import World

    path = template.with_name("run.db")
    shutil.copy(template, path)
    xdjango.use_database(f"sqlite:///{path}")
    try:
        world = World(static=static)
        for op in ops:
            world.do(op)
        world.settle()
        return world
    finally:
        xdjango.close_connections()
        for suffix in ("", "-wal", "-shm"):
            Path(f"{path}{suffix}").unlink(missing_ok=True)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(first=FIRST, ops=OPS)
def test_a_fixed_schedule_does_what_looking_links_up_does(
    template: Path, first: Any, ops: Any
) -> None:
    steps = [*first, ("run",), *ops]
    by_links, static = (live(template, steps, static=fixed) for fixed in (False, True))
    assert static.sync.registry.schedule is not None
    assert (by_links.wrong, static.wrong) == ([], [])
    assert len(static.seen) == len(by_links.seen)
    for one, other in zip(by_links.seen, static.seen, strict=True):
        assert other == one

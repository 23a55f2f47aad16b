"""What a user of a synchronizer is told when things are not as they should be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from xgen.runtime import cli

if TYPE_CHECKING:
    from collections.abc import Callable

    from xgen.runtime.testing import Harness

    Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def service(db: str) -> Harness:
    from xgen.runtime import config
    from xgen.runtime.testing import FakeClock, Harness

    loaded = config.load("sampleservice", database=db, environ={})
    return Harness("sampleservice", loaded, FakeClock())


@pytest.fixture
def xgen(db: str, capfd: Any) -> Command:
    """Run a command in this process; returns exit code, output and errors."""

    def run(*words: str) -> tuple[int, str, str]:
        code = cli.invoke("sampleservice", [*words, "--database", db])
        out, err = capfd.readouterr()
        return code, out, err

    return run


def test_objects_that_nobody_here_syncs_do_not_count(service: Harness, xgen: Command) -> None:
    site = service.make("Site", name="east")
    service.make("Color", name="red")
    service.converge()
    assert list(service.errors()) == []
    assert "State: not synced by this service\n" in xgen("why", "Site", site.name)[1]
    assert "not synced by this service" in xgen("get", "Site")[1]
    assert "not synced by this service" in xgen("describe", "Site", site.name)[1]
    site.delete()
    assert "State: deleting\n" in xgen("why", "Site", site.name)[1]
    service.converge()
    assert not service.exists(site)

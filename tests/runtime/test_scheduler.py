"""The loop: order, who waits for whom, and when things start."""

from __future__ import annotations

from typing import Any

import pytest
from enginekit import Backend, MadeClock, synchronizer

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def backend() -> Backend:
    return Backend()


@pytest.fixture
def clock() -> MadeClock:
    return MadeClock()


def world() -> dict[str, Any]:
    from sampleservice._generated import models as m

    service = m.ExampleService.objects.create(name="s", service_message="hello")
    red = m.Color.objects.create(name="red", html_code="#f00")
    blue = m.Color.objects.create(name="blue", html_code="#00f")
    page = m.ExampleServiceInstance.objects.create(
        name="page", owner=service, tenant_message="hi", foreground_color=red, background_color=blue
    )
    image = m.EmbeddedImage.objects.create(name="sun", url="sun.svg", serviceinstance=page)
    return {"service": service, "red": red, "blue": blue, "page": page, "image": image}


def test_everything_is_synced_in_the_order_of_its_dependencies(backend: Backend) -> None:
    w = world()
    summary = synchronizer(backend).run(once=True)
    names = [model for _, model, _ in backend.calls]
    assert sorted(names[:3]) == ["Color", "Color", "ExampleService"]
    assert names[3:] == ["ExampleServiceInstance", "EmbeddedImage"]
    assert (summary.synced, summary.errors, summary.unfinished) == (5, 0, 0)
    w["page"].refresh_from_db()
    assert (w["page"].backend_code, w["page"].backend_status) == (1, "OK")
    assert w["page"].claim_owner is None
    assert w["page"].backend_need_delete

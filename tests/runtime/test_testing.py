"""The testing kit itself."""

import threading

import pytest

from xgen.runtime.testing import FakeClock, Harness, RecordingBackend


@pytest.fixture
def service(db):
    from xgen.runtime import config

    return Harness("sampleservice", config.load("sampleservice", database=db, environ={}))


def test_make_fills_in_what_a_model_needs(service):
    image = service.make("EmbeddedImage")
    assert image.name == "embeddedimage-1"
    instance = image.serviceinstance
    assert instance.tenant_message == "exampleserviceinstance-tenant_message-1"
    assert instance.owner.leaf.service_message
    assert instance.foreground_color is None
    second = service.make("EmbeddedImage")
    assert second.serviceinstance.owner == instance.owner
    assert second.serviceinstance != instance


def test_make_takes_what_it_is_given(service):
    red = service.make("Color", name="red")
    instance = service.make("ExampleServiceInstance", foreground_color=red)
    assert service.reload(instance).foreground_color.name == "red"
    assert service.exists(red)


def test_every_model_can_be_made(service):
    from xgen.runtime.kinds import is_object
    from xgen.runtime.objects import models

    for model in models("sampleservice"):
        if is_object(model):
            assert service.make(model).pk
            assert service.make(model).pk


def test_errors_name_the_object(service):
    service.make("Color", name="red")
    assert list(service.errors()) == ["Color 1 (Color red): Provisioning in progress"]


def test_a_recording_backend_fails_when_told_to():
    backend = RecordingBackend()
    backend.put("red", html_code="#f00")
    backend.fail_next(2, key="blue")
    backend.put("red", html_code="#e00")
    for _ in range(2):
        with pytest.raises(RuntimeError, match="the back-end is down"):
            backend.put("blue")
    backend.put("blue")
    backend.remove("red")
    backend.remove("never there")
    assert backend.objects == {"blue": {}}
    assert (backend.count("put", "red"), backend.count("put", "blue")) == (2, 3)


def test_a_fake_clock_moves_only_when_told_or_waited_for():
    clock = FakeClock(1000.0)
    assert (clock.time(), clock.monotonic()) == (1000.0, 0.0)
    clock.advance(5)
    assert (clock.time(), clock.monotonic()) == (1005.0, 5.0)
    event = threading.Event()
    assert clock.wait(event, 60) is False
    assert clock.time() == 1065.0
    event.set()
    assert clock.wait(event, 60) is True
    assert clock.time() == 1065.0


def test_each_harness_has_a_database_of_its_own(db):
    from xgen.runtime.testing import harness

    with harness("sampleservice", settings={"folder": "x"}, timeout=5.0) as service:
        service.make("Color")
        assert service.model("Color").objects.count() == 1
        assert service.config.settings["folder"] == "x"
        assert service.config.timeout == 5.0
    with harness("sampleservice") as service:
        assert service.model("Color").objects.count() == 0

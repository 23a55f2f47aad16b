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
    from django.core.exceptions import ValidationError

    from xgen.runtime.kinds import is_object
    from xgen.runtime.objects import models

    # What its validator wants of it, nobody can guess; the message says what to give.
    refused = {"NetworkSlice": "is not allowed to connect to network"}
    for model in models("sampleservice"):
        if is_object(model) and model.__name__ in refused:
            with pytest.raises(ValidationError, match=refused[model.__name__]):
                service.make(model)
        elif is_object(model):
            assert service.make(model).pk
            assert service.make(model).pk


def test_errors_name_the_object(service):
    service.make("Color", name="red")
    assert list(service.errors()) == ["Color red: due: Provisioning in progress"]


@pytest.fixture
def colours(service):
    """The sample service with a step for colours that puts them into a back-end in memory."""
    from xgen.runtime import registry
    from xgen.runtime.step import SyncStep
    from xgen.runtime.synchronizer import Synchronizer

    backend = RecordingBackend()

    class SyncColor(SyncStep):
        observes = service.model("Color")

        def sync_record(self, o):
            backend.put(o.name, html_code=o.html_code)

        def delete_record(self, o):
            backend.remove(o.name)

    made = registry.make(
        "sampleservice",
        steps={SyncColor.observes: SyncColor},
        model_deps="Palette:\n  - [Color, colors, palettes]\n",
    )
    service.clock = FakeClock()
    service._synchronizer = Synchronizer(
        "sampleservice", service.config, loaded=made, clock=service.clock, inline=True
    )
    return backend


def test_converge_raises_with_the_error_and_goes_on_when_it_is_over(service, colours):
    red = service.make("Color", name="red", html_code="#f00")
    warm = service.make("Palette", name="warm")
    warm.colors.add(red)
    colours.fail_next(error=OSError("no route to the back-end"))
    with pytest.raises(AssertionError, match=r"Color red.*no route to the back-end"):
        service.converge()
    service.clock.advance(5)
    service.converge()
    assert colours.objects == {"red": {"html_code": "#f00"}}
    assert service.reload(warm).backend_code == 1
    red.delete()
    service.converge()
    assert colours.objects == {}
    assert not service.exists(red)


def test_sync_of_a_blocked_object_says_what_blocks_it(service, colours):
    warm = service.make("Palette", name="warm")
    warm.colors.add(service.make("Color", name="red"))
    colours.fail_next(error=OSError("no route"))
    with pytest.raises(
        AssertionError, match=r"Palette warm.*blocked by Color red: OSError: no route"
    ):
        service.sync(warm)
    service.clock.advance(5)
    assert service.sync(warm).backend_code == 1


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
    with harness("sampleservice", clock=FakeClock()) as service:
        assert service.model("Color").objects.count() == 0
        service.sync(service.make("EmbeddedImage"))
        service.converge()

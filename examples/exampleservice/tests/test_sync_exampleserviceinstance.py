"""A ExampleServiceInstance reaches the back-end, and leaves it."""

from xgen.runtime.testing import harness


def test_exampleserviceinstance_comes_and_goes() -> None:
    with harness("exampleservice") as service:
        o = service.make("ExampleServiceInstance")
        service.converge()

        o.delete()
        service.converge()
        assert not service.exists(o)

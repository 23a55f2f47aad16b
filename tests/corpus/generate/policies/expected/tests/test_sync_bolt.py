"""A Bolt reaches the back-end, and leaves it."""

from xgen.runtime.testing import harness


def test_bolt_comes_and_goes() -> None:
    with harness("policies") as service:
        o = service.make("Bolt")
        service.converge()

        o.delete()
        service.converge()
        assert not service.exists(o)

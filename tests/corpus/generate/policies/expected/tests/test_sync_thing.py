"""A Thing reaches the back-end, and leaves it."""

from xgen.runtime.testing import harness


def test_thing_comes_and_goes() -> None:
    with harness("policies") as service:
        o = service.make("Thing")
        service.converge()

        o.delete()
        service.converge()
        assert not service.exists(o)

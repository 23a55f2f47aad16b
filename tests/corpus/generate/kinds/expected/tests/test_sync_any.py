"""A Any reaches the back-end, and leaves it."""

from xgen.runtime.testing import harness


def test_any_comes_and_goes() -> None:
    with harness("kinds") as service:
        o = service.make("Any")
        service.converge()

        o.delete()
        service.converge()
        assert not service.exists(o)

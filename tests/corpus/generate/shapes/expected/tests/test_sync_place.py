"""A Place reaches the back-end, and leaves it."""

from xgen.runtime.testing import harness


def test_place_comes_and_goes() -> None:
    with harness("shapes") as service:
        o = service.make("Place")
        service.converge()

        o.delete()
        service.converge()
        assert not service.exists(o)

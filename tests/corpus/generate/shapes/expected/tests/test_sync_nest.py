"""A Nest reaches the back-end, and leaves it."""

from xgen.runtime.testing import harness


def test_nest_comes_and_goes() -> None:
    with harness("shapes") as service:
        o = service.make("Nest")
        service.converge()

        o.delete()
        service.converge()
        assert not service.exists(o)

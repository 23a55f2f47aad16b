"""A AnInstance reaches the back-end, and leaves it."""

from xgen.runtime.testing import harness


def test_aninstance_comes_and_goes() -> None:
    with harness("shapes") as service:
        o = service.make("AnInstance")
        service.converge()

        o.delete()
        service.converge()
        assert not service.exists(o)

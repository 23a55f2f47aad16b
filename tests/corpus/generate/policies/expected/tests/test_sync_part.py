"""A Part reaches the back-end, and leaves it."""

from xgen.runtime.testing import harness


def test_part_comes_and_goes() -> None:
    with harness("policies") as service:
        o = service.make("Part")
        service.converge()

        o.delete()
        service.converge()
        assert not service.exists(o)

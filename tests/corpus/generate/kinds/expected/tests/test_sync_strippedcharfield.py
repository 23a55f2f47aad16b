"""A StrippedCharField reaches the back-end, and leaves it."""

from xgen.runtime.testing import harness


def test_strippedcharfield_comes_and_goes() -> None:
    with harness("kinds") as service:
        o = service.make("StrippedCharField")
        service.converge()

        o.delete()
        service.converge()
        assert not service.exists(o)

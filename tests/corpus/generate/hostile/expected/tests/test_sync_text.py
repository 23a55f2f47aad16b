"""A Text reaches the back-end, and leaves it."""

from xgen.runtime.testing import harness


def test_text_comes_and_goes() -> None:
    with harness("hostile") as service:
        o = service.make("Text")
        service.converge()

        o.delete()
        service.converge()
        assert not service.exists(o)

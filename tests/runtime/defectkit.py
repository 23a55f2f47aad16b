"""What the modules with defects share.

Each has checks that run in an empty database and raise AssertionError when a defect is there, and
for each a function that puts the defect into the engine's own code, to show that the check would
notice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from xgen.runtime.writer import Writer, writing_as

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

SOON = 10.0


class Defect(NamedTuple):
    """What must not be."""

    name: str
    check: Callable[[], None]
    breaks: Callable[[pytest.MonkeyPatch], None]


def make_color(name: str) -> Any:
    from sampleservice._generated import models as m

    return m.Color.objects.create(name=name, html_code="#000")


def as_user(what: Callable[[], object]) -> None:
    with writing_as(Writer.USER):
        what()

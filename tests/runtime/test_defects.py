"""The defects of an older design that must never come back (``defects.py`` has each of them)."""

from __future__ import annotations

import pytest
from defects import DEFECTS, Defect

pytestmark = pytest.mark.usefixtures("db")
each = pytest.mark.parametrize("defect", DEFECTS, ids=lambda one: one.name.replace(" ", "-"))


@each
def test_never_again(defect: Defect) -> None:
    defect.check()


@each
def test_a_copy_with_the_defect_is_noticed(
    defect: Defect, monkeypatch: pytest.MonkeyPatch
) -> None:
    defect.breaks(monkeypatch)
    with pytest.raises(AssertionError):
        defect.check()

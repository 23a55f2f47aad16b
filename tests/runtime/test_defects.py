"""The defects of an older design that must never come back (``defects_*.py`` has them)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import defects_errors
import defects_loop
import defects_state
import pytest

if TYPE_CHECKING:
    from defectkit import Defect

DEFECTS = (*defects_errors.DEFECTS, *defects_loop.DEFECTS, *defects_state.DEFECTS)
pytestmark = pytest.mark.usefixtures("db")
each = pytest.mark.parametrize("defect", DEFECTS, ids=lambda one: one.name.replace(" ", "-"))


@each
def test_never_again(defect: Defect) -> None:
    defect.check()


@each
def test_a_copy_with_the_defect_is_noticed(defect: Defect, monkeypatch: pytest.MonkeyPatch) -> None:
    defect.breaks(monkeypatch)
    with pytest.raises(AssertionError):
        defect.check()

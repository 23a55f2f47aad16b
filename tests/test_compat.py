"""Templates, options and checkers of xosgenx: all that was possible with it is with xgen."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import golden


@pytest.mark.parametrize("case", golden.cases("compat"), ids=lambda case: case.name)
def test_case(case: Path, tmp_path: Path) -> None:
    golden.check(case, tmp_path)

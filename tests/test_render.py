"""Targets, the file tag, template errors and checks of what was rendered, case by case."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests import golden

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("case", golden.cases("render"), ids=lambda case: case.name)
def test_case(case: Path, tmp_path: Path) -> None:
    golden.check(case, tmp_path)

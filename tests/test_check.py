"""The checks, over ``tests/corpus/check``: inputs and findings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.linking import cases, check_case

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("folder", cases("check"), ids=lambda path: path.name)
def test_check(folder: Path) -> None:
    check_case(folder)

"""The linker, over ``tests/corpus/link``: inputs, findings and the IR."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.linking import cases, check_case

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("folder", cases("link"), ids=lambda path: path.name)
def test_link(folder: Path) -> None:
    check_case(folder)

"""Real models of real services: read where they lie, never copied.

They are looked for in ``$XGEN_CORPUS``, else beside the checkout; without them the tests that
need them are skipped and say so.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

_BESIDE = Path(__file__).parents[2] / "shared" / "corpus"
FOLDER = Path(os.environ.get("XGEN_CORPUS") or _BESIDE)


def real_models() -> list[Path]:
    """Return the files, none if there is no such folder."""
    return sorted(FOLDER.glob("*.xproto"))


needs_real_models = pytest.mark.skipif(
    not real_models(), reason="no real models: set XGEN_CORPUS to a folder of .xproto files"
)

"""One Django for all tests of the runtime, and a fresh migrated database for each."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from xgen.runtime import django as xdjango

if TYPE_CHECKING:
    from collections.abc import Iterator

sys.path.insert(0, str(Path(__file__).parent))

PACKAGES = ("xgen.runtime.platform", "sampleservice")


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("database") / "template.db"
    xdjango.setup(f"sqlite:///{path}", PACKAGES)
    xdjango.migrate()
    xdjango.close_connections()
    return path


@pytest.fixture
def db(template: Path, tmp_path: Path) -> Iterator[str]:
    """Return the URL of an empty SQLite database with all tables, which Django is using."""
    path = tmp_path / "test.db"
    shutil.copy(template, path)
    url = f"sqlite:///{path}"
    xdjango.use_database(url)
    yield url
    xdjango.close_connections()

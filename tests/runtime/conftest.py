"""One Django for all tests of the runtime, and a fresh migrated database for each.

``db`` is SQLite, which every test can afford; ``store`` runs a test on SQLite and PostgreSQL.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from xgen.runtime import django as xdjango
from xgen.runtime import log

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
PACKAGES = ("xgen.runtime.platform", "sampleservice", "policyservice")
POSTGRES = os.environ.get("XGEN_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/postgres")

# Test modules import models at their top, so Django has to know them before; nothing connects yet.
sys.path.insert(0, str(HERE))
xdjango.setup(f"sqlite:///{tempfile.gettempdir()}/xgen-never-opened.db", PACKAGES)


@pytest.fixture(autouse=True)
def _logging() -> None:
    """Log as in operation, to what pytest captures; the tests of logging change it."""
    log.configure(log.LogSettings(console="plain"))


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a migrated SQLite database without objects."""
    path = tmp_path_factory.mktemp("database") / "template.db"
    xdjango.use_database(f"sqlite:///{path}")
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


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """Return the URL of a migrated PostgreSQL database of this session's own."""
    psycopg = pytest.importorskip("psycopg")
    name = f"xgen_test_{os.getpid()}"
    try:
        server = psycopg.connect(POSTGRES, autocommit=True, connect_timeout=3)
    except psycopg.OperationalError as error:
        pytest.skip(f"no PostgreSQL to test with: {error}")
    with closing(server):
        server.execute(f'CREATE DATABASE "{name}"')
        url = f"{POSTGRES.rpartition('/')[0]}/{name}"
        try:
            xdjango.use_database(url)
            xdjango.migrate()
            yield url
        finally:
            xdjango.close_connections()
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest) -> Iterator[str]:
    """Return the URL of an empty database, once of each kind."""
    if request.param == "sqlite":
        yield request.getfixturevalue("db")
        return
    url: str = request.getfixturevalue("postgres")
    xdjango.use_database(url)
    from django.apps import apps
    from django.db import connection

    tables = ", ".join(
        f'"{model._meta.db_table}"'
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label not in ("contenttypes", "auth")
    )
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {tables} RESTART IDENTITY CASCADE")
    yield url
    xdjango.close_connections()

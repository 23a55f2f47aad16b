"""Django, set up for a synchronizer: which apps, which database, and how it is connected to.

Nothing here is imported before it is needed, and Django's own settings module is never used.
"""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote, urlsplit

from xgen.runtime.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from xgen.runtime.config import Config

_SQLITE_INIT = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-16000;"
_BUSY_TIMEOUT = 30.0
_MIGRATION_LOCK = 0x7867656E  # "xgen"; any number that others do not use


def setup(config: Config | str, packages: Sequence[str] = ()) -> None:
    """Make Django ready: the apps of ``packages`` and of all they require, one database.

    May be called again, with the same packages, to work on another database.
    """
    import django
    from django.conf import settings

    url = config if isinstance(config, str) else config.database
    apps = installed_apps(packages)
    if settings.configured:
        missing = set(apps) - set(settings.INSTALLED_APPS)
        if missing:
            raise RuntimeError(f"Django is set up already, without {', '.join(sorted(missing))}")
        use_database(url)
        return
    settings.configure(
        INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", *apps],
        AUTH_USER_MODEL="xgen_core.User",
        DATABASES={"default": database_settings(url)},
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        USE_TZ=True,
        TIME_ZONE="UTC",
        LOGGING_CONFIG=None,
    )
    django.setup()
    _prepare_folder(settings.DATABASES["default"])


def installed_apps(packages: Sequence[str]) -> list[str]:
    """Return the app configs of ``packages`` and of what they require, required ones first."""
    found: dict[str, None] = {}

    def visit(package: str) -> None:
        module, name = _app_module(package)
        if f"{module}.{name}" in found:
            return
        for required in getattr(import_module(module), name).requires:
            visit(required)
        found[f"{module}.{name}"] = None

    for package in ("xgen.runtime.core", *packages):
        visit(package)
    return list(found)


def _app_module(package: str) -> tuple[str, str]:
    runtime = {"xgen.runtime.core": "CoreConfig", "xgen.runtime.platform": "PlatformConfig"}
    if package in runtime:
        return f"{package}.apps", runtime[package]
    module = f"{package}._generated.apps"
    try:
        spec = find_spec(module)
    except ModuleNotFoundError:
        spec = None
    if spec is None:
        raise ConfigError(
            f"`{package}` is not a generated package: there is no {module}",
            help="run `xgen --target synchronizer.xtarget` first, or mend PYTHONPATH",
        )
    return module, "Config"


def database_settings(url: str) -> dict[str, Any]:
    """Return Django's settings for a database URL, ``sqlite:///file`` or ``postgresql://...``."""
    try:
        parts = urlsplit(url)
        port = str(parts.port or "")
    except ValueError as error:
        raise ConfigError(f"`{url}` is no database URL: {error}") from error
    common: dict[str, Any] = {"CONN_MAX_AGE": None, "CONN_HEALTH_CHECKS": True}
    if parts.scheme == "sqlite":
        # As elsewhere: sqlite:///relative.db and sqlite:////absolute.db
        path = unquote(parts.netloc + parts.path)[1:] if not parts.netloc else None
        if not path:
            raise ConfigError(f"`{url}` names no file", help="sqlite:///file.db is one")
        options = {"init_command": _SQLITE_INIT, "timeout": _BUSY_TIMEOUT}
        options["transaction_mode"] = "IMMEDIATE"
        return {
            **common,
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(Path(path).absolute()),
            "OPTIONS": options,
        }
    if parts.scheme in ("postgresql", "postgres"):
        if not parts.path.strip("/"):
            raise ConfigError(f"`{url}` names no database", help="postgresql://host/name does")
        if find_spec("psycopg") is None:
            raise ConfigError("PostgreSQL needs psycopg", help="pip install 'xgen[postgres]'")
        return {
            **common,
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or "",
            "PORT": port,
            "OPTIONS": dict(parse_qsl(parts.query)),
        }
    raise ConfigError(
        f"`{url}` is no database that xgen knows",
        help="sqlite:///file.db or postgresql://user:password@host/name",
    )


def shown_database(settings: Mapping[str, Any]) -> str:
    """Return what people may read of a database's settings: kind and place, and no password."""
    if settings["ENGINE"].endswith("sqlite3"):
        return f"SQLite {settings['NAME']}"
    port = f":{settings['PORT']}" if settings["PORT"] else ""
    return f"PostgreSQL {settings['HOST'] or 'localhost'}{port}/{settings['NAME']}"


def is_absent(url: str) -> bool:
    """Say whether a database is a file that is not there; connecting would make an empty one."""
    settings = database_settings(url)
    return settings["ENGINE"].endswith("sqlite3") and not Path(settings["NAME"]).exists()


def _prepare_folder(settings: dict[str, Any]) -> None:
    if settings["ENGINE"].endswith("sqlite3"):
        Path(settings["NAME"]).parent.mkdir(parents=True, exist_ok=True)


def use_database(url: str) -> None:
    """Work on another database from now on; no other thread may be using the old one."""
    from django.conf import settings
    from django.db import connections

    close_connections()
    settings.DATABASES = {"default": database_settings(url)}
    _prepare_folder(settings.DATABASES["default"])
    connections.settings = connections.configure_settings(settings.DATABASES)
    with suppress(AttributeError):  # this thread had none
        del connections["default"]


def close_connections() -> None:
    """Close the connections of this thread; worker threads do so before they end."""
    from django.db import connections

    connections.close_all()


def migrate() -> list[str]:
    """Bring the database up to the models and return the names of the migrations it applied.

    Processes that start at once take turns; the first one does the work.
    """
    from django.core.management import call_command

    with _migrating_alone():
        names, _ = unapplied()
        if names:
            call_command("migrate", verbosity=0, interactive=False)
    return names


def unapplied() -> tuple[list[str], bool]:
    """Return the migrations that the database lacks, and whether it is an empty one."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    names = [f"{migration.app_label}.{migration.name}" for migration, _ in plan]
    return names, not executor.loader.applied_migrations


@contextmanager
def _migrating_alone() -> Iterator[None]:
    """Hold a lock of the database's own kind that leaves nothing behind."""
    from django.db import connection

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [_MIGRATION_LOCK])
            try:
                yield
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_MIGRATION_LOCK])
        return
    try:
        import fcntl
    except ImportError:  # Windows, where a second start at the same time is on its own
        yield
        return
    folder = os.open(Path(connection.settings_dict["NAME"]).parent, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)

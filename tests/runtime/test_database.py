"""Setting Django up: apps, databases, connections, migrations."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from sampleservice._generated.models import Color

from xgen.runtime import django as xdjango
from xgen.runtime.core.models import User
from xgen.runtime.errors import ConfigError, DeletedPeer


def test_sqlite_is_set_up_for_several_writers(db):
    with connection.cursor() as cursor:
        found = {
            name: cursor.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert found == {
        "journal_mode": "wal",
        "synchronous": 1,
        "foreign_keys": 1,
        "busy_timeout": 30_000,
    }


@pytest.mark.usefixtures("store")
def test_many_threads_lose_no_change():
    color = Color.objects.create(name="red", html_code="0")
    start = threading.Barrier(6)

    def work(name):
        start.wait()
        for n in range(10):
            o = Color.objects.get(pk=color.pk)
            o.html_code = f"{name}-{n}"
            o.save()
        xdjango.close_connections()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(work, range(6)))
    color.refresh_from_db()
    assert color.generation == 61


@pytest.mark.usefixtures("store")
def test_a_deletion_and_a_new_link_exclude_each_other():
    """Whichever comes first: never a page of a deleted service."""
    from sampleservice._generated.models import ExampleService, ExampleServiceInstance

    for n in range(5):
        service = ExampleService.objects.create(name=f"s{n}", service_message="m")
        start = threading.Barrier(2)

        def link(service=service, start=start, n=n):
            start.wait()
            try:
                ExampleServiceInstance.objects.create(
                    name=f"p{n}", tenant_message="m", owner=service
                )
            except DeletedPeer:
                return "refused"
            finally:
                xdjango.close_connections()
            return "made"

        def delete(service=service, start=start):
            start.wait()
            service.delete()
            xdjango.close_connections()

        with ThreadPoolExecutor(2) as pool:
            linked, deleted = pool.submit(link), pool.submit(delete)
            assert linked.result() in ("made", "refused")
            deleted.result()
        assert not ExampleServiceInstance.objects.exists()


def test_a_first_start_on_an_empty_database_just_works(tmp_path):
    xdjango.use_database(f"sqlite:///{tmp_path}/new/folder/x.db")
    applied = xdjango.migrate()
    assert "xgen_core.0001_users" in applied
    assert "sampleservice.0001_initial" in applied
    assert xdjango.migrate() == []
    assert not Color.objects.exists()
    xdjango.close_connections()


def test_two_processes_may_start_at_once(tmp_path):
    import subprocess
    import sys
    from pathlib import Path

    code = (
        "import sys; from xgen.runtime import django; "
        "django.setup(sys.argv[1], ['sampleservice']); print(len(django.migrate()))"
    )
    command = [sys.executable, "-c", code, f"sqlite:///{tmp_path}/x.db"]
    root = Path(__file__).parents[2]
    environment = {"PYTHONPATH": f"{root}:{Path(__file__).parent}", "PATH": ""}
    runs = [
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    counts = sorted(int(run.communicate()[0]) for run in runs)
    assert counts[:2] == [0, 0]
    assert counts[2] > 10
    assert [run.returncode for run in runs] == [0, 0, 0]


def test_the_models_and_their_migrations_agree(db):
    from django.core.management import call_command

    call_command("makemigrations", check=True, dry_run=True, verbosity=1)
    call_command("check", fail_level="WARNING")


def test_packages_bring_what_they_require():
    assert xdjango.installed_apps(["sampleservice", "xgen.runtime.platform"]) == [
        "xgen.runtime.core.apps.CoreConfig",
        "sampleservice._generated.apps.Config",
        "xgen.runtime.platform.apps.PlatformConfig",
    ]
    with pytest.raises(ConfigError, match="not a generated package"):
        xdjango.installed_apps(["json"])
    with pytest.raises(ConfigError, match="not a generated package"):
        xdjango.installed_apps(["no_such_package"])


def test_database_urls():
    relative = xdjango.database_settings("sqlite:///a%20b.db")
    assert relative["NAME"].endswith("/a b.db")
    assert xdjango.database_settings("sqlite:////tmp/a.db")["NAME"] == "/tmp/a.db"
    pg = xdjango.database_settings("postgresql://u:p%40ss@h:5433/db?sslmode=require")
    assert (pg["USER"], pg["PASSWORD"], pg["HOST"], pg["PORT"]) == ("u", "p@ss", "h", "5433")
    assert (pg["NAME"], pg["OPTIONS"]) == ("db", {"sslmode": "require"})


@pytest.mark.parametrize(
    "url",
    ["x.db", "sqlite://", "sqlite:///", "mysql://x/y", "postgresql://h", "postgresql://h:x/y", ""],
)
def test_bad_database_urls(url):
    with pytest.raises(ConfigError):
        xdjango.database_settings(url)


@pytest.mark.usefixtures("db")
def test_users_log_in_by_email():
    user = User.objects.create_user("ann@EXAMPLE.org", "secret", firstname="Ann")
    assert (user.email, user.check_password("secret")) == ("ann@example.org", True)
    assert (user.is_admin, user.is_staff, user.is_readonly, user.is_active) == (
        False,
        False,
        False,
        True,
    )
    assert user.get_short_name() == "Ann"
    root = User.objects.create_superuser("root@example.org", "secret")
    assert root.is_admin
    assert root.has_perm("anything")
    with pytest.raises(ValueError, match="email"):
        User.objects.create_user("")


@pytest.mark.usefixtures("store")
def test_a_transaction_takes_all_or_nothing():
    def half():
        with transaction.atomic():
            Color.objects.create(name="a", html_code="x")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half()
    assert not Color.objects.exists()

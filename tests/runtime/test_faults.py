"""What must survive: a killed process, a database that is locked or gone, claims that were lost."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from enginekit import CONFIG, Backend, MadeClock, exists, fresh, synchronizer, world

from xgen.runtime import owner
from xgen.runtime.config import RetryConfig
from xgen.runtime.queries import all_rows

HERE = Path(__file__).parent

CHILD = """
import os, sys
sys.path[:0] = [{here!r}, {root!r}]
from xgen.runtime import django
django.setup({url!r}, ("xgen.runtime.platform", "sampleservice"))
from enginekit import Backend, synchronizer
import signal

backend = Backend()

def die(o):
    {action}
    os.kill(os.getpid(), signal.SIGKILL)

backend.{when}[{model!r}] = die
synchronizer(backend, inline={inline}).run(once=True)
"""


def run_and_be_killed(
    db: str, *, when: str, model: str, action: str = "pass", inline: bool = False
) -> None:
    """Run a synchronizer in a process that kills itself in the middle of a step."""
    code = textwrap.dedent(CHILD).format(
        here=str(HERE),
        root=str(HERE.parents[1]),
        url=db,
        when=when,
        model=model,
        action=action,
        inline=inline,
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == -signal.SIGKILL, done.stderr


def test_a_kill_during_a_step_loses_nothing_and_doubles_nothing(db: str) -> None:
    w = world()
    run_and_be_killed(
        db, when="on_sync", model="ExampleServiceInstance", action="o.backend_handle = 'vm-7'"
    )
    page = fresh(w["page"])
    assert page.claim_owner is not None
    assert page.backend_need_delete, "or what was made would never be taken away"
    assert page.backend_handle == "vm-7"
    backend = Backend()
    # At once: the claim's owner is a process of this machine that is gone.
    summary = synchronizer(backend).run(once=True)
    assert (summary.unfinished, summary.errors) == (0, 0)
    assert [model for _, model, _ in backend.calls] == ["ExampleServiceInstance", "EmbeddedImage"]
    page = fresh(page)
    assert (page.claim_token, page.claim_owner) == (2, None)
    assert type(page).all_objects.count() == 1


def test_a_kill_during_a_deletion_leads_to_another_one(db: str) -> None:
    w = world()
    synchronizer(Backend()).run(once=True)
    w["page"].delete()
    run_and_be_killed(db, when="on_delete", model="ExampleServiceInstance")
    assert exists(w["page"])
    backend = Backend()
    synchronizer(backend).run(once=True)
    assert backend.deleted("ExampleServiceInstance") == [w["page"].pk]
    assert not exists(w["page"])


def test_a_claim_of_a_machine_that_never_comes_back_expires(db: str) -> None:
    from sampleservice._generated import models as m

    clock = MadeClock()
    color = m.Color.objects.create(name="c", html_code="x")
    held = {"claim_owner": "gone/1/2:7:8:1", "claim_expires": clock.now + 30, "claim_token": 5}
    all_rows(m.Color, "default").plain_update(held)
    backend = Backend()
    clock.run(synchronizer(backend, clock=clock), 40)
    assert len(backend.calls) == 1
    assert fresh(color).claim_token == 6


def test_an_outcome_counts_only_while_its_claim_does(db: str) -> None:
    from sampleservice._generated import models as m

    backend = Backend()
    color = m.Color.objects.create(name="c", html_code="x")
    page_like = m.Palette.objects.create(name="p")

    def lose(o: Any) -> None:
        if len(backend.calls) == 1:
            moved = {"claim_owner": "somebody:1:1:1", "claim_token": 99, "claim_expires": 1e12}
            all_rows(m.Color, "default").filter(pk=o.pk).plain_update(moved)
            raise RuntimeError("this must not be stored")

    backend.on_sync["Color"] = lose
    synchronizer(backend, deps="").run(once=True)
    color = fresh(color)
    assert (color.claim_owner, color.claim_token) == ("somebody:1:1:1", 99)
    assert (color.backend_code, color.sync_attempts) == (0, 0)
    assert fresh(page_like).backend_code == 1


def test_a_policy_whose_claim_was_lost_leaves_nothing_behind(
    db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sampleservice._generated import models as m

    from xgen.runtime.execution import Runner
    from xgen.runtime.policy import ModelPolicy

    class Policy(ModelPolicy[Any]):
        model = m.Color

        def handle_create(self, _: Any) -> None:
            m.Palette.objects.create(name="made")

    run = Runner.run

    def run_late(self: Runner, job: Any) -> Any:
        moved = {"claim_token": 99, "claim_owner": "somebody:1:1:1", "claim_expires": 1e12}
        all_rows(m.Color, "default").plain_update(moved)
        return run(self, job)

    monkeypatch.setattr(Runner, "run", run_late)
    color = m.Color.objects.create(name="c", html_code="x")
    synchronizer(Backend(), policies={m.Color: Policy}).run(once=True)
    assert not m.Palette.objects.exists()
    assert (fresh(color).policed_revision, fresh(color).claim_token) == (0, 99)


def test_a_locked_database_costs_a_delay_and_nothing_else(
    db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db import connections
    from sampleservice._generated import models as m

    color = m.Color.objects.create(name="c", html_code="x")
    backend, clock = Backend(), MadeClock()
    sync = synchronizer(backend, clock=clock)
    other = sqlite3.connect(db.removeprefix("sqlite:///"), isolation_level=None)

    def lock(o: Any) -> None:
        other.execute("BEGIN IMMEDIATE")
        # Do not wait for it: the test is about what follows when the wait was in vain.
        connections["default"].connection.execute("PRAGMA busy_timeout = 0")
        monkeypatch.setitem(connections.settings["default"]["OPTIONS"], "timeout", 0)
        clock.at.append((clock.now + 1, lambda: other.execute("ROLLBACK")))

    backend.on_sync["Color"] = lock
    summary = sync.run(once=True)
    other.close()
    assert summary.synced == 1
    assert len(backend.calls) == 1
    assert fresh(color).backend_code == 1
    assert clock.waits[:3] == [0.2, 0.4, 0.8]


def test_nothing_is_forgotten_when_planning_fails(db: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import OperationalError

    from xgen.runtime.planner import Planner

    world()
    plan = Planner.plan
    calls = [0]

    def failing(self: Planner, rows: Any) -> Any:
        calls[0] += 1
        if calls[0] % 2 and calls[0] < 12:
            raise OperationalError("server closed the connection unexpectedly")
        return plan(self, rows)

    monkeypatch.setattr(Planner, "plan", failing)
    backend = Backend()
    summary = synchronizer(backend, clock=MadeClock()).run(once=True)
    assert (summary.synced, summary.unfinished) == (5, 0)
    assert len(backend.calls) == 5
    assert calls[0] > 1


@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
def test_a_worker_opens_a_new_connection_when_its_own_was_cut(store: str) -> None:
    from django.db import connection
    from sampleservice._generated import models as m

    w = world()
    cut: list[int] = []

    def use_the_database(o: Any) -> None:
        if not cut:
            cut.append(o.pk)
            connection.ensure_connection()
            connection.connection.close()
        m.Color.objects.count()

    backend = Backend()
    for kind in ("Color", "ExampleService"):
        backend.on_sync[kind] = use_the_database
    config = replace(CONFIG, workers=1, retry=RetryConfig(base=0.01, jitter=0.0))
    summary = synchronizer(backend, inline=False, config=config).run(once=True)
    assert summary.failed == 1, "and not each run after it"
    assert fresh(w["blue"]).backend_code == 1


def test_an_outcome_is_not_lost_when_writing_it_fails(
    db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db import OperationalError
    from sampleservice._generated import models as m

    from xgen.runtime.results import Results

    service = m.ExampleService.objects.create(name="s", service_message="x")
    page = m.ExampleServiceInstance.objects.create(name="p", owner=service, tenant_message="x")
    backend, clock = Backend(), MadeClock()

    def publish(o: Any) -> None:
        o.page_url = "http://page"

    backend.on_sync["ExampleServiceInstance"] = publish
    write = Results._wake_dependents
    failures = [3]

    def failing(self: Results, ended: Any, recorded: Any) -> None:
        # Late in the transaction: all that was written before is rolled back.
        if failures[0] and any(e.unsaved for e in ended):
            failures[0] -= 1
            raise OperationalError("disk I/O error")
        write(self, ended, recorded)

    monkeypatch.setattr(Results, "_wake_dependents", failing)
    synchronizer(backend, clock=clock).run(once=True)
    assert failures == [0]
    page = fresh(page)
    assert (page.backend_code, page.page_url) == (1, "http://page")
    assert len(backend.calls) == 2


def test_owners_tell_whether_they_are_alive() -> None:
    me = owner.new_owner()
    assert me != owner.new_owner()
    assert not owner.is_surely_dead(me)
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    start = owner._start_of(child.pid)
    host = me.rsplit(":", 3)[0]
    name = f"{host}:{child.pid}:{start}:1"
    assert not owner.is_surely_dead(name)
    # The same number, but another process: it started at another time.
    assert owner.is_surely_dead(f"{host}:{child.pid}:{int(start or 0) + 1}:1")
    child.communicate(b"\n")
    assert owner.is_surely_dead(name)
    assert not owner.is_surely_dead("another machine:1:1:1")
    assert not owner.is_surely_dead("nonsense")


@pytest.mark.timeout(30)
def test_a_signal_may_come_while_the_loop_is_about_to_wait(db: str) -> None:
    sync = synchronizer(Backend())
    with sync.stopping_on_signals():
        with sync._bell.event._cond:  # as both clear() and wait() hold it for a moment
            signal.raise_signal(signal.SIGTERM)
        assert sync._stopping.wait(10)


def test_sigterm_drains_and_ends(db: str) -> None:
    from sampleservice._generated import models as m

    color = m.Color.objects.create(name="c", html_code="x")
    code = textwrap.dedent("""
        import sys, time
        sys.path[:0] = [{here!r}, {root!r}]
        from xgen.runtime import django
        django.setup({url!r}, ("xgen.runtime.platform", "sampleservice"))
        import structlog
        structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
        from enginekit import Backend, synchronizer
        backend = Backend()
        def slow(o):
            print("started", flush=True)
            sys.stdin.readline()
        backend.on_sync["Color"] = slow
        sync = synchronizer(backend, inline=False)
        with sync.stopping_on_signals():
            sync.run()
        print("ended", flush=True)
    """).format(here=str(HERE), root=str(HERE.parents[1]), url=db)
    child = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert child.stdin
    assert child.stdout
    timer = threading.Timer(60, child.kill)
    timer.start()
    assert child.stdout.readline() == "started\n"
    os.kill(child.pid, signal.SIGTERM)
    child.stdin.write("go on\n")
    child.stdin.flush()
    assert child.stdout.readline() == "ended\n"
    child.stdin.close()
    child.stdout.close()
    assert child.wait(30) == 0
    timer.cancel()
    assert fresh(color).backend_code == 1


@pytest.mark.parametrize("by", ["client", "server"])
@pytest.mark.parametrize("method", ["due", "retry_not_implemented"])
@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
def test_a_cut_connection_does_not_end_a_synchronizer_that_starts(
    store: str, method: str, by: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import psycopg
    from django.db import connection

    from xgen.runtime.store import Store

    w = world()
    original = getattr(Store, method)
    cut: list[int] = []

    def cut_once(self: Store) -> Any:
        if not cut:
            cut.append(1)
            if by == "client":
                connection.connection.close()
            else:
                pid = connection.connection.info.backend_pid
                with psycopg.connect(store, autocommit=True) as other:
                    other.execute("SELECT pg_terminate_backend(%s, 10000)", [pid])
        return original(self)

    monkeypatch.setattr(Store, method, cut_once)
    assert synchronizer(Backend(), clock=MadeClock()).run(once=True).unfinished == 0
    assert fresh(w["image"]).backend_code == 1


@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
def test_a_synchronizer_that_could_not_say_that_it_runs_does_so_later(
    store: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db import connection

    from xgen.runtime.chores import Chores, presences

    announce, cut = Chores._announce, []

    def cut_once(self: Chores) -> None:
        if not cut:
            cut.append(1)
            connection.ensure_connection()
            connection.connection.close()
        announce(self)

    monkeypatch.setattr(Chores, "_announce", cut_once)
    w, clock = world(), MadeClock()
    backend = Backend()
    clock.run(synchronizer(backend, clock=clock), 5)
    assert fresh(w["image"]).backend_code == 1
    assert [one.state for one in presences("sampleservice", clock.now)] == ["stopped"]

"""`run` and `migrate`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from xgen.runtime.cli import CLEAN
from xgen.runtime.cli.session import open_store

if TYPE_CHECKING:
    from xgen.runtime.cli.group import Options
    from xgen.runtime.synchronizer import Summary


@click.command()
@click.option("--once", is_flag=True, help="Stop when nothing is left to do now.")
@click.pass_context
def run(ctx: click.Context, *, once: bool) -> None:
    """Run the synchronizer until it is stopped (SIGTERM or ctrl-C).

    The database is migrated first: a first start just works, and a service that was updated
    starts with its new models. With --once, the exit code is 1 when objects are in error.
    """
    options: Options = ctx.obj
    config = open_store(options, logs=True, tables="any")
    from xgen.runtime import django, log

    if applied := django.migrate():
        log.get().info("database migrated", migrations=applied)
    from xgen.runtime.synchronizer import Synchronizer

    synchronizer = Synchronizer(options.package, config)
    grace: float | None = None
    try:
        with synchronizer.stopping_on_signals():
            summary = synchronizer.run(once=once)
    except KeyboardInterrupt:
        grace = 0.0
        raise
    finally:
        _end_playbooks(grace)
    if options.verbosity >= 0:
        click.echo(_told(summary), err=True)
    ctx.exit(summary.exit_code if once else CLEAN)


def _end_playbooks(grace: float | None) -> None:
    """Ends what is still running after the time to finish: nothing goes on without us."""
    if processes := sys.modules.get("xgen.runtime.processes"):
        processes.stop_all(grace=grace)


def _told(summary: Summary) -> str:
    """What a run did, in a line."""
    parts = (
        (summary.synced, "synced"),
        (summary.deleted, "deleted"),
        (summary.policies, "policy runs"),
        (summary.failed, "failed runs"),
        (summary.deferred, "deferred"),
    )
    done = ", ".join(f"{count} {what}" for count, what in parts if count) or "nothing to do"
    if not summary.unfinished:
        return f"{done}; everything is in sync"
    left = []
    if summary.elsewhere:
        left.append(f"{_objects(summary.elsewhere)} being run by another synchronizer")
    if waiting := summary.unfinished - summary.elsewhere:
        errors = f"{summary.errors} in error" if summary.errors else "none in error"
        left.append(f"{_objects(waiting)} not in sync, {errors}")
    return "; ".join([done, *left])


def _objects(count: int) -> str:
    return "1 object is" if count == 1 else f"{count} objects are"


@click.command()
@click.pass_context
def migrate(ctx: click.Context) -> None:
    """Bring the database up to the models."""
    options: Options = ctx.obj
    open_store(options, tables="any")
    from xgen.runtime import django

    applied = django.migrate()
    for name in applied:
        click.echo(f"applied {name}")
    if not applied:
        click.echo("the database is up to date")

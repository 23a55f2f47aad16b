"""`run` and `migrate`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from xgen.runtime.cli import CLEAN, FINDINGS
from xgen.runtime.cli.session import open_store

if TYPE_CHECKING:
    from xgen.runtime.cli.group import Options


@click.command()
@click.option("--once", is_flag=True, help="Stop when nothing is left to do now.")
@click.pass_context
def run(ctx: click.Context, *, once: bool) -> None:
    """Run the synchronizer until it is stopped (SIGTERM or ctrl-C).

    The database is migrated first: a first start just works, and a service that was updated
    starts with its new models. With --once, the exit code is 1 when objects are in error.
    """
    options: Options = ctx.obj
    config = open_store(options, logs=True, migrated=False)
    from xgen.runtime import django, log

    if applied := django.migrate():
        log.get().info("database migrated", migrations=applied)
    from xgen.runtime.synchronizer import Synchronizer

    synchronizer = Synchronizer(options.package, config)
    result = synchronizer.run(once=once)
    ctx.exit(CLEAN if not once or result is None or result.ok else FINDINGS)


@click.command()
@click.pass_context
def migrate(ctx: click.Context) -> None:
    """Bring the database up to the models."""
    options: Options = ctx.obj
    open_store(options, migrated=False)
    from xgen.runtime import django

    applied = django.migrate()
    for name in applied:
        click.echo(f"applied {name}")
    if not applied:
        click.echo("the database is up to date")

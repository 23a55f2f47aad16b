"""`events`: the events that no step could handle, and what becomes of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from xgen.runtime.cli import CLEAN, FINDINGS
from xgen.runtime.cli.session import echo, echo_data, open_store, output_option, width

if TYPE_CHECKING:
    from xgen.runtime.cli.group import Options
    from xgen.runtime.core.intake import BusEvent


@click.group()
def events() -> None:
    """Show the events that failed too often and were parked, and decide what becomes of them."""


@events.command()
@output_option
@click.pass_context
def parked(ctx: click.Context, output: str) -> None:
    """List parked events with their errors, oldest first.

    With -o json or yaml their values are shown, too. The exit code is 1 when there are any.
    """
    options: Options = ctx.obj
    open_store(options)
    from xgen.runtime.intake import inbox

    rows = inbox.parked(options.package)
    if output != "table":
        echo_data([_data(row) for row in rows], output)
    elif rows:
        echo(_table(rows))
    else:
        click.echo("no event is parked")
    ctx.exit(FINDINGS if rows else CLEAN)


@events.command()
@click.argument("numbers", metavar="ID...", type=int, nargs=-1, required=True)
@click.pass_context
def replay(ctx: click.Context, numbers: tuple[int, ...]) -> None:
    """Let parked events be handled again by a running synchronizer, with all their tries."""
    options: Options = ctx.obj
    open_store(options)
    from xgen.runtime.intake import inbox

    for number in numbers:
        row = inbox.replay(options.package, number)
        click.echo(f"event {number} will be handled again by {row.step}")


@events.command()
@click.argument("numbers", metavar="ID...", type=int, nargs=-1, required=True)
@click.pass_context
def drop(ctx: click.Context, numbers: tuple[int, ...]) -> None:
    """Give parked events up."""
    options: Options = ctx.obj
    open_store(options)
    from xgen.runtime.intake import inbox

    for number in numbers:
        inbox.drop(options.package, number)
        click.echo(f"event {number} was dropped")


def _table(rows: list[BusEvent]) -> str:
    from xgen.runtime import tables

    body = [
        [
            row.pk,
            row.step.rpartition(".")[2],
            row.topic,
            row.key,
            row.attempts,
            tables.moment(row.at),
            "to be handled again" if row.state == row.REPLAY else row.error,
        ]
        for row in rows
    ]
    headers = ("id", "step", "topic", "key", "times", "last", "error")
    return tables.table(headers, body, width=width())


def _data(row: BusEvent) -> dict[str, Any]:
    from xgen.runtime import tables

    value = bytes(row.value or b"")
    return {
        "id": row.pk,
        "step": row.step,
        "event": row.event_id,
        "state": row.state,
        "topic": row.topic,
        "key": row.key,
        "headers": row.headers,
        "value": value.decode(errors="backslashreplace"),
        "attempts": row.attempts,
        "last": tables.instant(row.at),
        "error": row.error,
    }

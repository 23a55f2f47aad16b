"""`config`: what is in force, and where each value came from."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from xgen.runtime import secrets
from xgen.runtime.cli.session import echo, echo_data, open_config, output_option, width

if TYPE_CHECKING:
    from xgen.runtime.cli.group import Options


@click.command()
@click.argument("action", type=click.Choice(["show"]), default="show", required=False)
@output_option
@click.pass_context
def config(ctx: click.Context, action: str, output: str) -> None:
    """Show each value that is in force and its place: file and line, variable, flag or default."""
    del action
    options: Options = ctx.obj
    loaded = open_config(options)
    from xgen.runtime import tables
    from xgen.runtime.config_shown import shown

    rows = [
        {"key": one.key, "value": _value(one.key, one.value), "from": one.origin}
        for one in shown(loaded)
    ]
    if output != "table":
        echo_data(rows, output)
        return
    body = [[row["key"], _cell(row["value"]), row["from"]] for row in rows]
    echo(tables.table(("key", "value", "from"), body, width=width()))


def _value(key: str, value: Any) -> Any:
    """A value that may be seen; the patterns for secret keys are none themselves."""
    return value if key == "logging.secret_keys" else secrets.redact(value, key)


def _cell(value: Any) -> Any:
    return json.dumps(value, default=str) if isinstance(value, list | dict) else value

"""`history`: what happened to an object, or lately."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from xgen.runtime.cli.session import echo, echo_data, open_store, output_option, width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xgen.runtime.cli.group import Options
    from xgen.runtime.core.operation import HistoryEntry


@click.command()
@click.argument("model", required=False)
@click.argument("key", required=False)
@click.option(
    "-n", "--most", default=50, show_default=True, type=click.IntRange(1), help="How many entries."
)
@output_option
@click.pass_context
def history(ctx: click.Context, model: str | None, key: str | None, most: int, output: str) -> None:
    """Show errors, recoveries, deletions and what operators did, the newest last.

    Of one object, also when its row is gone; without MODEL and KEY of all of them.
    """
    if model is not None and key is None:
        raise click.UsageError("give MODEL and KEY, or neither", ctx)
    options: Options = ctx.obj
    open_store(options)
    rows = _entries(str(model), str(key), options.package, most) if model else _latest(most)
    if output != "table":
        echo_data([_data(row) for row in rows], output)
    elif rows:
        echo(_table(rows, with_object=model is None))
    else:
        click.echo("nothing has happened that is kept", err=True)


def _entries(model: str, key: str, package: str, most: int) -> list[HistoryEntry]:
    from xgen.runtime import history as past
    from xgen.runtime import objects, selection
    from xgen.runtime.kinds import is_object, shape_of

    found = selection.synced_model(model, package)
    root = shape_of(found).root._meta.label
    try:
        o: Any = objects.find_object(found, key)
    except objects.UnknownObjectError:
        if key.startswith("#") and key[1:].isdecimal():
            rows = past.of_object(root, int(key[1:]), (), most=most)
        else:
            rows = past.of_the_gone(found._meta.label, key, most=most)
        if not rows:
            raise
        return rows
    labels = [base._meta.label for base in type(o).__mro__ if is_object(base)]
    return past.of_object(root, o.pk, labels, most=most)


def _latest(most: int) -> list[HistoryEntry]:
    from xgen.runtime.core.operation import HistoryEntry

    return list(HistoryEntry.objects.order_by("-id")[:most])[::-1]


def _data(row: HistoryEntry) -> dict[str, Any]:
    from xgen.runtime.tables import instant

    return {
        "at": instant(row.at),
        "model": row.model.rpartition(".")[2],
        "id": row.object_id or None,
        "name": row.name,
        "what": row.what,
        "text": row.text,
        "who": row.who or None,
    }


def _table(rows: Sequence[HistoryEntry], *, with_object: bool) -> str:
    from xgen.runtime import tables

    headers = ["time", *(["object"] if with_object else []), "what", "who", "text"]
    body = []
    for row in rows:
        data = _data(row)
        name = f"{data['model']} {row.name or row.object_id}".strip() if row.root else row.name
        text = (row.text.splitlines() or [""])[0]
        body.append(
            [tables.moment(row.at), *([name] if with_object else []), row.what, row.who, text]
        )
    return tables.table(headers, body, width=width())

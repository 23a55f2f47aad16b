"""`status` and `why`: how things stand, and what keeps an object from being in sync."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from xgen.runtime.cli import CLEAN, FINDINGS
from xgen.runtime.cli.session import echo, echo_data, open_store, output_option, width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xgen.runtime.cli.group import Options
    from xgen.runtime.explain import ModelStatus

_COLUMNS = ("in_sync", "due", "running", "error", "blocked", "deferred", "deleting", "held_back")
#: These have a column only when there is something in it.
_RARE = frozenset({"held_back"})
#: So many objects in error are listed; `-o json` lists all.
_MOST = 50


@click.command()
@output_option
@click.pass_context
def status(ctx: click.Context, output: str) -> None:
    """Show how many objects of each model are in which state, and the objects in error.

    The exit code is 1 when an object is in error.
    """
    options: Options = ctx.obj
    config = open_store(options)
    from xgen.runtime import present
    from xgen.runtime.synchronizer import Synchronizer

    models = Synchronizer(options.package, config).status()
    errors = present.in_error(options.package)
    if output == "table":
        echo(_models(models))
        if errors:
            echo("\n" + _errors(errors[:_MOST]))
        if len(errors) > _MOST:
            click.echo(f"and {len(errors) - _MOST} more")
    else:
        data = {
            "models": [asdict(one) | {"total": one.total} for one in models],
            "errors": [_error(obj) for obj in errors],
        }
        echo_data(data, output)
    ctx.exit(FINDINGS if errors else CLEAN)


@click.command()
@click.argument("model")
@click.argument("key")
@output_option
@click.pass_context
def why(ctx: click.Context, model: str, key: str, output: str) -> None:
    """Explain the state of an object: what it waits for, its last error, its next attempt."""
    options: Options = ctx.obj
    config = open_store(options)
    from xgen.runtime import objects, present
    from xgen.runtime.errors import DataError
    from xgen.runtime.kinds import is_object
    from xgen.runtime.synchronizer import Synchronizer

    obj: Any = objects.find_object(objects.find_model(model, options.package), key)
    if not is_object(type(obj)):
        raise DataError(f"objects of {type(obj).__name__} are not synced")
    found = Synchronizer(options.package, config).why(obj)
    if output != "table":
        data: dict[str, Any] = {
            "model": type(obj).__name__,
            "id": obj.pk,
            "key": objects.key_text(obj),
        }
        echo_data(data | {"explanation": str(found)} | asdict(found), output)
        return
    echo("\n".join((present.title(obj), *present.why_lines(obj, found))) + "\n")


def _models(models: Sequence[ModelStatus]) -> str:
    from xgen.runtime import tables

    columns = [
        name for name in _COLUMNS if name not in _RARE or any(getattr(one, name) for one in models)
    ]
    rows = [[one.model, *(getattr(one, name) for name in columns)] for one in models]
    totals = [sum(getattr(one, name) for one in models) for name in columns]
    headers = ["model", *(name.replace("_", " ") for name in columns)]
    return tables.table(headers, [*rows, ["total", *totals]], width=width())


def _errors(errors: Sequence[Any]) -> str:
    from xgen.runtime import tables

    rows = [
        [row["object"], row["failed"], (row["message"].splitlines() or [""])[0]]
        for row in map(_error, errors)
    ]
    return tables.table(("in error", "times", "message"), rows, width=width())


def _error(obj: Any) -> dict[str, Any]:
    from xgen.runtime import present
    from xgen.runtime.objects import key_text

    return {
        "object": f"{type(obj).__name__} {key_text(obj)}",
        "model": type(obj).__name__,
        "id": obj.pk,
        "failed": max(obj.sync_attempts, obj.policy_attempts),
        "message": present.trouble_of(obj) or "",
    }

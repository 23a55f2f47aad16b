"""`apply` and `delete`: what operators change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from xgen.runtime.cli import BAD_INPUT
from xgen.runtime.cli.session import (
    acting_for,
    as_option,
    echo,
    echo_data,
    echo_problems,
    open_store,
    output_option,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xgen.runtime.apply import Applied, ApplyResult
    from xgen.runtime.cli.group import Options


@click.command()
@click.option(
    "-f",
    "--file",
    "files",
    multiple=True,
    metavar="FILE",
    help="A YAML file, a folder of such, or - for the standard input. May be repeated.",
)
@click.argument("more", nargs=-1, metavar="[FILE]...")
@click.option("--dry-run", is_flag=True, help="Check everything and say what would change.")
@as_option
@output_option
@click.pass_context
def apply(
    ctx: click.Context,
    files: Sequence[str],
    more: Sequence[str],
    output: str,
    user: str | None,
    *,
    dry_run: bool,
) -> None:
    """Create and update the objects of YAML files, all or nothing.

    \b
    A document maps models to an object or a list of objects:
        Color: {name: red, html_code: "#f00"}
        Page:
          - name: first
            foreground_color: red
    Objects are known by their natural key; links are written as the key of the object that they
    lead to, in this file, in any order, or in the database. An empty database is migrated first.
    """  # noqa: D301 - click's mark
    from xgen.runtime import documents

    if not (files or more):
        raise click.UsageError("Missing option '-f': give the files to apply", ctx)
    options: Options = ctx.obj
    open_store(options, tables="made")
    from xgen.runtime.apply import apply as run

    read = documents.read([*files, *more])
    with acting_for(user):
        result = run(read, package=options.package, dry_run=dry_run)
    _finish(ctx, result, output, dry_run=dry_run)


@click.command()
@click.argument("model", required=False)
@click.argument("keys", nargs=-1, metavar="[KEY]...")
@click.option(
    "-f", "--file", "files", multiple=True, metavar="FILE", help="Delete what these files name."
)
@click.option("--dry-run", is_flag=True, help="Say what would be deleted.")
@as_option
@output_option
@click.pass_context
def delete(
    ctx: click.Context,
    model: str | None,
    keys: Sequence[str],
    files: Sequence[str],
    output: str,
    *,
    user: str | None,
    dry_run: bool,
) -> None:
    """Delete objects: their rows go when the back-end has confirmed."""
    if bool(files) == bool(model) or (model and not keys):
        raise click.UsageError("give MODEL and KEY, or files with -f", ctx)
    options: Options = ctx.obj
    open_store(options)
    if files:
        from xgen.runtime import documents
        from xgen.runtime.apply import delete as run

        read = documents.read(list(files))
        with acting_for(user):
            result = run(read, package=options.package, dry_run=dry_run)
    else:
        with acting_for(user):
            result = _delete_keys(str(model), keys, options.package, dry_run=dry_run)
    _finish(ctx, result, output, dry_run=dry_run)


def _delete_keys(model: str, keys: Sequence[str], package: str, *, dry_run: bool) -> ApplyResult:
    from django.db import transaction

    from xgen.runtime.apply import DELETED, Applied, ApplyResult
    from xgen.runtime.objects import find_even_hidden, find_model, key_text
    from xgen.runtime.removal import remove

    found = find_model(model, package)
    result = ApplyResult()
    with transaction.atomic():
        for obj in [find_even_hidden(found, key) for key in keys]:
            name, pk = key_text(obj), obj.pk
            along = remove(obj)
            result.applied.append(Applied(type(obj).__name__, name, pk, DELETED, along=along))
        if dry_run:
            transaction.set_rollback(True)
    return result


def _finish(ctx: click.Context, result: ApplyResult, output: str, *, dry_run: bool) -> None:
    if not result.ok:
        if output != "table":
            echo_data({"applied": [], "problems": [_problem(p) for p in result.problems]}, output)
        echo_problems(result.problems)
        ctx.exit(BAD_INPUT)
    if output == "table":
        echo("".join(_line(one, dry_run=dry_run) for one in result.applied))
        return
    applied = [
        {
            "model": a.model,
            "key": a.key,
            "id": a.id,
            "action": a.action,
            "fields": list(a.fields),
            "along": list(a.along),
        }
        for a in result.applied
    ]
    echo_data({"applied": applied, "problems": []}, output)


def _line(one: Applied, *, dry_run: bool) -> str:
    from xgen.runtime.tables import printable

    fields = f": {', '.join(one.fields)}" if one.fields else ""
    along = f" (with {printable(', '.join(one.along))})" if one.along else ""
    dry = " (dry run)" if dry_run else ""
    return f"{one.model} {printable(one.key)} {one.action}{fields}{along}{dry}\n"


def _problem(problem: object) -> dict[str, object]:
    from xgen.runtime.documents import Problem

    if not isinstance(problem, Problem):
        return {"message": str(problem)}
    place = problem.place
    return {
        "path": place.path,
        "line": place.line,
        "column": place.column,
        "message": problem.message,
        "help": problem.help,
    }

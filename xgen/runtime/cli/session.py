"""What commands share once they run: config, logging, Django, and printing."""

from __future__ import annotations

import json
import shutil
import sys
from typing import TYPE_CHECKING, Any

import click

from xgen.runtime import secrets

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import TypeVar

    from xgen.runtime.cli.group import Options
    from xgen.runtime.config import Config

    C = TypeVar("C", bound=Callable[..., Any])


def open_config(options: Options, *, logs: bool = False) -> Config:
    """Reads the config and sets logging up; `logs` is for commands whose output is their log."""
    from xgen.runtime import config, log

    loaded = config.load(options.package, path=options.config, database=options.database)
    settings = log.LogSettings.from_config(loaded.logging)
    # A command that answers a question says no more than its answer unless asked to.
    log.configure(settings, verbosity=options.verbosity - (0 if logs else 1))
    return loaded


def open_store(options: Options, *, create: bool = False) -> Config:
    """Sets Django up over a database with tables.

    Without them a command that reads is of no use and says so; with `create` they are made, so
    that a first start just works.
    """
    from xgen.runtime import django

    loaded = open_unmigrated(options)
    if _is_empty():
        if not create:
            from xgen.runtime.errors import RuntimeUserError

            hint = f"run first: python -m {options.package} migrate"
            raise RuntimeUserError(f"the database is empty; {hint}")
        django.migrate()
    return loaded


def open_unmigrated(options: Options, *, logs: bool = False) -> Config:
    """Sets Django up over a database that may be empty or behind the models."""
    from xgen.runtime import django

    loaded = open_config(options, logs=logs)
    django.setup(loaded, [options.package])
    return loaded


def _is_empty() -> bool:
    from django.db import connection

    return "django_migrations" not in connection.introspection.table_names()


def output_option(command: C) -> C:
    """The option `-o`."""
    return click.option(
        "-o",
        "--output",
        type=click.Choice(["table", "json", "yaml"]),
        default="table",
        show_default=True,
        help="How to print.",
    )(command)


def width() -> int | None:
    """The columns of the terminal; None when the output goes elsewhere and is not to be cut."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def echo(text: str) -> None:
    """Prints text as it is, without an added line break."""
    click.echo(text, nl=False)


def echo_data(data: Any, output: str) -> None:
    """Prints plain data as JSON or YAML, with what looks like a secret taken out."""
    data = secrets.redact(data)
    if output == "json":
        click.echo(json.dumps(data, indent=2, ensure_ascii=False, default=str))
        return
    import yaml

    echo(yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=100))


def echo_problems(problems: Sequence[object]) -> None:
    """Prints problems, each with its place, and how many there are."""
    for problem in problems:
        click.echo(str(problem), err=True)
    count = len(problems)
    click.echo(f"{count} problem{'s' if count != 1 else ''}; nothing was changed", err=True)

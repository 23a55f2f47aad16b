"""What commands share once they run: config, logging, Django, and printing."""

from __future__ import annotations

import json
import shutil
import sys
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from xgen.runtime import secrets
from xgen.runtime.errors import ConfigError, RuntimeUserError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import TypeVar

    from xgen.runtime.cli.group import Options
    from xgen.runtime.config import Config

    C = TypeVar("C", bound=Callable[..., Any])

# What holds unix seconds in the runtime's own values, and a time where they are printed as data.
_TIMES = frozenset(
    {"claim_expires", "failing_since", "last", "next", "next_attempt", "seen", "since", "until"}
)


def open_config(options: Options, *, logs: bool = False) -> Config:
    """Reads the config and sets logging up; `logs` is for commands whose output is their log."""
    from xgen.runtime import config, log

    loaded = config.load(options.package, path=options.config, database=options.database)
    try:
        settings = log.LogSettings.from_config(loaded.logging)
        if loaded.ansible:
            from xgen.runtime.playbook_run import AnsibleSettings

            AnsibleSettings.from_config(loaded.ansible)
    except ConfigError as error:
        from xgen.runtime.config_shown import placed

        raise placed(loaded, error) from error
    # A command that answers a question says no more than its answer unless asked to.
    verbosity = options.verbosity - (0 if logs else 1)
    log.configure(settings, verbosity=verbosity, service=loaded.name)
    return loaded


def open_store(options: Options, *, logs: bool = False, tables: str = "needed") -> Config:
    """Like `open_config`, and sets Django up.

    `tables` says what becomes of an empty database: without them a command that reads is of no
    use (`needed`), one that writes makes them (`made`), others see to it themselves (`any`).
    """
    from xgen.runtime import django

    loaded = open_config(options, logs=logs)
    if tables == "needed" and django.is_absent(loaded.database):
        raise _not_usable(options.package, "is empty")
    django.setup(loaded, [options.package])
    if tables != "any":
        _require_tables(options.package, make=tables == "made")
    return loaded


def _require_tables(package: str, *, make: bool) -> None:
    """Refuses to go on over a database whose tables are not those of the models."""
    from xgen.runtime import django

    missing, is_empty = django.unapplied()
    if not missing:
        return
    if is_empty and make:
        django.migrate()
        return
    state = "is empty" if is_empty else f"lacks {', '.join(missing)}"
    raise _not_usable(package, state)


def _not_usable(package: str, state: str) -> RuntimeUserError:
    return RuntimeUserError(f"the database {state}; run first: python -m {package} migrate")


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


def as_option(command: C) -> C:
    """The option `--as`."""
    return click.option(
        "--as", "user", metavar="USER", help="Act for this user, as far as policies allow it."
    )(command)


@contextmanager
def acting_for(user: str | None) -> Iterator[Any]:
    """What is read and written inside is checked against the rights of a user, given by email."""
    if user is None:
        yield None
        return
    from django.contrib.auth import get_user_model

    from xgen.runtime.access.acting import acting_as
    from xgen.runtime.objects import find_object

    found = find_object(get_user_model(), user)
    with acting_as(found):
        yield found


def width() -> int | None:
    """The columns of the terminal; None when the output goes elsewhere and is not to be cut."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def echo(text: str) -> None:
    """Prints text as it is, without an added line break."""
    click.echo(text, nl=False)


def as_data(one: Any) -> dict[str, Any]:
    """What a dataclass says, as plain data; its times as such and not as unix seconds."""
    return asdict(one, dict_factory=_dated)


def _dated(items: list[tuple[str, Any]]) -> dict[str, Any]:
    from xgen.runtime.tables import instant

    return {
        name: instant(value) if name in _TIMES and isinstance(value, float) else value
        for name, value in items
    }


def echo_data(data: Any, output: str) -> None:
    """Prints plain data as JSON or YAML, with what looks like a secret taken out."""
    echo(as_text(data, output))


def as_text(data: Any, output: str, *, one: bool = False) -> str:
    """Plain data as JSON or YAML, without secrets; `one`: as one document of a stream."""
    data = secrets.redact(data)
    if output == "json":
        indent = None if one else 2
        text = json.dumps(data, indent=indent, ensure_ascii=False, default=_as_json)
        return text if one else text + "\n"
    import yaml

    data = json.loads(json.dumps(data, default=_as_json))
    text = yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=100)
    return f"---\n{text}".rstrip("\n") if one else text


def _as_json(value: object) -> object:
    """What JSON has no word for, as people read it; infinity never gets here."""
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def echo_problems(problems: Sequence[object]) -> None:
    """Prints problems, each with its place, and how many there are."""
    for problem in problems:
        click.echo(str(problem), err=True)
    count = len(problems)
    click.echo(f"{count} problem{'s' if count != 1 else ''}; nothing was changed", err=True)

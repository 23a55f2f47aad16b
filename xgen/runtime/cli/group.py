"""The click group: which commands there are, where they live, and the options all of them take."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from collections.abc import Callable

#: Command -> (module beside this one, one line of help). The help is here so that `--help`
#: imports no command.
COMMANDS = {
    "run": ("run", "Run the synchronizer; --once: until nothing is left to do."),
    "migrate": ("run", "Bring the database up to the models."),
    "apply": ("change", "Create and update the objects of YAML files."),
    "get": ("show", "List objects, or the models when none is named."),
    "describe": ("show", "Show all that is known about an object."),
    "delete": ("change", "Delete an object, or the objects of YAML files."),
    "status": ("state", "Show what is in sync, what is not, and the errors."),
    "why": ("state", "Explain the state of an object."),
    "plan": ("plan", "Show what would be done, in which order and why."),
    "graph": ("graph", "Draw which models and objects wait for which."),
    "pause": ("operate", "Leave everything, a model or objects alone for a while."),
    "resume": ("operate", "End pauses."),
    "retry": ("operate", "Try what failed at once."),
    "resync": ("operate", "Sync objects again although nothing was changed."),
    "release": ("operate", "Give up on a back-end that will never answer."),
    "events": ("events", "Show events that no step could handle; replay or drop them."),
    "history": ("past", "Show what happened to an object, or lately."),
    "config": ("settings", "Show the config in force, and where each value came from."),
}


@dataclass(slots=True)
class Options:
    """The options that every command takes, before or after its name."""

    package: str
    config: str | None = None
    database: str | None = None
    verbosity: int = 0


class _Group(click.Group):
    """Imports a command when it is needed and suggests one for a mistyped name."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"xgen.runtime.cli.{COMMANDS[cmd_name][0]}")
        command: click.Command = getattr(module, cmd_name.replace("-", "_"))
        return _with_common_options(command)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if name not in COMMANDS and not name.startswith("-"):
            message = f"there is no command {name!r}"
            if close := difflib.get_close_matches(name, COMMANDS, 1):
                message += f"; did you mean {close[0]!r}?"
            raise click.UsageError(message, ctx)
        return super().resolve_command(ctx, args)


def build(package: str) -> click.Group:
    """The command group of a package."""
    group = _Group(
        name=package,
        help=f"The synchronizer {package}: keeps its back-end as its database declares it.",
        context_settings={"obj": Options(package), "help_option_names": ["-h", "--help"]},
        no_args_is_help=True,
    )
    return _with_common_options(group)


_C = TypeVar("_C", bound=click.Command)


def _with_common_options(command: _C) -> _C:
    if isinstance(command, click.Group) and not isinstance(command, _Group):
        for each in command.commands.values():
            _with_common_options(each)
    if not any(option.name == "config" for option in command.params):
        command.params.extend(_common())
    return command


def _common() -> list[click.Option]:
    return [
        click.Option(
            ["--config"],
            metavar="FILE",
            help="Config file instead of the package's config.yaml.",
            expose_value=False,
            callback=_store("config"),
        ),
        click.Option(
            ["--database"],
            metavar="URL",
            help="Database instead of the config's, such as sqlite:///file.db.",
            expose_value=False,
            callback=_store("database"),
        ),
        click.Option(
            ["-v", "--verbose"],
            count=True,
            help="Log more.",
            expose_value=False,
            callback=_add(1),
        ),
        click.Option(
            ["-q", "--quiet"],
            count=True,
            help="Log less.",
            expose_value=False,
            callback=_add(-1),
        ),
    ]


def _store(name: str) -> Callable[[click.Context, click.Parameter, Any], None]:
    def store(ctx: click.Context, _parameter: click.Parameter, value: Any) -> None:
        if value is not None:
            setattr(ctx.obj, name, value)

    return store


def _add(sign: int) -> Callable[[click.Context, click.Parameter, int], None]:
    def add(ctx: click.Context, _parameter: click.Parameter, value: int) -> None:
        ctx.obj.verbosity += sign * value

    return add

"""Options that several commands have in common, and what they come to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from xgen import legacy
from xgen.console import FORMATS

if TYPE_CHECKING:
    from collections.abc import Callable

FORMAT = click.option(
    "--format",
    "format_",
    type=click.Choice(FORMATS),
    default="text",
    show_default=True,
    help="How findings are printed.",
)


def common(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that every command with models has."""
    for option in (
        click.option("--no-cache", is_flag=True, help="Neither read nor write cached values."),
        click.option("-v", "--verbose", is_flag=True, help="Say more; show tracebacks of bugs."),
        click.option("-q", "--quiet", is_flag=True, help="Only say what is wrong."),
        FORMAT,
        click.option(
            "-I",
            "--include",
            multiple=True,
            metavar="DIR",
            help="Look here for imported files. Repeatable.",
        ),
        click.option(
            "--strict",
            "--strict-validation",
            is_flag=True,
            help="What the ancestor overlooked is an error.",
        ),
    ):
        command = option(command)
    return command


def _complete_target(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    del param
    from xgen.rendering.target import all_targets

    folders = ctx.params.get("target_path") or ()
    return [t.name for t in all_targets(folders) if t.name.startswith(incomplete)]


def _pairs(ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    """Take apart what ``--option`` was given; what stands behind the first ``=`` is the value."""
    pairs = {}
    for text in values:
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise click.BadParameter(f"{text!r} is not NAME=VALUE", ctx, param)
        pairs[name] = value
    return pairs


def what_to_generate(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say what to generate, where and how."""
    for option in reversed(
        (
            click.option(
                "-t",
                "--target",
                "targets",
                multiple=True,
                metavar="T",
                shell_complete=_complete_target,
                help="A target's name or path. Repeatable. `xgen targets` lists them.",
            ),
            click.option(
                "-o",
                "--output",
                metavar="DIR",
                type=click.Path(),
                help="Where to write (default: here). For a target that gives one text: the file.",
            ),
            click.option(
                "--target-path",
                multiple=True,
                metavar="DIR",
                type=click.Path(),
                help="Look here for targets and fragments first. Repeatable.",
            ),
            click.option(
                "--name", metavar="PKG", help="The package's name (default: as the model says)."
            ),
            click.option(
                "--option",
                "target_options",
                multiple=True,
                metavar="NAME=VALUE",
                callback=_pairs,
                help="An option that the targets see. Repeatable.",
            ),
        )
    ):
        command = option(command)
    return command


def as_xosgenx(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of xosgenx, for templates that were written for it."""
    for option in reversed(
        (
            click.option(
                "--kvpairs",
                multiple=True,
                metavar="KEY=VALUE",
                help="What an old template sees as `context`. Repeatable; K:V,K:V too.",
            ),
            click.option(
                "--attic",
                metavar="DIR",
                type=click.Path(),
                help="Where an old template finds files to include.",
            ),
            click.option(
                "--write-to-file",
                type=click.Choice(legacy.MODES),
                help="Old templates: one file, one for each model, or as `+++` lines say. Files are"
                " written over, into --output.",
            ),
            click.option("--dest-file", metavar="NAME", help="The file of --write-to-file single."),
            click.option("--dest-extension", metavar="EXT", help="That of --write-to-file model."),
            click.option(
                "--include-models",
                multiple=True,
                metavar="MODEL",
                help="Mark this model as included. Repeatable.",
            ),
            click.option(
                "--include-apps",
                multiple=True,
                metavar="APP",
                help="Mark the models of this app_label as included. Repeatable.",
            ),
            click.option("--rev", is_flag=True, help="The models are plain protobuf."),
            click.option(
                "--single-table",
                is_flag=True,
                help="With --write-to-file model: show a template no other model, as it was.",
            ),
        )
    ):
        command = option(command)
    return command


def legacy_of(options: dict[str, Any]) -> legacy.Legacy:
    """Take the options of xosgenx out of all options, as a value."""
    words = options.pop("kvpairs")
    try:
        context = legacy.pairs(words)
    except legacy.PairsError as error:
        message = f"--kvpairs: `{error}` is neither KEY=VALUE nor KEY:VALUE; there is no context"
        click.echo(message, err=True)
        context = None
    asked = legacy.Legacy(
        mode=options.pop("write_to_file"),
        dest_file=options.pop("dest_file"),
        dest_extension=options.pop("dest_extension"),
        attic=options.pop("attic"),
        context=context,
        include_models=options.pop("include_models"),
        include_apps=options.pop("include_apps"),
        reverse=options.pop("rev"),
        single_table=options.pop("single_table"),
    )
    if (mistake := asked.mistake()) is not None:
        raise click.UsageError(mistake)
    return asked

"""The command line: options in, findings and an exit code out.

Commands import what they need when they run, so that help and completion cost little more than
click itself. What commands do is in `commands`.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import click

from xgen import __version__

if TYPE_CHECKING:
    from collections.abc import Callable

_EPILOG = (
    "Exit codes: 0 clean, 1 findings or drift, 2 usage, 3 error in a model or template, "
    "4 conflicts left for a person, 5 a bug of xgen."
)
_FORMATS = ("text", "json", "github", "sarif")
_SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


class _Commands(click.Group):
    """A group in which options or files without a command mean ``generate``."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put ``generate`` in front where it was left out."""
        if args and args[0] not in self.commands and self._means_generate(args[0]):
            args = ["generate", *args]
        return super().parse_args(ctx, args)

    def _means_generate(self, word: str) -> bool:
        if word.startswith("-"):
            return word not in ("-h", "--help", "--version")
        return "." in word or os.sep in word or os.path.exists(word)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command; suggest one for a word that is none."""
        if args[0] not in self.commands and not ctx.resilient_parsing:
            from xgen.diagnostics import did_you_mean

            known = ", ".join(self.commands)
            guess = did_you_mean(args[0], self.commands)
            hint = guess or f"the commands are {known}"
            ctx.fail(f"there is no command `{args[0]}`; {hint}")
        return super().resolve_command(ctx, args)


@click.group(
    "xgen", cls=_Commands, context_settings=_SETTINGS, epilog=_EPILOG, no_args_is_help=True
)
@click.version_option(__version__, message="xgen %(version)s")
def main() -> None:
    """Generate synchronizers for network services from xproto models.

    `xgen --target synchronizer exampleservice.xproto` is short for `xgen generate ...`.
    """


def _common(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in (
        click.option("--no-cache", is_flag=True, help="Neither read nor write cached values."),
        click.option("-v", "--verbose", is_flag=True, help="Say more; show tracebacks of bugs."),
        click.option("-q", "--quiet", is_flag=True, help="Only say what is wrong."),
        click.option(
            "--format",
            "format_",
            type=click.Choice(_FORMATS),
            default="text",
            show_default=True,
            help="How findings are printed.",
        ),
        click.option(
            "-I",
            "--include",
            multiple=True,
            metavar="DIR",
            help="Look here for imported files. Repeatable.",
        ),
        click.option("--strict", is_flag=True, help="What the ancestor overlooked is an error."),
    ):
        command = option(command)
    return command


def _complete_target(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    del param
    from xgen.render.target import all_targets

    folders = ctx.params.get("target_path") or ()
    return [t.name for t in all_targets(folders) if t.name.startswith(incomplete)]


@main.command(epilog=_EPILOG)
@click.argument("files", nargs=-1, metavar="FILE...", type=click.Path())
@click.option(
    "-t",
    "--target",
    "targets",
    multiple=True,
    metavar="T",
    shell_complete=_complete_target,
    help="A target's name or path. Repeatable. `xgen targets` lists them.",
)
@click.option(
    "-o",
    "--output",
    metavar="DIR",
    type=click.Path(),
    help="Where to write (default: here). For a target that gives one text: the file.",
)
@click.option(
    "--target-path",
    multiple=True,
    metavar="DIR",
    type=click.Path(),
    help="Look here for targets and fragments first. Repeatable.",
)
@click.option("--name", metavar="PKG", help="The package's name (default: as the model says).")
@click.option(
    "--conflict",
    type=click.Choice(["keep", "markers"]),
    default="keep",
    show_default=True,
    help="Leave a file with conflicts alone, or write markers into it.",
)
@click.option("--check", is_flag=True, help="Write nothing; exit 1 if a run would change a file.")
@click.option("--diff", is_flag=True, help="Write nothing; print what would change.")
@click.option("--dry-run", is_flag=True, help="Write nothing; say what would be done.")
@_common
def generate(**options: Any) -> int:
    """Render targets for the models in FILE... and merge the result into the output folder."""
    if not options["files"]:
        raise click.UsageError("no model given: name at least one FILE")
    if not options["targets"]:
        raise click.UsageError("no target given: use --target; `xgen targets` lists them")
    from xgen import commands

    return commands.generate(**options)


@main.command(epilog=_EPILOG)
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path())
@_common
def lint(**options: Any) -> int:
    """Look for mistakes in the models in FILE..."""
    from xgen import commands

    return commands.lint(**options)


@main.command()
@click.option(
    "--target-path",
    multiple=True,
    metavar="DIR",
    type=click.Path(),
    help="Look here too. Repeatable.",
)
def targets(target_path: tuple[str, ...]) -> None:
    """List the targets that can be used by name."""
    from xgen.render.target import all_targets

    found = all_targets(target_path)
    width = max((len(target.name) for target in found), default=0)
    for target in found:
        click.echo(f"{target.name:<{width}}  {target.description}".rstrip())


@main.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the completion script of a SHELL.

    For bash: put `eval "$(xgen completion bash)"` into ~/.bashrc.
    """
    from click.shell_completion import ShellComplete, get_completion_class

    kind = get_completion_class(shell)
    assert kind is not None  # noqa: S101  click knows the three shells
    # Not the class's own source(): for bash that runs bash to ask its version.
    click.echo(ShellComplete.source(kind(main, {}, "xgen", "_XGEN_COMPLETE")))


def run(arguments: list[str]) -> int:
    """Run the command line and return its exit code; no exception leaves it."""
    verbose = any(a in ("-v", "--verbose") for a in arguments)
    try:
        code = main.main(arguments, prog_name="xgen", standalone_mode=False)
        sys.stdout.flush()
    except click.ClickException as error:
        error.show()
        return 2
    except (KeyboardInterrupt, click.Abort):
        click.echo("interrupted", err=True)
        return 130
    except BrokenPipeError:
        # Whoever read our output has seen enough; a second error at exit helps nobody.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:  # noqa: BLE001  the one place where our own bugs end
        return _internal_error(error, verbose=verbose)
    return code if isinstance(code, int) else 0


def _internal_error(error: Exception, *, verbose: bool) -> int:
    stage = getattr(error, "xgen_stage", None)
    while_ = f" while {stage}" if stage else ""
    click.echo(f"xgen: internal error{while_}: {type(error).__name__}: {error}", err=True)
    if verbose:
        import traceback

        traceback.print_exception(error)
    else:
        click.echo("this is a bug of xgen; run again with -v to see where it is", err=True)
    return 5

"""The command line: words in, an exit code out.

Help and completion are to cost little more than click itself: a command's options are set up when
it is used (`subcommands`), and what it needs is imported when it runs (`commands`).
"""

from __future__ import annotations

import os
import sys

import click

from xgen import __version__, canned, exit_codes

_COMMANDS = {
    "breaking": "Say what the models break that an earlier version promised.",
    "completion": "Print the completion script of a shell.",
    "fmt": "Put models into the canonical layout.",
    "files": "List generated files: whose they are, and their state.",
    "generate": "Render targets for models and merge the result into the output.",
    "init": "Write an xgen.yaml, and what CI needs.",
    "lint": "Look for mistakes in models.",
    "policy": "Explain access policies and validators.",
    "restore": "Bring back generated files that were deleted.",
    "targets": "List the targets that can be used by name.",
}
"""Commands with what help says about them; their options are only set up when they are used."""
_SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


class _Commands(click.Group):
    """A group in which options or files without a command mean ``generate``."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        del ctx
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, set up now."""
        del ctx
        if cmd_name not in _COMMANDS:
            return None
        from xgen import subcommands

        command: click.Command = getattr(subcommands, cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without setting them up."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put ``generate`` in front where it was left out."""
        if args and args[0] not in _COMMANDS and self._means_generate(args[0]):
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
        if args[0] not in _COMMANDS and not ctx.resilient_parsing:
            from xgen.diagnostics import did_you_mean

            known = ", ".join(_COMMANDS)
            guess = did_you_mean(args[0], _COMMANDS)
            hint = guess or f"the commands are {known}"
            ctx.fail(f"there is no command `{args[0]}`; {hint}")
        return super().resolve_command(ctx, args)


@click.group(
    "xgen", cls=_Commands, context_settings=_SETTINGS, epilog=exit_codes.HELP, no_args_is_help=True
)
@click.version_option(__version__, message="xgen %(version)s")
def main() -> None:
    """Generate synchronizers for network services from xproto models.

    `xgen --target synchronizer exampleservice.xproto` is short for `xgen generate ...`.
    """


def run(arguments: list[str]) -> int:
    """Run the command line and return its exit code; no exception leaves it."""
    if canned.is_fixed(arguments):
        return canned.keep(arguments, lambda: _run(arguments))
    return _run(arguments)


def _run(arguments: list[str]) -> int:
    verbose = any(a in ("-v", "--verbose") for a in arguments)
    try:
        code = main.main(
            arguments,
            prog_name="xgen",
            standalone_mode=False,
            terminal_width=canned.terminal_width(),
        )
        sys.stdout.flush()
    except click.ClickException as error:
        error.show()
        return exit_codes.USAGE
    except (KeyboardInterrupt, click.Abort):
        click.echo("interrupted", err=True)
        return exit_codes.INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has seen enough; a second error at exit helps nobody.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return exit_codes.CLEAN
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
    return exit_codes.BUG

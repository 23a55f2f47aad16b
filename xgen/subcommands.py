"""The options of each command. What the commands do is in `commands`."""

from __future__ import annotations

from typing import Any

import click

from xgen.command_options import FORMAT, as_xosgenx, common, legacy_of, what_to_generate
from xgen.exit_codes import HELP

_FILES = click.argument("files", nargs=-1, metavar="[FILE]...", type=click.Path())


@click.command(epilog=HELP)
@_FILES
@what_to_generate
@as_xosgenx
@click.option(
    "--conflict",
    type=click.Choice(["keep", "markers", "ours", "theirs"]),
    default="keep",
    show_default=True,
    help="Lines that you and xgen changed: leave the file alone, write markers into it, or settle "
    "for your lines or the new ones.",
)
@click.option("--ours", is_flag=True, help="Short for --conflict ours.")
@click.option("--theirs", is_flag=True, help="Short for --conflict theirs.")
@click.option(
    "--only",
    multiple=True,
    metavar="PATTERN",
    help="Only these files: a name, a path or a pattern; `steps/` is all below. Repeatable.",
)
@click.option(
    "--allow-data-loss",
    multiple=True,
    metavar="MODEL[.FIELD]",
    help="Let the next migration drop this field, or all of this model. Repeatable.",
)
@click.option("--watch", is_flag=True, help="Run again whenever something that matters changes.")
@click.option("--check", is_flag=True, help="Write nothing; exit 1 if a run would change a file.")
@click.option("--diff", is_flag=True, help="Write nothing; print what would change.")
@click.option("--dry-run", is_flag=True, help="Write nothing; say what would be done.")
@common
def generate(*, ours: bool, theirs: bool, **options: Any) -> int:
    """Render targets for the models in FILE... and merge the result into the output folder.

    Without FILE, the nearest xgen.yaml, here or in a folder above, says what to generate.
    """
    if ours and theirs:
        raise click.UsageError("--ours and --theirs exclude each other")
    if ours or theirs:
        options["conflict"] = "ours" if ours else "theirs"
    options["legacy"] = legacy_of(options)
    from xgen import generating

    return generating.generate(**options)


@click.command("files", epilog=HELP)
@_FILES
@what_to_generate
@common
def files(**options: Any) -> int:
    """List the files generated for the models in FILE..., whose they are, and their state.

    Without FILE, the nearest xgen.yaml says what is generated.
    """
    from xgen import ownership

    return ownership.files(**options)


@click.command(epilog=HELP)
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", type=click.Path())
@click.option(
    "-m",
    "--model",
    "files",
    multiple=True,
    metavar="FILE",
    help="A model. Repeatable. Default: as xgen.yaml says.",
)
@what_to_generate
@common
def restore(**options: Any) -> int:
    """Bring back the generated files PATH... that were deleted, as they are rendered now."""
    from xgen import ownership

    return ownership.restore(**options)


@click.command(epilog=HELP)
@click.argument("models", nargs=-1, metavar="[MODEL]...", type=click.Path())
@click.option("--name", metavar="PKG", help="The package's name (default: as the model says).")
@click.option("--starter", metavar="NAME", help="Write a small model NAME.xproto to begin with.")
@click.option("--ci", type=click.Choice(["github", "gitlab"]), help="Write a pipeline for it, too.")
@click.option("--pre-commit", is_flag=True, help="Write a pre-commit hook, too.")
def init(**options: Any) -> int:
    """Write an xgen.yaml that generates a synchronizer for MODEL... (default: all that are here)."""
    from xgen import starting

    return starting.init(**options)


@click.command(epilog=HELP)
@click.argument("files", nargs=-1, metavar="[FILE]...", type=click.Path())
@click.option(
    "--package",
    metavar="DIR",
    type=click.Path(),
    help="Look at the code of this package, too.",
)
@click.option(
    "--checkers",
    multiple=True,
    metavar="C,...",
    help="Run these instead: service_model_base, service_options, syncstep, model_policy, or"
    " the path of an .xchecker template. Repeatable.",
)
@common
def lint(**options: Any) -> int:
    """Look for mistakes in the models in FILE...

    Without FILE, the nearest xgen.yaml says which models; their packages are looked at as well:
    steps and policies that are missing, unwritten, for another model, or ask for fields that are
    not there.
    """
    checkers = options.pop("checkers")
    if checkers:
        if not options["files"]:
            raise click.UsageError("--checkers needs the models in FILE...")
        if not any(word.strip() for given in checkers for word in given.split(",")):
            raise click.UsageError("--checkers names no checker")
        from xgen import checking

        return checking.check(checkers=checkers, **options)
    from xgen import commands

    return commands.lint(**options)


@click.group(epilog=HELP)
def policy() -> None:
    """Explain access policies and validators."""


@policy.command(epilog=HELP)
@click.argument("file", metavar="FILE", type=click.Path())
@click.argument("policy", metavar="POLICY")
@click.option("--object", "object_", metavar="YAML", help="An object, to say if the policy holds.")
@click.option("--user", metavar="YAML", help="The user who asks.")
@click.option("--data", metavar="YAML", help="Stored objects, a list under each model's name.")
@click.option("--write", is_flag=True, help="The user wants to write; otherwise to read.")
@click.option("--model", metavar="NAME", help="The object's model, if others have the policy, too.")
@click.option(
    "-o",
    "--output",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How to print.",
)
@click.option("-I", "--include", multiple=True, metavar="DIR", help="Look here for imported files.")
def explain(**options: Any) -> int:
    """Say what POLICY in FILE means, what it compiles to, and why it holds or does not.

    With an object the exit code is 0 if the policy holds and 1 if it does not.
    """
    from xgen.explain import command

    return command.explain(**options)


@click.command(epilog=HELP)
@click.argument("files", nargs=-1, metavar="[FILE]...", type=click.Path())
@click.option(
    "--against",
    required=True,
    metavar="REF|DIR|FILE",
    help="The earlier version: a commit, a folder that stands for this one, or a file.",
)
@click.option(
    "--class",
    "classes",
    multiple=True,
    type=click.Choice(["data-loss", "schema", "api", "step", "access", "order"]),
    help="Only what breaks this. Repeatable.",
)
@common
def breaking(**options: Any) -> int:
    """Say what the models in FILE... break that an earlier version of them promised.

    Without FILE, the nearest xgen.yaml says which models. A comment next to what changed,
    `// xgen: allow RULE: reason`, lets a change pass.
    """
    from xgen import comparing

    return comparing.compare(**options)


@click.command(epilog=HELP)
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path())
@click.option("--check", is_flag=True, help="Write nothing; exit 1 if a file would change.")
@click.option("--diff", is_flag=True, help="Write nothing; print what would change.")
@click.option("-q", "--quiet", is_flag=True, help="Only say what is wrong.")
@FORMAT
def fmt(**options: Any) -> int:
    """Put the models in FILE... into the canonical layout.

    A folder stands for all models below it, `-` for standard input.
    """
    from xgen.formatting import command

    return command.fmt(**options)


@click.command()
@click.option(
    "--target-path",
    multiple=True,
    metavar="DIR",
    type=click.Path(),
    help="Look here too. Repeatable.",
)
def targets(target_path: tuple[str, ...]) -> None:
    """List the targets that can be used by name."""
    from xgen.rendering.target import all_targets

    found = all_targets(target_path)
    width = max((len(target.name) for target in found), default=0)
    for target in found:
        click.echo(f"{target.name:<{width}}  {target.description}".rstrip())


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the completion script of a SHELL.

    For bash: put `eval "$(xgen completion bash)"` into ~/.bashrc.
    """
    from click.shell_completion import ShellComplete, get_completion_class

    kind = get_completion_class(shell)
    assert kind is not None  # noqa: S101  click knows the three shells
    main = click.get_current_context().find_root().command
    # Not the class's own source(): for bash that runs bash to ask its version.
    click.echo(ShellComplete.source(kind(main, {}, "xgen", "_XGEN_COMPLETE")))

"""`graph`: which models and which live objects wait for which, and how they stand."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from xgen.runtime.cli.session import echo, echo_data, open_store

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xgen.runtime.cli.group import Options
    from xgen.runtime.draw import Picture

#: More than this nobody can read in a picture.
_LIMIT = 200


@click.command()
@click.argument("words", nargs=-1, metavar="[MODEL [KEY]... | MODEL where COND]")
@click.option("--objects", is_flag=True, help="Show the live objects instead of the models.")
@click.option(
    "--limit",
    default=_LIMIT,
    show_default=True,
    type=click.IntRange(1),
    help="Most models or objects to show.",
)
@click.option(
    "-o",
    "--output",
    type=click.Choice(["text", "dot", "mermaid", "svg", "json"]),
    default="text",
    show_default=True,
    help="How to draw it; svg needs Graphviz.",
)
@click.pass_context
def graph(
    ctx: click.Context, words: Sequence[str], *, objects: bool, limit: int, output: str
) -> None:
    """Show who waits for whom, as model-deps.yaml says, and how they stand.

    Without a name all models; with a model's, it and what is tied to it. With the key of an
    object, or --objects, live objects. An arrow leads to what is waited for; deletion runs
    against the arrows. A dashed one (-?>) is assumed: its accessor is code.
    """
    options: Options = ctx.obj
    config = open_store(options)
    from xgen.runtime import depgraph
    from xgen.runtime.selection import select
    from xgen.runtime.synchronizer import Synchronizer

    synchronizer = Synchronizer(options.package, config)
    for warning in synchronizer.registry.warnings:
        click.echo(f"warning: {warning}", err=True)
    store, clock = synchronizer.store, synchronizer.clock
    chosen = select(words, options.package) if words else None
    if objects or (chosen is not None and not chosen.is_whole_model):
        picture = depgraph.of_objects(store, clock, selection=chosen, limit=limit)
    else:
        model = chosen.model if chosen else None
        picture = depgraph.of_models(store, clock, model=model, limit=limit)
    _print(picture, output)


def _print(picture: Picture, output: str) -> None:
    from xgen.runtime import draw

    if output == "json":
        echo_data(picture.as_data(), output)
        return
    if output == "text":
        echo(draw.text(picture, _paint) if _is_coloured() else draw.text(picture))
        return
    draws = {"dot": draw.dot, "mermaid": draw.mermaid, "svg": draw.svg}
    echo(draws[output](picture))
    for one in picture.left_out:  # who redirects the picture to a file sees it nevertheless
        click.echo(f"left out: {one}", err=True)


def _is_coloured() -> bool:
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")


def _paint(text: str, state: str) -> str:
    from xgen.runtime import draw

    colour = draw.COLOURS.get(state)
    return click.style(text, fg=colour[2]) if colour else text

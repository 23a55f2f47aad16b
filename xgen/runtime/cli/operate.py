"""`pause`, `resume`, `retry`, `resync` and `release`: what operators do to objects."""

from __future__ import annotations

import sys
import time
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from xgen.runtime.cli import times
from xgen.runtime.cli.session import echo, echo_data, open_store, output_option

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import TypeVar

    from xgen.runtime.cli.group import Options
    from xgen.runtime.operations import By
    from xgen.runtime.selection import Selection

    C = TypeVar("C", bound=Callable[..., Any])

_WHO = click.option("--who", metavar="NAME", help="Who you are, if not who is logged in.")
_WHY = click.option("--why", default="", metavar="TEXT", help="Why, for those who ask later.")
_OBJECTS = click.argument("words", nargs=-1, metavar="[MODEL [KEY]... | MODEL where COND]")


@click.command()
@_OBJECTS
@_WHO
@_WHY
@click.option("--for", "length", metavar="TIME", help="For how long, such as 30m, 2h or 1d.")
@click.option("--until", "end", metavar="TIME", help="Until when, such as 2026-05-01T18:00.")
@output_option
@click.pass_context
def pause(
    ctx: click.Context,
    words: Sequence[str],
    *,
    who: str | None,
    why: str,
    length: str | None,
    end: str | None,
    output: str,
) -> None:
    """Leave everything, a model or objects alone until resumed, or for some time.

    What runs at this moment runs to its end. A condition pauses the objects that it fits now.
    """
    if length and end:
        raise click.UsageError("give --for or --until, not both", ctx)
    options: Options = ctx.obj
    by_now = time.time()
    until = by_now + times.duration(length) if length else times.moment(end) if end else None
    if until is not None and until <= by_now:
        raise click.UsageError(f"{end or length} is over already", ctx)
    open_store(options, tables="made")
    from xgen.runtime import operations

    chosen, by = _chosen(words, options), _by(who, why, by_now)
    count = operations.pause(options.package, chosen, by, until)
    _tell("paused", chosen, count, by, output, until=until)


@click.command()
@_OBJECTS
@_WHO
@_WHY
@output_option
@click.pass_context
def resume(
    ctx: click.Context, words: Sequence[str], who: str | None, why: str, output: str
) -> None:
    """End pauses: all of them, those of a model, or of objects."""
    options: Options = ctx.obj
    open_store(options)
    from xgen.runtime import operations

    chosen, by = _chosen(words, options), _by(who, why)
    count = operations.resume(options.package, chosen, by)
    _tell("resumed", chosen, count, by, output, unit="pause")


@click.command()
@_OBJECTS
@click.option("--all", "everything", is_flag=True, help="All objects of this service.")
@_WHO
@_WHY
@output_option
@click.pass_context
def retry(
    ctx: click.Context,
    words: Sequence[str],
    who: str | None,
    why: str,
    output: str,
    *,
    everything: bool,
) -> None:
    """Try at once what failed or was deferred, whatever its backoff says."""
    _repeat(ctx, "retry", words, (who, why), output, everything=everything)


@click.command()
@_OBJECTS
@click.option("--all", "everything", is_flag=True, help="All objects of this service.")
@_WHO
@_WHY
@output_option
@click.pass_context
def resync(
    ctx: click.Context,
    words: Sequence[str],
    who: str | None,
    why: str,
    output: str,
    *,
    everything: bool,
) -> None:
    """Sync objects again although nothing was changed.

    \b
        resync Color red
        resync ExampleServiceInstance
        resync ExampleServiceInstance where name~=blue,owner=example
    A condition is FIELD=VALUE, FIELD!=VALUE or FIELD~=TEXT (contains); all have to hold.
    """  # noqa: D301 - click's mark
    _repeat(ctx, "resync", words, (who, why), output, everything=everything)


def _repeat(
    ctx: click.Context,
    action: str,
    words: Sequence[str],
    told_by: tuple[str | None, str],
    output: str,
    *,
    everything: bool,
) -> None:
    if bool(words) == everything:
        raise click.UsageError("give a model, objects or a condition, or else --all", ctx)
    options: Options = ctx.obj
    open_store(options)
    from xgen.runtime import operations, selection

    by = _by(*told_by)
    run: Callable[..., int] = operations.resync
    told = "resynced"
    if action == "retry":
        run = partial(operations.retry, synchronizer=options.package)
        told = "retried"
    if everything:
        parts = selection.whole(options.package)
        _tell(told, None, sum(run(part.rows(), by) for part in parts), by, output)
        return
    chosen = selection.select(words, options.package)
    _tell(told, chosen, run(chosen.rows(), by), by, output)


@click.command()
@click.argument("model")
@click.argument("keys", nargs=-1, required=True, metavar="KEY...")
@_WHO
@click.option("--why", required=True, metavar="TEXT", help="Why, for those who ask later.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@output_option
@click.pass_context
def release(
    ctx: click.Context,
    model: str,
    keys: Sequence[str],
    *,
    who: str | None,
    why: str,
    output: str,
    yes: bool,
) -> None:
    """Give up on a back-end that will never answer: rows of deleted objects go.

    What the back-end still holds of them stays there, and nobody will take it away.
    """
    if not why.strip():
        raise click.UsageError("--why must say something", ctx)
    options: Options = ctx.obj
    open_store(options)
    from xgen.runtime import operations, selection

    chosen = selection.select([model, *keys], options.package)
    if not yes:
        if not sys.stdin.isatty():
            raise click.UsageError("there is nobody to ask; confirm with --yes", ctx)
        click.confirm(f"Give up on {chosen.text}? What its back-end holds stays there", abort=True)
    by = _by(who, why)
    told = []
    for o in chosen.objects():
        name = selection.name_of(o)
        gone = operations.release(o.leaf, by)
        told.append({"object": name, "gone": gone})
    if output != "table":
        echo_data(told, output)
        return
    for one in told:
        rest = "gone" if one["gone"] else "it goes when the rows that need it have gone"
        echo(f"{one['object']} released: {rest}\n")


def _chosen(words: Sequence[str], options: Options) -> Selection | None:
    from xgen.runtime import selection

    return selection.select(words, options.package) if words else None


def _by(who: str | None, why: str, now: float | None = None) -> By:
    from xgen.runtime import operations

    return operations.By(
        who=who or operations.operator(), why=why, now=time.time() if now is None else now
    )


def _tell(
    done: str,
    chosen: Selection | None,
    count: int,
    by: By,
    output: str,
    *,
    unit: str = "object",
    until: float | None = None,
) -> None:
    """Says what became of the objects."""
    from xgen.runtime.tables import instant, moment, printable

    what = chosen.text if chosen else "everything"
    whole = done == "paused" and (chosen is None or chosen.is_whole_model)
    if output != "table":
        data = {"action": done, "selection": what, "count": count, "who": by.who, "why": by.why}
        end = {"until": None if until is None else instant(until)} if done == "paused" else {}
        echo_data(data | end, output)
        return
    text = f"{printable(what)}: {done}"
    if not whole:
        counted = f"{count} {unit}{'s' if count != 1 else ''} {done}"
        text = f"{printable(what)}: {counted if count else 'nothing to do'}"
    echo(f"{text}{f' until {moment(until)}' if until is not None else ''}\n")

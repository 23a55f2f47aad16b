"""`status` and `why`: how things stand, and what keeps an object from being in sync."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Any

import click

from xgen.runtime.cli import CLEAN, FINDINGS
from xgen.runtime.cli.session import (
    as_data,
    as_text,
    echo,
    echo_data,
    open_store,
    output_option,
    width,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from xgen.runtime.answers import ModelStatus
    from xgen.runtime.cli.group import Options
    from xgen.runtime.config import Config
    from xgen.runtime.gate import Opening
    from xgen.runtime.intake.states import Status

_COLUMNS = (
    *("in_sync", "due", "running", "error", "blocked", "deferred", "deleting"),
    *("paused", "held_back", "limited", "quarantined"),
)
#: These have a column only when there is something in it.
_RARE = frozenset({"paused", "held_back", "limited", "quarantined"})
#: So many objects in error are listed; `-o json` lists all.
_MOST = 50
_MOST_PAUSES = 20
_HOME_AND_CLEAR = "\x1b[H\x1b[J"


@click.command()
@click.option("-w", "--watch", is_flag=True, help="Go on showing it until ctrl-C.")
@click.option(
    "--interval",
    default=2.0,
    show_default=True,
    type=click.FloatRange(0.1),
    help="Seconds between two looks with --watch.",
)
@output_option
@click.pass_context
def status(ctx: click.Context, output: str, *, watch: bool, interval: float) -> None:
    """Show how many objects of each model are in which state, and the objects in error.

    The exit code is 1 when an object, or a pull or event step, is in error.
    """
    options: Options = ctx.obj
    config = open_store(options)
    look = _looker(options.package, config)
    if watch:
        watching(look, output, _waiter(interval), on_terminal=sys.stdout.isatty())
        ctx.exit(CLEAN)
    data = look()
    echo(_page(data) if output == "table" else as_text(_public(data), output))
    failed = any(one.state == "error" for one in data["intake"])
    ctx.exit(FINDINGS if data["errors"] or failed else CLEAN)


def watching(
    look: Callable[[], dict[str, Any]],
    output: str,
    wait: Callable[[], bool],
    *,
    on_terminal: bool,
) -> None:
    """Shows how things stand again and again, until `wait` says no or ctrl-C is pressed.

    A terminal is drawn anew each time. Elsewhere a line is written when something has changed,
    and with `-o json` a document a line.
    """
    before = ""
    try:
        while True:
            data = look()
            if output == "table" and on_terminal:
                text = _HOME_AND_CLEAR + time.strftime("%H:%M:%S\n\n") + _page(data)
                click.echo(text, nl=False, color=True)
            else:
                text = (
                    _line(data) if output == "table" else as_text(_public(data), output, one=True)
                )
                if text != before:
                    before = text
                    stamp = time.strftime("%Y-%m-%d %H:%M:%S ") if output == "table" else ""
                    echo(f"{stamp}{text}\n")
                    sys.stdout.flush()
            if not wait():
                return
    except KeyboardInterrupt:
        return


def _waiter(interval: float) -> Callable[[], bool]:
    def wait() -> bool:
        time.sleep(interval)
        return True

    return wait


def _looker(package: str, config: Config) -> Callable[[], dict[str, Any]]:
    """What looks at the database each time it is called."""
    from xgen.runtime import breakers, chores, pauses, present
    from xgen.runtime.synchronizer import Synchronizer

    synchronizer = Synchronizer(package, config)
    for warning in synchronizer.registry.warnings:
        click.echo(f"warning: {warning}", err=True)

    def look() -> dict[str, Any]:
        now = time.time()
        return {
            "models": synchronizer.status(),
            "errors": present.in_error(package),
            "intake": synchronizer.intake(),
            "pauses": pauses.listed(package, now),
            "breakers": breakers.read(package),
            "synchronizers": chores.presences(package, now),
        }

    return look


def _public(data: dict[str, Any]) -> dict[str, Any]:
    """The same as plain data."""
    return {
        "models": [as_data(one) | {"total": one.total} for one in data["models"]],
        "errors": [_error(obj) for obj in data["errors"]],
        "intake": [as_data(one) for one in data["intake"]],
        "pauses": [as_data(one) for one in data["pauses"]],
        "breakers": [
            {"backend": name} | as_data(one) for name, one in sorted(data["breakers"].items())
        ],
        "synchronizers": [as_data(one) for one in data["synchronizers"]],
    }


def _page(data: dict[str, Any]) -> str:
    """The same as tables."""
    from xgen.runtime import present

    parts = [_models(data["models"]), "".join(_running(data["synchronizers"]))]
    if pauses := data["pauses"]:
        shown = "".join(f"  {present.pause_text(one)}\n" for one in pauses[:_MOST_PAUSES])
        more = len(pauses) - _MOST_PAUSES
        parts.append(f"Paused:\n{shown}" + (f"  and {more} more\n" if more > 0 else ""))
    if openings := data["breakers"]:
        parts.append("".join(_breakers(openings)))
    if intake := data["intake"]:
        parts.append(_intake(intake))
    if errors := data["errors"]:
        more = len(errors) - _MOST
        parts.append(_errors(errors[:_MOST]) + (f"and {more} more\n" if more > 0 else ""))
    return "\n".join(part for part in parts if part)


def _line(data: dict[str, Any]) -> str:
    """The same as one line: how many objects are in which state."""
    models = data["models"]
    totals = {name: sum(getattr(one, name) for one in models) for name in _COLUMNS}
    return ", ".join(
        f"{count} {name.replace('_', ' ')}"
        for name, count in totals.items()
        if count or name == "in_sync"
    )


def _running(found: Sequence[Any]) -> Iterator[str]:
    """Who runs, and what is wrong with that."""
    from xgen.runtime.tables import moment

    running = [one for one in found if one.state == "running"]
    if not running:
        last = f"; the last one was seen at {moment(found[0].seen)}" if found else ""
        yield f"No synchronizer is running{last}\n"
    for one in running:
        yield f"Running: {one.place}, since {moment(one.since)}\n"
        lines = one.log_lines
        lost = lines.get("dropped", 0) + lines.get("refused", 0)
        if lost:
            yield f"  {lost} log lines did not reach Elastic, {lines.get('sent', 0)} did\n"
        if lines.get("problem"):
            yield f"  Elastic takes no log lines: {lines['problem']}\n"


def _breakers(openings: Mapping[str, Opening]) -> Iterator[str]:
    """The back-ends at which nothing is tried for a while."""
    from xgen.runtime.tables import moment, printable

    yield "Circuit breakers that are open:\n"
    for name, one in sorted(openings.items()):
        text = f"  back-end {name}, since {moment(one.since)}, tried again at {moment(one.until)}"
        yield f"{text}: {printable(one.reason)}\n"


@click.command()
@click.argument("model")
@click.argument("key")
@output_option
@click.pass_context
def why(ctx: click.Context, model: str, key: str, output: str) -> None:
    """Explain the state of an object: what it waits for, its last error, its next attempt."""
    options: Options = ctx.obj
    config = open_store(options)
    from xgen.runtime import objects, present
    from xgen.runtime.errors import DataError
    from xgen.runtime.kinds import is_object
    from xgen.runtime.synchronizer import Synchronizer

    obj: Any = objects.find_object(objects.find_model(model, options.package), key)
    if not is_object(type(obj)):
        raise DataError(f"objects of {type(obj).__name__} are not synced")
    found = Synchronizer(options.package, config).why(obj)
    if output != "table":
        data: dict[str, Any] = {
            "model": type(obj).__name__,
            "id": obj.pk,
            "key": objects.key_text(obj),
        }
        echo_data(data | {"explanation": str(found)} | as_data(found), output)
        return
    echo("\n".join((present.title(obj), *present.why_lines(obj, found))) + "\n")


def _models(models: Sequence[ModelStatus]) -> str:
    from xgen.runtime import tables

    columns = [
        name for name in _COLUMNS if name not in _RARE or any(getattr(one, name) for one in models)
    ]
    rows = [[one.model, *(getattr(one, name) for name in columns)] for one in models]
    totals = [sum(getattr(one, name) for one in models) for name in columns]
    headers = ["model", *(name.replace("_", " ") for name in columns)]
    return tables.table(headers, [*rows, ["total", *totals]], width=width())


def _intake(steps: Sequence[Status]) -> str:
    """A table of pull and event steps."""
    from xgen.runtime import tables

    rows = [
        [
            one.step.rpartition(".")[2],
            one.kind,
            one.state,
            one.records,
            one.parked or None,
            None if one.last is None else tables.moment(one.last),
            (one.message.splitlines() or [""])[0],
        ]
        for one in steps
    ]
    headers = ("taking in", "kind", "state", "records", "parked", "last", "message")
    return tables.table(headers, rows, width=width())


def _errors(errors: Sequence[Any]) -> str:
    from xgen.runtime import tables

    rows = [
        [row["object"], row["failed"], (row["message"].splitlines() or [""])[0]]
        for row in map(_error, errors)
    ]
    return tables.table(("in error", "times", "message"), rows, width=width())


def _error(obj: Any) -> dict[str, Any]:
    from xgen.runtime import present, retry
    from xgen.runtime.objects import key_text

    return {
        "object": f"{type(obj).__name__} {key_text(obj)}",
        "model": type(obj).__name__,
        "id": obj.pk,
        "failed": max(map(retry.failures, (obj.sync_attempts, obj.policy_attempts))),
        "message": present.trouble_of(obj) or "",
    }

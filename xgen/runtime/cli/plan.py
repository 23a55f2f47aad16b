"""`plan`: what would be done, in which order and why; it never writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from xgen.runtime.cli import CLEAN, FINDINGS
from xgen.runtime.cli.session import echo, echo_data, open_store, output_option, width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xgen.runtime.cli.group import Options
    from xgen.runtime.forecast import Planned
    from xgen.runtime.store import Store

#: So many runs are shown unless told otherwise; previews take long, so there are fewer.
_MOST = 200


@click.command()
@click.argument("words", nargs=-1, metavar="[MODEL [KEY]... | MODEL where COND]")
@click.option(
    "--preview/--no-preview",
    default=None,
    help="Ask the steps what they would change; playbooks run with --check --diff. Without this"
    " option only if objects were named.",
)
@click.option(
    "-n", "--most", default=_MOST, show_default=True, type=click.IntRange(1), help="Most runs."
)
@output_option
@click.pass_context
def plan(
    ctx: click.Context,
    words: Sequence[str],
    *,
    preview: bool | None,
    most: int,
    output: str,
) -> None:
    """Show what the synchronizer would do, in order: what, why, and how certain that is.

    Nothing is written, neither here nor at a back-end. The exit code is 1 if there is something
    to do.
    """
    options: Options = ctx.obj
    config = open_store(options)
    from xgen.runtime.forecast import Forecast
    from xgen.runtime.synchronizer import Synchronizer

    synchronizer = Synchronizer(options.package, config)
    found = Forecast(synchronizer.store, synchronizer.clock, config.limits).runs()
    if words:
        found = _of(words, options.package, found)
    shown = found[:most]
    if preview or (preview is None and words):
        _ask(synchronizer.store, shown)
    if output == "table":
        echo(_page(shown, len(found)))
    else:
        echo_data({"runs": [one.as_data() for one in shown], "total": len(found)}, output)
    ctx.exit(FINDINGS if found else CLEAN)


def _of(words: Sequence[str], package: str, found: list[Planned]) -> list[Planned]:
    """The runs of the objects that were named."""
    from xgen.runtime.kinds import shape_of
    from xgen.runtime.selection import select

    chosen = select(words, package)
    root = shape_of(chosen.model).root
    ids = set(chosen.rows().values_list("pk", flat=True))
    return [one for one in found if one.id in ids and isinstance(one.obj, root)]


def _ask(store: Store, shown: Sequence[Planned]) -> None:
    from xgen.runtime.preview import preview

    preview(store, shown)


def _page(shown: Sequence[Planned], total: int) -> str:
    from xgen.runtime import tables

    if not shown:
        return "there is nothing to do\n"
    rows: list[list[Any]] = [
        [one.wave, one.action, one.name, one.certainty, one.why] for one in shown
    ]
    text = tables.table(("wave", "action", "object", "certainty", "why"), rows, width=width())
    if total > len(shown):
        text += f"and {total - len(shown)} more\n"
    for one in shown:
        if one.changes is not None:
            lines = "".join(f"  {tables.printable(line)}\n" for line in one.changes)
            text += f"\n{one.action} {tables.printable(one.name)}:\n{lines}"
    return text + f"\n{_totals(shown, total)}\n"


def _totals(shown: Sequence[Planned], total: int) -> str:
    """How many runs of which kind there are."""
    kinds = ("policy", "create", "update", "delete", "forget")
    counts = {kind: sum(one.action == kind for one in shown) for kind in kinds}
    told = ", ".join(f"{count} {kind}" for kind, count in counts.items() if count)
    runs = "run" if total == 1 else "runs"
    return f"{total} {runs}" + (f": {told}" if total == len(shown) else "")

"""Edges that model-deps.yaml declares from the other side of a link: who is linked to waits.

``Switch: [[Port, ports, switch]]`` says that a switch is made from its ports. When a port moves to
another switch, or is deleted, the row that changes is the port's; but it is the old switch that is
out of date then, and whose back-end still has the port. So whoever cuts such a link makes the
waiting object due, in the same transaction, and the edge is kept until it has been synced.

The one who writes is often no synchronizer, so the declarations are read from the files of all
packages that are installed, and from the registries that this process has made.
"""

from __future__ import annotations

from functools import cache
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from django.apps import apps

from xgen.runtime import changes, deps, wakeup
from xgen.runtime.access.plain import stored
from xgen.runtime.byids import chunks
from xgen.runtime.edges import compile_links, is_reverse, pairs
from xgen.runtime.kinds import shape_of
from xgen.runtime.writer import current

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from django.db.models import Model

    from xgen.runtime.edges import Link, Links
    from xgen.runtime.errors import ConfigError
    from xgen.runtime.models import Object

DEPS = "model-deps.yaml"
_heeded: dict[str, tuple[Link, ...]] = {}


def heed(package: str, links: Links) -> None:
    """Take note of the edges of a package whose registry was made without its files."""
    _heeded[package] = tuple(link for link in links.all if is_reverse(link))


def along(table: type[Model], column: str) -> Iterator[Link]:
    """Yield the edges to the rows of ``table`` from the objects that its ``column`` leads to."""
    for link in _known():
        if link.table is table and link.near == column:
            yield link


def of_rows(
    model: type[Object], ids: Collection[int], using: str
) -> Iterator[tuple[Link, list[tuple[int, int]]]]:
    """Yield for objects of ``model`` the edges that lead to them, as (who waits, for whom)."""
    for link in _known():
        if link.table is not None and issubclass(model, link.peer):
            found = pairs(link.table, link.near, link.far, by=link.far, ids=ids, using=using)
            if found:
                yield link, found


def make_due(link: Link, ids: Iterable[int], using: str) -> dict[int, int]:
    """Ask for these objects, which waited along a link, to be synced again.

    Return the generations that they had, of those of which a back-end may know.
    """
    from xgen.runtime.queries import all_rows  # which keeps edges, and so needs this module

    root, writing = shape_of(link.model).root, current()
    moves = changes.sync_moves(writing)
    generations: dict[int, int] = {}
    for part in chunks(set(ids)):
        rows = stored(link.model, using).filter(pk__in=part, backend_need_delete=True)
        known = list(rows.order_by().values_list("pk", "generation", "deleted"))
        generations.update((pk, generation) for pk, generation, _ in known)
        living = [pk for pk, _, deleted in known if not deleted]
        if living:
            all_rows(root, using).filter(pk__in=living).plain_update(moves)
            wakeup.touched(link.model, living, [link.edge.accessor], moves, using)
    return generations


def _known() -> Iterator[Link]:
    seen: set[tuple[object, ...]] = set()
    for link in (*chain(*_heeded.values()), *_of_files()):
        columns = (link.model, link.table, link.near, link.far)
        if columns not in seen:
            seen.add(columns)
            yield link


@cache
def _of_files() -> tuple[Link, ...]:
    """Return the edges of this kind that installed packages declare; mistakes are for a start."""
    found: list[Link] = []
    ignored: list[ConfigError] = []
    for config in apps.get_app_configs():
        path = Path(config.path).parent / DEPS
        if config.name.endswith("._generated") and path.is_file():
            parsed = deps.parse(path.read_text(encoding="utf-8"), str(path), ignored)
            links = compile_links(parsed, config.label, ignored).all
            found += [link for link in links if is_reverse(link)]
    return tuple(found)

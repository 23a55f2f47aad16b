"""Which table and which column is which: names may change, numbers stay."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xgen.views.evolution.state import Identity, State, TableState
    from xgen.views.evolution.wanted import Wanted


class Columns(NamedTuple):
    """How the columns of a table correspond."""

    kept: dict[str, str]
    """New names by old ones; most are the same."""
    added: tuple[str, ...]
    removed: tuple[str, ...]


def renamed_tables(state: State, wanted: Mapping[str, Wanted]) -> dict[str, str]:
    """Return the new keys of tables whose model says what it was called before."""
    renamed: dict[str, str] = {}
    for key, table in wanted.items():
        before = (table.table.model.options.text("renamed_from") or "").lower()
        free = before in state.tables and before not in wanted and before not in renamed
        if free and key not in state.tables:
            renamed[before] = key
        elif key in state.tables and state.tables[key].name != table.state.name:
            renamed[key] = key
    return renamed


def match_columns(
    old: TableState, known: Mapping[str, Identity], new: Wanted, key: tuple[str, str] | None
) -> Columns:
    """Match by number where both are known, then by name. ``key`` is the old and new primary key."""
    kept: dict[str, str] = {}
    by_number = {identity: name for name, identity in new.numbers.items()}
    for name in old.columns:
        identity = known.get(name)
        if identity is not None and identity in by_number:
            kept[name] = by_number.pop(identity)
    if key is not None and key[0] in old.columns:
        kept[key[0]] = key[1]
    taken = set(kept.values())
    for name in old.columns:
        if name not in kept and name in new.state.columns and name not in taken:
            kept[name] = name
            taken.add(name)
    return Columns(
        kept,
        tuple(name for name in new.state.columns if name not in taken),
        tuple(name for name in old.columns if name not in kept),
    )


def similar(old: TableState, state: State, candidates: list[Wanted]) -> str | None:
    """Return the new model that a table that is gone was probably renamed to."""
    numbers = state.numbers.get(old.name.lower(), {})
    for new in candidates:
        same = {
            name
            for name, identity in numbers.items()
            if new.numbers.get(name) == identity
            and new.state.columns[name] == old.columns.get(name)
        }
        if numbers and same == numbers.keys():
            return new.state.name
    return None

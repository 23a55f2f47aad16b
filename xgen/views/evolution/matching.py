"""Which table and which column is which: names may change, numbers stay."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from xgen.renamed import former_name, renamed, signature
from xgen.rendered import ModelMark

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from xgen.views.evolution.state import Identity, State, TableState
    from xgen.views.evolution.wanted import Wanted


class Columns(NamedTuple):
    """How the columns of a table correspond."""

    kept: dict[str, str]
    """New names by old ones; most are the same."""
    added: tuple[str, ...]
    removed: tuple[str, ...]


class Renamed(NamedTuple):
    """The new keys of tables by the old ones, and which of them only their fields tell."""

    keys: dict[str, str]
    by_fields: tuple[str, ...]


def renamed_tables(state: State, wanted: Mapping[str, Wanted], lost: Collection[str]) -> Renamed:
    """Return the tables whose model has a new name; ``lost`` are models that are gone for good."""
    before = {
        table.name: _signature(state.numbers.get(key, {})) for key, table in state.tables.items()
    }
    marks = [
        ModelMark(w.state.name, _signature(w.numbers), former_name(w.table.model))
        for w in wanted.values()
    ]
    found = renamed(before, marks, lost)
    told = {mark.name for mark in marks if mark.renamed_from}
    keys = {old.lower(): new.lower() for old, new in found.items()}
    by_fields = [o for o, n in found.items() if n not in told and o.lower() != n.lower()]
    return Renamed(keys, tuple(name.lower() for name in by_fields))


def _signature(numbers: Mapping[str, Identity]) -> str:
    """Return the signature of the fields that are a table's own, not those of its bases."""
    return signature((n, name) for name, n in numbers.items() if isinstance(n, int))


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

"""Parse tables: what Lark makes of a grammar, as plain data that loads in a millisecond.

Importing Lark and building LALR tables costs more than parsing a hundred models, so the tables
travel with the grammars (``grammars/tables.json``, checked for drift by a test). Where they do
not fit the grammar text, as while somebody edits it, Lark builds them and a user's cache keeps
them. Nothing but speed depends on either file.

A row maps what can come next to what the parser does then: a number from 0 is a state to go to,
``-1 - n`` says that rule ``n`` is complete. Keywords and punctuation are spelled as in the text,
other terminals as ``%NAME``, rules as ``@name``.
"""

from __future__ import annotations

import json
import os
import re
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

from xgen.resources import bundled

if TYPE_CHECKING:
    from collections.abc import Mapping

_FORMAT = "3"
"""Part of every key: changes with the shape of the data below."""
STARTS = {"xproto": "file", "policy": "policy"}
"""The grammars and their start rules."""


class Rule(NamedTuple):
    """A production; ``name`` is the method of the tree builder, nothing where one part is passed on.

    ``keep`` lists what the tree builder gets of the ``length`` symbols: positions, -1 for an
    optional part that is absent. A position in ``spread`` holds a list of repeated things, which
    are passed one by one. ``many`` marks the helper rules that collect such lists.
    """

    origin: str
    name: str
    length: int
    keep: tuple[int, ...]
    spread: tuple[int, ...]
    many: bool


class Tables(NamedTuple):
    """Everything a parser needs to know about a grammar."""

    rows: tuple[Mapping[str, int], ...]
    rules: tuple[Rule, ...]
    terminals: Mapping[str, str]
    """Regular expressions of the terminals that are no fixed text."""
    fixed: tuple[str, ...]
    """Punctuation, longest first."""
    end: int
    """The state in which the text is complete; parsing starts in state 0."""


@cache
def load(name: str) -> Tables:
    """Return the tables of the bundled grammar ``name``."""
    folder = bundled("grammars")
    key = grammar_key(folder, name)
    data = _read(os.path.join(folder, "tables.json"), name, key)
    if data is None:
        data = _cached(folder, name, key)
    return _revive(data)


def grammar_key(folder: str, name: str) -> str:
    """Return what identifies a grammar's text: equal keys, equal tables."""
    digest = sha256(_FORMAT.encode())
    for part in (name, "lexical"):
        with open(os.path.join(folder, f"{part}.lark"), "rb") as file:
            digest.update(file.read())
    return digest.hexdigest()[:32]


def build(folder: str, name: str) -> dict[str, Any]:
    """Build the tables of a grammar with Lark, as data for JSON."""
    import lark
    from lark.grammar import Rule as LarkRule
    from lark.lexer import TerminalDef

    path = os.path.join(folder, f"{name}.lark")
    with open(path, encoding="utf-8") as file:
        grammar = file.read()
    parser = lark.Lark(
        grammar,
        parser="lalr",
        start=STARTS[name],
        source_path=path,
        import_paths=[folder],
        maybe_placeholders=True,
    )
    data, memo = parser.memo_serialize([TerminalDef, LarkRule])
    terminals = {str(t["name"]): t["pattern"] for t in memo.values() if "pattern" in t}
    spelled = {word: _spellings(word, pattern) for word, pattern in terminals.items()}
    productions = {i: _rule(item) for i, item in memo.items() if "pattern" not in item}
    rules = sorted(productions.values())
    number = {memo_id: rules.index(rule) for memo_id, rule in productions.items()}
    table = data["parser"]["parser"]
    rows = {
        state: _row(row, table["tokens"], spelled, number) for state, row in table["states"].items()
    }
    order = _order(rows, table["start_states"][STARTS[name]])
    return {
        "key": grammar_key(folder, name),
        "rows": [
            {key: order.get(to, to) for key, to in sorted(rows[state].items())} for state in order
        ],
        "rules": rules,
        "terminals": {
            word: pattern["value"]
            for word, pattern in terminals.items()
            if spelled[word] == [f"%{word}"]
        },
        "fixed": sorted(
            {text for texts in spelled.values() for text in texts if not re.match(r"\w|%", text)},
            key=lambda text: (-len(text), text),
        ),
        "end": order[table["end_states"][STARTS[name]]],
    }


def _order(rows: Mapping[int, Mapping[str, int]], start: int) -> dict[int, int]:
    """Number the states in the order in which one comes to them: Lark's order is not stable."""
    order = {start: 0}
    for state in (waiting := [start]):
        for _, to in sorted(rows[state].items()):
            if to >= 0 and to not in order:
                order[to] = len(order)
                waiting.append(to)
    return order


def _spellings(name: str, pattern: Mapping[str, Any]) -> list[str]:
    """Return the fixed texts of a terminal, or its class name if it has none."""
    value = str(pattern["value"])
    if pattern["__type__"] == "PatternStr":
        return [value]
    if words := re.fullmatch(r"(?:\(\?:)?(\w+(?:\|\w+)*)\)?", value):
        return words[1].split("|")
    return [f"%{name}"]


def _row(
    row: Mapping[int, tuple[int, int]],
    tokens: Mapping[int, str],
    spelled: Mapping[str, list[str]],
    number: Mapping[int, int],
) -> dict[str, int]:
    result = {}
    for token, (is_reduce, argument) in row.items():
        code = -1 - number[_memo_id(argument)] if is_reduce else argument
        symbol = str(tokens[token])
        for key in spelled.get(symbol, ["$END" if symbol == "$END" else f"@{symbol}"]):
            result[key] = code
    return result


def _memo_id(argument: Any) -> int:
    """Return the id under which Lark's serializer stored a rule."""
    return int(argument["@"]) if isinstance(argument, dict) else int(argument)


def _rule(rule: Mapping[str, Any]) -> list[Any]:
    origin = str(rule["origin"]["name"])
    expansion = rule["expansion"]
    options = rule["options"]
    kept = [i for i, symbol in enumerate(expansion) if not symbol.get("filter_out")]
    keep: list[int] = []
    if options["empty_indices"]:
        symbols = iter(range(len(expansion)))
        for is_empty in options["empty_indices"]:
            at = -1 if is_empty else next(symbols)
            if is_empty or at in kept:
                keep.append(at)
    else:
        keep = kept
    spread = [i for i in kept if str(expansion[i]["name"]).startswith("__")]
    many = origin.startswith("__")
    is_passed_on = options["expand1"] and not rule["alias"] and len(keep) == 1 and not spread
    name = "" if is_passed_on else str(rule["alias"] or origin)
    return [f"@{origin}", name, len(expansion), keep, spread, many]


def _revive(data: Mapping[str, Any]) -> Tables:
    return Tables(
        rows=tuple(data["rows"]),
        rules=tuple(
            Rule(origin, name, length, tuple(keep), tuple(spread), many)
            for origin, name, length, keep, spread, many in data["rules"]
        ),
        terminals=data["terminals"],
        fixed=tuple(data["fixed"]),
        end=data["end"],
    )


def _read(path: str, name: str, key: str) -> dict[str, Any] | None:
    """Return the tables in a file if it has them for this grammar; any trouble means no."""
    try:
        with open(path, "rb") as file:
            return _fitting(file.read(), name, key)
    except OSError:
        return None


def _fitting(content: bytes | None, name: str, key: str) -> dict[str, Any] | None:
    try:
        data = json.loads(content or b"")[name]
        return data if data["key"] == key else None
    except (ValueError, LookupError, TypeError):
        return None


def _cached(folder: str, name: str, key: str) -> dict[str, Any]:
    """Return the tables from the user's cache, or build them and put them there."""
    from xgen import cache

    data = _fitting(cache.load("grammars", key), name, key)
    if data is None:
        data = build(folder, name)
        cache.store("grammars", key, json.dumps({name: data}).encode())
    return data


def main() -> None:
    """Write ``grammars/tables.json`` anew."""
    folder = bundled("grammars")
    data = {name: build(folder, name) for name in STARTS}
    text = json.dumps(data, separators=(",", ":"), sort_keys=True)
    with open(os.path.join(folder, "tables.json"), "w", encoding="utf-8") as file:
        file.write(text + "\n")


if __name__ == "__main__":
    main()

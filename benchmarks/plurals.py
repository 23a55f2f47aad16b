"""Plurals and singulars: how well the table agrees with inflect, and how the table is made.

    python benchmarks/plurals.py [WORDS ...] [--write]

WORDS are files with a word a line (default: the system's dictionary, where there is one); the words
that inflect itself knows and the names in the models beside this checkout are used as well. With
`--write` the table is made anew: for each set of words the smallest list of endings, the longest of
which that fits says what becomes of a word.
"""

from __future__ import annotations

import re
import sys
import time
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import inflect

from xgen.compat import plural

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parent.parent
MODELS = ROOT.parent / "shared" / "corpus"
TABLES = ROOT / "xgen" / "compat" / "plural_tables.py"
DICTIONARY = Path("/usr/share/dict/words")
PREFIXES = ("x_", "service_", "port_")
COMPOUNDS = ("Service", "Tenant", "Port")
WIDTH = 96
Rule = tuple[int, str] | None
"""How many characters go and what comes; None for what is no plural."""


class Table(NamedTuple):
    """One of the four tables: its name, what inflect does, and its rule for most words."""

    name: str
    ask: Callable[[str], str | None]
    ours: Callable[[str], str | None]
    usual: Rule
    capitalised: bool


class Node:
    """The words with one ending, by the character in front of it."""

    __slots__ = ("_costs", "is_word", "next", "rule", "rules")

    def __init__(self) -> None:
        self.next: dict[str, Node] = {}
        self.rule: Rule = None
        self.is_word = False
        self.rules: set[Rule] = set()
        self._costs: dict[Rule, tuple[int, Rule]] = {}

    def add(self, word: str, rule: Rule) -> None:
        """Add a word."""
        node = self
        for letter in reversed(word):
            node.rules.add(rule)
            node = node.next.setdefault(letter, Node())
        node.rules.add(rule)
        node.rule, node.is_word = rule, True

    def cost(self, rule: Rule) -> tuple[int, Rule]:
        """Return how many endings are needed below when ``rule`` holds above, and the best one."""
        known = self._costs.get(rule)
        if known is None:
            best = (self._below(rule), rule)
            for other in self.rules - {rule} if self.rules != {rule} else ():
                best = min(best, (1 + self._below(other), other), key=lambda found: found[0])
            known = self._costs[rule] = best
        return known

    def _below(self, rule: Rule) -> int:
        if self.rules == {rule}:
            return 0
        if self.is_word and self.rule != rule:
            return sys.maxsize // 1000
        return sum(node.cost(rule)[0] for node in self.next.values())

    def endings(self, rule: Rule, ending: str = "") -> Iterator[tuple[str, Rule]]:
        """Yield the endings that are needed when ``rule`` holds above."""
        best = self.cost(rule)[1]
        if best != rule:
            yield ending, best
        for letter, node in self.next.items():
            if node.cost(best)[0]:
                yield from node.endings(best, letter + ending)


def tables() -> list[Table]:
    """Return the four tables."""
    engine = inflect.engine()

    def plural_noun(word: str) -> str | None:
        return str(engine.plural_noun(word))

    def singular_noun(word: str) -> str | None:
        return engine.singular_noun(word) or None

    return [
        Table("PLURAL", plural_noun, plural.plural_noun, (0, "s"), capitalised=False),
        Table("PLURAL_OF_CAPITALISED", plural_noun, plural.plural_noun, (0, "s"), capitalised=True),
        Table("SINGULAR", singular_noun, plural.singular_noun, None, capitalised=False),
        Table(
            "SINGULAR_OF_CAPITALISED", singular_noun, plural.singular_noun, None, capitalised=True
        ),
    ]


def dictionary(paths: list[Path]) -> set[str]:
    """Return English words in lower case."""
    texts = (path.read_text(encoding="utf-8").split() for path in paths)
    found = {word.lower() for word in chain(*texts) if re.fullmatch("[A-Za-z][a-z]+", word)}
    for name, value in vars(inflect).items():
        if name.startswith(("pl_", "si_")):
            found.update(word for word in _words(value) if len(word) > 1)
    return found


def _words(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield from re.findall("[a-z]+", value)
    elif isinstance(value, dict):
        yield from _words([*value.keys(), *value.values()])
    elif isinstance(value, list | tuple | set):
        for item in value:
            yield from _words(item)


def names() -> set[str]:
    """Return the names in the models."""
    texts = (path.read_text(encoding="utf-8") for path in sorted(MODELS.glob("*.xproto")))
    found = chain.from_iterable(re.findall(r"[A-Za-z_][A-Za-z_0-9]*", text) for text in texts)
    return {name for name in found if name != name.upper()}


def words_for(table: Table, words: set[str]) -> set[str]:
    """Return the words that a table is about: single ones, and ones made of several."""
    ordered = sorted(words)
    if table.capitalised:
        found = {word.capitalize() for word in ordered}
        found |= {COMPOUNDS[at % 3] + w.capitalize() for at, w in enumerate(ordered)}
        found |= {name for name in names() if name[0].isupper()}
    else:
        found = {PREFIXES[at % 3] + word for at, word in enumerate(ordered)}
        found |= words | {name for name in names() if not name[0].isupper()}
    if table.usual is None:
        engine = inflect.engine()
        found |= {str(engine.plural_noun(word)) for word in found}
    return {word for word in found if word != word.upper()}


def rule_of(word: str, result: str | None) -> Rule:
    """Return what was done to a word."""
    if result is None:
        return None
    old, new = word.lower(), result.lower()
    same = 0
    while same < min(len(old), len(new)) and old[same] == new[same]:
        same += 1
    return len(old) - same, new[same:]


def lines(table: Table, words: set[str]) -> Iterator[str]:
    """Yield the lines of a table made anew."""
    root = Node()
    for word in sorted(words):
        root.add("^" + word.lower(), rule_of(word, table.ask(word)))
    by_rule: dict[str, list[str]] = {}
    for ending, rule in [("", table.usual), *root.endings(table.usual)]:
        by_rule.setdefault("-" if rule is None else f"{rule[0]}{rule[1]}", []).append(ending or ".")
    for rule_text in sorted(by_rule):
        line = rule_text
        for ending in sorted(by_rule[rule_text]):
            if len(line) + len(ending) >= WIDTH:
                yield line
                line = rule_text
            line += f" {ending}"
        yield line


def write(words: set[str]) -> None:
    """Make the table of all endings anew."""
    text = '"""What becomes of words, by their endings. Made by `benchmarks/plurals.py`."""\n\n'
    text += "from __future__ import annotations\n\nfrom typing import Final\n"
    for table in tables():
        body = "\n".join(lines(table, words_for(table, words)))
        text += f'\n{table.name}: Final = """\\\n{body}"""\n'
    TABLES.write_text(text, encoding="utf-8")


def main() -> int:
    """Print how many words are as inflect has them; fail when one is not."""
    sys.setrecursionlimit(10_000)
    given = [Path(word) for word in sys.argv[1:] if word != "--write"]
    words = dictionary(given or [path for path in (DICTIONARY,) if path.exists()])
    if "--write" in sys.argv:
        write(words)
        print(f"written: {TABLES}; run again to measure")
        return 0
    wrong = 0
    print(f"{'what':<24} {'words':>8} {'differ':>7} {'us a word':>10}")
    for table in tables():
        asked = sorted(words_for(table, words))
        began = time.perf_counter()
        ours = [table.ours(word) for word in asked]
        spent = time.perf_counter() - began
        differ = [word for word, our in zip(asked, ours, strict=True) if our != table.ask(word)]
        wrong += len(differ)
        per_word = spent / len(asked) * 1e6
        print(f"{table.name.lower():<24} {len(asked):>8} {len(differ):>7} {per_word:>10.1f}")
        print(*(f"    {word}" for word in differ[:5]), sep="\n", end="\n" if differ else "")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())

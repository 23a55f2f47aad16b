"""Plurals and singulars: how well the table agrees with inflect, and how the table is made.

    python benchmarks/plurals.py [WORDS ...] [--write]

WORDS are files with a word a line (default: the system's dictionary, where there is one; the table
is made with that of Debian's package wamerican); the words that inflect itself knows and the names
in the models beside this checkout are used as well. With `--write` the table is made anew: for each
set of words the smallest list of endings, the longest of which that fits says what becomes of a
word. Then all words are measured, and those that inflect knows behind parts of names that the table
was not made with.
"""

from __future__ import annotations

import re
import sys
import time
from collections import Counter
from functools import cache
from itertools import chain, groupby
from os.path import commonprefix
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
UNSEEN = ("My", "Subnet", "ServiceTree")
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
    """The words with one ending, of which not all have the same rule.

    How many endings a set of words needs is least when each node has a rule that is best for the
    most of those below it. A node with another rule than the one above costs one ending, whichever
    rule that is; so of all costs only the rules with the least one have to be known.
    """

    __slots__ = ("best", "ends", "next", "tail")

    def __init__(
        self, best: frozenset[Rule], below: dict[str, Node], *, ends: bool = False, tail: str = ""
    ) -> None:
        self.best = best
        self.next = below
        self.ends = ends
        """Whether a word ends here."""
        self.tail = tail
        """What all words below have in front of this ending, when they have one rule."""

    def endings(self, rule: Rule, ending: str = "") -> Iterator[tuple[str, Rule]]:
        """Yield the endings that are needed when ``rule`` holds above.

        Of several that need as few, the longest are taken: a name that nobody thought of is more
        likely to be like most names than like one odd word.
        """
        if rule not in self.best:
            others = sum(rule not in node.best for node in self.next.values())
            if self.ends or others != 1:
                rule = min(self.best, key=lambda found: found or (-1, ""))
                yield self.tail + ending, rule
        for letter, node in self.next.items():
            yield from node.endings(rule, letter + ending)


def node_of(words: list[tuple[str, Rule]], at: int = 0) -> Node:
    """Return the node of sorted words, spelt backwards, that are equal up to ``at``."""
    rules = frozenset(rule for _, rule in words)
    if len(rules) == 1:
        shared = commonprefix([words[0][0], words[-1][0]])  # noqa: RUF071  of texts
        return Node(rules, {}, tail=shared[at:][::-1])
    whole = [rule for word, rule in words if len(word) == at]
    rest = (pair for pair in words if len(pair[0]) > at)
    groups = groupby(rest, key=lambda pair: pair[0][at])
    below = {letter: node_of(list(group), at + 1) for letter, group in groups}
    if whole:
        return Node(frozenset(whole), below, ends=True)
    wanted = Counter(rule for node in below.values() for rule in node.best)
    most = max(wanted.values())
    return Node(frozenset(rule for rule, count in wanted.items() if count == most), below)


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
    return found | known_words()


@cache
def known_words() -> frozenset[str]:
    """Return the words that inflect knows itself: those with a plural that is not regular."""
    values = (value for name, value in vars(inflect).items() if name.startswith(("pl_", "si_")))
    return frozenset(word for value in values for word in _words(value) if len(word) > 1)


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
    odd = known_words()
    front = [
        (before[(at + more) % len(before)], word)
        for before in (COMPOUNDS if table.capitalised else PREFIXES,)
        for at, word in enumerate(sorted(words))
        for more in range(len(before) if word in odd else 1)
    ]
    if table.capitalised:
        found = {word.capitalize() for word in words}
        found |= {before + word.capitalize() for before, word in front}
        found |= {name for name in names() if name[0].isupper()}
    else:
        found = {before + word for before, word in front}
        found |= words | {name for name in names() if not name[0].isupper()}
    if table.usual is None:
        engine = inflect.engine()
        found |= {str(engine.plural_noun(word)) for word in found}
    return {word for word in found if word != word.upper()}


def rule_of(word: str, result: str | None) -> Rule:
    """Return what was done to a word."""
    if result is None:
        return None
    old, new = word.lower(), result if word.islower() else result.lower()
    same = 0
    while same < min(len(old), len(new)) and old[same] == new[same]:
        same += 1
    return len(old) - same, new[same:]


def lines(table: Table, words: set[str]) -> Iterator[str]:
    """Yield the lines of a table made anew."""
    spelt = {f"^{w.lower()}"[::-1]: rule_of(w, table.ask(w)) for w in sorted(words)}
    root = node_of(sorted(spelt.items(), key=lambda pair: pair[0]))
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


def strange(table: Table) -> list[str]:
    """Return names of which the table has not seen the first part."""
    odd = sorted(known_words())
    if table.capitalised:
        return [before + word.capitalize() for before in UNSEEN for word in odd]
    return [f"{before.lower()}_{word}" for before in UNSEEN for word in odd]


def main() -> int:
    """Print how many words are as inflect has them; fail when one of those known is not."""
    sys.setrecursionlimit(10_000)
    given = [Path(word) for word in sys.argv[1:] if word != "--write"]
    words = dictionary(given or [path for path in (DICTIONARY,) if path.exists()])
    if "--write" in sys.argv:
        write(words)
        print(f"written: {TABLES}; run again to measure")
        return 0
    wrong = 0
    print(f"{'what':<24} {'words':>8} {'differ':>7} {'us a word':>10} {'behind new parts':>17}")
    for table in tables():
        asked = sorted(words_for(table, words))
        began = time.perf_counter()
        ours = [table.ours(word) for word in asked]
        spent = time.perf_counter() - began
        differ = [word for word, our in zip(asked, ours, strict=True) if our != table.ask(word)]
        wrong += len(differ)
        per_word = spent / len(asked) * 1e6
        others = strange(table)
        missed = [word for word in others if table.ours(word) != table.ask(word)]
        print(
            f"{table.name.lower():<24} {len(asked):>8} {len(differ):>7} {per_word:>10.1f}"
            f" {len(missed):>8} of {len(others)}"
        )
        for word in (*differ[:5], *missed[:5]):
            print(f"    {word}: {table.ours(word)}, with inflect {table.ask(word)}")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())

"""Does a text compile as Python? A long one is compiled in pieces.

The compiler takes some thirty bytes of memory for a character, and hands none back before it is
done: of thousands of models it would need more than all the rest of a run. So a long text is cut
before classes and functions at its top level, and a long list between its items. Where all pieces
compile, so does the whole. Where one does not, the cut may be to blame (it was in a string, say),
so the whole text is compiled then and has the last word.
"""

from __future__ import annotations

import re
import warnings
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Protocol

    class Known(Protocol):
        """What remembers which texts, of which kind, are good."""

        def knows(self, kind: str, text: str) -> bool:
            """Say whether a text is known to be good."""

        def add(self, kind: str, text: str) -> None:
            """Remember that a text is good."""


_LONG = 100_000
"""Characters from which on a text is cut."""
_PIECE = 30_000
"""Characters that a piece has at least, unless it is the last one."""
_LIST = re.compile(r"^( *)\w[^\n=]* = [\[{]\n", re.MULTILINE)
_CLOSING = {"[": "]", "{": "}"}
_ITEM = {"[": "0", "{": "0: 0"}
_SECTION = re.compile(r"\n\n\n(?=class |def |async |@)")
_FIRST_ONLY = ("\nfrom __future__", "\nglobal ")
"""Statements whose place in the whole module matters."""


def is_long(text: str) -> bool:
    """Say whether a text is compiled in pieces."""
    return len(text) > _LONG


def first_error(text: str, path: str, known: Known | None = None) -> tuple[int, str] | None:
    """Return the line of the first mistake in Python source and what it is, None without one.

    Pieces of a long text that are ``known`` to compile are not compiled again.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("error", SyntaxWarning)
        warnings.simplefilter("error", DeprecationWarning)
        if is_long(text) and all(_is_good(*piece, known) for piece in _pieces(text)):
            return None
        try:
            compile(text, path, "exec", dont_inherit=True)
        except SyntaxError as error:
            return error.lineno or 0, f"is no Python: {error.msg}"
        except (Warning, ValueError, RecursionError, MemoryError) as error:
            return 0, f"is no Python: {error}"
    return None


def _is_good(piece: str, mode: str, known: Known | None) -> bool:
    if known is None:
        return _compiles(piece, mode)
    kind = f"piece:{mode}"  # no file has such a suffix
    if known.knows(kind, piece):
        return True
    good = _compiles(piece, mode)
    if good:
        known.add(kind, piece)
    return good


def _compiles(piece: str, mode: str) -> bool:
    try:
        compile(piece, "piece", mode, dont_inherit=True)
    except (SyntaxError, Warning, ValueError, RecursionError, MemoryError):
        return False
    return True


def _pieces(text: str) -> Iterator[tuple[str, str]]:
    """Yield pieces that together are worth the whole, each with what it is to be compiled as."""
    start = 0
    while start < len(text):
        found = _SECTION.search(text, start + _PIECE)
        end = len(text) if found is None else found.end()
        if start == 0 and any(text.find(word, end - 1) >= 0 for word in _FIRST_ONLY):
            yield text, "exec"
            return
        yield from _section(text[start:end])
        start = end


def _section(text: str) -> Iterator[tuple[str, str]]:
    """Yield the items of long lists by themselves, and what is around the lists without them."""
    cuts = list(_long_lists(text)) if len(text) > _LONG else []
    pieces: list[tuple[str, str]] = []
    around = [""]
    at = 0
    for start, end, indent in cuts:
        found = _items(text[start:end], indent, text[start - 2])
        if found is None:
            continue
        pieces += found
        around[-1] += text[at:start]
        around.append("")
        at = end
    around[-1] += text[at:]
    if not pieces or any(_compiles(nonsense, "exec") for nonsense in _with_nonsense(around)):
        yield text, "exec"
        return
    yield _filled(around), "exec"
    yield from pieces


def _long_lists(text: str) -> Iterator[tuple[int, int, int]]:
    """Yield where the items of a long list or dictionary start and end, and their indentation."""
    at = 0
    while (opening := _LIST.search(text, at)) is not None:
        at = opening.end()
        closing = f"\n{opening[1]}{_CLOSING[text[at - 2]]}\n"
        end = text.find(closing, at - 1) + 1
        if end - at > _LONG:
            yield at, end, len(opening[1]) + 4
            at = end


def _filled(around: list[str]) -> str:
    """Join what is around lists, with an item in each: a list or a dictionary is left as it is."""
    return "".join([*[f"{text}{_ITEM[text[-2]]}\n,\n" for text in around[:-1]], around[-1]])


def _with_nonsense(around: list[str]) -> Iterator[str]:
    """Yield the same with nonsense in one list: no mistake there means that it is in a string."""
    for at in range(1, len(around)):
        yield f"{_filled([*around[:at], ''])}0 0\n{_filled(around[at:])}"


def _items(text: str, indent: int, bracket: str) -> list[tuple[str, str]] | None:
    """Return the items of a list, some at a time, as lists of their own; None if they hold on."""
    item = re.compile(rf"\n {{{indent}}}(?=[^\s)\]}}])")
    pieces: list[tuple[str, str]] = []
    start = 0
    while start < len(text):
        found = item.search(text, start + _PIECE)
        end = len(text) if found is None else found.start() + 1
        items = text[start:end]
        if not items.endswith(",\n"):  # it and the next one could be one item: two strings, say
            return None
        pieces.append((f"{bracket}\n{items}{_CLOSING[bracket]}", "eval"))
        start = end
    return pieces

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

_LONG = 100_000
"""Characters from which on a text is cut."""
_PIECE = 30_000
"""Characters that a piece has at least, unless it is the last one."""
_LIST = re.compile(r"^( *)\w[^\n=]* = \[\n", re.MULTILINE)
_SECTION = re.compile(r"\n\n\n(?=class |def |async |@)")
_FIRST_ONLY = ("\nfrom __future__", "\nglobal ")
"""Statements whose place in the whole module matters."""


def first_error(text: str, path: str) -> tuple[int, str] | None:
    """Return the line of the first mistake in Python source and what it is, None without one."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", SyntaxWarning)
        warnings.simplefilter("error", DeprecationWarning)
        if len(text) > _LONG and all(_compiles(*piece) for piece in _pieces(text)):
            return None
        try:
            compile(text, path, "exec", dont_inherit=True)
        except SyntaxError as error:
            return error.lineno or 0, f"is no Python: {error.msg}"
        except (Warning, ValueError, RecursionError, MemoryError) as error:
            return 0, f"is no Python: {error}"
    return None


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
    """Yield the items of a long list by themselves, and what is around the list without them."""
    if len(text) > _LONG:
        for opening in _LIST.finditer(text):
            end = text.find(f"\n{opening[1]}]\n", opening.end() - 1) + 1
            if end - opening.end() <= _LONG:
                continue
            before, after = text[: opening.end()], text[end:]
            # The list is code, not a part of a string, if nonsense in it is a mistake.
            if not _compiles(f"{before}0 0\n,\n{after}", "exec"):
                yield f"{before}0\n,\n{after}", "exec"
                yield from _items(text, opening.end(), end, len(opening[1]) + 4)
                return
    yield text, "exec"


def _items(text: str, start: int, end: int, indent: int) -> Iterator[tuple[str, str]]:
    """Yield the items of the list between two places, some at a time, as lists of their own."""
    item = re.compile(rf"\n {{{indent}}}(?=[^\s)\]}}])")
    while start < end:
        found = item.search(text, start + _PIECE, end)
        cut = end if found is None else found.start() + 1
        items = text[start:cut]
        if not items.endswith(",\n"):  # it and the next one could be one item: two strings, say
            yield text, "exec"
            return
        yield f"[\n{items}]", "eval"
        start = cut

"""Trees that earlier runs made, declaration by declaration.

Parsing takes as long as the text is. Of a long one, most declarations are as they were when it was
last read, so their trees are kept by their text. A text is cut behind every line that is a closing
brace and nothing else. If all pieces are sound by themselves, none of them began inside of a
comment or a formula, and their trees, one after the other, are the tree of the whole: no sentence
of the grammar looks beyond its end. In any other case, above all after a mistake, the text is
parsed as a whole.
"""

from __future__ import annotations

import marshal
import os
import re
from hashlib import sha256
from itertools import chain, pairwise
from typing import TYPE_CHECKING, Any, TypeVar

from xgen import cache
from xgen.diagnostics import Report
from xgen.fingerprint import tool_fingerprint
from xgen.source import Source
from xgen.syntax import tree
from xgen.syntax.compact import packed, unpacker
from xgen.syntax.parser import parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_KIND = "trees"
_LONG = 50_000
"""Characters of all inputs from which on keeping their trees saves more than it costs."""
_DIGEST = 16
_END = re.compile(r"^\}[ \t]*\n", re.MULTILINE)

T = TypeVar("T")


class Trees:
    """Parses the inputs of one run and remembers their trees for the next one."""

    def __init__(self, inputs: Sequence[str], sources: Iterable[Source]) -> None:
        """Look up what is known about the inputs, if they are long enough for that to pay."""
        length = sum(len(source.text) for source in sources)
        self._key: str | None = None
        # By the hash of a piece: where it began, its statements as plain values, and where each
        # of its comments begins and ends.
        self._before: dict[bytes, Any] = {}
        self._now: dict[bytes, Any] = {}
        if length >= _LONG and cache.cache_dir() is not None:
            self._key = "\0".join((os.getcwd(), *inputs, tool_fingerprint()))
            content = cache.load(_KIND, self._key)
            self._before = {} if content is None else marshal.loads(content)  # noqa: S302  own folder, hashed
        self.parsed = 0
        """How many pieces of long texts had to be parsed."""

    def parse(self, source: Source, report: Report) -> tree.File:
        """Return the syntax tree of a file; what is wrong with it goes to ``report``."""
        if self._key is None:
            return parse(source, report)
        pieces = _cut(source.text)
        file = self._recalled(source, pieces)
        if file is not None:
            return file
        findings = len(report)
        file = parse(source, report)
        self.parsed += len(pieces)
        if len(report) == findings:
            self._note(source, pieces, file)
        return file

    def keep(self) -> None:
        """Keep what this run found, for the next one; here it is of no use any more."""
        if self._key is not None and self._now.keys() != self._before.keys():
            cache.store(_KIND, self._key, marshal.dumps(self._now))
        self._before, self._now = {}, {}

    def _recalled(self, source: Source, pieces: list[tuple[int, int]]) -> tree.File | None:
        """Return the tree made of those of its pieces, None unless most of them are known."""
        path, text = source.path, source.text
        digests = [_digest(text[start:end]) for start, end in pieces]
        new = [at for at, digest in enumerate(digests) if digest not in self._before]
        if 2 * len(new) >= len(pieces):
            return None
        known: list[Any] = [self._before.get(digest) for digest in digests]
        for at in new:
            start, end = pieces[at]
            report = Report()
            file = parse(Source(path, text[start:end]), report)
            if len(report):
                return None
            known[at] = (0, packed(file.statements), tuple(chain(*_places(file.comments))))
        self.parsed += len(new)
        self._now.update(zip(digests, known, strict=True))
        statements: list[tree.Statement] = []
        comments: list[int] = []
        for (start, _), kept in zip(pieces, known, strict=True):
            began, packed_statements, places = kept
            by = start - began
            statements += unpacker(path, by)(packed_statements)
            comments += [place + by for place in places]
        flat = iter(comments)
        return tree.File(
            path, tuple(statements), tree.Comments(path, text, zip(flat, flat, strict=True))
        )

    def _note(self, source: Source, pieces: list[tuple[int, int]], file: tree.File) -> None:
        """Remember a sound tree by its pieces; nothing if a piece ends inside of something."""
        statements = _dealt(((s, s.span.start, s.span.end) for s in file.statements), pieces)
        comments = _dealt(((p, *p) for p in _places(file.comments)), pieces)
        if statements is None or comments is None:
            return
        for (start, end), own, around in zip(pieces, statements, comments, strict=True):
            value = (start, packed(tuple(own)), tuple(chain(*around)))
            self._now[_digest(source.text[start:end])] = value


def _digest(text: str) -> bytes:
    return sha256(text.encode("utf-8", "surrogatepass")).digest()[:_DIGEST]


def _places(comments: tree.Comments) -> list[tuple[int, int]]:
    return [(comment.span.start, comment.span.end) for comment in comments]


def _dealt(
    items: Iterable[tuple[T, int, int]], pieces: list[tuple[int, int]]
) -> list[list[T]] | None:
    """Return for each piece the items in it, None if one is not wholly in a piece."""
    found: list[list[T]] = [[] for _ in pieces]
    at = 0
    for item, start, end in items:
        while start >= pieces[at][1]:
            at += 1
        if end > pieces[at][1]:
            return None
        found[at].append(item)
    return found


def _cut(text: str) -> list[tuple[int, int]]:
    """Return where the pieces of a text start and end."""
    cuts = [0, *[found.end() for found in _END.finditer(text)], len(text)]
    return [(start, end) for start, end in pairwise(cuts) if start < end]

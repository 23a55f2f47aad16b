"""Comments that allow a change: `// xgen: allow RULE: reason`, or `allow RULE(name): reason`.

One stands next to what it is about: above a declaration or behind it, in its line. Inside a model
it also allows what is found about the model as a whole, such as a field that is gone from it;
between the models, what left no place at all. Allowed is one rule, with a reason, for as long as
it is needed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from xgen.allowances import malformed, unknown, unused
from xgen.breaking.rules import RULES
from xgen.dataclass import dataclass
from xgen.lint_rules import RULES as LINT_RULES
from xgen.syntax import tree
from xgen.syntax.comments import DIRECTIVE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from xgen.breaking.rules import Change
    from xgen.diagnostics import Report
    from xgen.source import Span

_COMMENT: Final = re.compile(
    rf"/[/*]+\s*{DIRECTIVE}\s*(?P<verb>\S*)\s*(?P<rule>[\w-]*)"
    r"\s*(?:\((?P<name>[^)]*)\))?\s*(?::\s*(?P<reason>.*?))?\s*(?:\*/)?\Z",
    re.DOTALL,
)


_GAP: Final = re.compile(r"(?:[ \t]*\n?[ \t]*(?://[^\n]*|/\*[\s\S]*?\*/))*[ \t]*\n?[ \t]*")
"""Further comments and the end of a line, but no empty line."""


class _Place(NamedTuple):
    """A declaration in a file; None as its start stands for the file."""

    path: str
    start: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """A rule that may be broken, where."""

    rule: str
    name: str | None
    places: frozenset[_Place]
    span: Span

    def covers(self, change: Change, place: _Place | None) -> bool:
        """Say whether a change at ``place`` (None: it left none) is meant."""
        if change.rule != self.rule:
            return False
        if self.name is not None and self.name not in (
            change.subject,
            change.subject.rpartition(".")[2],
        ):
            return False
        if place is None:
            return any(p.start is None for p in self.places)
        return place in self.places


class Allowances:
    """What the comments of some files allow."""

    def __init__(self, files: Iterable[tree.File], texts: dict[str, str], report: Report) -> None:
        self._declared = {file.path: list(_declarations(file.statements)) for file in files}
        self._found: list[Allowance] = []
        for file in files:
            for comment in file.comments:
                found = self._read(comment, texts[file.path], report)
                if found is not None:
                    self._found.append(found)

    def apply(
        self, changes: Sequence[Change], rules: frozenset[str], report: Report
    ) -> list[Change]:
        """Return the changes that nothing allows; report what allows nothing, of ``rules``."""
        used: set[Span] = set()
        left = []
        for change in changes:
            place = None if change.span is None else self._home(change.span.path, change.span.start)
            covering = [a for a in self._found if a.covers(change, place)]
            used.update(a.span for a in covering)
            if not covering:
                left.append(change)
        for allowance in self._found:
            if allowance.span not in used and allowance.rule in rules:
                report.add(unused(allowance.span, f"nothing here breaks `{allowance.rule}`"))
        return left

    def _read(self, comment: tree.Comment, text: str, report: Report) -> Allowance | None:
        match = _COMMENT.match(comment.text)
        if match is None:
            return None
        rule, span = match["rule"], comment.span
        if match["verb"] != "allow" or not rule or not match["reason"]:
            report.add(malformed(span))
            return None
        if rule in LINT_RULES:
            return None
        if rule not in RULES:
            report.add(unknown(rule, span, RULES))
            return None
        places = frozenset(self._places(span, text))
        return Allowance(rule=rule, name=match["name"] or None, places=places, span=span)

    def _places(self, span: Span, text: str) -> Iterator[_Place]:
        """Yield the declarations that a comment stands next to, and the model it is in."""
        path = span.path
        line = text.rfind("\n", 0, span.start) + 1
        if text[line : span.start].strip():
            # Behind something: the last declaration that begins before and is over, or is open.
            before = [d for d in self._declared[path] if d.start < span.start]
            ended = [d for d in before if d.end > line or d.start >= line]
            yield _Place(path, ended[-1].start if ended else None)
        else:
            gap = _GAP.match(text, span.end)
            after = gap.end() if gap else span.end
            if any(d.start == after for d in self._declared[path]):
                yield _Place(path, after)
        yield self._home(path, span.start)

    def _home(self, path: str, at: int) -> _Place:
        """Return the innermost declaration around a place, else the file."""
        around = [d for d in self._declared.get(path, ()) if d.start <= at < d.end]
        return _Place(path, max((d.start for d in around), default=None))


def _declarations(nodes: Iterable[object]) -> Iterator[Span]:
    """Yield the places of declarations, outer ones first."""
    for node in nodes:
        if isinstance(node, tree.OptionStatement | tree.Package | tree.Import):
            continue
        yield node.span  # type: ignore[attr-defined]  # every statement has one
        for name in ("members", "values", "rpcs"):
            yield from _declarations(getattr(node, name, ()))

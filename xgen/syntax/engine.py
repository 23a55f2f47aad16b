"""A small LALR machine over the tables that Lark makes.

It differs from Lark's own loop in what xproto needs: a word is a keyword only where the grammar
expects that keyword, values are built while parsing, and what cannot be parsed is handed to a
:class:`Recovery`, which may repair the stacks and let the machine go on.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

from xgen.syntax.tree import Name

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from xgen.syntax.tables import Rule, Tables

WORD: Final = "NAME"
"""The class of words in every lexer here, whatever the grammar calls them."""
_CALL, _PICK, _SPREAD, _PASS, _FIRST, _MORE = range(6)


class Token(NamedTuple):
    """What the lexer found: its class, the key of the parse tables, and where it is."""

    kind: str
    key: str
    start: int
    end: int


class Recovery(Protocol):
    """What to do when the machine is stuck."""

    def __call__(self, machine: Machine, token: Token) -> int | None:
        """Repair ``machine``; return where to read on, or None to stop."""


class Language:
    """A lexer and a parser for one grammar, ready to run."""

    def __init__(
        self,
        tables: Tables,
        lexer: Sequence[str],
        word: str = WORD,
        reserved: frozenset[str] = frozenset(),
    ) -> None:
        """Make a lexer of the terminals in ``lexer``, tried in that order before punctuation.

        ``word`` is the terminal whose texts can be keywords; those in ``reserved`` are nothing
        else.
        """
        blank, comment = tables.terminals["BLANK"], tables.terminals["COMMENT"]
        classes = [(WORD if name == word else name, tables.terminals[name]) for name in lexer]
        classes += [
            ("COMMENT", comment),
            ("FIXED", "|".join(re.escape(text) for text in tables.fixed)),
            ("END", r"\Z"),
            ("ODD", r"[\s\S]"),
        ]
        alternatives = "|".join(f"(?P<{name}>{regex})" for name, regex in classes)
        self.match = re.compile(f"(?:{blank})?(?:{alternatives})").match
        self.tables = tables
        self.word_key = f"%{word}"
        self.reserved = reserved

    def actions(self, builder: object) -> list[tuple[int, str, int, Any, Any]]:
        """Return what to do for each rule, with the methods of ``builder``."""
        return [_action(rule, getattr(builder, rule.name, None)) for rule in self.tables.rules]


def _action(rule: Rule, method: Callable[..., Any] | None) -> tuple[int, str, int, Any, Any]:
    """Return (length, origin, how, function, arguments) of a rule."""
    if rule.many:
        how = _MORE if rule.spread else _FIRST
        return rule.length, rule.origin, how, None, rule.keep[-1]
    if method is None:
        if len(rule.keep) != 1:
            raise NotImplementedError(f"the tree builder has no method `{rule.name}`")
        return rule.length, rule.origin, _PASS, None, rule.keep[0]
    if rule.spread:
        return rule.length, rule.origin, _SPREAD, method, (rule.keep, frozenset(rule.spread))
    if rule.keep == tuple(range(rule.length)):
        return rule.length, rule.origin, _CALL, method, None
    return rule.length, rule.origin, _PICK, method, rule.keep


class Machine:
    """One run over one text.

    ``states`` and ``values`` are the stacks, of equal length plus one. Values are a
    :class:`Name` for words, numbers and other classes of text, the offset for punctuation, and
    what the builder returned for everything larger.
    """

    def __init__(
        self, language: Language, builder: object, path: str, text: str, recover: Recovery
    ) -> None:
        self.language = language
        self.path = path
        self.text = text
        self.recover = recover
        self.states = [0]
        self.values: list[Any] = []
        self.comments: list[tuple[int, int]] = []
        self.leading: dict[int, tuple[int, int]] = {}
        """Where a token follows comments: its offset, and which of ``comments`` they are."""
        self.last_end = 0
        """Where the last token that was accepted ends."""
        self._actions = language.actions(builder)
        self._words: dict[str, str] = {}

    @property
    def row(self) -> Mapping[str, int]:
        """Return what can come next."""
        return self.language.tables.rows[self.states[-1]]

    def run(  # noqa: C901, PLR0912, PLR0915  the hot loop: calls would double its cost
        self, at: int, stop: int | None = None
    ) -> Any:
        """Parse the text from ``at`` to ``stop``; return the tree, or None if it was given up."""
        text, match, path = self.text, self.language.match, self.path
        rows, word_key = self.language.tables.rows, self.language.word_key
        states, values, words = self.states, self.values, self._words
        reduce, new, reserved = self._reduce, tuple.__new__, self.language.reserved
        if stop is None:
            stop = len(text)
        pending = 0
        row = rows[states[-1]]
        while True:
            found = match(text, at, stop)
            assert found is not None  # noqa: S101  the last alternative takes any character
            kind = found.lastgroup
            start = found.start(kind)  # type: ignore[arg-type]  # one group always matches
            at = found.end()
            value: Any = start
            if kind == "NAME":
                key = text[start:at]
                key = words.setdefault(key, key)
                value = new(Name, (key, path, start, 0))
            elif kind == "FIXED":
                key = text[start:at]
            elif kind == "COMMENT":
                self.comments.append((start, at))
                pending += 1
                continue
            elif kind == "END":
                key = "$END"
            else:
                key = f"%{kind}"
                value = new(Name, (text[start:at], path, start, 0))
            if pending:
                self.leading[start] = (len(self.comments) - pending, len(self.comments))
                pending = 0
            while True:
                code = row.get(key)
                if code is None and kind == "NAME" and key not in reserved:
                    code = row.get(word_key)
                if code is None:
                    again = self.recover(self, Token(kind, key, start, at))  # type: ignore[arg-type]
                    if again is None:
                        return None
                    at = again
                    row = rows[states[-1]]
                    break
                if code >= 0:
                    states.append(code)
                    values.append(value)
                    row = rows[code]
                    self.last_end = at
                    break
                state = reduce(code)
                if state == self.language.tables.end and kind == "END":
                    return values[-1]
                row = rows[state]

    def _reduce(self, code: int) -> int:
        """Complete a rule: replace its symbols by its value; return the new state."""
        length, origin, how, function, argument = self._actions[-1 - code]
        values, states = self.values, self.states
        if length:
            symbols = values[-length:]
            del values[-length:], states[-length:]
        else:
            symbols = []
        value: Any
        if how == _CALL:
            value = function(*symbols)
        elif how == _MORE:
            value = symbols[0]
            value.append(symbols[argument])
        elif how == _PASS:
            value = symbols[argument]
        elif how == _PICK:
            value = function(*[symbols[i] if i >= 0 else None for i in argument])
        elif how == _FIRST:
            value = [symbols[argument]]
        else:
            keep, spread = argument
            parts: list[Any] = []
            for i in keep:
                if i in spread:
                    parts.extend(symbols[i])
                else:
                    parts.append(symbols[i] if i >= 0 else None)
            value = function(*parts)
        values.append(value)
        state = self.language.tables.rows[states[-1]][origin]
        states.append(state)
        return state

    def accepts(self, key: str) -> bool:
        """Say whether a token could come next, without changing anything."""
        rows = self.language.tables.rows
        states = list(self.states)
        while True:
            code = rows[states[-1]].get(key)
            if code is None or code >= 0:
                return code is not None
            length, origin, *_ = self._actions[-1 - code]
            if length:
                del states[-length:]
            states.append(rows[states[-1]][origin])

    def settle(self) -> None:
        """Complete the rules that are complete whatever follows."""
        while True:
            codes = {code for key, code in self.row.items() if key[0] != "@" or len(key) == 1}
            if len(codes) != 1 or (code := codes.pop()) >= 0:
                return
            if self._reduce(code) == self.language.tables.end:
                return

    def feed(self, key: str, value: object) -> None:
        """Put in a token that the text does not have; the caller knows that it is accepted."""
        while True:
            code = self.row[key]
            if code >= 0:
                self.states.append(code)
                self.values.append(value)
                return
            self._reduce(code)

"""What views make of one table each, taken over from the last run where nothing of it changed.

The views of many tables are most of what a run with one changed model would compute again. While a
view makes its piece of one table, it is heard what it asks about all the others (`Lookups`), and
how it names what it imports. The piece is kept with the questions and with their answers; it holds
as long as the table is the same and every question is answered as it was. What a view does not ask
cannot matter to it: nothing but the table and those who answer is handed to it.
"""

from __future__ import annotations

import marshal
import os
from hashlib import sha256
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeVar, cast, overload

from xgen import cache
from xgen.fingerprint import tool_fingerprint
from xgen.ir.app import Link, Model
from xgen.views.fields import Dialect
from xgen.views.memo import last
from xgen.views.schema import Table, schema

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from xgen.ir.app import App, Enumeration, Field, Member
    from xgen.views.schema import Lookups, Schema

_KIND = "pieces"
_MANY = 100
"""Tables from which on keeping pieces of them saves more than it costs."""
_NAME = "name"
"""The question for how a file writes what it imports."""

T = TypeVar("T")

_facts = attrgetter(
    *[f.name for f in Model.__fields__ if f.compare and f.name not in ("members", "options")]  # type: ignore[attr-defined]  # of our own data classes
)


@overload
def each(
    kind: str, tables: Schema, wanted: Sequence[Table], make: Callable[[Table, Lookups], T]
) -> list[T]: ...
@overload
def each(
    kind: str,
    tables: Schema,
    wanted: Sequence[Table],
    make: Callable[[Table, Lookups, Dialect], T],
    dialect: Dialect,
) -> list[T]: ...
def each(
    kind: str,
    tables: Schema,
    wanted: Sequence[Table],
    make: Callable[..., T],
    dialect: Dialect | None = None,
) -> list[T]:
    """Return what ``make`` gives for each of the ``wanted`` tables: made now, or known.

    ``make`` takes a table and who answers questions, and a dialect if there is one. ``kind`` tells
    what it gives from what others give.
    """
    pieces = kept_pieces(kind, tables, len(wanted), dialect)
    if pieces is None:
        others = () if dialect is None else (dialect,)
        return [make(table, tables, *others) for table in wanted]
    import pickle  # of use for many tables only

    found: list[T] = []
    for table in wanted:
        known = pieces.recall(table)
        if known is None:
            listener = pieces.listener()
            heard = () if listener.dialect is None else (listener.dialect,)
            value = make(table, listener, *heard)
            pieces.note(table, listener, pickle.dumps(value, pickle.HIGHEST_PROTOCOL))
        else:
            value = cast("T", pickle.loads(known))  # noqa: S301  own folder, hashed
        found.append(value)
    pieces.keep()
    return found


def kept_pieces(kind: str, tables: Schema, count: int, dialect: Dialect | None) -> Pieces | None:
    """Return the pieces of a kind that the last run made; None if that does not pay."""
    if count < _MANY or cache.cache_dir() is None:
        return None
    return Pieces(kind, tables, dialect)


class Pieces:
    """The pieces of one kind that the last run made, and those of this one."""

    def __init__(self, kind: str, tables: Schema, dialect: Dialect | None) -> None:
        """Look up what is known."""
        self._tables = tables
        self._dialect = dialect
        self._digests = digests(tables.app)
        self._key = "\0".join((kind, os.getcwd(), *tables.app.sources, tables.name))
        self._key += f"\0{tool_fingerprint()}"
        content = cache.load(_KIND, self._key)
        # By model: the digest of its table, questions with their answers, and the piece.
        self._before: dict[str, Any] = {} if content is None else marshal.loads(content)  # noqa: S302  own folder, hashed
        self._now: dict[str, Any] = {}
        self.made = 0
        """How many pieces had to be made."""

    def recall(self, table: Table) -> bytes | None:
        """Return the piece of a table, None if it has to be made."""
        ref = str(table.model.ref)
        known = self._before.get(ref)
        if known is None or known[0] != self._digests.table(table) or not self._holds(known[1]):
            return None
        self._now[ref] = known
        return cast("bytes", known[2])

    def listener(self) -> Listener:
        """Return who answers the questions about one table."""
        return Listener(self._tables, self._dialect, self._digests)

    def note(self, table: Table, listener: Listener, value: bytes) -> None:
        """Remember the piece of a table, and what was asked for it."""
        self.made += 1
        asked = tuple(listener.asked.items())
        self._now[str(table.model.ref)] = (self._digests.table(table), asked, value)

    def keep(self) -> None:
        """Keep what this run found, for the next one."""
        if self.made or self._now.keys() != self._before.keys():
            cache.store(_KIND, self._key, marshal.dumps(self._now))
        self._before, self._now = {}, {}

    def _holds(self, asked: tuple[tuple[tuple[str, ...], object], ...]) -> bool:
        """Ask all questions again; names that a file imports count as used from then on.

        Up to the first answer that is another, the same will be asked when the piece is made.
        """
        try:
            return all(self._answer(*question) == before for question, before in asked)
        except KeyError:  # there is no such model or enum any more
            return False

    def _answer(self, question: str, *words: str) -> object:
        if question == _NAME:
            return None if self._dialect is None else self._dialect.name(*words)
        return self._digests.short(getattr(self._tables, question)(*words))


class Listener:
    """Answers as the schema and the dialect do, and notes what it was asked."""

    def __init__(self, tables: Schema, dialect: Dialect | None, digests: Digests) -> None:
        self._tables = tables
        self._digests = digests
        self.asked: dict[tuple[str, ...], object] = {}
        """Answers by question; what they tell is short, or a digest."""
        self.dialect = None if dialect is None else _Heard(dialect, self)

    def apart(self) -> Listener:
        """Return another one, to hear what is asked for a part."""
        dialect = None if self.dialect is None else self.dialect.spelling
        return Listener(self._tables, dialect, self._digests)

    @property
    def name(self) -> str:
        """The package's; pieces of other packages are kept elsewhere."""
        return self._tables.name

    def label(self, ref: str) -> str:
        """Return ``app_label.Model`` of a link's peer."""
        return self._heard(self._tables.label(ref), "label", ref)

    def is_django(self, ref: str) -> bool:
        """Say whether a model is a class that Django knows."""
        return self._heard(self._tables.is_django(ref), "is_django", ref)

    def class_name(self, ref: str) -> str:
        """Return the class of a model or an enum."""
        return self._heard(self._tables.class_name(ref), "class_name", ref)

    def table(self, ref: str) -> Table | None:
        """Return the table of a model, None for one without."""
        return self._heard(self._tables.table(ref), "table", ref)

    def base(self) -> Table | None:
        """Return the table of the bundled base."""
        return self._heard(self._tables.base(), "base")

    def enum(self, ref: str) -> Enumeration | None:
        """Return the enum of that qualified name."""
        return self._heard(self._tables.enum(ref), "enum", ref)

    def ancestors(self, ref: str) -> tuple[Model, ...]:
        """Return all bases of a model."""
        return self._heard(self._tables.ancestors(ref), "ancestors", ref)

    def is_everyones(self, member: Member) -> bool:
        """Say whether every object has a member; the digest of its table says it, too."""
        return self._tables.is_everyones(member)

    def _heard(self, answer: T, *question: str) -> T:
        self.asked[tuple(map(str, question))] = self._digests.short(answer)
        return answer


class _Heard(Dialect):
    """Spells as another dialect does, and lets a listener know what was named."""

    __slots__ = ("_listener", "spelling")

    def __init__(self, dialect: Dialect, listener: Listener) -> None:
        super().__init__(schema=listener, qualified=dialect.qualified, taken=dialect.taken)
        self.spelling = dialect
        self._listener = listener

    def name(self, module: str, name: str) -> str:
        """Return how the file writes ``module.name``."""
        alias = self.spelling.name(module, name)
        self._listener.asked[_NAME, str(module), str(name)] = str(alias)
        return alias


class Digests:
    """Short values that are equal only where tables, models and enums are, their places apart."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._tables = schema(app)
        self._of_models: dict[str, bytes] = {}
        self._of_tables: dict[str, bytes] = {}

    def short(self, answer: object) -> object:
        """Return an answer itself if it is plain, else its digest."""
        if isinstance(answer, str):
            return str(answer)
        if answer is None or isinstance(answer, bool):
            return answer
        if isinstance(answer, Table):
            return self.table(answer)
        if isinstance(answer, tuple):
            return b"".join([self.model(model) for model in answer])
        return _hash(answer)  # an enum: there are few

    def model(self, model: Model) -> bytes:
        """Return the digest of a model: what was written, and what the linker made of it.

        All that a member is comes from its own text, but for what names mean elsewhere.
        """
        known = self._of_models.get(model.ref)
        if known is None:
            text = self._app.written.get(model.ref)
            if text is None:
                known = _hash((repr(model), *map(_inherited, model.members)), _inherited(model))
            else:
                linked = [
                    _link_facts(m) if isinstance(m, Link) else _field_facts(m)
                    for m in model.members
                ]
                known = _hash(text, _facts(model), linked, _inherited(model))
            self._of_models[model.ref] = known
        return known

    def table(self, table: Table) -> bytes:
        """Return the digest of a table: its model, all that it derives from, its members."""
        ref = table.model.ref
        known = self._of_tables.get(ref)
        if known is None:
            above = [self.model(model) for model in self._app.ancestors(table.model)]
            bases = [self.table(self._tables.by_ref[base.ref]) for base in table.bases]
            names = (
                table.class_name,
                [m.attribute for m in table.own],
                [m.attribute for m in table.columns],
            )
            known = _hash(self.model(table.model), above, bases, names)
            self._of_tables[ref] = known
        return known


@last
def digests(app: App) -> Digests:
    """Return the digests of an application, which several views need."""
    return Digests(app)


def _hash(*values: object) -> bytes:
    return sha256(repr(values).encode("utf-8", "surrogatepass")).digest()


_field_facts = attrgetter("attribute", "type_ref", "policy")
_link_facts = attrgetter("attribute", "peer", "through", "reverse", "policy")


def _inherited(holder: Model | Field | Link) -> list[tuple[str, str]]:
    """Return the options that come from the file."""
    return [(o.name, o.raw) for o in holder.options.values() if o.inherited]

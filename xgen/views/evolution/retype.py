"""What becomes of the values of a column whose type changes.

Both databases are meant at once: what PostgreSQL casts and SQLite, which leaves values as they
are, would read differently counts as lost.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from xgen.views.evolution.state import Column


class Fate(Enum):
    """What happens to the values."""

    KEPT = "kept"
    CHECKED = "checked"
    """Those that do not fit stop the migration."""
    CUT = "cut"
    """They are converted, and some of what they say goes."""
    LOST = "lost"
    """The database cannot convert them: the column is made anew."""


class Verdict(NamedTuple):
    """A fate, and why."""

    fate: Fate
    why: str = ""


_KEPT = Verdict(Fate.KEPT)
_TEXTS = {
    "models.CharField",
    "models.TextField",
    "models.URLField",
    "models.SlugField",
    "models.EmailField",
    "xgen.runtime.models.StrippedCharField",
}
_BITS = {
    "models.SmallIntegerField": 15,
    "models.PositiveSmallIntegerField": 15,
    "models.IntegerField": 31,
    "models.PositiveIntegerField": 31,
    "models.BigIntegerField": 63,
    "models.PositiveBigIntegerField": 63,
}
_EXACT_IN_FLOAT = 53
_ROOM = {"models.FloatField": 24, "models.DateTimeField": 32}
_KEYS = ("models.ForeignKey", "models.OneToOneField")


def verdict(old: Column, new: Column) -> Verdict:
    """Return what happens to the values of ``old`` when the column becomes ``new``."""
    if old.flag("primary_key") and new.flag("primary_key"):
        return _KEPT
    if old.is_link or new.is_link:
        return _link(old, new)
    if old.kind == new.kind and old.kind not in _TEXTS:
        return _KEPT
    if old.kind in _TEXTS:
        return _from_text(old, new)
    if new.kind in _TEXTS:
        return _to_text(old, new)
    return _numbers(old, new)


def _link(old: Column, new: Column) -> Verdict:
    if old.is_link and new.is_link and old.peer != new.peer:
        return Verdict(Fate.LOST, f"it linked to `{old.peer}` and now links to `{new.peer}`")
    if old.is_many and new.is_many:
        if old.get("through") == new.get("through"):
            return _KEPT
        return Verdict(Fate.LOST, "the model that holds the links is another one")
    if old.kind not in _KEYS or new.kind not in _KEYS:
        return Verdict(Fate.LOST, f"{_word(old)} cannot become {_word(new)}")
    if old.kind != new.kind and new.kind == "models.OneToOneField":
        return Verdict(Fate.CHECKED, "two rows that link to the same object stop the migration")
    return _KEPT


def _limit(column: Column) -> int | None:
    """Return how long a text may be, None for any length."""
    if column.kind == "models.TextField":
        return None
    stated = column.get("max_length")
    if stated is not None:
        return int(stated) if stated.isdecimal() else None
    return {"models.URLField": 200, "models.SlugField": 50, "models.EmailField": 254}.get(
        column.kind
    )


def _from_text(old: Column, new: Column) -> Verdict:
    if new.kind in _TEXTS:
        before, after = _limit(old), _limit(new)
        if after is None or (before is not None and before <= after):
            return _KEPT
        if old.kind == "models.TextField":
            return Verdict(Fate.CUT, f"texts longer than {after} characters are cut")
        return Verdict(Fate.CHECKED, f"PostgreSQL stops at texts longer than {after} characters")
    if new.kind in _BITS or new.kind == "models.FloatField":
        return Verdict(
            Fate.CHECKED, "PostgreSQL stops at texts that are no numbers, SQLite keeps them"
        )
    return _lost(old, new)


def _to_text(old: Column, new: Column) -> Verdict:
    room = _ROOM.get(old.kind, 20 if old.kind in _BITS else 0)
    limit = _limit(new)
    if not room:
        return _lost(old, new)
    if limit is not None and limit < room:
        return Verdict(Fate.CUT, f"what is longer than {limit} characters is cut")
    return _KEPT


def _numbers(old: Column, new: Column) -> Verdict:
    before, after = _BITS.get(old.kind), _BITS.get(new.kind)
    if before is not None and after is not None:
        narrower = after < before or ("Positive" in new.kind and "Positive" not in old.kind)
        why = "numbers that are out of range stop the migration"
        return Verdict(Fate.CHECKED, why) if narrower else _KEPT
    if before is not None and new.kind == "models.FloatField":
        why = "numbers of more than 15 digits are rounded"
        return Verdict(Fate.CUT, why) if before > _EXACT_IN_FLOAT else _KEPT
    if old.kind == "models.FloatField" and after is not None:
        return Verdict(Fate.CUT, "the fractions of numbers go")
    if (old.kind, new.kind) == ("models.BooleanField", "models.IntegerField"):
        return _KEPT
    return _lost(old, new)


def _lost(old: Column, new: Column) -> Verdict:
    return Verdict(Fate.LOST, f"no database turns {_word(old)} into {_word(new)}")


def _word(column: Column) -> str:
    """Return the class of a column, with its article."""
    kind = column.kind.rpartition(".")[2]
    return f"{'an' if kind[:1] in 'AEIO' else 'a'} {kind}"

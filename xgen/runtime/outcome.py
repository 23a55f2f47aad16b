"""How a run of a step or policy ended, as a value; exceptions of authors' code stop here."""

from __future__ import annotations

import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from xgen.runtime.errors import (
    DeferredException,
    ForbiddenWrite,
    InnocuousException,
    PermanentException,
    StepNotImplemented,
)

#: What the column `backend_status` holds, and `policy_status` too.
STATUS_LENGTH = 1024
OK = "OK"
#: With this a status begins when the author has yet to write the method. A new start of the
#: synchronizer tries those again: the method may be there now.
NOT_IMPLEMENTED = "not implemented: "
#: With this a status begins of a run that was given up on. Its thread may still be at it.
TIMED_OUT = "timed out after "


@dataclass(frozen=True, slots=True)
class Done:
    """The back-end is in the state that the object declared when it was loaded."""

    message: str = OK


@dataclass(frozen=True, slots=True)
class Deferred:
    """Not yet: ask again in ``after`` seconds (None: the configured time). No error."""

    message: str
    after: float | None = None


@dataclass(frozen=True, slots=True)
class Failed:
    """An error. ``permanent``: trying again is of no use until the object changes."""

    message: str
    permanent: bool = False


@dataclass(frozen=True, slots=True)
class Quarantined:
    """It was not run: its runs keep setting off one another."""

    message: str


# What Python itself raises for a mistake in a program; others are about the world outside.
_MISTAKES = (
    *(ArithmeticError, AssertionError, AttributeError, ImportError, LookupError, NameError),
    *(NotImplementedError, RecursionError, SyntaxError, TypeError, ValueError),
)

Outcome: TypeAlias = Done | Deferred | Failed | Quarantined

DONE = Done()


def outcome_of(error: BaseException, folder: Path | None = None) -> Outcome:
    """Return what an exception of a step or policy means.

    With the ``folder`` of the author's package, mistakes of the program come with their place.
    """
    text = str(error).strip()
    if isinstance(error, DeferredException):
        return Deferred(text or "deferred", error.after)
    if isinstance(error, InnocuousException):
        return Done(text or OK)
    if isinstance(error, StepNotImplemented):
        return Failed(NOT_IMPLEMENTED + (text or "the step"), permanent=True)
    if isinstance(error, PermanentException):
        return Failed(text or type(error).__name__, permanent=True)
    if isinstance(error, ForbiddenWrite) or getattr(error, "says_all", False):
        return Failed(text)
    name = type(error).__name__
    place = place_in(error, folder) if folder and isinstance(error, _MISTAKES) else None
    return Failed((f"{name}: {text}" if text else name) + (f" ({place})" if place else ""))


def place_in(error: BaseException, folder: Path) -> str | None:
    """Return file and line of the innermost frame in the files of a package."""
    found = None
    for frame in traceback.walk_tb(error.__traceback__):
        path = Path(frame[0].f_code.co_filename)
        if path.is_relative_to(folder):
            found = f"{path.relative_to(folder).as_posix()}:{frame[1]}"
    return found


def fit(message: str, length: int = STATUS_LENGTH) -> str:
    """Return ``message`` cut to ``length``: the middle goes, since causes stand at both ends."""
    message = message.replace("\x00", "")  # PostgreSQL stores no NUL
    if len(message) <= length:
        return message
    gap = " ... "
    head = (length - len(gap)) * 2 // 3
    return message[:head] + gap + message[len(message) - (length - len(gap) - head) :]

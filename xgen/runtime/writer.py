"""Who is writing: what a change may touch and which counters it moves depend on it.

The identity travels in a context variable, so that authors' code writes plain ``o.save()``. Who
has said nothing is a user; the runtime says what it runs before it runs it.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator


class Writer(Enum):
    """The kinds of writers; the value is how messages call them."""

    USER = "a user"
    STEP = "a sync step"
    POLICY = "a model policy"
    PULL = "a pull step"
    EVENT = "an event step"
    RUNTIME = "the runtime"


class Writing(NamedTuple):
    """The writer of this context, and the object (if any) that it is running for."""

    writer: Writer
    on: object | None


_USER = Writing(Writer.USER, None)
_current: ContextVar[Writing] = ContextVar("xgen_writing", default=_USER)


def current() -> Writing:
    """Return who is writing in this context."""
    return _current.get()


@contextmanager
def writing_as(writer: Writer, on: object | None = None) -> Iterator[None]:
    """Make ``writer`` the author of all writes inside, running for the object ``on``."""
    token = _current.set(Writing(writer, on))
    try:
        yield
    finally:
        _current.reset(token)

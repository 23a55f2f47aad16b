"""On whose behalf code reads and writes.

Nobody's, unless it says so: steps, model policies and the runtime itself are not restricted.
Inside of ``with acting_as(user):`` lists hold what the user may read, and a write that the user
may not make is refused.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xgen.runtime.writer import Writer, current

if TYPE_CHECKING:
    from collections.abc import Iterator

_user: ContextVar[Any] = ContextVar("xgen_acting_user", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What policies see as ``ctx``: who asks, and what for. One of the three is true."""

    user: Any
    read_access: bool = False
    write_access: bool = False
    grant_access: bool = False


def reading(user: Any) -> Context:
    """Return the context of a user who wants to read."""
    return Context(user=user, read_access=True)


def writing(user: Any) -> Context:
    """Return the context of a user who wants to write."""
    return Context(user=user, write_access=True)


def acting_user() -> Any:
    """Return the user on whose behalf this code runs, None if it is not restricted."""
    user = _user.get()
    return user if user is not None and current().writer is Writer.USER else None


@contextmanager
def acting_as(user: Any) -> Iterator[None]:
    """Read and write on behalf of ``user`` inside of this block, as far as policies allow."""
    if user is None:
        raise TypeError("acting_as() needs a user; code that is not restricted needs no block")
    token = _user.set(user)
    try:
        yield
    finally:
        _user.reset(token)


@contextmanager
def unrestricted() -> Iterator[None]:
    """Let the runtime read and write what it needs to, whoever asked."""
    token = _user.set(None)
    try:
        yield
    finally:
        _user.reset(token)

"""Tells a database that is away from a mistake in what it was asked to do.

An author's code may wrap the error, or swallow it; so it is not the exception alone that tells.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from django.db import InterfaceError, OperationalError, connections, transaction

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["ERRORS", "check_commit", "is_outage"]

#: What Django raises when the database is away, and for some mistakes too.
ERRORS = (OperationalError, InterfaceError)

# What SQLite says of its file and of its locks, and not of a statement.
_OF_THE_FILE = frozenset(
    {
        *(sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_READONLY),
        *(sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_FULL),
        *(sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PROTOCOL, sqlite3.SQLITE_NOTADB),
    }
)


def is_outage(error: BaseException, using: str, before: object) -> bool:
    """Say whether ``error`` came about because the database is away.

    ``before`` is the driver's connection on which the author's code began, None if it never did.
    To be asked outside of transactions: Django replaces a connection that could not roll back.
    """
    connection = connections[using]
    if before is None:
        return isinstance(error, ERRORS)
    if connection.vendor == "sqlite":
        codes = (getattr(each, "sqlite_errorcode", 0) & 0xFF for each in _causes(error))
        return not _OF_THE_FILE.isdisjoint(codes)
    return connection.connection is not before or not connection.is_usable()


def check_commit(using: str) -> None:
    """Raise if the transaction at hand cannot be committed, though nothing was raised so far.

    Whoever swallows a database error leaves a transaction that ends in silence with a rollback.
    """
    connection = connections[using]
    if connection.closed_in_transaction:
        raise InterfaceError("the connection was closed within the transaction")
    void = transaction.get_rollback(using)
    if connection.vendor == "postgresql":  # which answers COMMIT with ROLLBACK
        void = void or connection.connection.info.transaction_status.name == "INERROR"
    if void:
        raise transaction.TransactionManagementError(
            "an error of the database was caught within the transaction, so nothing of it can be "
            "kept; where that may happen, use transaction.atomic() around the statement"
        )


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an error and what led to it."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__

"""Where exceptions of a command stop: what the user reads, and the exit code.

A mistake of the user, in a file, a name, a config or a database that is not there, is a line or
two. Only our own bugs show a traceback.
"""

from __future__ import annotations

import os
import sys
import traceback
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from xgen.runtime import secrets
from xgen.runtime.cli import BAD_INPUT, BUG, USAGE
from xgen.runtime.errors import RuntimeUserError

if TYPE_CHECKING:
    from collections.abc import Iterator

_INTERRUPTED = 130
_PIPE_CLOSED = 141


def report(error: BaseException, package: str) -> int:
    """Tells the user about an exception and returns the exit code."""
    match error:
        case click.exceptions.Exit():
            return error.exit_code
        case click.ClickException():
            error.show()
            code = USAGE
        case click.Abort() | KeyboardInterrupt():
            say("stopped")
            code = _INTERRUPTED
        case BrokenPipeError():
            code = _PIPE_CLOSED
        case SystemExit():
            code = error.code if isinstance(error.code, int) else BUG
        case _:
            code = _report_exception(error, package)
    return code


def _report_exception(error: BaseException, package: str) -> int:
    text = str(error) if isinstance(error, RuntimeUserError) else _explained(error, package)
    if isinstance(error, OSError) and error.filename is not None and text is None:
        text = f"{error.filename}: {error.strerror}"
    if text is None and (place := _place_in(package, error)) is not None:
        # Code of the package's author: what is wrong, and where, without our own frames.
        text = f"{place}: {type(error).__name__}: {error}"
    if text is not None:
        say(f"error: {text}")
        return BAD_INPUT
    say("internal error: this should not happen, whatever you did")
    say("".join(traceback.format_exception(error)).rstrip())
    return BUG


def _place_in(package: str, error: BaseException) -> str | None:
    """File and line of the innermost frame in the package's own files."""
    folder = f"{os.sep}{package.replace('.', os.sep)}{os.sep}"
    if isinstance(error, SyntaxError) and folder in str(error.filename):
        return f"{error.filename}:{error.lineno}"
    frames = [
        frame for frame in traceback.extract_tb(error.__traceback__) if folder in frame.filename
    ]
    return f"{frames[-1].filename}:{frames[-1].lineno}" if frames else None


def say(text: str) -> None:
    """Prints a line for the user on standard error, without secrets."""
    click.echo(secrets.redact_text(text), err=True)


@contextmanager
def flushed() -> Iterator[None]:
    """Flushes the output inside, so that a reader that went away (`| head`) is noticed here."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        # The interpreter flushes once more when it ends and would complain then.
        devnull = os.open(os.devnull, os.O_WRONLY)
        os.dup2(devnull, sys.stdout.fileno())
        raise


def _explained(error: BaseException, package: str) -> str | None:
    """The text for what Django raises when the database or a value is not as it should be."""
    if "django" not in sys.modules:
        return None
    from django.core.exceptions import ValidationError
    from django.db import DatabaseError, InterfaceError

    if isinstance(error, ValidationError):
        return "; ".join(error.messages)
    if isinstance(error, DatabaseError | InterfaceError):
        text = (str(error).strip().splitlines() or [type(error).__name__])[0]
        if "no such table" in text or "no such column" in text or "does not exist" in text:
            return f"{text}: the database is not up to the models; run: python -m {package} migrate"
        return f"database: {text}"
    return None

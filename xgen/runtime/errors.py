"""The exceptions of the runtime: what a step may raise, and what the store raises at its users."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


class DeferredException(Exception):  # noqa: N818 - the name that authors of this field know
    """Not yet: the step cannot finish now and asks to be run again ``after`` some seconds.

    No attempt is spent and no backoff grows; the object shows the text as its state.
    """

    def __init__(self, message: str = "", *, after: float | None = None) -> None:
        super().__init__(message)
        self.after = after

    def __reduce__(self) -> tuple[object, ...]:
        return (_deferred, (*self.args, self.after))


def _deferred(message: str, after: float | None) -> DeferredException:
    return DeferredException(message, after=after)


class InnocuousException(Exception):  # noqa: N818 - likewise
    """Reported on the object, but not an error: the step counts as done."""


class PermanentException(Exception):  # noqa: N818 - likewise
    """Trying again is of no use until the object changes or an operator asks for it."""


class StepNotImplemented(PermanentException):
    """A step or policy method that its author has yet to fill in."""


class RuntimeUserError(Exception):
    """A mistake of the user of a synchronizer: shown as it is, never with a traceback."""


class ConfigError(RuntimeUserError):
    """A config file that cannot be used, with its place (from 1) and what to do about it."""

    def __init__(
        self,
        message: str,
        *,
        path: str | None = None,
        line: int | None = None,
        column: int | None = None,
        help: str | None = None,  # noqa: A002 - the word that diagnostics use everywhere
    ) -> None:
        super().__init__(message)
        self.message = message
        self.path = path
        self.line = line
        self.column = column
        self.help = help

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.path, self.line, self.column) if part)
        text = f"{place}: {self.message}" if place else self.message
        return f"{text} ({self.help})" if self.help else text


class ConfigErrors(ConfigError):  # noqa: N818 - reads as what happened
    """All that is wrong with a config, one a line; never empty."""

    def __init__(self, errors: Sequence[ConfigError]) -> None:
        super().__init__(errors[0].message)
        self.errors = tuple(errors)

    def __str__(self) -> str:
        return "\n".join(str(error) for error in self.errors)


class DatabaseGone(RuntimeUserError):  # noqa: N818 - reads as what happened
    """The database was taken away from under a running synchronizer."""


class DataError(RuntimeUserError):
    """A change that the store refuses; the database stays as it was."""


class ForbiddenWrite(DataError):  # noqa: N818 - reads as what happened
    """A write to a field whose kind of state is not the writer's to change."""

    def __init__(self, model: str, field: str, writer: str, why: str) -> None:
        super().__init__(f"{writer} may not write {model}.{field}: {why}")
        self.model = model
        self.field = field
        self.writer = writer
        self.why = why

    def __reduce__(self) -> tuple[object, ...]:
        return (type(self), (self.model, self.field, self.writer, self.why))


class AccessDenied(DataError):  # noqa: N818 - reads as what happened
    """An access policy that does not let this user do this with this object."""

    def __init__(self, user: str, action: str, obj: str, policy: str) -> None:
        super().__init__(f"{user} may not {action} {obj}: policy {policy} does not allow it")
        self.user = user
        self.action = action
        self.obj = obj
        self.policy = policy

    def __reduce__(self) -> tuple[object, ...]:
        return (type(self), (self.user, self.action, self.obj, self.policy))


class PolicyError(DataError):
    """A policy or validator that cannot be worked out: it asks for what is not there."""


class WriteProtected(DataError):  # noqa: N818 - reads as what happened
    """A deletion that would take a write-protected object."""


class DeletedPeer(DataError):  # noqa: N818 - reads as what happened
    """A link to an object that is deleted or was never there."""


class PendingChange(DataError):  # noqa: N818 - reads as what happened
    """What a pull brought would overwrite a change that the back-end has yet to hear of."""


class BadKey(DataError):  # noqa: N818 - reads as what happened
    """A value that cannot be the natural key of any object of its model."""


class NoSuchObject(DataError):  # noqa: N818 - reads as what happened
    """A natural key that no object has."""


class AmbiguousKey(DataError):  # noqa: N818 - reads as what happened
    """A natural key that several objects have."""

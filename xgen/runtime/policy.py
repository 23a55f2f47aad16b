"""The base class of model policies: how a change of one object changes others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

import structlog

from xgen.runtime.step import NOWHERE, StepContext

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xgen.runtime.models import Object

__all__ = ["ModelPolicy"]

M = TypeVar("M", bound="Object")


class ModelPolicy(Generic[M]):
    """Looks at an object each time it was changed, before its step does, and may change others.

    A run is one transaction: all of its writes happen or none. So it should be short and leave
    back-ends alone, which is what steps are for. Each run has an instance of its own.
    """

    model: ClassVar[type[Any]]
    """The model whose objects this policy is for, and those of models derived from it."""
    select_related: ClassVar[tuple[str, ...]] = ()
    """Links to load together with the object."""

    def __init__(self, context: StepContext = NOWHERE) -> None:
        self.context = context
        self.config: Mapping[str, Any] = context.settings
        self._log: Any = None

    @property
    def log(self) -> Any:
        """A logger with the object at hand bound to each line."""
        if self._log is None:
            self._log = structlog.stdlib.get_logger(type(self).__module__)
        return self._log

    @log.setter
    def log(self, value: Any) -> None:
        self._log = value

    def handle_create(self, o: M) -> None:
        """Look at a new object; called until it succeeds once."""

    def handle_update(self, o: M) -> None:
        """Look at an object that was changed, by a user or in its feedback state."""

    def handle_delete(self, o: M) -> None:
        """Look at an object that is about to be deleted from the back-end."""

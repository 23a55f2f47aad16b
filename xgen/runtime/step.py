"""The base class of sync steps: how one object becomes back-end configuration."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Generic, NoReturn, TypeVar

import structlog

from xgen.runtime.errors import StepNotImplemented

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from xgen.runtime.models import Object

__all__ = ["StepContext", "SyncStep", "not_implemented"]

M = TypeVar("M", bound="Object")


@dataclass(frozen=True, slots=True, kw_only=True)
class StepContext:
    """What a step or policy may know about where it runs."""

    package: str = ""
    synchronizer: str = ""
    folder: Path = field(default_factory=Path)
    """The folder of the package: playbooks, templates and so on are in it."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    """The section ``settings`` of config.yaml, which is the author's own."""
    ansible: Mapping[str, Any] = field(default_factory=dict)
    """The section ``ansible`` of config.yaml."""
    timeout: float | None = None
    """Seconds that a run may take where its step does not say: config.yaml's ``timeout``."""


NOWHERE = StepContext()


class SyncStep(Generic[M]):
    """Brings the back-end into the state that an object declares.

    Each run has an instance of its own, so attributes are free to use. A step may be run again at
    any time, also after it was killed half-way: it should find out what is there and mend it.
    It may write feedback fields of ``o``; what it leaves unsaved is saved when it returns or
    raises. ``backend_handle`` is saved at the moment it is assigned, so that what was created can
    be deleted whatever happens next.
    """

    observes: ClassVar[type[Any]]
    """The model whose objects this step syncs, and those of models derived from it."""
    timeout: ClassVar[float | None] = None
    """Seconds that a run may take; None for what config.yaml says."""
    backend: ClassVar[str | Callable[[Any], str | None]] = ""
    """The back-end that this step works on, in the author's words; a static method that takes
    the object, where objects are behind several. Limits and the circuit breaker go by it, and what
    is behind it is synced again when a pull or event step says that it restarted."""
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

    def sync_record(self, o: M) -> None:
        """Create or update what ``o`` stands for."""
        not_implemented(self, "sync_record", o)

    def delete_record(self, o: M) -> None:
        """Remove what ``o`` stood for; that it is gone already is success."""
        not_implemented(self, "delete_record", o)

    def plan(self, o: M) -> Iterable[str] | None:
        """Return in lines what a run would change at the back-end now, without changing it.

        For `plan`, which shows them; the database is read-only meanwhile. An object with
        ``deleted`` set would be removed. None: this step cannot tell.
        """
        del o
        return None


def not_implemented(owner: object, method: str, o: object) -> NoReturn:
    """Say in which file the author has to write which method."""
    kind = type(owner)
    place = f"{kind.__module__.replace('.', '/')}.py"
    raise StepNotImplemented(f"{kind.__name__}.{method} in {place}, for {type(o).__name__} objects")

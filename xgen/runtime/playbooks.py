"""The sync step that is a playbook: `AnsibleStep`.

How a playbook is run is in `playbook_run`; here is what it is told: the object's inputs as
plain data, and `state`, which is `present` or `absent`.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast
from uuid import UUID

from xgen.runtime import secrets
from xgen.runtime.errors import PermanentException
from xgen.runtime.playbook_result import PlaybookFailedException, PlaybookResult, TaskFailure
from xgen.runtime.playbook_run import AnsibleSettings, run_playbook
from xgen.runtime.step import SyncStep

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from xgen.runtime.models import Object

__all__ = [
    "AnsibleSettings",
    "AnsibleStep",
    "PlaybookFailedException",
    "PlaybookResult",
    "TaskFailure",
    "flatten",
    "run_playbook",
]

M = TypeVar("M", bound="Object")

_PRESENT, _ABSENT = "present", "absent"


class AnsibleStep(SyncStep[M]):
    """Brings the back-end into the state of an object by running a playbook.

    The playbook gets what `variables` returns, plus `state`: `present` to create or update,
    `absent` to remove. Text arrives as text: what is in the database is never a template. It
    has succeeded when no host failed; otherwise the failing task is in the object's status.
    """

    playbook: ClassVar[str]
    """Name of the file in the package's folder `playbooks`."""

    def sync_record(self, o: M) -> None:
        """Runs the playbook with `state: present`."""
        self.run(o, _PRESENT)

    def delete_record(self, o: M) -> None:
        """Runs the playbook with `state: absent`."""
        self.run(o, _ABSENT)

    def variables(self, o: M) -> Mapping[str, object]:
        """What the playbook is told; the object's inputs, links as what their objects declare."""
        inputs = getattr(self, "inputs", None)
        flat: Mapping[str, object] = flatten(inputs(o) if inputs is not None else o)
        return flat

    def finished(self, o: M, result: PlaybookResult) -> None:
        """Called after a success, to take feedback from what the playbook left in `set_stats`."""

    def plan(self, o: M) -> Iterable[str] | None:
        """What the playbook would change, as `--check --diff` has it."""
        result = self.run(o, _ABSENT if o.deleted else _PRESENT, check=True)
        return result.changes or ("no task would change anything",)

    def run(self, o: M, state: str, *, check: bool = False) -> PlaybookResult:
        """Runs the playbook for an object; raises unless it succeeded. `check`: in check mode."""
        with secrets.hiding(_secrets_of(o)):
            variables = flatten(dict(self.variables(o)))
            if "state" in variables:  # the playbook's own word for what it is to do
                variables["wanted_state"] = variables["state"]
            variables["state"] = state
            variables.setdefault("backend_handle", getattr(o, "backend_handle", None))
            result = run_playbook(
                self.context.folder / "playbooks" / self._playbook(),
                variables,
                settings=AnsibleSettings.from_config(self.context.ansible),
                timeout=self.timeout if self.timeout is not None else self.context.timeout,
                log=None if check else self.log.bind(playbook=self.playbook),
                check=check,
            )
            if state == _PRESENT and not check:
                self.finished(o, result)
            return result

    def _playbook(self) -> str:
        name = getattr(self, "playbook", None)
        if not name:
            raise PermanentException(f"{type(self).__name__} names no playbook")
        return cast("str", name)


def flatten(value: Any) -> Any:
    """Plain data for a playbook; objects become dicts of their declarative scalar fields."""
    if isinstance(value, dict):
        return {str(name): flatten(item) for name, item in value.items()}
    if hasattr(type(value), "_meta"):
        return _object(value)
    if isinstance(value, Decimal | UUID):
        return str(value)
    if value is None or isinstance(value, str | int | float) or hasattr(value, "isoformat"):
        return value
    if hasattr(value, "all"):  # a manager of the far side of a link
        value = value.all()
    return [flatten(item) for item in value] if hasattr(value, "__iter__") else str(value)


def _object(o: Any) -> dict[str, Any]:
    from xgen.runtime.kinds import Kind, is_object, shape_of

    if not is_object(type(o)):
        return {"id": o.pk, "name": str(o)}
    o = o.leaf
    found: dict[str, Any] = {"id": o.pk, "backend_handle": o.backend_handle}
    for column in shape_of(cast("Any", type(o))).columns:
        if column.kind is Kind.DECLARATIVE and not column.field.is_relation:
            found[column.field.name] = flatten(getattr(o, column.attname))
    return found


def _secrets_of(o: Any) -> Iterator[object]:
    """The secret values of an object and of what it links to: none may reach a log."""
    from xgen.runtime.kinds import is_object, shape_of

    yield from secrets.values_of(o)
    for link in shape_of(cast("Any", type(o))).links if is_object(type(o)) else ():
        peer = getattr(o, link.name, None)
        if peer is not None:
            yield from secrets.values_of(peer)

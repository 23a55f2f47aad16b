"""Applying object files: create or update by natural key, all or nothing.

Every entry is checked against its model first (`declared`), then all are written in one
transaction, peers before those that link to them; the order in the files does not matter. All
problems of a run are found, each with its place, and any problem takes everything back.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction

from xgen.runtime import secrets
from xgen.runtime.access.acting import unrestricted
from xgen.runtime.declared import Declared, declare, missing
from xgen.runtime.documents import Documents, Problem
from xgen.runtime.errors import DataError
from xgen.runtime.kinds import is_object, shape_of
from xgen.runtime.objects import (
    UnknownModelError,
    as_clause,
    find_model,
    key_text,
    leaf,
    manager,
    matching,
    meta,
    natural_key,
)
from xgen.runtime.references import References
from xgen.runtime.removal import remove
from xgen.runtime.values import owner_model

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

CREATED, UPDATED, UNCHANGED, DELETED = "created", "updated", "unchanged", "deleted"


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of one entry."""

    model: str
    key: str
    id: int
    action: str
    #: Names of the fields that were changed.
    fields: tuple[str, ...] = ()
    #: What was deleted along with it.
    along: tuple[str, ...] = ()


@dataclass(slots=True)
class ApplyResult:
    """What a run did, or would have done; nothing was written when there are problems."""

    applied: list[Applied] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether everything was applied."""
        return not self.problems


def apply(
    documents: Documents, *, package: str | None = None, dry_run: bool = False
) -> ApplyResult:
    """Creates and updates the objects of files; `dry_run` takes everything back at the end."""
    return _in_transaction(documents, package, dry_run, lambda run: run.write())


def delete(
    documents: Documents, *, package: str | None = None, dry_run: bool = False
) -> ApplyResult:
    """Deletes the objects that files name; those that are not there are no problem."""
    return _in_transaction(documents, package, dry_run, lambda run: run.delete())


def _in_transaction(
    documents: Documents, package: str | None, dry_run: bool, work: Callable[[_Run], None]
) -> ApplyResult:
    result = ApplyResult(problems=list(documents.problems))
    with transaction.atomic():
        run = _Run(documents, package, result)
        work(run)
        if dry_run or result.problems:
            transaction.set_rollback(True)
    result.problems = sorted(set(result.problems), key=lambda problem: problem.place)
    if result.problems:
        result.applied.clear()
    return result


class _Run:
    """One run over all entries; lives inside its transaction."""

    def __init__(self, documents: Documents, package: str | None, result: ApplyResult) -> None:
        self.result = result
        self.problems = result.problems
        self.declared: list[Declared] = []
        for entry in documents.entries:
            try:
                model = find_model(entry.model, package)
            except UnknownModelError as error:
                self.problems.append(Problem(entry.place, str(error)))
                continue
            self.declared.append(declare(entry, model, self.problems))
        self.references = References(self.declared, self.problems)
        self._state: dict[int, str] = {}
        self._later: list[tuple[Declared, str]] = []
        self._actions: dict[int, tuple[str, tuple[str, ...]]] = {}

    def write(self) -> None:
        """Writes all entries; peers first, links that close a circle last."""
        for declared in self.declared:
            self._write(declared)
        for declared, name in self._later:
            self._set_later(declared, name)
        for declared in self.declared:
            if declared.obj is not None and not declared.broken:
                self._set_many(declared)
        for declared in self.declared:
            if declared.obj is not None and not declared.broken:
                action, fields = self._actions[id(declared)]
                self.result.applied.append(_applied(declared.obj, action, fields))

    def delete(self) -> None:
        """Deletes in reverse order, so that what links to others goes first."""
        found = []
        for declared in self.declared:
            obj = None if declared.broken else self._existing(declared)
            if obj is not None:
                found.append((declared, obj))
        for declared, obj in reversed(found):
            with_key = _applied(obj, DELETED)
            along: list[str] = []
            if self._guarded(declared, partial(_remove, obj, along)):
                self.result.applied.append(replace(with_key, along=tuple(along)))

    def _write(self, declared: Declared) -> None:
        if id(declared) in self._state:
            return
        self._state[id(declared)] = "open"
        links: dict[str, models.Model | None] = {}
        for name in declared.links:
            peer = self._peer(declared, name)
            if peer is not self:
                links[name] = cast("models.Model | None", peer)
        for other in self._owners(declared):
            self._write(other)
        for value in declared.many.values():
            for other in self.references.in_files(declared, value):
                self._write(other)
        self._state[id(declared)] = "done"
        declared.obj = self._existing(declared)
        if declared.obj is None and declared.pk is None and not declared.broken:
            self._check_complete(declared)
        if declared.broken:
            return
        fresh = declared.obj is None
        obj = declared.model() if declared.obj is None else declared.obj
        changed = _assign(obj, declared.values, links)
        if (fresh or changed) and not self._guarded(declared, obj.save):
            return
        declared.obj = obj
        action = CREATED if fresh else UPDATED if changed else UNCHANGED
        self._actions[id(declared)] = (action, () if fresh else changed)

    def _peer(self, declared: Declared, name: str) -> models.Model | _Run | None:
        """The object that a link leads to, written before if it is in the files.

        The run itself stands for "set this link later": the peer waits for this very object.
        """
        value = declared.links[name]
        if value.data is None:
            return None
        link = cast("models.ForeignKey[Any, Any]", meta(declared.model).get_field(name))
        for other in self.references.in_files(declared, value, name):
            if self._state.get(id(other)) == "open":
                if link.null:
                    self._later.append((declared, name))
                    return self
                self._problem(declared, name, f"{name} and what it leads to need each other first")
                return None
            self._write(other)
        return self.references.resolve(declared, name, value)

    def _set_later(self, declared: Declared, name: str) -> None:
        if declared.obj is None or declared.broken:
            return
        peer = self.references.resolve(declared, name, declared.links[name])
        changed = _assign(declared.obj, {}, {name: peer})
        if changed and self._guarded(declared, declared.obj.save):
            self._note_change(declared, name)

    def _set_many(self, declared: Declared) -> None:
        obj = cast("models.Model", declared.obj)
        for name, value in declared.many.items():
            peers = self.references.resolve_all(declared, name, value)
            if peers is None:
                continue
            related = getattr(obj, name)
            if {peer.pk for peer in peers} == set(related.values_list("pk", flat=True)):
                continue
            if self._guarded(declared, partial(related.set, peers)):
                self._note_change(declared, name)

    def _note_change(self, declared: Declared, name: str) -> None:
        action, fields = self._actions[id(declared)]
        if action != CREATED:
            self._actions[id(declared)] = (UPDATED, (*fields, name))

    def _existing(self, declared: Declared) -> models.Model | None:
        """The object that an entry means; None when it is to be created."""
        if declared.pk is not None:
            with unrestricted():
                found = [leaf(one) for one in manager(declared.model).filter(pk=declared.pk)]
            if not found:
                self._problem(
                    declared, "id", f"there is no {declared.title()} with id {declared.pk}"
                )
            return found[0] if found else None
        wanted = self.references.key_of(declared)
        if wanted is None:
            return None
        with unrestricted():  # one that the user may not see is not there to be made again
            found = [leaf(one) for one in matching(declared.model, wanted)[:2]]
        if len(found) > 1:
            text = f"several objects of {declared.title()} have this key; give its id"
            self._problem(declared, "", text)
            return None
        return found[0] if found else None

    def _owners(self, declared: Declared) -> Sequence[Declared]:
        """Entries of the service that owns an object without saying so: they come first."""
        if not is_object(declared.model) or "owner" in declared.links:
            return ()
        shape = shape_of(cast("Any", declared.model))
        if shape.owner is None or "owner" not in shape.by_name:
            return ()
        try:
            owner = owner_model(shape)
        except ValidationError:
            return ()
        return [other for other in self.declared if issubclass(other.model, owner)]

    def _check_complete(self, declared: Declared) -> None:
        for name in missing(declared):
            self._problem(declared, name, f"{declared.title()} needs {name}")

    def _guarded(self, declared: Declared, write: Callable[[], object]) -> bool:
        """Writes in a savepoint; what the store refuses becomes a problem."""
        try:
            with transaction.atomic():
                write()
        except ValidationError as error:
            for name, text in _messages(error):
                self._problem(declared, name, text)
        except DataError as error:
            self._problem(declared, "", str(error))
        except IntegrityError as error:
            self._problem(declared, "", _integrity_text(declared, error))
        return not declared.broken

    def _problem(self, declared: Declared, name: str, text: str) -> None:
        declared.broken = True
        hidden = [
            declared.values[secret]
            for secret in secrets.secret_fields(declared.model)
            if declared.values.get(secret)
        ]
        with secrets.hiding(hidden):
            text = secrets.hide_values(text)
        self.problems.append(Problem(declared.place_of(name), text))


def _assign(
    obj: models.Model, values: dict[str, Any], links: dict[str, models.Model | None]
) -> tuple[str, ...]:
    """Sets what differs and returns the names of it."""
    changed = []
    for name, value in values.items():
        if getattr(obj, name) != value:
            setattr(obj, name, value)
            changed.append(name)
    for name, peer in links.items():
        attname = meta(type(obj)).get_field(name).attname  # type: ignore[union-attr]  # links have columns
        if getattr(obj, attname) != (None if peer is None else peer.pk):
            setattr(obj, name, peer)
            changed.append(name)
    return tuple(changed)


def _remove(obj: models.Model, along: list[str]) -> None:
    along.extend(remove(obj))


def _applied(obj: models.Model, action: str, fields: tuple[str, ...] = ()) -> Applied:
    return Applied(type(obj).__name__, key_text(obj), obj.pk, action, fields)


def _messages(error: ValidationError) -> list[tuple[str, str]]:
    if not hasattr(error, "error_dict"):
        return [("", message) for message in error.messages]
    return [
        (name, f"{name}: {as_clause(message)}")
        for name, messages in error.message_dict.items()
        for message in messages
    ]


def _integrity_text(declared: Declared, error: IntegrityError) -> str:
    """Says what clashes; the usual reason is an object whose deletion is still under way."""
    key = {
        name: declared.values[name]
        for name in natural_key(declared.model)
        if name in declared.values
    }
    going = manager(declared.model, deleted=True).filter(**key) if key else None
    if going is not None and is_object(declared.model) and going.filter(deleted=True).exists():
        return (
            f"another {declared.title()} with this key is still being deleted; "
            "apply again when its deletion is done"
        )
    return f"the database refuses it: {str(error).splitlines()[0]}"

"""What is looked at before an object is written: its validators, and whether the user may.

A change is allowed when the policy allows it on the object as it is stored and as it would be:
nobody gets hold of an object by changing what its policy looks at.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from django.core.exceptions import ValidationError

from xgen.runtime.access.acting import acting_user, unrestricted, writing
from xgen.runtime.access.guard import allowed, require_write
from xgen.runtime.access.plain import by_ids, stored
from xgen.runtime.access.rules import access_of, validators_of
from xgen.runtime.access.values import get
from xgen.runtime.errors import PolicyError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from django.db.models import Model

_PLACE: Final = re.compile(r"\{\{|\}\}|\{\s*obj((?:\.[A-Za-z_][A-Za-z0-9_]*)*)\s*\}")


def admit_new(objects: Iterable[Model]) -> None:
    """Refuse new objects that a validator does not accept, or that the user may not make."""
    for one in objects:
        validate(one)
        if (user := acting_user()) is not None:
            require_write(one, user)


def admit_change(one: Model, using: str, *, declared: bool) -> None:
    """Refuse a change of an object; ``declared`` says that it is not only feedback."""
    if declared:
        validate(one)
    user = acting_user()
    if user is None or access_of(type(one)) is None:
        return
    before = stored(type(one), using).filter(pk=one.pk).first()
    if before is not None:
        require_write(before, user)
    require_write(one, user)


def admit_rows(model: type[Model], ids: Collection[Any], using: str, *, known: bool = True) -> None:
    """Refuse a change of all these rows when the user may not make it on one of them.

    ``known`` says that the user asked for these, so that their names tell nothing new.
    """
    user = acting_user()
    if user is None or access_of(model) is None:
        return
    for rows in by_ids(model, ids, using):
        may = set(allowed(rows, writing(user)).values_list("pk", flat=True))
        for one in rows.exclude(pk__in=may).order_by("pk")[:1]:
            require_write(one, user, known=known)


def validate_rows(model: type[Model], ids: Collection[Any], using: str) -> None:
    """Refuse rows that a validator does not accept; the transaction takes them back."""
    if validators_of(model):
        for rows in by_ids(model, ids, using):
            for one in rows:
                validate(one)


def validate(one: Model) -> None:
    """Raise ValidationError with the messages of all validators that do not accept an object."""
    if not validators_of(type(one)):
        return
    with unrestricted():
        errors = [
            ValidationError(formatted(each.message, one), code=each.policy)
            for each in validators_of(type(one))
            if not each.holds(one, None)
        ]
    if errors:
        raise ValidationError(errors)


def formatted(message: str, obj: Any) -> str:
    """Return a validator's message with what the object says in place of ``{obj.x}``."""

    def filled(place: re.Match[str]) -> str:
        if place[0] in ("{{", "}}"):
            return place[0][0]
        path = (place[1] or "").removeprefix(".")
        try:
            return str(get(obj, path) if path else obj)
        except PolicyError:
            return place[0]  # a slip in a message must not hide what it is about

    return _PLACE.sub(filled, message)

"""Verdicts on objects, and lists of those that a user may see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar

from xgen.runtime.access.acting import Context, acting_user, reading, unrestricted, writing
from xgen.runtime.access.plain import stored
from xgen.runtime.access.rules import Access, access_of
from xgen.runtime.access.symbols import CannotFilter, Row
from xgen.runtime.access.where import lower
from xgen.runtime.errors import AccessDenied

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import Model, QuerySet

    from xgen.runtime.access.where import Lowered

M = TypeVar("M", bound="Model")

DEFAULT_POLICY: Final = "xos_default_policy"
"""The name under which the absence of a policy is known; it allows everything."""


def verdict(obj: Model, ctx: Context) -> tuple[bool, str]:
    """Return whether the policy of an object's model allows this, and the policy's name."""
    access = access_of(type(obj))
    if access is None:
        return True, DEFAULT_POLICY
    with unrestricted():
        return access.holds(obj, ctx), access.policy


def require_read(obj: Model, user: Any, *, known: bool = True) -> None:
    """Raise AccessDenied unless ``user`` may read ``obj``; ``known`` lets it call it by its name."""
    _require(obj, reading(user), "read", known=known)


def require_write(obj: Model, user: Any, *, known: bool = True) -> None:
    """Raise AccessDenied unless ``user`` may change ``obj``."""
    _require(obj, writing(user), "change", known=known)


def _require(obj: Model, ctx: Context, action: str, *, known: bool) -> None:
    allowed, policy = verdict(obj, ctx)
    if not allowed:
        from xgen.runtime.objects import named

        if not known and not verdict(obj, reading(ctx.user))[0]:
            raise AccessDenied(str(ctx.user), action, f"{type(obj).__name__} #{obj.pk}", policy)
        with unrestricted():
            raise AccessDenied(str(ctx.user), action, named(obj), policy)


def deny_hidden(model: type[Model], wanted: Mapping[str, Any], using: str | None) -> None:
    """Raise AccessDenied if the object is there and it is the user who may not read it."""
    user = acting_user()
    if user is not None:
        for one in stored(model, using).filter(**wanted):
            require_read(one, user, known=False)


def allowed(query: QuerySet[M], ctx: Context) -> QuerySet[M]:
    """Return the rows of ``query``, which nobody is restricted in, on which ``ctx`` is allowed.

    Where the policy cannot filter, Python looks at each row, and the numbers of those that are
    left make the list.
    """
    access = access_of(query.model)
    if access is None:
        return query
    with unrestricted():
        found = condition(query.model, access, ctx)
        if found is True:
            return query
        if found is False:
            return query.none()
        if found is None:
            return query.filter(pk__in=[one.pk for one in query if access.holds(one, ctx)])
        return query.filter(found)


def condition(model: type[Model], access: Access, ctx: Context) -> Lowered | None:
    """Return the condition for rows on which a policy allows ``ctx``; None if Python has to look."""
    if access.filter is None:
        return None
    try:
        return lower(access.filter(Row(model, 0), ctx))
    except CannotFilter:
        return None

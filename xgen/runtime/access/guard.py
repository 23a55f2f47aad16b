"""Verdicts on objects, and lists of those that a user may see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar

from xgen.runtime.access.acting import Context, reading, unrestricted, writing
from xgen.runtime.access.rules import Access, access_of
from xgen.runtime.access.symbols import CannotFilter, Row
from xgen.runtime.access.where import lower
from xgen.runtime.errors import AccessDenied

if TYPE_CHECKING:
    from collections.abc import Collection

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


def require_read(obj: Model, user: Any) -> None:
    """Raise AccessDenied unless ``user`` may read ``obj``."""
    _require(obj, reading(user), "read")


def require_write(obj: Model, user: Any) -> None:
    """Raise AccessDenied unless ``user`` may change ``obj``."""
    _require(obj, writing(user), "change")


def _require(obj: Model, ctx: Context, action: str) -> None:
    allowed, policy = verdict(obj, ctx)
    if not allowed:
        from xgen.runtime.objects import named

        with unrestricted():
            raise AccessDenied(str(ctx.user), action, named(obj), policy)


def visible(query: QuerySet[M], user: Any) -> QuerySet[M]:
    """Return the objects of ``query`` that ``user`` may read, chosen by the database."""
    return allowed(query, reading(user))


def allowed(query: QuerySet[M], ctx: Context) -> QuerySet[M]:
    """Return the objects of ``query`` on which their policy allows ``ctx``.

    Where the policy cannot filter, Python looks at each row, and the numbers of those that are
    left make the list.
    """
    access = access_of(query.model)
    if access is None:
        return query
    with unrestricted():
        found = _condition(query.model, access, ctx)
        if found is True:
            return query
        if found is False:
            return query.none()
        if found is None:
            return query.filter(pk__in=_by_hand(query, access, ctx))
        return query.filter(found)


def _condition(model: type[Model], access: Access, ctx: Context) -> Lowered | None:
    if access.filter is None:
        return None
    try:
        return lower(access.filter(Row(model, 0), ctx))
    except CannotFilter:
        return None


def _by_hand(query: QuerySet[Any], access: Access, ctx: Context) -> Collection[Any]:
    rows = query.model._base_manager.using(query.db).filter(pk__in=query.order_by().values("pk"))
    return [one.pk for one in rows if access.holds(one, ctx)]

"""Values that policies read: attributes, collections, comparisons, Python escapes.

Null propagates: an attribute of null is null. An attribute that is not there is a mistake of the
policy and is told. What the database has yet to be asked for (``symbols``) is read the same way.
"""

from __future__ import annotations

import builtins
from collections.abc import Collection
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Manager, Model, QuerySet

from xgen.runtime.access.plain import laid_open
from xgen.runtime.access.symbols import CannotFilter, Symbol
from xgen.runtime.errors import PolicyError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from types import CodeType

_BUILTINS: Final = {
    name: getattr(builtins, name)
    for name in (
        "abs", "all", "any", "bool", "dict", "enumerate", "float", "frozenset", "int", "len",
        "list", "max", "min", "range", "reversed", "round", "set", "sorted", "str", "sum",
        "tuple", "zip",
    )
}  # fmt: skip


class Objects:
    """The objects that a link with many ends leads to, or a query gives: a collection."""

    def __init__(self, query: QuerySet[Any]) -> None:
        self.query = query

    def __bool__(self) -> bool:
        return self.query.exists()

    def __iter__(self) -> Iterator[Any]:
        return iter(self.query)

    def __contains__(self, value: object) -> bool:
        model: type[Model] = self.query.model
        if not isinstance(value, Model) or root_of(type(value)) is not root_of(model):
            return False
        return self.query.filter(pk=value.pk).exists()

    def all(self) -> Objects:
        """Return the collection itself, as managers do."""
        return self


def get(value: Any, path: str) -> Any:
    """Return what ``path``, names with dots and perhaps ``()`` at the end, leads to."""
    names = path.removesuffix("()").split(".")
    for name in names:
        if value is None:
            return None
        value = value.read(name) if isinstance(value, Symbol) else _attribute(value, name)
    if value is None or not path.endswith("()"):
        return value
    if isinstance(value, Symbol):
        return value.called()
    if not callable(value):
        raise PolicyError(f"`{path}` cannot be called: it is a {type(value).__name__}")
    return _collected(value())


def _attribute(value: Any, name: str) -> Any:
    try:
        return _collected(getattr(value, name))
    except ObjectDoesNotExist:
        return None  # the other side of a one-to-one link: nobody is there
    except AttributeError:
        if isinstance(value, Model) and hasattr(type(value), name):
            raise  # a fault inside of a property
        kind = "collection" if isinstance(value, Objects) else type(value).__name__
        raise PolicyError(f"a {kind} has no attribute `{name}`") from None
    except ValueError:
        if isinstance(value, Model) and value.pk is None:
            return ()  # an object that is yet to be saved has nothing linked to it
        raise


def _collected(value: Any) -> Any:
    if isinstance(value, Manager):
        value = value.all()
    if not isinstance(value, QuerySet):
        return value
    # What a list that was made for a user holds is not what is there.
    for_user = getattr(value.query, "readers", ())
    return Objects(laid_open(value) if for_user else value)


def elements(value: Any) -> Iterable[Any]:
    """Return what a quantifier over a collection looks at; null has no elements."""
    if value is None:
        return ()
    if isinstance(value, Objects):
        return value
    if isinstance(value, str) or not isinstance(value, Collection):
        raise PolicyError(f"{value!r} is no collection, so nothing can be said about its elements")
    return value


def equal(left: Any, right: Any) -> bool:
    """Say whether two values are equal: numbers as numbers, objects by model and number."""
    if isinstance(left, Model) or isinstance(right, Model):
        return left is right or (
            isinstance(left, Model)
            and isinstance(right, Model)
            and left.pk is not None
            and left.pk == right.pk
            and root_of(type(left)) is root_of(type(right))
        )
    return bool(left == right)


def is_in(value: Any, container: Any) -> bool:
    """Say whether a collection or text holds ``value``; null holds nothing."""
    if isinstance(container, str):
        return isinstance(value, str) and value in container
    if isinstance(container, Objects):
        return value in container
    return any(equal(element, value) for element in elements(container))


def granted(policy: Callable[[Any, Any], bool], target: Any, ctx: Any) -> bool:
    """Return the verdict of a called policy; where there is nothing to guard it grants."""
    if not target:
        return True
    try:
        return policy(target, ctx)
    except RecursionError:
        name = getattr(policy, "__name__", "a policy")
        why = f"policy `{name}` is called without end: the objects go in a circle"
        raise PolicyError(why) from None


def python(code: str, **names: Any) -> Any:
    """Return the value of a Python escape; the generator has looked at what it may do."""
    if any(isinstance(value, Symbol) for value in names.values()):
        raise CannotFilter(f"`{{{{ {code} }}}}` is Python, which no database runs")
    try:
        return eval(_compiled(code), {"__builtins__": _BUILTINS, **names})  # noqa: S307 - the point
    except Exception as error:
        why = f"{type(error).__name__}: {error}"
        raise PolicyError(f"`{{{{ {code} }}}}` failed: {why}") from error


@cache
def _compiled(code: str) -> CodeType:
    return compile(code, "<policy>", "eval")


@cache
def root_of(model: type[Model]) -> type[Model]:
    """Return the model whose table numbers the objects of ``model``: equal numbers, one object."""
    concrete = model._meta.concrete_model or model
    for parent in concrete._meta.parents:
        return root_of(parent)
    return concrete

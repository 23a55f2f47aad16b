"""Data classes that cost little to define.

``dataclasses.dataclass`` writes and compiles six methods for each class when its module is
imported; for the seventy classes behind one run that is a third of the whole start (30 of 95 ms).
Here the methods are shared, except ``__init__``, which is compiled when some objects were made.
Names and meaning are those of the standard module, for the part that the generator uses, so that
going back is a matter of one import. ``docs/decisions/`` has the measurements.
"""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeVar, dataclass_transform, overload

if TYPE_CHECKING:
    from collections.abc import Callable

_T = TypeVar("_T")
_C = TypeVar("_C", bound=type)
_set = object.__setattr__
_FEW = 4
"""Objects that are made before compiling the constructor costs less than doing without."""


class FrozenInstanceError(AttributeError):
    """An attribute of a frozen object was to be changed."""


class _Missing:
    """The default of what has none."""


_MISSING = _Missing()


class Field:
    """What is known about one attribute."""

    __slots__ = ("compare", "default", "factory", "kw_only", "name", "repr")

    def __init__(self, *, default: Any, factory: Any, compare: bool, show: bool) -> None:
        self.name = ""
        self.default = default
        self.factory = factory
        self.compare = compare
        self.repr = show
        self.kw_only = False


@overload
def field(*, default: _T, compare: bool = True, repr: bool = True) -> _T: ...
@overload
def field(
    *,
    default_factory: Callable[[], _T],
    compare: bool = True,
    repr: bool = True,
) -> _T: ...
@overload
def field(*, compare: bool = True, repr: bool = True) -> Any: ...
def field(
    *,
    default: Any = _MISSING,
    default_factory: Any = _MISSING,
    compare: bool = True,
    repr: bool = True,  # noqa: A002  the standard module's name
) -> Any:
    """Describe an attribute more closely than by its type and default."""
    return Field(default=default, factory=default_factory, compare=compare, show=repr)


@dataclass_transform(field_specifiers=(field,))
def dataclass(
    *, frozen: bool = False, slots: bool = False, kw_only: bool = False, eq: bool = True
) -> Callable[[_C], _C]:
    """Make a class whose annotated names are its attributes and its constructor's parameters."""

    def decorate(cls: _C) -> _C:
        return _build(cls, frozen=frozen, slots=slots, kw_only=kw_only, eq=eq)

    return decorate


def replace(instance: _T, /, **changes: Any) -> _T:
    """Return a copy of ``instance`` with some attributes changed."""
    names: tuple[str, ...] = type(instance).__match_args__  # type: ignore[attr-defined]
    return type(instance)(**{name: getattr(instance, name) for name in names} | changes)


def _build(cls: _C, *, frozen: bool, slots: bool, kw_only: bool, eq: bool) -> _C:
    namespace = dict(cls.__dict__)
    inherited: dict[str, Field] = {}
    for base in reversed(cls.__mro__[1:]):
        inherited.update({f.name: f for f in base.__dict__.get("__fields__", ())})
    own = _own_fields(namespace, kw_only=kw_only)
    fields = tuple((inherited | own).values())
    for name, item in own.items():
        if slots or item.default is _MISSING:
            namespace.pop(name, None)
        else:
            namespace[name] = item.default
    for name in ("__dict__", "__weakref__"):
        namespace.pop(name, None)  # they are the first class's own
    if slots:
        namespace["__slots__"] = tuple(name for name in own if name not in inherited)
        namespace["__getstate__"] = _getstate
        namespace["__setstate__"] = _setstate
    namespace["__fields__"] = fields
    namespace["__match_args__"] = tuple(f.name for f in fields)
    namespace["__init__"] = _lazy_init
    namespace.setdefault("__repr__", _repr)
    if eq:
        namespace["_key"] = _key_of(fields)
        namespace.setdefault("__eq__", _eq)
        namespace["__hash__"] = namespace.get("__hash__") or (_hash if frozen else None)
    if frozen:
        namespace["__setattr__"] = _refuse_set
        namespace["__delattr__"] = _refuse_delete
    built = type(cls)(cls.__name__, cls.__bases__, namespace)
    built.__qualname__ = cls.__qualname__
    return built


def _own_fields(namespace: dict[str, Any], *, kw_only: bool) -> dict[str, Field]:
    found: dict[str, Field] = {}
    for name, annotation in namespace.get("__annotations__", {}).items():
        if str(annotation).startswith("ClassVar"):
            continue
        given = namespace.get(name, _MISSING)
        item = given if isinstance(given, Field) else field(default=given)
        item.name = name
        item.kw_only = kw_only
        found[name] = item
    return found


def _key_of(fields: tuple[Field, ...]) -> staticmethod[[Any], Any]:
    names = [f.name for f in fields if f.compare]
    return staticmethod(attrgetter(*names) if names else type)


def _lazy_init(self: Any, *arguments: Any, **named: Any) -> None:
    """Make one of the first objects of a class; before there are many, compile its constructor."""
    cls: Any = next(c for c in type(self).__mro__ if c.__dict__.get("__init__") is _lazy_init)
    made = cls.__dict__.get("__made__", 0)
    if made < _FEW:
        cls.__made__ = made + 1
        if _fill(self, cls.__fields__, arguments, named):
            return
    cls.__init__ = init = _compile_init(cls)
    init(self, *arguments, **named)


def _fill(
    self: Any, fields: tuple[Field, ...], arguments: tuple[Any, ...], named: dict[str, Any]
) -> bool:
    """Set all attributes, if the arguments are as they should be; else say that they are not."""
    plain = [item.name for item in fields if not item.kw_only][: len(arguments)]
    given = dict(zip(plain, arguments, strict=False)) | named
    if len(plain) < len(arguments) or len(given) < len(arguments) + len(named):
        return False
    values = []
    for item in fields:
        if item.name in given:
            value = given.pop(item.name)
        else:
            value = item.default if item.factory is _MISSING else item.factory()
        values.append((item.name, value))
    if given or any(value is _MISSING for _, value in values):
        return False
    for name, value in values:
        _set(self, name, value)
    if hasattr(self, "__post_init__"):
        self.__post_init__()
    return True


def _compile_init(cls: Any) -> Callable[..., None]:
    scope: dict[str, Any] = {"_MISSING": _MISSING, "_set": _set}
    plain = ["self"]
    named: list[str] = []
    body: list[str] = []
    for item in cls.__fields__:
        name = item.name
        parameter, value = name, name
        if item.factory is not _MISSING:
            scope[f"_factory_{name}"] = item.factory
            parameter = f"{name}=_MISSING"
            value = f"_factory_{name}() if {name} is _MISSING else {name}"
        elif item.default is not _MISSING:
            scope[f"_default_{name}"] = item.default
            parameter = f"{name}=_default_{name}"
        (named if item.kw_only else plain).append(parameter)
        slot: Any = getattr(cls, name, None)
        if hasattr(slot, "__set__") and hasattr(slot, "__objclass__"):
            scope[f"_put_{name}"] = slot.__set__
            body.append(f" _put_{name}(self, {value})")
        else:
            body.append(f" _set(self, {name!r}, {value})")
    if hasattr(cls, "__post_init__"):
        body.append(" self.__post_init__()")
    parameters = ", ".join([*plain, "*", *named] if named else plain)
    exec(f"def __init__({parameters}):\n" + "\n".join(body or [" pass"]), scope)  # noqa: S102
    init: Callable[..., None] = scope["__init__"]
    init.__qualname__ = f"{cls.__qualname__}.__init__"
    return init


def _repr(self: Any) -> str:
    shown = ", ".join(f"{f.name}={getattr(self, f.name)!r}" for f in self.__fields__ if f.repr)
    return f"{type(self).__qualname__}({shown})"


def _eq(self: Any, other: Any) -> bool:
    if other.__class__ is not self.__class__:
        return NotImplemented  # type: ignore[no-any-return]  # as the language wants it
    return bool(self._key(self) == self._key(other))


def _hash(self: Any) -> int:
    return hash(self._key(self))


def _refuse_set(self: Any, name: str, value: object) -> None:
    del value
    raise FrozenInstanceError(f"cannot assign to `{name}` of {type(self).__name__}")


def _refuse_delete(self: Any, name: str) -> None:
    raise FrozenInstanceError(f"cannot delete `{name}` of {type(self).__name__}")


def _getstate(self: Any) -> list[Any]:
    return [getattr(self, name) for name in self.__match_args__]


def _setstate(self: Any, state: list[Any]) -> None:
    for name, value in zip(self.__match_args__, state, strict=True):
        _set(self, name, value)

"""The attributes by which objects reach what they are linked to.

They are Django's, with two additions. What one link leads to is given only to those who may read
it; what may not be read is refused and not taken for missing. A change of a link with many ends
is looked at as a whole: ``set()`` takes some away and adds others, and only what comes of both has
to be allowed and valid.
"""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from django.core.exceptions import ObjectDoesNotExist
from django.db import router
from django.db.models import ManyToManyField
from django.db.models.fields import related_descriptors as django
from django.utils.functional import cached_property

from xgen.runtime import manylinks
from xgen.runtime.access import admission, guard
from xgen.runtime.access.acting import acting_user
from xgen.runtime.access.guarded import as_guarded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from django.db.models import Model, QuerySet

    Manager: TypeAlias = type[Any]


class _Readable:
    """The one object that a link leads to, for whoever may read it."""

    field: Any

    def get_queryset(self, **hints: Any) -> QuerySet[Any]:
        """Return the objects among which the linked one is looked for."""
        return as_guarded(super().get_queryset(**hints))  # type: ignore[misc]  # of Django's class

    def __get__(self, instance: Model | None, cls: type[Model] | None = None) -> Any:
        """Return the linked object.

        Raises:
            AccessDenied: code that acts for a user follows a link to what that user may not read.
        """
        if instance is None:
            return self
        cached = instance._state.fields_cache
        leads = getattr(instance, self.field.attname) is not None
        if leads and cached.get(self.field.cache_name, self) is None:
            del cached[self.field.cache_name]  # fetched along for somebody who may not read it
        try:
            return super().__get__(instance, cls)  # type: ignore[misc]  # of Django's class
        except ObjectDoesNotExist:
            if leads:
                far = self.field.target_field.name
                wanted = {far: getattr(instance, self.field.attname)}
                guard.deny_hidden(self.field.related_model, wanted, instance._state.db)
            raise


class _ManyToOne(_Readable, django.ForwardManyToOneDescriptor):  # type: ignore[type-arg]  # in the stubs only
    pass


class _OneToOne(_Readable, django.ForwardOneToOneDescriptor):  # type: ignore[type-arg]  # in the stubs only
    pass


class _OneToMany(django.ReverseManyToOneDescriptor):  # type: ignore[type-arg]  # in the stubs only
    @cached_property
    def related_manager_cls(self) -> Manager:
        return _changed_as_a_whole(super().related_manager_cls, many_to_many=False)


class _ManyToMany(django.ManyToManyDescriptor):  # type: ignore[type-arg]  # in the stubs only
    @cached_property
    def related_manager_cls(self) -> Manager:
        return _changed_as_a_whole(super().related_manager_cls, many_to_many=True)


_CHANGES: Final = (
    "add", "remove", "clear", "set", "create", "get_or_create", "update_or_create"
)  # fmt: skip


def _changed_as_a_whole(made: Manager, *, many_to_many: bool) -> Manager:
    methods = {
        name: _as_a_whole(vars(made)[name], name, many_to_many=many_to_many)
        for name in _CHANGES
        if name in vars(made)
    }
    return type(made.__name__, (made,), methods)


def _as_a_whole(method: Callable[..., Any], name: str, *, many_to_many: bool) -> Callable[..., Any]:
    @wraps(method)
    def change(self: Any, *args: Any, **options: Any) -> Any:
        if name == "set":
            args = (tuple(args[0] if args else options.pop("objs")), *args[1:])
        using = router.db_for_write(self.model, instance=self.instance)
        if not many_to_many and name in ("add", "remove", "set"):
            _admit(args[0] if name == "set" else args, using)
        with manylinks.together(using):
            return method(self, *args, **options)

    return change


def _admit(objects: Iterable[Any], using: str) -> None:
    """Refuse to link objects that the user may not change; a list would just leave them out."""
    if acting_user() is not None:
        for one in objects:
            if one.pk is not None:
                admission.admit_rows(type(one), [one.pk], using)


_OURS: Final[dict[type, Callable[[Any], Any]]] = {
    django.ForwardManyToOneDescriptor: lambda found: _ManyToOne(found.field),
    django.ForwardOneToOneDescriptor: lambda found: _OneToOne(found.field),
    django.ReverseManyToOneDescriptor: lambda found: _OneToMany(found.rel),
    django.ManyToManyDescriptor: lambda found: _ManyToMany(found.rel, found.reverse),
}


def install(models: Iterable[type[Model]]) -> None:
    """Give models, and those that they link to, these attributes instead of Django's."""
    for model in models:
        for field in (*model._meta.local_fields, *model._meta.local_many_to_many):
            if field.remote_field is None:
                continue
            _replace(model, field.name)
            if isinstance(field, ManyToManyField) or field.remote_field.multiple:
                _replace(field.remote_field.model, field.remote_field.get_accessor_name())


def _replace(model: type[Model], name: str | None) -> None:
    found = vars(model).get(name) if name else None
    if type(found) in _OURS:
        setattr(model, str(name), _OURS[type(found)](found))

"""The user model: who may log in, with the attributes that access policies read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.apps import apps
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models, transaction
from django.utils.timezone import now

from xgen.runtime.access import admission, guard
from xgen.runtime.access.acting import acting_user
from xgen.runtime.access.guarded import GuardedQuerySet, guarded
from xgen.runtime.access.plain import live, stored
from xgen.runtime.errors import AccessDenied

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


#: What users may not change of themselves: it says what they may do, and where they belong.
RIGHTS = frozenset(
    {
        "is_active",
        "is_admin",
        "is_appuser",
        "is_readonly",
        "is_registering",
        "is_staff",
        "is_superuser",
        "site_id",
        "site_type",
    }
)


_GIVEN = "of the core (only administrators give rights)"


class UserQuerySet(GuardedQuerySet["User"]):
    """Users; code that acts for one of them sees and changes those it may."""

    def update(self, **assigned: Any) -> int:
        """Update the users, if whoever this code acts for may change each of them."""
        if acting_user() is None:
            return super().update(**assigned)
        ids = set(self.values_list("pk", flat=True))
        with transaction.atomic(using=self.db):
            for one in stored(User, self.db).filter(pk__in=ids):
                rights = {n: v for n, v in assigned.items() if n in RIGHTS}
                _admit_rights(one, rights, self.db)
            admission.admit_rows(User, ids, self.db)
            rows = stored(User, self.db).filter(pk__in=ids)
            count = rows.update(**assigned)
            admission.admit_rows(User, ids, self.db)
        return count

    def bulk_create(self, objs: Iterable[User], *args: Any, **options: Any) -> list[User]:
        """Insert users, if whoever this code acts for may do so."""
        users = list(objs)
        admission.admit_new(users)
        return super().bulk_create(users, *args, **options)

    def bulk_update(self, objs: Iterable[User], *args: Any, **options: Any) -> int:
        """Update users, if whoever this code acts for may do so."""
        users = list(objs)
        for one in users:
            _admit_change(one, self.db)
        return super().bulk_update(users, *args, **options)

    def delete(self) -> tuple[int, dict[str, int]]:
        """Delete the users, if whoever this code acts for may delete each of them."""
        admission.admit_rows(User, set(self.values_list("pk", flat=True)), self.db)
        return super().delete()


UserQuerySet.delete.alters_data = True  # type: ignore[attr-defined]  # functions have no such
UserQuerySet.delete.queryset_only = True  # type: ignore[attr-defined]  # likewise
UserQuerySet.update.alters_data = True  # type: ignore[attr-defined]  # likewise


class UserManager(BaseUserManager["User"]):
    """Creates users by their email address; code that acts for a user sees those it may read."""

    def get_queryset(self) -> UserQuerySet:
        """Return the users that may be seen."""
        return UserQuerySet(self.model, query=guarded(self.model), using=self._db)

    def visible_to(self, user: Any) -> UserQuerySet:
        """Return the users that ``user`` may read."""
        return self.get_queryset().visible_to(user)

    def create_user(self, email: str, password: str | None = None, **attributes: Any) -> User:
        """Create a user; without a password nobody can log in as that user."""
        if not email:
            raise ValueError("a user needs an email address")
        user = self.model(email=self.normalize_email(email), **attributes)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **attributes: Any) -> User:
        """Create a user that may do everything, the admin site included."""
        rights = {"is_admin": True, "is_staff": True, "is_superuser": True}
        return self.create_user(email, password, **{**rights, **attributes})


class User(AbstractBaseUser, PermissionsMixin):
    """A person or program that reads and changes objects; logs in by email address."""

    email = models.EmailField(max_length=256, unique=True)
    username = models.CharField(max_length=256, blank=True, default="")
    firstname = models.CharField(max_length=200, blank=True, default="")
    lastname = models.CharField(max_length=200, blank=True, default="")
    phone = models.CharField(max_length=100, null=True, blank=True)  # noqa: DJ001 - as in xproto
    user_url = models.URLField(null=True, blank=True)  # noqa: DJ001 - as in xproto
    public_key = models.TextField(null=True, blank=True)  # noqa: DJ001 - as in xproto
    login_page = models.CharField(max_length=200, null=True, blank=True)  # noqa: DJ001 - likewise
    timezone = models.CharField(max_length=100, default="UTC")
    is_active = models.BooleanField(default=True, help_text="May log in")
    is_admin = models.BooleanField(default=False, help_text="May do everything")
    is_staff = models.BooleanField(default=False, help_text="May use the admin site")
    is_readonly = models.BooleanField(default=False, help_text="May look but not change")
    is_registering = models.BooleanField(default=False, help_text="Has not been confirmed yet")
    is_appuser = models.BooleanField(default=False, help_text="Is a program, not a person")
    site_type = models.CharField(
        max_length=200, blank=True, default="", help_text="Model of the home site"
    )
    site_id = models.BigIntegerField(null=True, blank=True, help_text="Id of the home site")
    created = models.DateTimeField(default=now, editable=False)
    updated = models.DateTimeField(auto_now=True)

    objects = UserManager()

    EMAIL_FIELD = "email"
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:  # noqa: D106 - Django's
        app_label = "xgen_core"
        swappable = "AUTH_USER_MODEL"

    if TYPE_CHECKING:
        id: int

    def __str__(self) -> str:
        return str(self.email)

    @property
    def site(self) -> Any:
        """The home site: an object of whichever model of sites the service has, None without one.

        Raises:
            AccessDenied: code that acts for a user may not read that site.
        """
        if self.site_id is None or not self.site_type:
            return None
        try:
            model = apps.get_model(self.site_type)
        except (LookupError, ValueError):
            return None  # of a service that is not installed here
        found = live(model, self._state.db).filter(pk=self.site_id).first()
        if found is not None and (user := acting_user()) is not None:
            guard.require_read(found, user, known=False)
        return found

    @site.setter
    def site(self, site: models.Model | None) -> None:
        self.site_type = "" if site is None else site._meta.label
        self.site_id = None if site is None else site.pk

    def save(self, *args: Any, **options: Any) -> None:
        """Write the user, if whoever this code acts for may do so."""
        if self._state.adding:
            admission.admit_new([self])
        else:
            _admit_change(self, options.get("using") or "default")
        super().save(*args, **options)

    def delete(self, *args: Any, **options: Any) -> tuple[int, dict[str, int]]:
        """Delete the user, if whoever this code acts for may do so."""
        admission.admit_rows(User, [self.pk], options.get("using") or "default")
        return super().delete(*args, **options)

    def refresh_from_db(
        self,
        using: str | None = None,
        fields: Iterable[str] | None = None,
        from_queryset: models.QuerySet[User] | None = None,
    ) -> None:
        """Load again (some of) the fields, if whoever this code acts for may read the user."""
        rows = User.objects.using(using or self._state.db)
        try:
            super().refresh_from_db(using, fields, from_queryset or rows)
        except User.DoesNotExist:
            guard.deny_hidden(User, {"pk": self.pk}, using or self._state.db)
            raise

    def get_full_name(self) -> str:
        """Return the name that people use, the email address where there is none."""
        return f"{self.firstname} {self.lastname}".strip() or str(self.email)

    def get_short_name(self) -> str:
        """Return the first name, the email address where there is none."""
        return str(self.firstname or self.email)


def _admit_change(one: User, using: str) -> None:
    admission.admit_change(one, using, declared=True)
    if acting_user() is not None:
        before = stored(User, using).filter(pk=one.pk).first()
        if before is not None:
            _admit_rights(before, {name: getattr(one, name) for name in RIGHTS}, using)


def _admit_rights(before: User, wanted: Mapping[str, Any], using: str) -> None:
    """Refuse that users give themselves what only administrators give."""
    changed = [name for name, value in wanted.items() if getattr(before, name) != value]
    user = acting_user()
    if not changed or user is None:
        return
    # As it is stored: the object at hand may be the one that is being changed.
    if not stored(User, using).filter(pk=user.pk, is_admin=True).exists():
        raise AccessDenied(str(user), "change", f"{changed[0]} of {before}", _GIVEN)

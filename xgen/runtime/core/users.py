"""The user model: who may log in, with the attributes that access policies read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.utils.timezone import now

from xgen.runtime.access import admission, guard
from xgen.runtime.access.acting import acting_user


class UserManager(BaseUserManager["User"]):
    """Creates users by their email address; code that acts for a user sees those it may read."""

    def get_queryset(self) -> models.QuerySet[User]:
        """Return the users that may be seen."""
        rows: models.QuerySet[User] = super().get_queryset()
        actor = acting_user()
        return rows if actor is None else guard.visible(rows, actor)

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

    def save(self, *args: Any, **options: Any) -> None:
        """Write the user, if whoever this code acts for may do so."""
        if self._state.adding:
            admission.admit_new([self])
        else:
            admission.admit_change(self, options.get("using") or "default", declared=True)
        super().save(*args, **options)

    def delete(self, *args: Any, **options: Any) -> tuple[int, dict[str, int]]:
        """Delete the user, if whoever this code acts for may do so."""
        admission.admit_rows(User, [self.pk], options.get("using") or "default")
        return super().delete(*args, **options)

    def get_full_name(self) -> str:
        """Return the name that people use, the email address where there is none."""
        return f"{self.firstname} {self.lastname}".strip() or str(self.email)

    def get_short_name(self) -> str:
        """Return the first name, the email address where there is none."""
        return str(self.firstname or self.email)

"""The table of users, which are written by hand; those of core.xproto follow in 0002."""

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.CreateModel(
            name="User",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                (
                    "last_login",
                    models.DateTimeField(
                        blank=True, null=True, verbose_name="last login"
                    ),
                ),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                ("email", models.EmailField(max_length=256, unique=True)),
                ("username", models.CharField(blank=True, default="", max_length=256)),
                ("firstname", models.CharField(blank=True, default="", max_length=200)),
                ("lastname", models.CharField(blank=True, default="", max_length=200)),
                ("phone", models.CharField(blank=True, max_length=100, null=True)),
                ("user_url", models.URLField(blank=True, null=True)),
                ("public_key", models.TextField(blank=True, null=True)),
                ("login_page", models.CharField(blank=True, max_length=200, null=True)),
                ("timezone", models.CharField(default="UTC", max_length=100)),
                (
                    "is_active",
                    models.BooleanField(default=True, help_text="May log in"),
                ),
                (
                    "is_admin",
                    models.BooleanField(default=False, help_text="May do everything"),
                ),
                (
                    "is_staff",
                    models.BooleanField(
                        default=False, help_text="May use the admin site"
                    ),
                ),
                (
                    "is_readonly",
                    models.BooleanField(
                        default=False, help_text="May look but not change"
                    ),
                ),
                (
                    "is_registering",
                    models.BooleanField(
                        default=False, help_text="Has not been confirmed yet"
                    ),
                ),
                (
                    "is_appuser",
                    models.BooleanField(
                        default=False, help_text="Is a program, not a person"
                    ),
                ),
                (
                    "created",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False
                    ),
                ),
                ("updated", models.DateTimeField(auto_now=True)),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
            ],
            options={
                "swappable": "AUTH_USER_MODEL",
            },
        ),
    ]

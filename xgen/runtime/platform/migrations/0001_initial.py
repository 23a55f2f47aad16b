# Migration of platform.xproto.

import django.db.models.manager
import django.utils.timezone
import xgen.runtime.models
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Site",
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
                ("created", models.DateTimeField(auto_now_add=True)),
                ("updated", models.DateTimeField(default=django.utils.timezone.now)),
                ("enacted", models.DateTimeField(blank=True, default=None, null=True)),
                ("policed", models.DateTimeField(blank=True, default=None, null=True)),
                (
                    "backend_register",
                    models.CharField(
                        blank=True, default="{}", max_length=1024, null=True
                    ),
                ),
                ("backend_need_delete", models.BooleanField(default=False)),
                ("backend_need_reap", models.BooleanField(default=False)),
                (
                    "backend_status",
                    models.CharField(
                        default="Provisioning in progress", max_length=1024
                    ),
                ),
                ("backend_code", models.IntegerField(default=0)),
                ("deleted", models.BooleanField(default=False)),
                ("write_protect", models.BooleanField(default=False)),
                ("lazy_blocked", models.BooleanField(default=False)),
                ("no_sync", models.BooleanField(default=False)),
                ("no_policy", models.BooleanField(default=False)),
                (
                    "policy_status",
                    models.CharField(
                        blank=True,
                        default="Policy in process",
                        max_length=1024,
                        null=True,
                    ),
                ),
                ("policy_code", models.IntegerField(blank=True, default=0, null=True)),
                ("leaf_model_name", models.CharField(max_length=1024)),
                ("backend_need_delete_policy", models.BooleanField(default=False)),
                ("xos_managed", models.BooleanField(default=True)),
                (
                    "backend_handle",
                    models.CharField(blank=True, max_length=1024, null=True),
                ),
                (
                    "changed_by_step",
                    models.DateTimeField(blank=True, default=None, null=True),
                ),
                (
                    "changed_by_policy",
                    models.DateTimeField(blank=True, default=None, null=True),
                ),
                ("generation", models.BigIntegerField(default=1)),
                ("enacted_generation", models.BigIntegerField(default=0)),
                ("revision", models.BigIntegerField(default=1)),
                ("policed_revision", models.BigIntegerField(default=0)),
                ("sync_attempts", models.IntegerField(default=0)),
                ("sync_retry_at", models.FloatField(blank=True, null=True)),
                ("policy_attempts", models.IntegerField(default=0)),
                ("policy_retry_at", models.FloatField(blank=True, null=True)),
                (
                    "claim_owner",
                    models.CharField(blank=True, max_length=200, null=True),
                ),
                ("claim_token", models.BigIntegerField(default=0)),
                ("claim_expires", models.FloatField(blank=True, null=True)),
                ("name", xgen.runtime.models.StrippedCharField(max_length=200)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("deleted", False)),
                        fields=("name",),
                        name="site_name_uq",
                    )
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_objects", django.db.models.manager.Manager()),
            ],
        ),
    ]

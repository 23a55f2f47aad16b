# Migration of core.xproto.

import django.db.models.deletion
import django.db.models.manager
import django.utils.timezone
import xgen.runtime.models
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("xgen_core", "0001_users"),
    ]

    operations = [
        migrations.CreateModel(
            name="Service",
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
                ("description", models.TextField(blank=True, null=True)),
                ("enabled", models.BooleanField(default=True)),
                (
                    "kind",
                    xgen.runtime.models.StrippedCharField(
                        choices=[
                            ("generic", "Generic"),
                            ("data", "Data Plane"),
                            ("control", "Control Plane"),
                            ("oss", "OSS"),
                        ],
                        default="generic",
                        max_length=30,
                    ),
                ),
                ("name", xgen.runtime.models.StrippedCharField(max_length=30)),
                (
                    "versionNumber",
                    xgen.runtime.models.StrippedCharField(
                        blank=True, max_length=30, null=True
                    ),
                ),
                ("published", models.BooleanField(default=True)),
                (
                    "icon_url",
                    xgen.runtime.models.StrippedCharField(
                        blank=True, max_length=1024, null=True
                    ),
                ),
                ("public_key", models.TextField(blank=True, null=True)),
                (
                    "private_key_fn",
                    xgen.runtime.models.StrippedCharField(
                        blank=True, max_length=4096, null=True
                    ),
                ),
                (
                    "service_specific_id",
                    xgen.runtime.models.StrippedCharField(
                        blank=True, max_length=30, null=True
                    ),
                ),
                ("service_specific_attribute", models.TextField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "Service",
                "indexes": [
                    models.Index(
                        condition=models.Q(
                            ("enacted_generation__lt", models.F("generation"))
                        ),
                        fields=["id"],
                        name="service_due",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("policed_revision__lt", models.F("revision"))
                        ),
                        fields=["id"],
                        name="service_policy_due",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("deleted", False)),
                        fields=("name",),
                        name="service_name_uq",
                    )
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_objects", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="ServiceInstance",
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
                (
                    "name",
                    xgen.runtime.models.StrippedCharField(
                        blank=True, max_length=200, null=True
                    ),
                ),
                (
                    "service_specific_id",
                    xgen.runtime.models.StrippedCharField(
                        blank=True, max_length=30, null=True
                    ),
                ),
                ("service_specific_attribute", models.TextField(blank=True, null=True)),
                (
                    "link_deleted_count",
                    models.PositiveIntegerField(blank=True, default=0, null=True),
                ),
                (
                    "master_serviceinstance",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="child_serviceinstances",
                        to="xgen_core.serviceinstance",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="service_instances",
                        to="xgen_core.service",
                    ),
                ),
            ],
            options={
                "verbose_name": "Service Instance",
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_objects", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="ServiceInstanceLink",
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
                (
                    "provider_service_instance",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="provided_links",
                        to="xgen_core.serviceinstance",
                    ),
                ),
                (
                    "subscriber_service",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="subscribed_links",
                        to="xgen_core.service",
                    ),
                ),
                (
                    "subscriber_service_instance",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="subscribed_links",
                        to="xgen_core.serviceinstance",
                    ),
                ),
            ],
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_objects", django.db.models.manager.Manager()),
            ],
        ),
        migrations.AddIndex(
            model_name="serviceinstance",
            index=models.Index(
                condition=models.Q(("enacted_generation__lt", models.F("generation"))),
                fields=["id"],
                name="serviceinstance_due",
            ),
        ),
        migrations.AddIndex(
            model_name="serviceinstance",
            index=models.Index(
                condition=models.Q(("policed_revision__lt", models.F("revision"))),
                fields=["id"],
                name="serviceinstance_policy_due",
            ),
        ),
    ]

# Migration of sampleservice.

import django.db.models.deletion
import django.db.models.manager
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ("xgen_core", "0002_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="ExampleService",
            fields=[
                (
                    "service_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to="xgen_core.service",
                    ),
                ),
                (
                    "service_message",
                    models.CharField(
                        help_text="Service Message to Display", max_length=254
                    ),
                ),
            ],
            options={
                "verbose_name": "Example Service",
            },
            bases=("xgen_core.service",),
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_objects", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="Color",
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
                    models.CharField(
                        db_index=True, help_text="Name of this colour", max_length=256
                    ),
                ),
                (
                    "html_code",
                    models.CharField(help_text="The colour in HTML", max_length=256),
                ),
            ],
            options={
                "verbose_name": "Color",
                "indexes": [
                    models.Index(
                        condition=models.Q(
                            ("enacted_generation__lt", models.F("generation"))
                        ),
                        fields=["id"],
                        name="color_due",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("policed_revision__lt", models.F("revision"))
                        ),
                        fields=["id"],
                        name="color_policy_due",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("deleted", False)),
                        fields=("name",),
                        name="color_name_uq",
                    )
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_objects", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="ExampleServiceInstance",
            fields=[
                (
                    "serviceinstance_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to="xgen_core.serviceinstance",
                    ),
                ),
                (
                    "tenant_message",
                    models.CharField(
                        help_text="Tenant Message to Display", max_length=254
                    ),
                ),
                (
                    "page_url",
                    models.CharField(
                        blank=True,
                        help_text="Where the page is published",
                        max_length=256,
                        null=True,
                    ),
                ),
                (
                    "background_color",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="serviceinstance_background_colors",
                        to="sampleservice.color",
                    ),
                ),
                (
                    "foreground_color",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="serviceinstance_foreground_colors",
                        to="sampleservice.color",
                    ),
                ),
            ],
            options={
                "verbose_name": "Example Service Instance",
            },
            bases=("xgen_core.serviceinstance",),
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_objects", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="EmbeddedImage",
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
                ("name", models.CharField(help_text="Image Name", max_length=256)),
                ("url", models.CharField(help_text="Image URL", max_length=256)),
                (
                    "serviceinstance",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="embedded_images",
                        to="sampleservice.exampleserviceinstance",
                    ),
                ),
            ],
            options={
                "verbose_name": "Embedded Image",
                "indexes": [
                    models.Index(
                        condition=models.Q(
                            ("enacted_generation__lt", models.F("generation"))
                        ),
                        fields=["id"],
                        name="embeddedimage_due",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("policed_revision__lt", models.F("revision"))
                        ),
                        fields=["id"],
                        name="embeddedimage_policy_due",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("deleted", False)),
                        fields=("name", "serviceinstance"),
                        name="embeddedimage_name_uq",
                    )
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_objects", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="Palette",
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
                ("name", models.CharField(max_length=256)),
                ("secret", models.CharField(blank=True, max_length=64, null=True)),
                (
                    "colors",
                    models.ManyToManyField(
                        blank=True, related_name="palettes", to="sampleservice.color"
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="children",
                        to="sampleservice.palette",
                    ),
                ),
            ],
            options={
                "verbose_name": "Palette",
                "indexes": [
                    models.Index(
                        condition=models.Q(
                            ("enacted_generation__lt", models.F("generation"))
                        ),
                        fields=["id"],
                        name="palette_due",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("policed_revision__lt", models.F("revision"))
                        ),
                        fields=["id"],
                        name="palette_policy_due",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("deleted", False)),
                        fields=("name",),
                        name="palette_name_uq",
                    )
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_objects", django.db.models.manager.Manager()),
            ],
        ),
    ]

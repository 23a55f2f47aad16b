"""The first tables of xgen_core."""

from typing import Any

import django.core.validators
import django.utils.timezone
import xgen.runtime.models
from django.db import migrations, models

# What every table has; a copy, because a migration never changes.
XOSBASE: list[Any] = [
    (
        "created",
        models.DateTimeField(
            auto_now_add=True,
            help_text="When the object was created",
        ),
    ),
    (
        "updated",
        models.DateTimeField(
            default=django.utils.timezone.now,
            help_text="When anyone but a synchronizer last changed the object",
        ),
    ),
    (
        "enacted",
        models.DateTimeField(
            null=True,
            blank=True,
            help_text="When the back-end last confirmed the object",
        ),
    ),
    (
        "policed",
        models.DateTimeField(
            null=True,
            blank=True,
            help_text="When the model policies last ran on the object",
        ),
    ),
    (
        "backend_register",
        models.CharField(
            max_length=1024,
            null=True,
            blank=True,
            default="{}",
            help_text="Notes that a sync step keeps between its runs, as JSON",
        ),
    ),
    (
        "backend_need_delete",
        models.BooleanField(
            default=False,
            help_text="The back-end may hold the object, so a delete step has to run before the row goes",
        ),
    ),
    (
        "backend_need_reap",
        models.BooleanField(
            default=False,
            help_text="The back-end no longer holds the object, so the row may go",
        ),
    ),
    (
        "backend_status",
        models.TextField(
            default="Provisioning in progress",
            help_text="What the last sync step said: OK, or its error",
        ),
    ),
    (
        "backend_code",
        models.IntegerField(
            default=0,
            help_text="Outcome of the last sync step: 0 in progress, 1 success, 2 error",
        ),
    ),
    (
        "deleted",
        models.BooleanField(
            default=False,
            help_text="Deletion was asked for; the row stays until the back-end has followed",
        ),
    ),
    ("write_protect", models.BooleanField(default=False, help_text="Refuses deletion")),
    (
        "lazy_blocked",
        models.BooleanField(
            default=False,
            help_text="Paused: not synchronized for now",
        ),
    ),
    ("no_sync", models.BooleanField(default=False, help_text="Never synchronized")),
    (
        "no_policy",
        models.BooleanField(
            default=False,
            help_text="No model policy runs on the object",
        ),
    ),
    (
        "policy_status",
        models.TextField(
            null=True,
            blank=True,
            default="Policy in process",
            help_text="What the last model policy said: OK, or its error",
        ),
    ),
    (
        "policy_code",
        models.IntegerField(
            null=True,
            blank=True,
            default=0,
            help_text="Outcome of the last model policy: 0 in progress, 1 success, 2 error",
        ),
    ),
    (
        "leaf_model_name",
        models.CharField(
            max_length=1024,
            help_text="The most specific model of the object, as app_label.Model",
        ),
    ),
    (
        "backend_need_delete_policy",
        models.BooleanField(
            default=False,
            help_text="A delete policy has to run before the row goes",
        ),
    ),
    (
        "xos_managed",
        models.BooleanField(
            default=True,
            help_text="The synchronizer creates and deletes the object in the back-end",
        ),
    ),
    (
        "backend_handle",
        models.CharField(
            max_length=1024,
            null=True,
            blank=True,
            help_text="How the back-end names the object",
        ),
    ),
    (
        "changed_by_step",
        models.DateTimeField(
            null=True,
            blank=True,
            help_text="When a sync step last changed the object in substance",
        ),
    ),
    (
        "changed_by_policy",
        models.DateTimeField(
            null=True,
            blank=True,
            help_text="When a model policy last changed the object in substance",
        ),
    ),
    (
        "generation",
        models.BigIntegerField(
            default=1,
            help_text="Grows with each change of what is wanted",
        ),
    ),
    (
        "enacted_generation",
        models.BigIntegerField(
            default=0,
            help_text="The generation that the back-end has; a step is due while it is behind",
        ),
    ),
    (
        "revision",
        models.BigIntegerField(
            default=1,
            help_text="Grows with each change that model policies should see",
        ),
    ),
    (
        "policed_revision",
        models.BigIntegerField(
            default=0,
            help_text="The revision that the model policies saw; a policy is due while it is behind",
        ),
    ),
    (
        "sync_attempts",
        models.IntegerField(default=0, help_text="Failed sync steps in a row"),
    ),
    (
        "sync_retry_at",
        models.FloatField(
            null=True,
            blank=True,
            help_text="When the sync step may be tried again, in Unix seconds",
        ),
    ),
    (
        "policy_attempts",
        models.IntegerField(default=0, help_text="Failed model policies in a row"),
    ),
    (
        "policy_retry_at",
        models.FloatField(
            null=True,
            blank=True,
            help_text="When the model policy may be tried again, in Unix seconds",
        ),
    ),
    (
        "claim_owner",
        models.CharField(
            max_length=200,
            null=True,
            blank=True,
            help_text="The worker that runs a step or policy on the object",
        ),
    ),
    (
        "claim_token",
        models.BigIntegerField(
            default=0,
            help_text="Grows with each claim, so that a worker that was given up cannot write",
        ),
    ),
    (
        "claim_expires",
        models.FloatField(
            null=True,
            blank=True,
            help_text="When the claim lapses, in Unix seconds",
        ),
    ),
]


class Migration(migrations.Migration):
    """Creates the tables."""

    initial = True

    dependencies = [("xgen_core", "0001_users")]

    operations = [
        migrations.CreateModel(
            name="Privilege",
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
                *XOSBASE,
                (
                    "accessor_id",
                    models.IntegerField(help_text="Id of who has the right"),
                ),
                (
                    "accessor_type",
                    models.CharField(
                        max_length=1024,
                        help_text="Model of who has the right, such as User",
                    ),
                ),
                (
                    "object_id",
                    models.IntegerField(help_text="Id of what the right is about"),
                ),
                (
                    "object_type",
                    models.CharField(
                        max_length=1024,
                        help_text="Model of what the right is about",
                    ),
                ),
                (
                    "permission",
                    models.CharField(
                        max_length=1024,
                        default="all",
                        help_text="The right, such as role:admin",
                    ),
                ),
                (
                    "granted",
                    models.DateTimeField(
                        auto_now_add=True,
                        help_text="When the right was given",
                    ),
                ),
                (
                    "expires",
                    models.DateTimeField(
                        null=True,
                        blank=True,
                        help_text="When the right ends",
                    ),
                ),
            ],
            options={
                "verbose_name": "Privilege",
                "indexes": [
                    models.Index(
                        fields=["id"],
                        condition=models.Q(
                            enacted_generation__lt=models.F("generation"),
                        ),
                        name="xgen_core_privilege_due",
                    ),
                    models.Index(
                        fields=["id"],
                        condition=models.Q(policed_revision__lt=models.F("revision")),
                        name="xgen_core_privilege_policy",
                    ),
                ],
            },
            managers=[("objects", models.Manager()), ("all_objects", models.Manager())],
        ),
        migrations.CreateModel(
            name="Role",
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
                *XOSBASE,
                (
                    "role_type",
                    xgen.runtime.models.StrippedCharField(
                        max_length=80,
                        help_text="What the role is about",
                    ),
                ),
                (
                    "role",
                    xgen.runtime.models.StrippedCharField(
                        max_length=80,
                        null=True,
                        blank=True,
                        help_text="Name of the role",
                    ),
                ),
                (
                    "description",
                    xgen.runtime.models.StrippedCharField(
                        max_length=120,
                        null=True,
                        blank=True,
                        help_text="What the role allows",
                    ),
                ),
            ],
            options={
                "verbose_name": "Role",
                "indexes": [
                    models.Index(
                        fields=["id"],
                        condition=models.Q(
                            enacted_generation__lt=models.F("generation"),
                        ),
                        name="xgen_core_role_due",
                    ),
                    models.Index(
                        fields=["id"],
                        condition=models.Q(policed_revision__lt=models.F("revision")),
                        name="xgen_core_role_policy",
                    ),
                ],
            },
            managers=[("objects", models.Manager()), ("all_objects", models.Manager())],
        ),
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
                *XOSBASE,
                (
                    "description",
                    models.TextField(
                        null=True,
                        blank=True,
                        help_text="What the service does",
                    ),
                ),
                ("enabled", models.BooleanField(default=True, help_text="Switched on")),
                (
                    "kind",
                    xgen.runtime.models.StrippedCharField(
                        max_length=30,
                        default="generic",
                        choices=[
                            ("generic", "Generic"),
                            ("data", "Data Plane"),
                            ("control", "Control Plane"),
                            ("oss", "OSS"),
                        ],
                        help_text="Role in the service graph",
                    ),
                ),
                (
                    "name",
                    xgen.runtime.models.StrippedCharField(
                        max_length=30,
                        help_text="Name of the service",
                    ),
                ),
                (
                    "versionNumber",
                    xgen.runtime.models.StrippedCharField(
                        max_length=30,
                        null=True,
                        blank=True,
                        help_text="Version of the service's definition",
                    ),
                ),
                (
                    "published",
                    models.BooleanField(default=True, help_text="Shown to users"),
                ),
                (
                    "icon_url",
                    xgen.runtime.models.StrippedCharField(
                        max_length=1024,
                        null=True,
                        blank=True,
                        help_text="Address of an icon",
                    ),
                ),
                (
                    "public_key",
                    models.TextField(
                        null=True,
                        blank=True,
                        help_text="Public key for services on virtual machines",
                    ),
                ),
                (
                    "private_key_fn",
                    xgen.runtime.models.StrippedCharField(
                        max_length=4096,
                        null=True,
                        blank=True,
                        help_text="File that holds the private key",
                    ),
                ),
                (
                    "service_specific_id",
                    xgen.runtime.models.StrippedCharField(
                        max_length=30,
                        null=True,
                        blank=True,
                        help_text="Identifier that only the service understands",
                    ),
                ),
                (
                    "service_specific_attribute",
                    models.TextField(
                        null=True,
                        blank=True,
                        help_text="Text that only the service understands",
                    ),
                ),
            ],
            options={
                "verbose_name": "Service",
                "indexes": [
                    models.Index(
                        fields=["id"],
                        condition=models.Q(
                            enacted_generation__lt=models.F("generation"),
                        ),
                        name="xgen_core_service_due",
                    ),
                    models.Index(
                        fields=["id"],
                        condition=models.Q(policed_revision__lt=models.F("revision")),
                        name="xgen_core_service_policy",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=["name"],
                        condition=models.Q(deleted=False),
                        name="xgen_core_service_name_key",
                    ),
                ],
            },
            managers=[("objects", models.Manager()), ("all_objects", models.Manager())],
        ),
        migrations.CreateModel(
            name="ServicePort",
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
                *XOSBASE,
                (
                    "name",
                    models.CharField(max_length=128, help_text="Name of the port"),
                ),
                (
                    "external_port",
                    models.IntegerField(help_text="Number seen from outside"),
                ),
                (
                    "internal_port",
                    models.IntegerField(help_text="Number that the service listens on"),
                ),
                (
                    "protocol",
                    models.CharField(
                        max_length=32,
                        default="TCP",
                        help_text="Transport protocol",
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        to="xgen_core.service",
                        on_delete=models.PROTECT,
                        related_name="serviceports",
                        help_text="The service that listens",
                    ),
                ),
            ],
            options={
                "verbose_name": "Service Port",
                "indexes": [
                    models.Index(
                        fields=["id"],
                        condition=models.Q(
                            enacted_generation__lt=models.F("generation"),
                        ),
                        name="xgen_core_serviceport_due",
                    ),
                    models.Index(
                        fields=["id"],
                        condition=models.Q(policed_revision__lt=models.F("revision")),
                        name="xgen_core_serviceport_policy",
                    ),
                ],
            },
            managers=[("objects", models.Manager()), ("all_objects", models.Manager())],
        ),
        migrations.CreateModel(
            name="ServiceAttribute",
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
                *XOSBASE,
                (
                    "name",
                    models.CharField(max_length=128, help_text="Name of the value"),
                ),
                ("value", models.TextField(help_text="The value")),
                (
                    "service",
                    models.ForeignKey(
                        to="xgen_core.service",
                        on_delete=models.PROTECT,
                        related_name="serviceattributes",
                        help_text="The service it belongs to",
                    ),
                ),
            ],
            options={
                "verbose_name": "Service Attribute",
                "indexes": [
                    models.Index(
                        fields=["id"],
                        condition=models.Q(
                            enacted_generation__lt=models.F("generation"),
                        ),
                        name="serviceattribu_b2988d45_due",
                    ),
                    models.Index(
                        fields=["id"],
                        condition=models.Q(policed_revision__lt=models.F("revision")),
                        name="serviceattribu_b2988d45_policy",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=["name", "service"],
                        condition=models.Q(deleted=False),
                        name="serviceattribute_name_f2d70beb",
                    ),
                ],
            },
            managers=[("objects", models.Manager()), ("all_objects", models.Manager())],
        ),
        migrations.CreateModel(
            name="ServiceDependency",
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
                *XOSBASE,
                (
                    "provider_service",
                    models.ForeignKey(
                        to="xgen_core.service",
                        on_delete=models.PROTECT,
                        related_name="provided_dependencies",
                        help_text="The service that is used",
                    ),
                ),
                (
                    "subscriber_service",
                    models.ForeignKey(
                        to="xgen_core.service",
                        on_delete=models.PROTECT,
                        related_name="subscribed_dependencies",
                        help_text="The service that uses it",
                    ),
                ),
                (
                    "connect_method",
                    models.CharField(
                        max_length=30,
                        default="none",
                        choices=[
                            ("none", "None"),
                            ("private", "Private"),
                            ("public", "Public"),
                        ],
                        help_text="How the two are connected",
                    ),
                ),
            ],
            options={
                "verbose_name": "Service Dependency",
                "indexes": [
                    models.Index(
                        fields=["id"],
                        condition=models.Q(
                            enacted_generation__lt=models.F("generation"),
                        ),
                        name="servicedepende_03c929ec_due",
                    ),
                    models.Index(
                        fields=["id"],
                        condition=models.Q(policed_revision__lt=models.F("revision")),
                        name="servicedepende_03c929ec_policy",
                    ),
                ],
            },
            managers=[("objects", models.Manager()), ("all_objects", models.Manager())],
        ),
        migrations.CreateModel(
            name="Tag",
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
                *XOSBASE,
                (
                    "service",
                    models.ForeignKey(
                        to="xgen_core.service",
                        on_delete=models.PROTECT,
                        related_name="tags",
                        help_text="The service that set the label",
                    ),
                ),
                (
                    "name",
                    models.CharField(
                        max_length=128,
                        db_index=True,
                        help_text="Name of the label",
                    ),
                ),
                (
                    "value",
                    xgen.runtime.models.StrippedCharField(
                        max_length=1024,
                        help_text="Text of the label",
                    ),
                ),
                (
                    "content_type",
                    xgen.runtime.models.StrippedCharField(
                        max_length=1024,
                        help_text="Model of the labelled object",
                    ),
                ),
                (
                    "object_id",
                    models.PositiveBigIntegerField(
                        validators=[
                            django.core.validators.MaxValueValidator(4294967295),
                        ],
                        help_text="Id of the labelled object",
                    ),
                ),
            ],
            options={
                "verbose_name": "Tag",
                "indexes": [
                    models.Index(
                        fields=["id"],
                        condition=models.Q(
                            enacted_generation__lt=models.F("generation"),
                        ),
                        name="xgen_core_tag_due",
                    ),
                    models.Index(
                        fields=["id"],
                        condition=models.Q(policed_revision__lt=models.F("revision")),
                        name="xgen_core_tag_policy",
                    ),
                ],
            },
            managers=[("objects", models.Manager()), ("all_objects", models.Manager())],
        ),
        migrations.CreateModel(
            name="InterfaceType",
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
                *XOSBASE,
                (
                    "name",
                    xgen.runtime.models.StrippedCharField(
                        max_length=200,
                        help_text="Name of the kind",
                    ),
                ),
                (
                    "direction",
                    xgen.runtime.models.StrippedCharField(
                        max_length=30,
                        choices=[("in", "In"), ("out", "Out")],
                        help_text="Seen from the service: in or out",
                    ),
                ),
            ],
            options={
                "verbose_name": "Interface Type",
                "indexes": [
                    models.Index(
                        fields=["id"],
                        condition=models.Q(
                            enacted_generation__lt=models.F("generation"),
                        ),
                        name="xgen_core_interfacetype_due",
                    ),
                    models.Index(
                        fields=["id"],
                        condition=models.Q(policed_revision__lt=models.F("revision")),
                        name="xgen_core_interfacetype_policy",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=["direction", "name"],
                        condition=models.Q(deleted=False),
                        name="interfacetype_directi_6022fd6c",
                    ),
                ],
            },
            managers=[("objects", models.Manager()), ("all_objects", models.Manager())],
        ),
        migrations.CreateModel(
            name="ServiceInterface",
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
                *XOSBASE,
                (
                    "service",
                    models.ForeignKey(
                        to="xgen_core.service",
                        on_delete=models.PROTECT,
                        related_name="service_interfaces",
                        help_text="The service that offers it",
                    ),
                ),
                (
                    "interface_type",
                    models.ForeignKey(
                        to="xgen_core.interfacetype",
                        on_delete=models.PROTECT,
                        related_name="service_interfaces",
                        help_text="Its kind",
                    ),
                ),
            ],
            options={
                "verbose_name": "Service Interface",
                "indexes": [
                    models.Index(
                        fields=["id"],
                        condition=models.Q(
                            enacted_generation__lt=models.F("generation"),
                        ),
                        name="serviceinterfa_7c168e63_due",
                    ),
                    models.Index(
                        fields=["id"],
                        condition=models.Q(policed_revision__lt=models.F("revision")),
                        name="serviceinterfa_7c168e63_policy",
                    ),
                ],
            },
            managers=[("objects", models.Manager()), ("all_objects", models.Manager())],
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
                *XOSBASE,
                (
                    "name",
                    xgen.runtime.models.StrippedCharField(
                        max_length=200,
                        null=True,
                        blank=True,
                        help_text="Name of the instance",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        to="xgen_core.service",
                        on_delete=models.PROTECT,
                        related_name="service_instances",
                        help_text="The service it is a share of",
                    ),
                ),
                (
                    "service_specific_id",
                    xgen.runtime.models.StrippedCharField(
                        max_length=30,
                        null=True,
                        blank=True,
                        help_text="Identifier that only the service understands",
                    ),
                ),
                (
                    "service_specific_attribute",
                    models.TextField(
                        null=True,
                        blank=True,
                        help_text="Text that only the service understands",
                    ),
                ),
                (
                    "link_deleted_count",
                    models.PositiveBigIntegerField(
                        null=True,
                        blank=True,
                        default=0,
                        validators=[
                            django.core.validators.MaxValueValidator(4294967295),
                        ],
                        help_text="Grows when a link that the instance provides is deleted",
                    ),
                ),
                (
                    "master_serviceinstance",
                    models.ForeignKey(
                        to="xgen_core.serviceinstance",
                        on_delete=models.SET_NULL,
                        related_name="child_serviceinstances",
                        null=True,
                        blank=True,
                        help_text="The instance that set this one up",
                    ),
                ),
            ],
            options={
                "verbose_name": "Service Instance",
                "indexes": [
                    models.Index(
                        fields=["id"],
                        condition=models.Q(
                            enacted_generation__lt=models.F("generation"),
                        ),
                        name="serviceinstanc_12644479_due",
                    ),
                    models.Index(
                        fields=["id"],
                        condition=models.Q(policed_revision__lt=models.F("revision")),
                        name="serviceinstanc_12644479_policy",
                    ),
                ],
            },
            managers=[("objects", models.Manager()), ("all_objects", models.Manager())],
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
                *XOSBASE,
                (
                    "provider_service_instance",
                    models.ForeignKey(
                        to="xgen_core.serviceinstance",
                        on_delete=models.PROTECT,
                        related_name="provided_links",
                        help_text="The instance that provides",
                    ),
                ),
                (
                    "provider_service_interface",
                    models.ForeignKey(
                        to="xgen_core.serviceinterface",
                        on_delete=models.SET_NULL,
                        related_name="provided_links",
                        null=True,
                        blank=True,
                        help_text="The interface on the provider's side",
                    ),
                ),
                (
                    "subscriber_service_instance",
                    models.ForeignKey(
                        to="xgen_core.serviceinstance",
                        on_delete=models.SET_NULL,
                        related_name="subscribed_links",
                        null=True,
                        blank=True,
                        help_text="The instance that subscribes",
                    ),
                ),
                (
                    "subscriber_service",
                    models.ForeignKey(
                        to="xgen_core.service",
                        on_delete=models.SET_NULL,
                        related_name="subscribed_links",
                        null=True,
                        blank=True,
                        help_text="The service that subscribes as a whole",
                    ),
                ),
            ],
            options={
                "verbose_name": "Service Instance Link",
                "indexes": [
                    models.Index(
                        fields=["id"],
                        condition=models.Q(
                            enacted_generation__lt=models.F("generation"),
                        ),
                        name="serviceinstanc_a5208c10_due",
                    ),
                    models.Index(
                        fields=["id"],
                        condition=models.Q(policed_revision__lt=models.F("revision")),
                        name="serviceinstanc_a5208c10_policy",
                    ),
                ],
            },
            managers=[("objects", models.Manager()), ("all_objects", models.Manager())],
        ),
        migrations.CreateModel(
            name="ServiceInstanceAttribute",
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
                *XOSBASE,
                (
                    "name",
                    models.CharField(max_length=128, help_text="Name of the value"),
                ),
                ("value", models.TextField(help_text="The value")),
                (
                    "service_instance",
                    models.ForeignKey(
                        to="xgen_core.serviceinstance",
                        on_delete=models.PROTECT,
                        related_name="service_instance_attributes",
                        help_text="The instance it belongs to",
                    ),
                ),
            ],
            options={
                "verbose_name": "Service Instance Attribute",
                "indexes": [
                    models.Index(
                        fields=["id"],
                        condition=models.Q(
                            enacted_generation__lt=models.F("generation"),
                        ),
                        name="serviceinstanc_3a4a9d04_due",
                    ),
                    models.Index(
                        fields=["id"],
                        condition=models.Q(policed_revision__lt=models.F("revision")),
                        name="serviceinstanc_3a4a9d04_policy",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=["name", "service_instance"],
                        condition=models.Q(deleted=False),
                        name="serviceinstanceattrib_0344ddb6",
                    ),
                ],
            },
            managers=[("objects", models.Manager()), ("all_objects", models.Manager())],
        ),
        migrations.CreateModel(
            name="ServiceGraphConstraint",
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
                *XOSBASE,
                (
                    "constraints",
                    xgen.runtime.models.StrippedCharField(
                        max_length=1024,
                        help_text="Positions of services, as nested lists",
                    ),
                ),
                (
                    "priority",
                    models.IntegerField(
                        null=True,
                        blank=True,
                        default=0,
                        help_text="The constraint with the highest priority is used",
                    ),
                ),
            ],
            options={
                "verbose_name": "Graph Constraint",
                "indexes": [
                    models.Index(
                        fields=["id"],
                        condition=models.Q(
                            enacted_generation__lt=models.F("generation"),
                        ),
                        name="servicegraphco_03d82ec3_due",
                    ),
                    models.Index(
                        fields=["id"],
                        condition=models.Q(policed_revision__lt=models.F("revision")),
                        name="servicegraphco_03d82ec3_policy",
                    ),
                ],
            },
            managers=[("objects", models.Manager()), ("all_objects", models.Manager())],
        ),
    ]

    # What fields are known by: one that is renamed keeps its number.
    numbers: dict[str, dict[str, object]] = {
        "privilege": {
            "accessor_id": 1,
            "accessor_type": 2,
            "object_id": 4,
            "object_type": 5,
            "permission": 6,
            "granted": 7,
            "expires": 8,
        },
        "role": {"role_type": 1, "role": 2, "description": 3},
        "service": {
            "description": 1,
            "enabled": 2,
            "kind": 3,
            "name": 4,
            "versionNumber": 5,
            "published": 6,
            "icon_url": 8,
            "public_key": 9,
            "private_key_fn": 10,
            "service_specific_id": 11,
            "service_specific_attribute": 12,
        },
        "serviceport": {
            "name": 1,
            "external_port": 2,
            "internal_port": 3,
            "protocol": 4,
            "service": 5,
        },
        "serviceattribute": {"name": 1, "value": 2, "service": 3},
        "servicedependency": {
            "provider_service": 1,
            "subscriber_service": 2,
            "connect_method": 3,
        },
        "tag": {"service": 1, "name": 2, "value": 3, "content_type": 4, "object_id": 5},
        "interfacetype": {"name": 1, "direction": 2},
        "serviceinterface": {"service": 1, "interface_type": 2},
        "serviceinstance": {
            "name": 1,
            "owner": 2,
            "service_specific_id": 3,
            "service_specific_attribute": 10,
            "link_deleted_count": 11,
            "master_serviceinstance": 12,
        },
        "serviceinstancelink": {
            "provider_service_instance": 1,
            "provider_service_interface": 2,
            "subscriber_service_instance": 3,
            "subscriber_service": 4,
        },
        "serviceinstanceattribute": {"name": 1, "value": 2, "service_instance": 3},
        "servicegraphconstraint": {"constraints": 1, "priority": 2},
    }

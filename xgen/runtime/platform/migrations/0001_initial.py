"""The first tables of xgen_platform."""

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

    dependencies = [("xgen_core", "0002_initial")]

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
                *XOSBASE,
                (
                    "name",
                    xgen.runtime.models.StrippedCharField(
                        max_length=200,
                        help_text="Name of the site",
                    ),
                ),
                (
                    "site_url",
                    models.URLField(
                        max_length=512,
                        null=True,
                        blank=True,
                        help_text="Home page of the site",
                    ),
                ),
                ("enabled", models.BooleanField(default=True, help_text="In use")),
                (
                    "hosts_nodes",
                    models.BooleanField(default=True, help_text="Has servers"),
                ),
                (
                    "hosts_users",
                    models.BooleanField(
                        default=True,
                        help_text="Manages accounts of users",
                    ),
                ),
                (
                    "longitude",
                    models.FloatField(null=True, blank=True, help_text="Degrees east"),
                ),
                (
                    "latitude",
                    models.FloatField(null=True, blank=True, help_text="Degrees north"),
                ),
                (
                    "login_base",
                    xgen.runtime.models.StrippedCharField(
                        max_length=50,
                        help_text="Prefix of the names of its slices",
                    ),
                ),
                (
                    "is_public",
                    models.BooleanField(default=True, help_text="Shown to other sites"),
                ),
                (
                    "abbreviated_name",
                    xgen.runtime.models.StrippedCharField(
                        max_length=80,
                        help_text="Short name",
                    ),
                ),
            ],
            options={
                "verbose_name": "Site",
                "indexes": [
                    models.Index(
                        fields=["id"],
                        condition=models.Q(
                            enacted_generation__lt=models.F("generation"),
                        ),
                        name="xgen_platform_site_due",
                    ),
                    models.Index(
                        fields=["id"],
                        condition=models.Q(policed_revision__lt=models.F("revision")),
                        name="xgen_platform_site_policy",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=["name"],
                        condition=models.Q(deleted=False),
                        name="xgen_platform_site_name_key",
                    ),
                ],
            },
            managers=[("objects", models.Manager()), ("all_objects", models.Manager())],
        ),
        migrations.CreateModel(
            name="TrustDomain",
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
                    models.CharField(
                        max_length=256,
                        db_index=True,
                        help_text="Name of the domain",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        to="xgen_core.service",
                        on_delete=models.PROTECT,
                        related_name="owned_trust_domains",
                        help_text="The service that it divides",
                    ),
                ),
            ],
            options={
                "verbose_name": "Trust Domain",
                "indexes": [
                    models.Index(
                        fields=["id"],
                        condition=models.Q(
                            enacted_generation__lt=models.F("generation"),
                        ),
                        name="trustdomain_98a41cf8_due",
                    ),
                    models.Index(
                        fields=["id"],
                        condition=models.Q(policed_revision__lt=models.F("revision")),
                        name="trustdomain_98a41cf8_policy",
                    ),
                ],
            },
            managers=[("objects", models.Manager()), ("all_objects", models.Manager())],
        ),
        migrations.CreateModel(
            name="Principal",
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
                    models.CharField(
                        max_length=128,
                        db_index=True,
                        help_text="Name of the identity",
                    ),
                ),
                (
                    "trust_domain",
                    models.ForeignKey(
                        to="xgen_platform.trustdomain",
                        on_delete=models.PROTECT,
                        related_name="principals",
                        help_text="The domain in which it is known",
                    ),
                ),
            ],
            options={
                "verbose_name": "Principal",
                "indexes": [
                    models.Index(
                        fields=["id"],
                        condition=models.Q(
                            enacted_generation__lt=models.F("generation"),
                        ),
                        name="xgen_platform_principal_due",
                    ),
                    models.Index(
                        fields=["id"],
                        condition=models.Q(policed_revision__lt=models.F("revision")),
                        name="xgen_platform_principal_policy",
                    ),
                ],
            },
            managers=[("objects", models.Manager()), ("all_objects", models.Manager())],
        ),
        migrations.CreateModel(
            name="AddressPool",
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
                ("name", models.CharField(max_length=32, help_text="Name of the pool")),
                (
                    "addresses",
                    models.TextField(
                        null=True,
                        blank=True,
                        help_text="Free addresses, with blanks between them",
                    ),
                ),
                (
                    "gateway_ip",
                    models.CharField(
                        max_length=32,
                        help_text="IP address of the gateway",
                    ),
                ),
                (
                    "gateway_mac",
                    models.CharField(
                        max_length=32,
                        help_text="MAC address of the gateway",
                    ),
                ),
                (
                    "cidr",
                    models.CharField(max_length=32, help_text="Subnet of the pool"),
                ),
                (
                    "inuse",
                    models.TextField(
                        null=True,
                        blank=True,
                        help_text="Addresses in use, with blanks between them",
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        to="xgen_core.service",
                        on_delete=models.SET_NULL,
                        related_name="addresspools",
                        null=True,
                        blank=True,
                        help_text="The service that the pool is for",
                    ),
                ),
            ],
            options={
                "verbose_name": "Address Pool",
                "indexes": [
                    models.Index(
                        fields=["id"],
                        condition=models.Q(
                            enacted_generation__lt=models.F("generation"),
                        ),
                        name="addresspool_7077684a_due",
                    ),
                    models.Index(
                        fields=["id"],
                        condition=models.Q(policed_revision__lt=models.F("revision")),
                        name="addresspool_7077684a_policy",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=["name"],
                        condition=models.Q(deleted=False),
                        name="addresspool_name_key_ca1a37d4",
                    ),
                ],
            },
            managers=[("objects", models.Manager()), ("all_objects", models.Manager())],
        ),
        migrations.CreateModel(
            name="Flavor",
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
                        max_length=32,
                        help_text="Name of the bundle",
                    ),
                ),
                (
                    "description",
                    xgen.runtime.models.StrippedCharField(
                        max_length=1024,
                        null=True,
                        blank=True,
                        help_text="What is in it",
                    ),
                ),
                (
                    "flavor",
                    xgen.runtime.models.StrippedCharField(
                        max_length=32,
                        help_text="Its name in the back-end",
                    ),
                ),
            ],
            options={
                "verbose_name": "Flavor",
                "indexes": [
                    models.Index(
                        fields=["id"],
                        condition=models.Q(
                            enacted_generation__lt=models.F("generation"),
                        ),
                        name="xgen_platform_flavor_due",
                    ),
                    models.Index(
                        fields=["id"],
                        condition=models.Q(policed_revision__lt=models.F("revision")),
                        name="xgen_platform_flavor_policy",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=["name"],
                        condition=models.Q(deleted=False),
                        name="xgen_platform_flavor_name_key",
                    ),
                ],
            },
            managers=[("objects", models.Manager()), ("all_objects", models.Manager())],
        ),
        migrations.CreateModel(
            name="Image",
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
                        max_length=256,
                        help_text="Name of the image",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        max_length=30,
                        default="vm",
                        choices=[("vm", "Virtual Machine"), ("container", "Container")],
                        help_text="What it starts",
                    ),
                ),
                (
                    "disk_format",
                    xgen.runtime.models.StrippedCharField(
                        max_length=256,
                        null=True,
                        blank=True,
                        help_text="Format of the disk",
                    ),
                ),
                (
                    "container_format",
                    xgen.runtime.models.StrippedCharField(
                        max_length=256,
                        null=True,
                        blank=True,
                        help_text="Format of the container",
                    ),
                ),
                (
                    "path",
                    xgen.runtime.models.StrippedCharField(
                        max_length=256,
                        null=True,
                        blank=True,
                        help_text="Where the image is",
                    ),
                ),
                (
                    "tag",
                    xgen.runtime.models.StrippedCharField(
                        max_length=256,
                        null=True,
                        blank=True,
                        help_text="Tag of a container image",
                    ),
                ),
            ],
            options={
                "verbose_name": "Image",
                "indexes": [
                    models.Index(
                        fields=["id"],
                        condition=models.Q(
                            enacted_generation__lt=models.F("generation"),
                        ),
                        name="xgen_platform_image_due",
                    ),
                    models.Index(
                        fields=["id"],
                        condition=models.Q(policed_revision__lt=models.F("revision")),
                        name="xgen_platform_image_policy",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=["name", "tag"],
                        condition=models.Q(deleted=False),
                        name="image_name_tag_key_9a96d7c1",
                    ),
                ],
            },
            managers=[("objects", models.Manager()), ("all_objects", models.Manager())],
        ),
        migrations.CreateModel(
            name="Node",
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
                        help_text="Name of the server",
                    ),
                ),
                (
                    "bridgeId",
                    xgen.runtime.models.StrippedCharField(
                        max_length=200,
                        null=True,
                        blank=True,
                        help_text="Identifier of its bridge",
                    ),
                ),
                (
                    "dataPlaneIntf",
                    xgen.runtime.models.StrippedCharField(
                        max_length=200,
                        null=True,
                        blank=True,
                        help_text="Interface for data",
                    ),
                ),
                (
                    "dataPlaneIp",
                    xgen.runtime.models.StrippedCharField(
                        max_length=200,
                        null=True,
                        blank=True,
                        help_text="Address of that interface",
                    ),
                ),
                (
                    "hostManagementIface",
                    xgen.runtime.models.StrippedCharField(
                        max_length=200,
                        null=True,
                        blank=True,
                        help_text="Interface for management",
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        to="xgen_platform.site",
                        on_delete=models.PROTECT,
                        related_name="nodes",
                        help_text="Where it stands",
                    ),
                ),
            ],
            options={
                "verbose_name": "Node",
                "indexes": [
                    models.Index(
                        fields=["id"],
                        condition=models.Q(
                            enacted_generation__lt=models.F("generation"),
                        ),
                        name="xgen_platform_node_due",
                    ),
                    models.Index(
                        fields=["id"],
                        condition=models.Q(policed_revision__lt=models.F("revision")),
                        name="xgen_platform_node_policy",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=["name"],
                        condition=models.Q(deleted=False),
                        name="xgen_platform_node_name_key",
                    ),
                ],
            },
            managers=[("objects", models.Manager()), ("all_objects", models.Manager())],
        ),
        migrations.CreateModel(
            name="NodeLabel",
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
                        help_text="Text of the label",
                    ),
                ),
                (
                    "node",
                    models.ManyToManyField(
                        to="xgen_platform.node",
                        related_name="nodelabels",
                        blank=True,
                        help_text="The servers that carry it",
                    ),
                ),
            ],
            options={
                "verbose_name": "Node Label",
                "indexes": [
                    models.Index(
                        fields=["id"],
                        condition=models.Q(
                            enacted_generation__lt=models.F("generation"),
                        ),
                        name="xgen_platform_nodelabel_due",
                    ),
                    models.Index(
                        fields=["id"],
                        condition=models.Q(policed_revision__lt=models.F("revision")),
                        name="xgen_platform_nodelabel_policy",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=["name"],
                        condition=models.Q(deleted=False),
                        name="nodelabel_name_key_be1f53da",
                    ),
                ],
            },
            managers=[("objects", models.Manager()), ("all_objects", models.Manager())],
        ),
        migrations.CreateModel(
            name="Slice",
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
                        max_length=80,
                        help_text="Name of the slice",
                    ),
                ),
                ("enabled", models.BooleanField(default=True, help_text="In use")),
                (
                    "description",
                    models.TextField(
                        null=True,
                        blank=True,
                        help_text="What the slice is for",
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        to="xgen_platform.site",
                        on_delete=models.PROTECT,
                        related_name="slices",
                        help_text="The site it belongs to",
                    ),
                ),
                (
                    "max_instances",
                    models.IntegerField(
                        default=10,
                        help_text="Most machines it may start",
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        to="xgen_core.service",
                        on_delete=models.SET_NULL,
                        related_name="slices",
                        null=True,
                        blank=True,
                        help_text="The service that runs in it",
                    ),
                ),
                (
                    "network",
                    models.CharField(
                        max_length=256,
                        null=True,
                        blank=True,
                        choices=[
                            (None, "Default"),
                            ("host", "Host"),
                            ("bridged", "Bridged"),
                            ("noauto", "No Automatic Networks"),
                        ],
                        help_text="How its machines are connected",
                    ),
                ),
                (
                    "exposed_ports",
                    models.CharField(
                        max_length=256,
                        null=True,
                        blank=True,
                        help_text="Ports open to the outside",
                    ),
                ),
                (
                    "creator",
                    models.ForeignKey(
                        to="xgen_core.user",
                        on_delete=models.SET_NULL,
                        related_name="slices",
                        null=True,
                        blank=True,
                        help_text="Who made it",
                    ),
                ),
                (
                    "default_flavor",
                    models.ForeignKey(
                        to="xgen_platform.flavor",
                        on_delete=models.SET_NULL,
                        related_name="slices",
                        null=True,
                        blank=True,
                        help_text="Flavor of its machines unless they say another",
                    ),
                ),
                (
                    "default_image",
                    models.ForeignKey(
                        to="xgen_platform.image",
                        on_delete=models.SET_NULL,
                        related_name="slices",
                        null=True,
                        blank=True,
                        help_text="Image of its machines unless they say another",
                    ),
                ),
                (
                    "default_node",
                    models.ForeignKey(
                        to="xgen_platform.node",
                        on_delete=models.SET_NULL,
                        related_name="slices",
                        null=True,
                        blank=True,
                        help_text="Server of its machines unless they say another",
                    ),
                ),
                (
                    "mount_data_sets",
                    xgen.runtime.models.StrippedCharField(
                        max_length=256,
                        null=True,
                        blank=True,
                        default="GenBank",
                        help_text="Data sets that its machines mount",
                    ),
                ),
                (
                    "default_isolation",
                    models.CharField(
                        max_length=30,
                        default="vm",
                        choices=[
                            ("vm", "Virtual Machine"),
                            ("container", "Container"),
                            ("container_vm", "Container In VM"),
                        ],
                        help_text="How its machines are kept apart",
                    ),
                ),
                (
                    "trust_domain",
                    models.ForeignKey(
                        to="xgen_platform.trustdomain",
                        on_delete=models.SET_NULL,
                        related_name="slices",
                        null=True,
                        blank=True,
                        help_text="The domain it is part of",
                    ),
                ),
                (
                    "principal",
                    models.ForeignKey(
                        to="xgen_platform.principal",
                        on_delete=models.SET_NULL,
                        related_name="slices",
                        null=True,
                        blank=True,
                        help_text="The identity it acts as",
                    ),
                ),
                (
                    "controller_replica_count",
                    models.IntegerField(
                        null=True,
                        blank=True,
                        default=0,
                        help_text="Replicas to run, where the controller has them",
                    ),
                ),
                (
                    "controller_kind",
                    xgen.runtime.models.StrippedCharField(
                        max_length=256,
                        null=True,
                        blank=True,
                        help_text="Kind of controller",
                    ),
                ),
            ],
            options={
                "verbose_name": "Slice",
                "indexes": [
                    models.Index(
                        fields=["id"],
                        condition=models.Q(
                            enacted_generation__lt=models.F("generation"),
                        ),
                        name="xgen_platform_slice_due",
                    ),
                    models.Index(
                        fields=["id"],
                        condition=models.Q(policed_revision__lt=models.F("revision")),
                        name="xgen_platform_slice_policy",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=["name"],
                        condition=models.Q(deleted=False),
                        name="xgen_platform_slice_name_key",
                    ),
                ],
            },
            managers=[("objects", models.Manager()), ("all_objects", models.Manager())],
        ),
        migrations.CreateModel(
            name="NetworkTemplate",
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
                ("name", models.CharField(max_length=32, help_text="Name of the kind")),
                (
                    "description",
                    models.CharField(
                        max_length=1024,
                        null=True,
                        blank=True,
                        help_text="What such networks are for",
                    ),
                ),
                (
                    "visibility",
                    models.CharField(
                        max_length=30,
                        default="private",
                        choices=[("public", "public"), ("private", "private")],
                        help_text="Who can reach them",
                    ),
                ),
                (
                    "translation",
                    models.CharField(
                        max_length=30,
                        default="none",
                        choices=[("none", "none"), ("NAT", "NAT")],
                        help_text="Translation of addresses",
                    ),
                ),
                (
                    "access",
                    models.CharField(
                        max_length=30,
                        null=True,
                        blank=True,
                        choices=[
                            (None, "None"),
                            ("indirect", "Indirect"),
                            ("direct", "Direct"),
                        ],
                        help_text="How other slices reach this one through them",
                    ),
                ),
                (
                    "shared_network_name",
                    models.CharField(
                        max_length=30,
                        null=True,
                        blank=True,
                        help_text="The one network that all share",
                    ),
                ),
                (
                    "shared_network_id",
                    models.CharField(
                        max_length=256,
                        null=True,
                        blank=True,
                        help_text="Its identifier in the back-end",
                    ),
                ),
                (
                    "topology_kind",
                    models.CharField(
                        max_length=30,
                        default="bigswitch",
                        choices=[
                            ("bigswitch", "BigSwitch"),
                            ("physical", "Physical"),
                            ("custom", "Custom"),
                        ],
                        help_text="Shape",
                    ),
                ),
                (
                    "controller_kind",
                    models.CharField(
                        max_length=30,
                        null=True,
                        blank=True,
                        choices=[
                            (None, "None"),
                            ("onos", "ONOS"),
                            ("custom", "Custom"),
                        ],
                        help_text="Kind of controller",
                    ),
                ),
                (
                    "vtn_kind",
                    models.CharField(
                        max_length=30,
                        null=True,
                        blank=True,
                        default="PRIVATE",
                        choices=[
                            ("PRIVATE", "Private"),
                            ("PUBLIC", "Public"),
                            ("MANAGEMENT_LOCAL", "Management Local"),
                            ("MANAGEMENT_HOST", "Management Host"),
                            ("VSG", "VSG"),
                            ("ACCESS_AGENT", "Access Agent"),
                            ("FLAT", "Flat"),
                        ],
                        help_text="Kind for virtual tenant networks",
                    ),
                ),
            ],
            options={
                "verbose_name": "Network Template",
                "indexes": [
                    models.Index(
                        fields=["id"],
                        condition=models.Q(
                            enacted_generation__lt=models.F("generation"),
                        ),
                        name="networktemplat_da880997_due",
                    ),
                    models.Index(
                        fields=["id"],
                        condition=models.Q(policed_revision__lt=models.F("revision")),
                        name="networktemplat_da880997_policy",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=["name"],
                        condition=models.Q(deleted=False),
                        name="networktemplate_name_19a24927",
                    ),
                ],
            },
            managers=[("objects", models.Manager()), ("all_objects", models.Manager())],
        ),
        migrations.CreateModel(
            name="Network",
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
                    models.CharField(max_length=32, help_text="Name of the network"),
                ),
                (
                    "template",
                    models.ForeignKey(
                        to="xgen_platform.networktemplate",
                        on_delete=models.PROTECT,
                        related_name="network",
                        help_text="Its kind",
                    ),
                ),
                (
                    "subnet",
                    models.CharField(
                        max_length=32,
                        null=True,
                        blank=True,
                        help_text="Addresses of the network",
                    ),
                ),
                (
                    "start_ip",
                    models.CharField(
                        max_length=32,
                        null=True,
                        blank=True,
                        help_text="First address to give out",
                    ),
                ),
                (
                    "end_ip",
                    models.CharField(
                        max_length=32,
                        null=True,
                        blank=True,
                        help_text="Last address to give out",
                    ),
                ),
                (
                    "ports",
                    models.CharField(
                        max_length=1024,
                        null=True,
                        blank=True,
                        help_text="Open ports",
                    ),
                ),
                (
                    "labels",
                    models.CharField(
                        max_length=1024,
                        null=True,
                        blank=True,
                        help_text="Labels, with commas between them",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        to="xgen_platform.slice",
                        on_delete=models.PROTECT,
                        related_name="ownedNetworks",
                        help_text="The slice that controls it",
                    ),
                ),
                (
                    "permit_all_slices",
                    models.BooleanField(
                        default=False,
                        help_text="Any slice may attach to it",
                    ),
                ),
                (
                    "autoconnect",
                    models.BooleanField(
                        default=True,
                        help_text="Connected to its owner without being asked",
                    ),
                ),
                (
                    "permitted_slices",
                    models.ManyToManyField(
                        to="xgen_platform.slice",
                        related_name="availableNetworks",
                        blank=True,
                        help_text="Slices that may attach to it",
                    ),
                ),
            ],
            options={
                "verbose_name": "Network",
                "indexes": [
                    models.Index(
                        fields=["id"],
                        condition=models.Q(
                            enacted_generation__lt=models.F("generation"),
                        ),
                        name="xgen_platform_network_due",
                    ),
                    models.Index(
                        fields=["id"],
                        condition=models.Q(policed_revision__lt=models.F("revision")),
                        name="xgen_platform_network_policy",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=["name"],
                        condition=models.Q(deleted=False),
                        name="xgen_platform_network_name_key",
                    ),
                ],
            },
            managers=[("objects", models.Manager()), ("all_objects", models.Manager())],
        ),
        migrations.CreateModel(
            name="NetworkSlice",
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
                    "network",
                    models.ForeignKey(
                        to="xgen_platform.network",
                        on_delete=models.PROTECT,
                        related_name="networkslices",
                        help_text="The network",
                    ),
                ),
                (
                    "slice",
                    models.ForeignKey(
                        to="xgen_platform.slice",
                        on_delete=models.PROTECT,
                        related_name="networkslices",
                        help_text="The slice",
                    ),
                ),
            ],
            options={
                "verbose_name": "Network Slice",
                "indexes": [
                    models.Index(
                        fields=["id"],
                        condition=models.Q(
                            enacted_generation__lt=models.F("generation"),
                        ),
                        name="networkslice_a9b20363_due",
                    ),
                    models.Index(
                        fields=["id"],
                        condition=models.Q(policed_revision__lt=models.F("revision")),
                        name="networkslice_a9b20363_policy",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=["network", "slice"],
                        condition=models.Q(deleted=False),
                        name="networkslice_network_00e2737b",
                    ),
                ],
            },
            managers=[("objects", models.Manager()), ("all_objects", models.Manager())],
        ),
        migrations.CreateModel(
            name="NetworkParameterType",
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
                    models.CharField(
                        max_length=128,
                        db_index=True,
                        help_text="Name of the parameter",
                    ),
                ),
                (
                    "description",
                    models.CharField(
                        max_length=1024,
                        null=True,
                        blank=True,
                        help_text="What it means",
                    ),
                ),
            ],
            options={
                "verbose_name": "Network Parameter Type",
                "indexes": [
                    models.Index(
                        fields=["id"],
                        condition=models.Q(
                            enacted_generation__lt=models.F("generation"),
                        ),
                        name="networkparamet_c7998e2b_due",
                    ),
                    models.Index(
                        fields=["id"],
                        condition=models.Q(policed_revision__lt=models.F("revision")),
                        name="networkparamet_c7998e2b_policy",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=["name"],
                        condition=models.Q(deleted=False),
                        name="networkparametertype_90ed7052",
                    ),
                ],
            },
            managers=[("objects", models.Manager()), ("all_objects", models.Manager())],
        ),
        migrations.CreateModel(
            name="NetworkParameter",
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
                    "parameter",
                    models.ForeignKey(
                        to="xgen_platform.networkparametertype",
                        on_delete=models.PROTECT,
                        related_name="networkparameters",
                        help_text="Its kind",
                    ),
                ),
                ("value", models.CharField(max_length=1024, help_text="Its value")),
                (
                    "content_type",
                    xgen.runtime.models.StrippedCharField(
                        max_length=1024,
                        help_text="Model of the object that carries it",
                    ),
                ),
                (
                    "object_id",
                    models.PositiveBigIntegerField(
                        validators=[
                            django.core.validators.MaxValueValidator(4294967295),
                        ],
                        help_text="Id of that object",
                    ),
                ),
            ],
            options={
                "verbose_name": "Network Parameter",
                "indexes": [
                    models.Index(
                        fields=["id"],
                        condition=models.Q(
                            enacted_generation__lt=models.F("generation"),
                        ),
                        name="networkparamet_3000ad7b_due",
                    ),
                    models.Index(
                        fields=["id"],
                        condition=models.Q(policed_revision__lt=models.F("revision")),
                        name="networkparamet_3000ad7b_policy",
                    ),
                ],
            },
            managers=[("objects", models.Manager()), ("all_objects", models.Manager())],
        ),
        migrations.CreateModel(
            name="Port",
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
                    "network",
                    models.ForeignKey(
                        to="xgen_platform.network",
                        on_delete=models.PROTECT,
                        related_name="links",
                        help_text="The network",
                    ),
                ),
                (
                    "ip",
                    models.GenericIPAddressField(
                        null=True,
                        blank=True,
                        help_text="Address in the network",
                    ),
                ),
                (
                    "port_id",
                    models.CharField(
                        max_length=256,
                        null=True,
                        blank=True,
                        help_text="Identifier in the back-end",
                    ),
                ),
                (
                    "mac",
                    models.CharField(
                        max_length=256,
                        null=True,
                        blank=True,
                        help_text="MAC address",
                    ),
                ),
                (
                    "xos_created",
                    models.BooleanField(
                        default=False,
                        help_text="Made by the platform, not found in the back-end",
                    ),
                ),
                (
                    "service_instance",
                    models.ForeignKey(
                        to="xgen_core.serviceinstance",
                        on_delete=models.SET_NULL,
                        related_name="ports",
                        null=True,
                        blank=True,
                        help_text="The instance that uses it",
                    ),
                ),
            ],
            options={
                "verbose_name": "Port",
                "indexes": [
                    models.Index(
                        fields=["id"],
                        condition=models.Q(
                            enacted_generation__lt=models.F("generation"),
                        ),
                        name="xgen_platform_port_due",
                    ),
                    models.Index(
                        fields=["id"],
                        condition=models.Q(policed_revision__lt=models.F("revision")),
                        name="xgen_platform_port_policy",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=["network", "service_instance"],
                        condition=models.Q(deleted=False),
                        name="port_network_service_7b8f15f7",
                    ),
                ],
            },
            managers=[("objects", models.Manager()), ("all_objects", models.Manager())],
        ),
        migrations.CreateModel(
            name="ComputeServiceInstance",
            fields=[
                (
                    "serviceinstance_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=models.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to="xgen_core.serviceinstance",
                    ),
                ),
                (
                    "slice",
                    models.ForeignKey(
                        to="xgen_platform.slice",
                        on_delete=models.PROTECT,
                        related_name="computeserviceinstances",
                        help_text="The slice that pays for it",
                    ),
                ),
                (
                    "image",
                    models.ForeignKey(
                        to="xgen_platform.image",
                        on_delete=models.PROTECT,
                        related_name="computeserviceinstances",
                        help_text="What it starts from",
                    ),
                ),
            ],
            options={"verbose_name": "Compute Service Instance"},
            bases=("xgen_core.serviceinstance",),
            managers=[("objects", models.Manager()), ("all_objects", models.Manager())],
        ),
        migrations.CreateModel(
            name="Instance",
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
                    "instance_id",
                    xgen.runtime.models.StrippedCharField(
                        max_length=200,
                        null=True,
                        blank=True,
                        help_text="Identifier in the back-end",
                    ),
                ),
                (
                    "instance_uuid",
                    xgen.runtime.models.StrippedCharField(
                        max_length=200,
                        null=True,
                        blank=True,
                        help_text="Universal identifier in the back-end",
                    ),
                ),
                (
                    "name",
                    xgen.runtime.models.StrippedCharField(
                        max_length=200,
                        help_text="Name of the machine",
                    ),
                ),
                (
                    "instance_name",
                    xgen.runtime.models.StrippedCharField(
                        max_length=200,
                        null=True,
                        blank=True,
                        help_text="Name that the back-end gave",
                    ),
                ),
                (
                    "ip",
                    models.GenericIPAddressField(
                        null=True,
                        blank=True,
                        help_text="Its address",
                    ),
                ),
                (
                    "image",
                    models.ForeignKey(
                        to="xgen_platform.image",
                        on_delete=models.PROTECT,
                        related_name="instances",
                        help_text="What it starts from",
                    ),
                ),
                (
                    "creator",
                    models.ForeignKey(
                        to="xgen_core.user",
                        on_delete=models.SET_NULL,
                        related_name="instances",
                        null=True,
                        blank=True,
                        help_text="Who made it",
                    ),
                ),
                (
                    "slice",
                    models.ForeignKey(
                        to="xgen_platform.slice",
                        on_delete=models.PROTECT,
                        related_name="instances",
                        help_text="The slice that pays for it",
                    ),
                ),
                (
                    "node",
                    models.ForeignKey(
                        to="xgen_platform.node",
                        on_delete=models.PROTECT,
                        related_name="instances",
                        help_text="The server it runs on",
                    ),
                ),
                (
                    "numberCores",
                    models.IntegerField(
                        default=0,
                        help_text="Number of processor cores",
                    ),
                ),
                (
                    "flavor",
                    models.ForeignKey(
                        to="xgen_platform.flavor",
                        on_delete=models.PROTECT,
                        related_name="instance",
                        help_text="Its resources",
                    ),
                ),
                (
                    "userData",
                    models.TextField(
                        null=True,
                        blank=True,
                        help_text="Data handed to it when it starts",
                    ),
                ),
                (
                    "isolation",
                    models.CharField(
                        max_length=30,
                        default="vm",
                        choices=[
                            ("vm", "Virtual Machine"),
                            ("container", "Container"),
                            ("container_vm", "Container In VM"),
                        ],
                        help_text="How it is kept apart",
                    ),
                ),
                (
                    "volumes",
                    models.TextField(
                        null=True,
                        blank=True,
                        help_text="Folders it shows, with commas between them",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        to="xgen_platform.instance",
                        on_delete=models.SET_NULL,
                        related_name="instance",
                        null=True,
                        blank=True,
                        help_text="The machine that a container runs in",
                    ),
                ),
            ],
            options={
                "verbose_name": "Instance",
                "indexes": [
                    models.Index(
                        fields=["id"],
                        condition=models.Q(
                            enacted_generation__lt=models.F("generation"),
                        ),
                        name="xgen_platform_instance_due",
                    ),
                    models.Index(
                        fields=["id"],
                        condition=models.Q(policed_revision__lt=models.F("revision")),
                        name="xgen_platform_instance_policy",
                    ),
                ],
            },
            managers=[("objects", models.Manager()), ("all_objects", models.Manager())],
        ),
        migrations.CreateModel(
            name="TenantRoot",
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
                    "kind",
                    models.CharField(
                        max_length=30,
                        default="generic",
                        help_text="Kind of customer",
                    ),
                ),
                (
                    "name",
                    xgen.runtime.models.StrippedCharField(
                        max_length=256,
                        null=True,
                        blank=True,
                        help_text="Name of the customer",
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
                    "service_specific_id",
                    xgen.runtime.models.StrippedCharField(
                        max_length=30,
                        null=True,
                        blank=True,
                        help_text="Identifier that only the service understands",
                    ),
                ),
            ],
            options={
                "verbose_name": "Tenant Root",
                "indexes": [
                    models.Index(
                        fields=["id"],
                        condition=models.Q(
                            enacted_generation__lt=models.F("generation"),
                        ),
                        name="tenantroot_feb8172c_due",
                    ),
                    models.Index(
                        fields=["id"],
                        condition=models.Q(policed_revision__lt=models.F("revision")),
                        name="tenantroot_feb8172c_policy",
                    ),
                ],
            },
            managers=[("objects", models.Manager()), ("all_objects", models.Manager())],
        ),
        migrations.CreateModel(
            name="Tenant",
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
                    models.CharField(
                        max_length=200,
                        null=True,
                        blank=True,
                        help_text="Name of the tenant",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        max_length=30,
                        default="generic",
                        help_text="Which service's tenant it is",
                    ),
                ),
                (
                    "provider_service",
                    models.ForeignKey(
                        to="xgen_core.service",
                        on_delete=models.PROTECT,
                        related_name="provided_tenants",
                        help_text="The service it is a share of",
                    ),
                ),
                (
                    "subscriber_service",
                    models.ForeignKey(
                        to="xgen_core.service",
                        on_delete=models.SET_NULL,
                        related_name="subscribed_tenants",
                        null=True,
                        blank=True,
                        help_text="The service that uses it",
                    ),
                ),
                (
                    "subscriber_tenant",
                    models.ForeignKey(
                        to="xgen_platform.tenant",
                        on_delete=models.SET_NULL,
                        related_name="subscribed_tenants",
                        null=True,
                        blank=True,
                        help_text="The tenant that uses it",
                    ),
                ),
                (
                    "subscriber_user",
                    models.ForeignKey(
                        to="xgen_core.user",
                        on_delete=models.SET_NULL,
                        related_name="subscribed_tenants",
                        null=True,
                        blank=True,
                        help_text="The user that uses it",
                    ),
                ),
                (
                    "subscriber_root",
                    models.ForeignKey(
                        to="xgen_platform.tenantroot",
                        on_delete=models.SET_NULL,
                        related_name="subscribed_tenants",
                        null=True,
                        blank=True,
                        help_text="The root of tenants that uses it",
                    ),
                ),
                (
                    "subscriber_network",
                    models.ForeignKey(
                        to="xgen_platform.network",
                        on_delete=models.SET_NULL,
                        related_name="subscribed_tenants",
                        null=True,
                        blank=True,
                        help_text="The network that uses it",
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
                    "connect_method",
                    models.CharField(
                        max_length=30,
                        null=True,
                        blank=True,
                        help_text="How provider and subscriber are connected",
                    ),
                ),
            ],
            options={
                "verbose_name": "Tenant",
                "indexes": [
                    models.Index(
                        fields=["id"],
                        condition=models.Q(
                            enacted_generation__lt=models.F("generation"),
                        ),
                        name="xgen_platform_tenant_due",
                    ),
                    models.Index(
                        fields=["id"],
                        condition=models.Q(policed_revision__lt=models.F("revision")),
                        name="xgen_platform_tenant_policy",
                    ),
                ],
            },
            managers=[("objects", models.Manager()), ("all_objects", models.Manager())],
        ),
        migrations.CreateModel(
            name="TenantWithContainer",
            fields=[
                (
                    "serviceinstance_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=models.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to="xgen_core.serviceinstance",
                    ),
                ),
                (
                    "instance",
                    models.ForeignKey(
                        to="xgen_platform.instance",
                        on_delete=models.SET_NULL,
                        related_name="+",
                        null=True,
                        blank=True,
                        help_text="The machine",
                    ),
                ),
                (
                    "creator",
                    models.ForeignKey(
                        to="xgen_core.user",
                        on_delete=models.SET_NULL,
                        related_name="+",
                        null=True,
                        blank=True,
                        help_text="Who made it",
                    ),
                ),
                (
                    "external_hostname",
                    xgen.runtime.models.StrippedCharField(
                        max_length=30,
                        null=True,
                        blank=True,
                        help_text="Host, when the machine is not the platform's",
                    ),
                ),
                (
                    "external_container",
                    xgen.runtime.models.StrippedCharField(
                        max_length=30,
                        null=True,
                        blank=True,
                        help_text="Container on that host",
                    ),
                ),
                (
                    "node_label",
                    xgen.runtime.models.StrippedCharField(
                        max_length=30,
                        null=True,
                        blank=True,
                        help_text="Label of the servers it may run on",
                    ),
                ),
            ],
            options={"verbose_name": "Tenant With Container"},
            bases=("xgen_core.serviceinstance",),
            managers=[("objects", models.Manager()), ("all_objects", models.Manager())],
        ),
        migrations.CreateModel(
            name="ServiceMonitoringAgentInfo",
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
                    models.CharField(max_length=128, help_text="Name of the agent"),
                ),
                (
                    "service",
                    models.ForeignKey(
                        to="xgen_core.service",
                        on_delete=models.SET_NULL,
                        related_name="servicemonitoringagents",
                        null=True,
                        blank=True,
                        help_text="The service that is measured",
                    ),
                ),
                ("target_uri", models.TextField(help_text="Address of the collector")),
            ],
            options={
                "verbose_name": "Service Monitoring Agent Info",
                "indexes": [
                    models.Index(
                        fields=["id"],
                        condition=models.Q(
                            enacted_generation__lt=models.F("generation"),
                        ),
                        name="servicemonitor_74f86f38_due",
                    ),
                    models.Index(
                        fields=["id"],
                        condition=models.Q(policed_revision__lt=models.F("revision")),
                        name="servicemonitor_74f86f38_policy",
                    ),
                ],
            },
            managers=[("objects", models.Manager()), ("all_objects", models.Manager())],
        ),
        migrations.CreateModel(
            name="LoadableModule",
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
                        max_length=30,
                        help_text="Name of the module",
                    ),
                ),
                (
                    "base_url",
                    xgen.runtime.models.StrippedCharField(
                        max_length=1024,
                        null=True,
                        blank=True,
                        help_text="Address that others are relative to",
                    ),
                ),
                (
                    "version",
                    xgen.runtime.models.StrippedCharField(
                        max_length=30,
                        null=True,
                        blank=True,
                        default="1.0.0",
                        help_text="Version of the module",
                    ),
                ),
                (
                    "provides",
                    xgen.runtime.models.StrippedCharField(
                        max_length=256,
                        null=True,
                        blank=True,
                        help_text="What it provides, with commas between them",
                    ),
                ),
                (
                    "requires",
                    xgen.runtime.models.StrippedCharField(
                        max_length=256,
                        null=True,
                        blank=True,
                        help_text="Modules it needs, with commas between them",
                    ),
                ),
            ],
            options={
                "verbose_name": "Loadable Module",
                "indexes": [
                    models.Index(
                        fields=["id"],
                        condition=models.Q(
                            enacted_generation__lt=models.F("generation"),
                        ),
                        name="loadablemodule_632196a1_due",
                    ),
                    models.Index(
                        fields=["id"],
                        condition=models.Q(policed_revision__lt=models.F("revision")),
                        name="loadablemodule_632196a1_policy",
                    ),
                ],
            },
            managers=[("objects", models.Manager()), ("all_objects", models.Manager())],
        ),
        migrations.CreateModel(
            name="ServiceController",
            fields=[
                (
                    "loadablemodule_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=models.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to="xgen_platform.loadablemodule",
                    ),
                ),
                (
                    "synchronizer_run",
                    xgen.runtime.models.StrippedCharField(
                        max_length=1024,
                        null=True,
                        blank=True,
                        help_text="Command that runs the synchronizer",
                    ),
                ),
                (
                    "synchronizer_config",
                    xgen.runtime.models.StrippedCharField(
                        max_length=1024,
                        null=True,
                        blank=True,
                        help_text="Its configuration file",
                    ),
                ),
                (
                    "image",
                    xgen.runtime.models.StrippedCharField(
                        max_length=200,
                        null=True,
                        blank=True,
                        help_text="Its container image",
                    ),
                ),
                (
                    "no_start",
                    models.BooleanField(default=False, help_text="Do not start it"),
                ),
                (
                    "no_build",
                    models.BooleanField(default=False, help_text="Do not build it"),
                ),
                (
                    "no_deploy",
                    models.BooleanField(default=False, help_text="Do not deploy it"),
                ),
            ],
            options={"verbose_name": "Service Controller"},
            bases=("xgen_platform.loadablemodule",),
            managers=[("objects", models.Manager()), ("all_objects", models.Manager())],
        ),
        migrations.CreateModel(
            name="BackupFile",
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
                    models.CharField(max_length=256, help_text="Name of the copy"),
                ),
                ("uri", models.CharField(max_length=1024, help_text="Where it is")),
                (
                    "checksum",
                    models.CharField(
                        max_length=1024,
                        null=True,
                        blank=True,
                        help_text="Its checksum, as algorithm:hash",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        max_length=32,
                        null=True,
                        blank=True,
                        choices=[
                            ("retrieved", "retrieved"),
                            ("sent", "sent"),
                            ("inprogress", "inprogress"),
                        ],
                        help_text="How far its transfer got",
                    ),
                ),
                (
                    "backend_filename",
                    models.CharField(
                        max_length=1024,
                        null=True,
                        blank=True,
                        help_text="Name of the local file",
                    ),
                ),
            ],
            options={
                "verbose_name": "Backup File",
                "indexes": [
                    models.Index(
                        fields=["id"],
                        condition=models.Q(
                            enacted_generation__lt=models.F("generation"),
                        ),
                        name="backupfile_b06b66c3_due",
                    ),
                    models.Index(
                        fields=["id"],
                        condition=models.Q(policed_revision__lt=models.F("revision")),
                        name="backupfile_b06b66c3_policy",
                    ),
                ],
            },
            managers=[("objects", models.Manager()), ("all_objects", models.Manager())],
        ),
        migrations.CreateModel(
            name="BackupOperation",
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
                    "file",
                    models.ForeignKey(
                        to="xgen_platform.backupfile",
                        on_delete=models.SET_NULL,
                        related_name="operations",
                        null=True,
                        blank=True,
                        help_text="The copy to write to or to restore from",
                    ),
                ),
                (
                    "component",
                    models.CharField(
                        max_length=32,
                        default="xos",
                        choices=[("xos", "XOS")],
                        help_text="What it is a copy of",
                    ),
                ),
                (
                    "operation",
                    models.CharField(
                        max_length=32,
                        choices=[
                            ("create", "create"),
                            ("restore", "restore"),
                            ("verify", "verify"),
                        ],
                        help_text="What to do",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        max_length=32,
                        null=True,
                        blank=True,
                        choices=[
                            ("created", "created"),
                            ("restored", "restored"),
                            ("failed", "failed"),
                            ("inprogress", "in progress"),
                            ("orphaned", "orphaned"),
                        ],
                        help_text="How far it got",
                    ),
                ),
                (
                    "error_msg",
                    models.CharField(
                        max_length=4096,
                        null=True,
                        blank=True,
                        help_text="Why it failed",
                    ),
                ),
                (
                    "effective_date",
                    models.DateTimeField(
                        null=True,
                        blank=True,
                        help_text="When it was done",
                    ),
                ),
                (
                    "uuid",
                    models.CharField(
                        max_length=80,
                        null=True,
                        blank=True,
                        help_text="Identifier of the request",
                    ),
                ),
            ],
            options={
                "verbose_name": "Backup Operation",
                "indexes": [
                    models.Index(
                        fields=["id"],
                        condition=models.Q(
                            enacted_generation__lt=models.F("generation"),
                        ),
                        name="backupoperatio_dde70eb5_due",
                    ),
                    models.Index(
                        fields=["id"],
                        condition=models.Q(policed_revision__lt=models.F("revision")),
                        name="backupoperatio_dde70eb5_policy",
                    ),
                ],
            },
            managers=[("objects", models.Manager()), ("all_objects", models.Manager())],
        ),
        migrations.CreateModel(
            name="XOSCore",
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
                        default="XOS",
                        help_text="Name of the platform",
                    ),
                ),
                (
                    "maintenance_mode",
                    models.CharField(
                        max_length=256,
                        default="NORMAL",
                        choices=[
                            ("NORMAL", "NORMAL"),
                            ("DRAIN", "DRAIN"),
                            ("READONLY", "READONLY"),
                            ("OFFLINE", "OFFLINE"),
                        ],
                        help_text="Whether users may change it now",
                    ),
                ),
            ],
            options={
                "verbose_name": "XOS Core",
                "indexes": [
                    models.Index(
                        fields=["id"],
                        condition=models.Q(
                            enacted_generation__lt=models.F("generation"),
                        ),
                        name="xgen_platform_xoscore_due",
                    ),
                    models.Index(
                        fields=["id"],
                        condition=models.Q(policed_revision__lt=models.F("revision")),
                        name="xgen_platform_xoscore_policy",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=["name"],
                        condition=models.Q(deleted=False),
                        name="xgen_platform_xoscore_name_key",
                    ),
                ],
            },
            managers=[("objects", models.Manager()), ("all_objects", models.Manager())],
        ),
        migrations.CreateModel(
            name="XOSGuiExtension",
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
                        help_text="Name of the extension",
                    ),
                ),
                (
                    "files",
                    xgen.runtime.models.StrippedCharField(
                        max_length=1024,
                        help_text="Its files, with commas between them",
                    ),
                ),
            ],
            options={
                "verbose_name": "XOS GUI Extension",
                "indexes": [
                    models.Index(
                        fields=["id"],
                        condition=models.Q(
                            enacted_generation__lt=models.F("generation"),
                        ),
                        name="xosguiextensio_d991630f_due",
                    ),
                    models.Index(
                        fields=["id"],
                        condition=models.Q(policed_revision__lt=models.F("revision")),
                        name="xosguiextensio_d991630f_policy",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=["name"],
                        condition=models.Q(deleted=False),
                        name="xosguiextension_name_5d16bec1",
                    ),
                ],
            },
            managers=[("objects", models.Manager()), ("all_objects", models.Manager())],
        ),
    ]

    # What fields are known by: one that is renamed keeps its number.
    numbers: dict[str, dict[str, object]] = {
        "site": {
            "name": 1,
            "site_url": 2,
            "enabled": 3,
            "hosts_nodes": 4,
            "hosts_users": 5,
            "longitude": 6,
            "latitude": 7,
            "login_base": 8,
            "is_public": 9,
            "abbreviated_name": 10,
        },
        "trustdomain": {"name": 1, "owner": 2},
        "principal": {"name": 1, "trust_domain": 2},
        "addresspool": {
            "name": 1,
            "addresses": 2,
            "gateway_ip": 3,
            "gateway_mac": 4,
            "cidr": 5,
            "inuse": 6,
            "service": 7,
        },
        "flavor": {"name": 1, "description": 2, "flavor": 3},
        "image": {
            "name": 1,
            "kind": 2,
            "disk_format": 3,
            "container_format": 4,
            "path": 5,
            "tag": 6,
        },
        "node": {
            "name": 1,
            "bridgeId": 3,
            "dataPlaneIntf": 4,
            "dataPlaneIp": 5,
            "hostManagementIface": 6,
            "site": 7,
        },
        "nodelabel": {"name": 1, "node": 2},
        "slice": {
            "name": 1,
            "enabled": 2,
            "description": 4,
            "site": 6,
            "max_instances": 7,
            "service": 8,
            "network": 9,
            "exposed_ports": 10,
            "creator": 12,
            "default_flavor": 13,
            "default_image": 14,
            "default_node": 15,
            "mount_data_sets": 16,
            "default_isolation": 17,
            "trust_domain": 18,
            "principal": 19,
            "controller_replica_count": 20,
            "controller_kind": 21,
        },
        "networktemplate": {
            "name": 1,
            "description": 2,
            "visibility": 4,
            "translation": 5,
            "access": 6,
            "shared_network_name": 7,
            "shared_network_id": 8,
            "topology_kind": 9,
            "controller_kind": 10,
            "vtn_kind": 11,
        },
        "network": {
            "name": 1,
            "template": 2,
            "subnet": 3,
            "start_ip": 4,
            "end_ip": 5,
            "ports": 6,
            "labels": 7,
            "owner": 8,
            "permit_all_slices": 10,
            "autoconnect": 17,
            "permitted_slices": 18,
        },
        "networkslice": {"network": 1, "slice": 2},
        "networkparametertype": {"name": 1, "description": 2},
        "networkparameter": {
            "parameter": 1,
            "value": 2,
            "content_type": 4,
            "object_id": 5,
        },
        "port": {
            "network": 1,
            "ip": 3,
            "port_id": 4,
            "mac": 5,
            "xos_created": 6,
            "service_instance": 7,
        },
        "computeserviceinstance": {"slice": 1, "image": 2},
        "instance": {
            "instance_id": 1,
            "instance_uuid": 2,
            "name": 3,
            "instance_name": 4,
            "ip": 5,
            "image": 6,
            "creator": 7,
            "slice": 8,
            "node": 10,
            "numberCores": 11,
            "flavor": 12,
            "userData": 13,
            "isolation": 14,
            "volumes": 15,
            "parent": 16,
        },
        "tenant": {
            "name": 1,
            "kind": 2,
            "provider_service": 3,
            "subscriber_service": 4,
            "subscriber_tenant": 5,
            "subscriber_user": 6,
            "subscriber_root": 7,
            "subscriber_network": 8,
            "service_specific_id": 9,
            "service_specific_attribute": 10,
            "connect_method": 11,
        },
        "tenantroot": {
            "kind": 1,
            "name": 2,
            "service_specific_attribute": 3,
            "service_specific_id": 4,
        },
        "tenantwithcontainer": {
            "instance": 1,
            "creator": 2,
            "external_hostname": 3,
            "external_container": 4,
            "node_label": 5,
        },
        "servicemonitoringagentinfo": {"name": 1, "service": 2, "target_uri": 3},
        "loadablemodule": {
            "name": 2,
            "base_url": 3,
            "version": 4,
            "provides": 5,
            "requires": 6,
        },
        "servicecontroller": {
            "synchronizer_run": 1,
            "synchronizer_config": 2,
            "image": 3,
            "no_start": 4,
            "no_build": 5,
            "no_deploy": 6,
        },
        "backupfile": {
            "name": 1,
            "uri": 2,
            "checksum": 3,
            "status": 4,
            "backend_filename": 5,
        },
        "backupoperation": {
            "file": 1,
            "component": 2,
            "operation": 3,
            "status": 4,
            "error_msg": 5,
            "effective_date": 6,
            "uuid": 7,
        },
        "xoscore": {"name": 1, "maintenance_mode": 2},
        "xosguiextension": {"name": 1, "files": 2},
    }

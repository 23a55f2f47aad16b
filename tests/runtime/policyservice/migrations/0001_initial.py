"""The first tables of policyservice."""

from typing import Any

import django.utils.timezone
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
                ("name", models.CharField(max_length=200, null=True, blank=True)),
                ("login_base", models.CharField(max_length=50)),
            ],
            options={
                "verbose_name": "Site",
                "indexes": [
                    models.Index(
                        fields=["id"],
                        condition=models.Q(
                            enacted_generation__lt=models.F("generation"),
                        ),
                        name="policyservice_site_due",
                    ),
                    models.Index(
                        fields=["id"],
                        condition=models.Q(policed_revision__lt=models.F("revision")),
                        name="policyservice_site_policy",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=["login_base"],
                        condition=models.Q(deleted=False),
                        name="site_login_base_key_aac611a4",
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
                ("name", models.CharField(max_length=50)),
                ("permit_all_slices", models.BooleanField(default=False)),
            ],
            options={
                "verbose_name": "Network",
                "indexes": [
                    models.Index(
                        fields=["id"],
                        condition=models.Q(
                            enacted_generation__lt=models.F("generation"),
                        ),
                        name="policyservice_network_due",
                    ),
                    models.Index(
                        fields=["id"],
                        condition=models.Q(policed_revision__lt=models.F("revision")),
                        name="policyservice_network_policy",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=["name"],
                        condition=models.Q(deleted=False),
                        name="policyservice_network_name_key",
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
                ("name", models.CharField(max_length=200)),
                (
                    "site",
                    models.ForeignKey(
                        to="policyservice.site",
                        on_delete=models.SET_NULL,
                        related_name="slices",
                        null=True,
                        blank=True,
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
                    ),
                ),
                (
                    "network",
                    models.ForeignKey(
                        to="policyservice.network",
                        on_delete=models.SET_NULL,
                        related_name="home_of",
                        null=True,
                        blank=True,
                    ),
                ),
                ("enabled", models.BooleanField(default=True)),
                ("count", models.IntegerField(null=True, blank=True)),
                ("weight", models.FloatField(null=True, blank=True)),
                ("tags", models.CharField(max_length=100, null=True, blank=True)),
                ("address", models.GenericIPAddressField(null=True, blank=True)),
                (
                    "guest",
                    models.ForeignKey(
                        to="policyservice.slice",
                        on_delete=models.SET_NULL,
                        related_name="hosts",
                        null=True,
                        blank=True,
                    ),
                ),
                ("report", models.CharField(max_length=100, null=True, blank=True)),
            ],
            options={
                "verbose_name": "Slice",
                "indexes": [
                    models.Index(
                        fields=["id"],
                        condition=models.Q(
                            enacted_generation__lt=models.F("generation"),
                        ),
                        name="policyservice_slice_due",
                    ),
                    models.Index(
                        fields=["id"],
                        condition=models.Q(policed_revision__lt=models.F("revision")),
                        name="policyservice_slice_policy",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=["name"],
                        condition=models.Q(deleted=False),
                        name="policyservice_slice_name_key",
                    ),
                ],
            },
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
                ("name", models.CharField(max_length=50, null=True, blank=True)),
                (
                    "slice",
                    models.ForeignKey(
                        to="policyservice.slice",
                        on_delete=models.SET_NULL,
                        related_name="instances",
                        null=True,
                        blank=True,
                    ),
                ),
                (
                    "spare_of",
                    models.ForeignKey(
                        to="policyservice.slice",
                        on_delete=models.SET_NULL,
                        related_name="spare",
                        null=True,
                        blank=True,
                    ),
                ),
                ("cores", models.IntegerField(null=True, blank=True)),
                ("running", models.BooleanField(default=False)),
                (
                    "parent",
                    models.ForeignKey(
                        to="policyservice.instance",
                        on_delete=models.SET_NULL,
                        related_name="children",
                        null=True,
                        blank=True,
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
                        name="policyservice_instance_due",
                    ),
                    models.Index(
                        fields=["id"],
                        condition=models.Q(policed_revision__lt=models.F("revision")),
                        name="policyservice_instance_policy",
                    ),
                ],
            },
            managers=[("objects", models.Manager()), ("all_objects", models.Manager())],
        ),
        migrations.CreateModel(
            name="Pair",
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
                    "slice",
                    models.ForeignKey(
                        to="policyservice.slice",
                        on_delete=models.SET_NULL,
                        related_name="pairs",
                        null=True,
                        blank=True,
                    ),
                ),
                (
                    "network",
                    models.ForeignKey(
                        to="policyservice.network",
                        on_delete=models.SET_NULL,
                        related_name="pairs",
                        null=True,
                        blank=True,
                    ),
                ),
            ],
            options={
                "verbose_name": "Pair",
                "indexes": [
                    models.Index(
                        fields=["id"],
                        condition=models.Q(
                            enacted_generation__lt=models.F("generation"),
                        ),
                        name="policyservice_pair_due",
                    ),
                    models.Index(
                        fields=["id"],
                        condition=models.Q(policed_revision__lt=models.F("revision")),
                        name="policyservice_pair_policy",
                    ),
                ],
            },
            managers=[("objects", models.Manager()), ("all_objects", models.Manager())],
        ),
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
                ("accessor_id", models.IntegerField(null=True, blank=True)),
                (
                    "accessor_type",
                    models.CharField(max_length=50, null=True, blank=True),
                ),
                ("object_type", models.CharField(max_length=50, null=True, blank=True)),
                ("object_id", models.IntegerField(null=True, blank=True)),
                ("permission", models.CharField(max_length=50, null=True, blank=True)),
                ("active", models.BooleanField(default=True)),
            ],
            options={"verbose_name": "Privilege"},
            managers=[("objects", models.Manager()), ("all_objects", models.Manager())],
        ),
        migrations.CreateModel(
            name="SlicePrivilege",
            fields=[
                (
                    "privilege_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=models.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to="policyservice.privilege",
                    ),
                ),
            ],
            options={"verbose_name": "Slice Privilege"},
            bases=("policyservice.privilege",),
            managers=[("objects", models.Manager()), ("all_objects", models.Manager())],
        ),
        migrations.CreateModel(
            name="Empty",
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
                ("name", models.CharField(max_length=10, null=True, blank=True)),
            ],
            options={
                "verbose_name": "Empty",
                "indexes": [
                    models.Index(
                        fields=["id"],
                        condition=models.Q(
                            enacted_generation__lt=models.F("generation"),
                        ),
                        name="policyservice_empty_due",
                    ),
                    models.Index(
                        fields=["id"],
                        condition=models.Q(policed_revision__lt=models.F("revision")),
                        name="policyservice_empty_policy",
                    ),
                ],
            },
            managers=[("objects", models.Manager()), ("all_objects", models.Manager())],
        ),
        migrations.CreateModel(
            name="Note",
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
                ("name", models.CharField(max_length=50)),
                ("published", models.BooleanField(default=False)),
            ],
            options={
                "verbose_name": "Note",
                "indexes": [
                    models.Index(
                        fields=["id"],
                        condition=models.Q(
                            enacted_generation__lt=models.F("generation"),
                        ),
                        name="policyservice_note_due",
                    ),
                    models.Index(
                        fields=["id"],
                        condition=models.Q(policed_revision__lt=models.F("revision")),
                        name="policyservice_note_policy",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=["name"],
                        condition=models.Q(deleted=False),
                        name="policyservice_note_name_key",
                    ),
                ],
            },
            managers=[("objects", models.Manager()), ("all_objects", models.Manager())],
        ),
        migrations.CreateModel(
            name="Memo",
            fields=[
                (
                    "note_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=models.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to="policyservice.note",
                    ),
                ),
                ("text", models.CharField(max_length=50, null=True, blank=True)),
            ],
            options={"verbose_name": "Memo"},
            bases=("policyservice.note",),
            managers=[("objects", models.Manager()), ("all_objects", models.Manager())],
        ),
        migrations.CreateModel(
            name="Label",
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
                ("name", models.CharField(max_length=50)),
            ],
            options={
                "verbose_name": "Label",
                "indexes": [
                    models.Index(
                        fields=["id"],
                        condition=models.Q(
                            enacted_generation__lt=models.F("generation"),
                        ),
                        name="policyservice_label_due",
                    ),
                    models.Index(
                        fields=["id"],
                        condition=models.Q(policed_revision__lt=models.F("revision")),
                        name="policyservice_label_policy",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=["name"],
                        condition=models.Q(deleted=False),
                        name="policyservice_label_name_key",
                    ),
                ],
            },
            managers=[("objects", models.Manager()), ("all_objects", models.Manager())],
        ),
        migrations.CreateModel(
            name="Shelf",
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
                ("name", models.CharField(max_length=50)),
                (
                    "keeper",
                    models.ForeignKey(
                        to="xgen_core.user",
                        on_delete=models.SET_NULL,
                        related_name="+",
                        null=True,
                        blank=True,
                    ),
                ),
                (
                    "labels",
                    models.ManyToManyField(
                        to="policyservice.label",
                        related_name="shelves",
                        blank=True,
                    ),
                ),
                ("draft", models.BooleanField(default=True)),
                (
                    "next",
                    models.ForeignKey(
                        to="policyservice.shelf",
                        on_delete=models.SET_NULL,
                        related_name="previous",
                        null=True,
                        blank=True,
                    ),
                ),
            ],
            options={
                "verbose_name": "Shelf",
                "indexes": [
                    models.Index(
                        fields=["id"],
                        condition=models.Q(
                            enacted_generation__lt=models.F("generation"),
                        ),
                        name="policyservice_shelf_due",
                    ),
                    models.Index(
                        fields=["id"],
                        condition=models.Q(policed_revision__lt=models.F("revision")),
                        name="policyservice_shelf_policy",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=["name"],
                        condition=models.Q(deleted=False),
                        name="policyservice_shelf_name_key",
                    ),
                ],
            },
            managers=[("objects", models.Manager()), ("all_objects", models.Manager())],
        ),
        migrations.CreateModel(
            name="Book",
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
                ("name", models.CharField(max_length=50)),
                (
                    "shelf",
                    models.ForeignKey(
                        to="policyservice.shelf",
                        on_delete=models.PROTECT,
                        related_name="books",
                    ),
                ),
                (
                    "owned_by",
                    models.ForeignKey(
                        to="xgen_core.user",
                        on_delete=models.SET_NULL,
                        related_name="+",
                        null=True,
                        blank=True,
                    ),
                ),
                (
                    "readers",
                    models.ManyToManyField(
                        to="policyservice.shelf",
                        related_name="lent",
                        blank=True,
                    ),
                ),
            ],
            options={
                "verbose_name": "Book",
                "indexes": [
                    models.Index(
                        fields=["id"],
                        condition=models.Q(
                            enacted_generation__lt=models.F("generation"),
                        ),
                        name="policyservice_book_due",
                    ),
                    models.Index(
                        fields=["id"],
                        condition=models.Q(policed_revision__lt=models.F("revision")),
                        name="policyservice_book_policy",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=["name"],
                        condition=models.Q(deleted=False),
                        name="policyservice_book_name_key",
                    ),
                ],
            },
            managers=[("objects", models.Manager()), ("all_objects", models.Manager())],
        ),
        migrations.CreateModel(
            name="Stamp",
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
                ("name", models.CharField(max_length=50)),
                (
                    "kind",
                    models.ForeignKey(
                        to="policyservice.label",
                        on_delete=models.PROTECT,
                        related_name="stamps",
                    ),
                ),
            ],
            options={
                "verbose_name": "Stamp",
                "indexes": [
                    models.Index(
                        fields=["id"],
                        condition=models.Q(
                            enacted_generation__lt=models.F("generation"),
                        ),
                        name="policyservice_stamp_due",
                    ),
                    models.Index(
                        fields=["id"],
                        condition=models.Q(policed_revision__lt=models.F("revision")),
                        name="policyservice_stamp_policy",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=["name"],
                        condition=models.Q(deleted=False),
                        name="policyservice_stamp_name_key",
                    ),
                ],
            },
            managers=[("objects", models.Manager()), ("all_objects", models.Manager())],
        ),
        migrations.CreateModel(
            name="Page",
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
                ("name", models.CharField(max_length=50)),
                (
                    "book",
                    models.ForeignKey(
                        to="policyservice.book",
                        on_delete=models.PROTECT,
                        related_name="pages",
                    ),
                ),
                (
                    "stamp",
                    models.ForeignKey(
                        to="policyservice.stamp",
                        on_delete=models.PROTECT,
                        related_name="pages",
                    ),
                ),
            ],
            options={
                "verbose_name": "Page",
                "indexes": [
                    models.Index(
                        fields=["id"],
                        condition=models.Q(
                            enacted_generation__lt=models.F("generation"),
                        ),
                        name="policyservice_page_due",
                    ),
                    models.Index(
                        fields=["id"],
                        condition=models.Q(policed_revision__lt=models.F("revision")),
                        name="policyservice_page_policy",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=["name"],
                        condition=models.Q(deleted=False),
                        name="policyservice_page_name_key",
                    ),
                ],
            },
            managers=[("objects", models.Manager()), ("all_objects", models.Manager())],
        ),
        migrations.CreateModel(
            name="Club",
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
                ("name", models.CharField(max_length=50)),
                (
                    "members",
                    models.ManyToManyField(
                        to="xgen_core.user",
                        related_name="+",
                        blank=True,
                    ),
                ),
            ],
            options={
                "verbose_name": "Club",
                "indexes": [
                    models.Index(
                        fields=["id"],
                        condition=models.Q(
                            enacted_generation__lt=models.F("generation"),
                        ),
                        name="policyservice_club_due",
                    ),
                    models.Index(
                        fields=["id"],
                        condition=models.Q(policed_revision__lt=models.F("revision")),
                        name="policyservice_club_policy",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=["name"],
                        condition=models.Q(deleted=False),
                        name="policyservice_club_name_key",
                    ),
                ],
            },
            managers=[("objects", models.Manager()), ("all_objects", models.Manager())],
        ),
        migrations.CreateModel(
            name="Draft",
            fields=[
                (
                    "note_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=models.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to="policyservice.note",
                    ),
                ),
            ],
            options={"verbose_name": "Draft"},
            bases=("policyservice.note",),
            managers=[("objects", models.Manager()), ("all_objects", models.Manager())],
        ),
        migrations.AddField(
            model_name="network",
            name="owner",
            field=models.ForeignKey(
                to="policyservice.slice",
                on_delete=models.SET_NULL,
                related_name="owned_networks",
                null=True,
                blank=True,
            ),
        ),
        migrations.AddField(
            model_name="network",
            name="permitted_slices",
            field=models.ManyToManyField(
                to="policyservice.slice",
                related_name="permitted_networks",
                blank=True,
            ),
        ),
    ]

    # What fields are known by: one that is renamed keeps its number.
    numbers: dict[str, dict[str, object]] = {
        "site": {"name": 1, "login_base": 2},
        "slice": {
            "name": 1,
            "site": 2,
            "creator": 3,
            "network": 4,
            "enabled": 5,
            "count": 6,
            "weight": 7,
            "tags": 8,
            "address": 9,
            "guest": 10,
            "report": 11,
        },
        "instance": {
            "name": 1,
            "slice": 2,
            "spare_of": 3,
            "cores": 4,
            "running": 5,
            "parent": 6,
        },
        "network": {
            "name": 1,
            "owner": 2,
            "permitted_slices": 3,
            "permit_all_slices": 4,
        },
        "pair": {"slice": 1, "network": 2},
        "privilege": {
            "accessor_id": 1,
            "accessor_type": 2,
            "object_type": 3,
            "object_id": 4,
            "permission": 5,
            "active": 6,
        },
        "sliceprivilege": {},
        "empty": {"name": 1},
        "note": {"name": 1, "published": 2},
        "memo": {"text": 1},
        "label": {"name": 1},
        "shelf": {"name": 1, "keeper": 2, "labels": 3, "draft": 4, "next": 5},
        "book": {"name": 1, "shelf": 2, "owned_by": 3, "readers": 4},
        "stamp": {"name": 1, "kind": 2},
        "page": {"name": 1, "book": 2, "stamp": 3},
        "club": {"name": 1, "members": 2},
        "draft": {},
    }

"""The first tables of shapes."""

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

    dependencies = [
        ("contenttypes", "0002_remove_content_type_name"),
        ("garden", "0001_initial"),
        ("xgen_core", "0002_initial"),
        ("xgen_platform", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Egg",
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
                ("name", models.CharField(max_length=40)),
                ("note", models.TextField(null=True, blank=True)),
                ("colour", models.CharField(max_length=10)),
            ],
            options={
                "verbose_name": "Egg",
                "indexes": [
                    models.Index(
                        fields=["id"],
                        condition=models.Q(
                            enacted_generation__lt=models.F("generation"),
                        ),
                        name="shapes_egg_due",
                    ),
                    models.Index(
                        fields=["id"],
                        condition=models.Q(policed_revision__lt=models.F("revision")),
                        name="shapes_egg_policy",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=["name"],
                        condition=models.Q(deleted=False),
                        name="shapes_egg_name_key",
                    ),
                ],
            },
            managers=[("objects", models.Manager()), ("all_objects", models.Manager())],
        ),
        migrations.CreateModel(
            name="Hen",
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
                ("name", models.CharField(max_length=40)),
                ("note", models.TextField(null=True, blank=True)),
                (
                    "egg",
                    models.ForeignKey(
                        to="shapes.egg",
                        on_delete=models.PROTECT,
                        related_name="hens",
                    ),
                ),
            ],
            options={
                "verbose_name": "Hen",
                "indexes": [
                    models.Index(
                        fields=["id"],
                        condition=models.Q(
                            enacted_generation__lt=models.F("generation"),
                        ),
                        name="shapes_hen_due",
                    ),
                    models.Index(
                        fields=["id"],
                        condition=models.Q(policed_revision__lt=models.F("revision")),
                        name="shapes_hen_policy",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=["name"],
                        condition=models.Q(deleted=False),
                        name="shapes_hen_name_key",
                    ),
                ],
            },
            managers=[("objects", models.Manager()), ("all_objects", models.Manager())],
        ),
        migrations.CreateModel(
            name="Tree",
            fields=[
                (
                    "bed_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=models.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to="garden.bed",
                    ),
                ),
                (
                    "name_of_the_tree_with_a_name_that_is_rather_long_for_a_column",
                    models.CharField(max_length=10, unique=True),
                ),
            ],
            options={"verbose_name": "Tree"},
            bases=("garden.bed",),
            managers=[("objects", models.Manager()), ("all_objects", models.Manager())],
        ),
        migrations.CreateModel(
            name="Nest",
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
                ("area", models.IntegerField()),
                (
                    "tree",
                    models.ForeignKey(
                        to="shapes.tree",
                        on_delete=models.PROTECT,
                        related_name="+",
                    ),
                ),
            ],
            options={
                "verbose_name": "Nest",
                "indexes": [
                    models.Index(
                        fields=["id"],
                        condition=models.Q(
                            enacted_generation__lt=models.F("generation"),
                        ),
                        name="shapes_nest_due",
                    ),
                    models.Index(
                        fields=["id"],
                        condition=models.Q(policed_revision__lt=models.F("revision")),
                        name="shapes_nest_policy",
                    ),
                ],
            },
            managers=[("objects", models.Manager()), ("all_objects", models.Manager())],
        ),
        migrations.CreateModel(
            name="Place",
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
                ("name", models.CharField(max_length=40)),
                ("note", models.TextField(null=True, blank=True)),
            ],
            options={
                "verbose_name": "Place",
                "indexes": [
                    models.Index(
                        fields=["id"],
                        condition=models.Q(
                            enacted_generation__lt=models.F("generation"),
                        ),
                        name="shapes_place_due",
                    ),
                    models.Index(
                        fields=["id"],
                        condition=models.Q(policed_revision__lt=models.F("revision")),
                        name="shapes_place_policy",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=["name"],
                        condition=models.Q(deleted=False),
                        name="shapes_place_name_key",
                    ),
                ],
            },
            managers=[("objects", models.Manager()), ("all_objects", models.Manager())],
        ),
        migrations.CreateModel(
            name="Bird",
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
                ("name", models.CharField(max_length=40)),
                ("note", models.TextField(null=True, blank=True)),
                (
                    "parent",
                    models.ForeignKey(
                        to="shapes.bird",
                        on_delete=models.SET_NULL,
                        related_name="children",
                        null=True,
                        blank=True,
                    ),
                ),
                (
                    "friends",
                    models.ManyToManyField(
                        to="shapes.bird",
                        related_name="friends_of",
                        blank=True,
                    ),
                ),
                (
                    "nest",
                    models.OneToOneField(
                        to="shapes.nest",
                        on_delete=models.PROTECT,
                        related_name="bird",
                    ),
                ),
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
                    "kind",
                    models.ForeignKey(
                        to="contenttypes.contenttype",
                        on_delete=models.SET_NULL,
                        related_name="+",
                        null=True,
                        blank=True,
                    ),
                ),
                (
                    "heard_in",
                    models.ManyToManyField(
                        to="shapes.place",
                        related_name="heard",
                        blank=True,
                    ),
                ),
                (
                    "ringed_at",
                    models.ForeignKey(
                        to="xgen_platform.site",
                        on_delete=models.SET_NULL,
                        related_name="ringed_birds",
                        null=True,
                        blank=True,
                    ),
                ),
            ],
            options={
                "verbose_name": "Bird",
                "indexes": [
                    models.Index(
                        fields=["id"],
                        condition=models.Q(
                            enacted_generation__lt=models.F("generation"),
                        ),
                        name="shapes_bird_due",
                    ),
                    models.Index(
                        fields=["id"],
                        condition=models.Q(policed_revision__lt=models.F("revision")),
                        name="shapes_bird_policy",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=["name"],
                        condition=models.Q(deleted=False),
                        name="shapes_bird_name_key",
                    ),
                ],
            },
            managers=[("objects", models.Manager()), ("all_objects", models.Manager())],
        ),
        migrations.CreateModel(
            name="Chick",
            fields=[
                (
                    "bird_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=models.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to="shapes.bird",
                    ),
                ),
                ("ring", models.CharField(max_length=10, unique=True)),
                (
                    "home",
                    models.ForeignKey(
                        to="garden.bed",
                        on_delete=models.SET_NULL,
                        related_name="chicks",
                        null=True,
                        blank=True,
                    ),
                ),
            ],
            options={"verbose_name": "Chick"},
            bases=("shapes.bird",),
            managers=[("objects", models.Manager()), ("all_objects", models.Manager())],
        ),
        migrations.CreateModel(
            name="Sighting",
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
                    "bird",
                    models.ForeignKey(
                        to="shapes.bird",
                        on_delete=models.PROTECT,
                        related_name="sightings",
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        to="shapes.place",
                        on_delete=models.PROTECT,
                        related_name="sightings",
                    ),
                ),
            ],
            options={
                "verbose_name": "Sighting",
                "indexes": [
                    models.Index(
                        fields=["id"],
                        condition=models.Q(
                            enacted_generation__lt=models.F("generation"),
                        ),
                        name="shapes_sighting_due",
                    ),
                ],
            },
            managers=[("objects", models.Manager()), ("all_objects", models.Manager())],
        ),
        migrations.CreateModel(
            name="TreeLeaf",
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
                    "tree",
                    models.ForeignKey(
                        to="shapes.tree",
                        on_delete=models.PROTECT,
                        related_name="leaves",
                        help_text="Where it grows",
                    ),
                ),
            ],
            options={
                "verbose_name": "Tree Leaf",
                "indexes": [
                    models.Index(
                        fields=["id"],
                        condition=models.Q(
                            enacted_generation__lt=models.F("generation"),
                        ),
                        name="shapes_treeleaf_due",
                    ),
                    models.Index(
                        fields=["id"],
                        condition=models.Q(policed_revision__lt=models.F("revision")),
                        name="shapes_treeleaf_policy",
                    ),
                ],
            },
            managers=[("objects", models.Manager()), ("all_objects", models.Manager())],
        ),
        migrations.CreateModel(
            name="AService",
            fields=[
                (
                    "service_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=models.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to="xgen_core.service",
                    ),
                ),
            ],
            options={"verbose_name": "A Service"},
            bases=("xgen_core.service",),
            managers=[("objects", models.Manager()), ("all_objects", models.Manager())],
        ),
        migrations.CreateModel(
            name="AnInstance",
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
            ],
            options={"verbose_name": "An Instance"},
            bases=("xgen_core.serviceinstance",),
            managers=[("objects", models.Manager()), ("all_objects", models.Manager())],
        ),
        migrations.CreateModel(
            name="AMachine",
            fields=[
                (
                    "computeserviceinstance_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=models.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to="xgen_platform.computeserviceinstance",
                    ),
                ),
            ],
            options={"verbose_name": "A Machine"},
            bases=("xgen_platform.computeserviceinstance",),
            managers=[("objects", models.Manager()), ("all_objects", models.Manager())],
        ),
        migrations.AddField(
            model_name="egg",
            name="hen",
            field=models.ForeignKey(
                to="shapes.hen",
                on_delete=models.SET_NULL,
                related_name="eggs",
                null=True,
                blank=True,
            ),
        ),
        migrations.AddConstraint(
            model_name="egg",
            constraint=models.UniqueConstraint(
                fields=["colour", "hen"],
                condition=models.Q(deleted=False),
                name="shapes_egg_colour_hen_key",
            ),
        ),
        migrations.AddField(
            model_name="bird",
            name="seen_in",
            field=models.ManyToManyField(
                to="shapes.place",
                through="shapes.Sighting",
                related_name="birds",
                blank=True,
            ),
        ),
    ]

    # What fields are known by: one that is renamed keeps its number.
    numbers: dict[str, dict[str, object]] = {
        "hen": {"egg": 1, "name": "Named.1", "note": "Named.2"},
        "egg": {"hen": 1, "colour": 2, "name": "Named.1", "note": "Named.2"},
        "bird": {
            "parent": 1,
            "friends": 2,
            "nest": 3,
            "keeper": 4,
            "kind": 5,
            "seen_in": 6,
            "heard_in": 7,
            "ringed_at": 8,
            "name": "Named.1",
            "note": "Named.2",
        },
        "chick": {"ring": 1, "home": 2},
        "nest": {"tree": 1, "area": "Plot.1"},
        "place": {"name": "Named.1", "note": "Named.2"},
        "sighting": {"bird": 1, "place": 2},
        "tree": {"name_of_the_tree_with_a_name_that_is_rather_long_for_a_column": 1},
        "treeleaf": {"tree": 1},
        "aservice": {},
        "aninstance": {},
        "amachine": {},
    }

"""The first tables of kinds."""

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

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Everything",
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
                ("a_double", models.FloatField(default=0.5)),
                ("a_float", models.FloatField(null=True, blank=True)),
                (
                    "an_int32",
                    models.IntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(-5),
                            django.core.validators.MaxValueValidator(5),
                        ],
                    ),
                ),
                ("an_int64", models.BigIntegerField(null=True, blank=True)),
                (
                    "a_uint32",
                    models.PositiveBigIntegerField(
                        default=7,
                        validators=[
                            django.core.validators.MaxValueValidator(4294967295),
                        ],
                    ),
                ),
                ("a_uint64", models.PositiveBigIntegerField()),
                ("a_sint32", models.IntegerField(null=True, blank=True)),
                ("a_sint64", models.BigIntegerField(null=True, blank=True)),
                (
                    "a_fixed32",
                    models.PositiveBigIntegerField(
                        validators=[django.core.validators.MaxValueValidator(10)],
                    ),
                ),
                ("a_fixed64", models.PositiveBigIntegerField()),
                ("a_sfixed32", models.IntegerField()),
                ("a_sfixed64", models.BigIntegerField()),
                ("a_bool", models.BooleanField(default=False)),
                ("a_true_bool", models.BooleanField(default=True)),
                ("a_maybe_bool", models.BooleanField(blank=True, default=False)),
                ("a_three_way_bool", models.BooleanField(null=True, blank=True)),
                ("a_string", models.CharField(max_length=20, db_index=True)),
                ("a_text", models.TextField(null=True, blank=True)),
                (
                    "a_stripped_string",
                    xgen.runtime.models.StrippedCharField(max_length=30),
                ),
                (
                    "a_stripped_text",
                    xgen.runtime.models.StrippedCharField(null=True, blank=True),
                ),
                ("a_url", models.URLField(max_length=512, null=True, blank=True)),
                ("an_ip", models.GenericIPAddressField(null=True, blank=True)),
                ("a_date", models.DateTimeField(default=django.utils.timezone.now)),
                ("a_creation_date", models.DateTimeField(auto_now_add=True)),
                ("a_later_date", models.DateTimeField(null=True, blank=True)),
                ("some_bytes", models.BinaryField()),
                (
                    "a_volume",
                    models.IntegerField(
                        default=5,
                        choices=[
                            (0, "QUIET"),
                            (5, "LOUD"),
                            (11, "LOUDEST"),
                            (12, "loudest"),
                            (13, "None"),
                        ],
                    ),
                ),
                (
                    "a_maybe_volume",
                    models.IntegerField(
                        null=True,
                        blank=True,
                        choices=[
                            (0, "QUIET"),
                            (5, "LOUD"),
                            (11, "LOUDEST"),
                            (12, "loudest"),
                            (13, "None"),
                        ],
                    ),
                ),
                (
                    "a_choice",
                    models.CharField(
                        max_length=10,
                        default="b",
                        choices=[("a", "First"), ("b", "Second")],
                    ),
                ),
                (
                    "a_choice_or_none",
                    models.CharField(
                        max_length=10,
                        null=True,
                        blank=True,
                        choices=[(None, "Any"), ("x", "X")],
                    ),
                ),
                ("a_default", models.CharField(max_length=40, default="some default")),
                (
                    "an_empty_default",
                    models.CharField(max_length=40, blank=True, default=""),
                ),
                ("a_password", models.CharField(max_length=40)),
                ("what_the_backend_said", models.TextField(null=True, blank=True)),
                ("what_the_runtime_noted", models.TextField(null=True, blank=True)),
                (
                    "a_labelled_one",
                    models.CharField(max_length=40, verbose_name="the labelled one"),
                ),
            ],
            options={
                "verbose_name": "Everything",
                "indexes": [
                    models.Index(
                        fields=["id"],
                        condition=models.Q(
                            enacted_generation__lt=models.F("generation"),
                        ),
                        name="kinds_everything_due",
                    ),
                    models.Index(
                        fields=["id"],
                        condition=models.Q(policed_revision__lt=models.F("revision")),
                        name="kinds_everything_policy",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=["a_labelled_one"],
                        condition=models.Q(deleted=False),
                        name="everything_a_labelled_7a0cc8dc",
                    ),
                ],
            },
            managers=[("objects", models.Manager()), ("all_objects", models.Manager())],
        ),
        migrations.CreateModel(
            name="Names",
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
                ("models", models.CharField(max_length=5)),
                ("timezone", models.CharField(max_length=5)),
                ("str", models.CharField(max_length=5)),
                ("int", models.IntegerField()),
                ("class_field", models.CharField(max_length=5)),
                ("save_field", models.CharField(max_length=5)),
                ("id_field", models.CharField(max_length=5)),
                ("when", models.DateTimeField(default=django.utils.timezone.now)),
                ("xgen_field", models.CharField(max_length=5)),
            ],
            options={
                "verbose_name": "Names",
                "indexes": [
                    models.Index(
                        fields=["id"],
                        condition=models.Q(
                            enacted_generation__lt=models.F("generation"),
                        ),
                        name="kinds_names_due",
                    ),
                    models.Index(
                        fields=["id"],
                        condition=models.Q(policed_revision__lt=models.F("revision")),
                        name="kinds_names_policy",
                    ),
                ],
            },
            managers=[("objects", models.Manager()), ("all_objects", models.Manager())],
        ),
        migrations.CreateModel(
            name="ModelInfoModel",
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
                ("name", models.CharField(max_length=5)),
            ],
            options={
                "verbose_name": "Model Info Model",
                "indexes": [
                    models.Index(
                        fields=["id"],
                        condition=models.Q(
                            enacted_generation__lt=models.F("generation"),
                        ),
                        name="kinds_modelinfomodel_due",
                    ),
                    models.Index(
                        fields=["id"],
                        condition=models.Q(policed_revision__lt=models.F("revision")),
                        name="kinds_modelinfomodel_policy",
                    ),
                ],
            },
            managers=[("objects", models.Manager()), ("all_objects", models.Manager())],
        ),
        migrations.CreateModel(
            name="StrippedCharField",
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
                ("name", xgen.runtime.models.StrippedCharField(max_length=5)),
            ],
            options={
                "verbose_name": "Stripped Char Field",
                "indexes": [
                    models.Index(
                        fields=["id"],
                        condition=models.Q(
                            enacted_generation__lt=models.F("generation"),
                        ),
                        name="kinds_strippedcharfield_due",
                    ),
                    models.Index(
                        fields=["id"],
                        condition=models.Q(policed_revision__lt=models.F("revision")),
                        name="kinds_strippedcharfield_policy",
                    ),
                ],
            },
            managers=[("objects", models.Manager()), ("all_objects", models.Manager())],
        ),
        migrations.CreateModel(
            name="SyncStep",
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
                ("name", models.CharField(max_length=5)),
            ],
            options={
                "verbose_name": "Sync Step",
                "indexes": [
                    models.Index(
                        fields=["id"],
                        condition=models.Q(
                            enacted_generation__lt=models.F("generation"),
                        ),
                        name="kinds_syncstep_due",
                    ),
                    models.Index(
                        fields=["id"],
                        condition=models.Q(policed_revision__lt=models.F("revision")),
                        name="kinds_syncstep_policy",
                    ),
                ],
            },
            managers=[("objects", models.Manager()), ("all_objects", models.Manager())],
        ),
        migrations.CreateModel(
            name="Any",
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
                ("list", models.CharField(max_length=5)),
            ],
            options={
                "verbose_name": "Any",
                "indexes": [
                    models.Index(
                        fields=["id"],
                        condition=models.Q(
                            enacted_generation__lt=models.F("generation"),
                        ),
                        name="kinds_any_due",
                    ),
                    models.Index(
                        fields=["id"],
                        condition=models.Q(policed_revision__lt=models.F("revision")),
                        name="kinds_any_policy",
                    ),
                ],
            },
            managers=[("objects", models.Manager()), ("all_objects", models.Manager())],
        ),
        migrations.CreateModel(
            name="TypedDict",
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
                    "any",
                    models.ForeignKey(
                        to="kinds.any",
                        on_delete=models.PROTECT,
                        related_name="typed",
                    ),
                ),
            ],
            options={
                "verbose_name": "Typed Dict",
                "indexes": [
                    models.Index(
                        fields=["id"],
                        condition=models.Q(
                            enacted_generation__lt=models.F("generation"),
                        ),
                        name="kinds_typeddict_due",
                    ),
                    models.Index(
                        fields=["id"],
                        condition=models.Q(policed_revision__lt=models.F("revision")),
                        name="kinds_typeddict_policy",
                    ),
                ],
            },
            managers=[("objects", models.Manager()), ("all_objects", models.Manager())],
        ),
    ]

    # What fields are known by: one that is renamed keeps its number.
    numbers: dict[str, dict[str, object]] = {
        "everything": {
            "a_double": 1,
            "a_float": 2,
            "an_int32": 3,
            "an_int64": 4,
            "a_uint32": 5,
            "a_uint64": 6,
            "a_sint32": 7,
            "a_sint64": 8,
            "a_fixed32": 9,
            "a_fixed64": 10,
            "a_sfixed32": 11,
            "a_sfixed64": 12,
            "a_bool": 13,
            "a_true_bool": 14,
            "a_maybe_bool": 15,
            "a_three_way_bool": 16,
            "a_string": 17,
            "a_text": 18,
            "a_stripped_string": 20,
            "a_stripped_text": 21,
            "a_url": 22,
            "an_ip": 23,
            "a_date": 24,
            "a_creation_date": 25,
            "a_later_date": 26,
            "some_bytes": 27,
            "a_volume": 28,
            "a_maybe_volume": 29,
            "a_choice": 32,
            "a_choice_or_none": 33,
            "a_default": 34,
            "an_empty_default": 35,
            "a_password": 36,
            "what_the_backend_said": 37,
            "what_the_runtime_noted": 38,
            "a_labelled_one": 39,
        },
        "names": {
            "models": 1,
            "timezone": 2,
            "str": 3,
            "int": 4,
            "class_field": 5,
            "save_field": 6,
            "id_field": 7,
            "when": 8,
            "xgen_field": 9,
        },
        "modelinfomodel": {"name": 1},
        "strippedcharfield": {"name": 1},
        "syncstep": {"name": 1},
        "typeddict": {"any": 1},
        "any": {"list": 1},
    }

"""Tables of what operators did and saw; their models are written by hand."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("xgen_core", "0003_intake"),
    ]

    operations = [
        migrations.CreateModel(
            name="Running",
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
                ("owner", models.CharField(max_length=200, unique=True)),
                ("synchronizer", models.CharField(max_length=200)),
                ("since", models.FloatField()),
                ("seen", models.FloatField()),
                ("stopped", models.FloatField(null=True)),
                ("log_lines", models.JSONField(default=dict)),
            ],
        ),
        migrations.CreateModel(
            name="HistoryEntry",
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
                ("root", models.CharField(max_length=200)),
                ("object_id", models.BigIntegerField()),
                ("model", models.CharField(max_length=200)),
                ("name", models.CharField(blank=True, default="", max_length=512)),
                ("at", models.FloatField()),
                ("what", models.CharField(max_length=20)),
                ("text", models.TextField(blank=True, default="")),
                ("who", models.CharField(blank=True, default="", max_length=200)),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["root", "object_id", "id"], name="xgen_history_object"
                    ),
                    models.Index(fields=["model", "name"], name="xgen_history_name"),
                    models.Index(fields=["at"], name="xgen_history_at"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Pause",
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
                ("synchronizer", models.CharField(max_length=200)),
                ("model", models.CharField(blank=True, default="", max_length=200)),
                ("object_id", models.BigIntegerField(default=0)),
                ("name", models.CharField(blank=True, default="", max_length=512)),
                ("who", models.CharField(max_length=200)),
                ("why", models.TextField(blank=True, default="")),
                ("since", models.FloatField()),
                ("until", models.FloatField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("synchronizer", "model", "object_id"),
                        name="xgen_pause_once",
                    )
                ],
            },
        ),
    ]

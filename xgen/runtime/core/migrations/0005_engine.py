"""Tables of what the engine keeps beside the objects; their models are written by hand."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("xgen_core", "0004_operation"),
    ]

    operations = [
        migrations.CreateModel(
            name="KeptEdge",
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
                ("link", models.CharField(max_length=250)),
                ("source_root", models.CharField(max_length=200)),
                ("source_id", models.BigIntegerField()),
                ("target_root", models.CharField(max_length=200)),
                ("target_id", models.BigIntegerField()),
                ("generation", models.BigIntegerField()),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["source_root", "source_id"], name="xgen_kept_source"
                    ),
                    models.Index(
                        fields=["target_root", "target_id"], name="xgen_kept_target"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("link", "source_id", "target_id"), name="xgen_kept_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="OpenBreaker",
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
                ("backend", models.CharField(max_length=200)),
                ("since", models.FloatField()),
                ("until", models.FloatField()),
                ("wait", models.FloatField()),
                ("failures", models.IntegerField(default=0)),
                ("reason", models.TextField(blank=True, default="")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("synchronizer", "backend"), name="xgen_breaker_once"
                    )
                ],
            },
        ),
    ]

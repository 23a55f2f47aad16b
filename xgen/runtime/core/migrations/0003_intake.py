"""Tables of pull and event steps; their models are written by hand."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("xgen_core", "0002_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="IntakeState",
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
                ("step", models.CharField(max_length=200, unique=True)),
                ("due_at", models.FloatField(default=0.0)),
                ("started", models.FloatField(null=True)),
                ("ended", models.FloatField(null=True)),
                ("succeeded", models.FloatField(null=True)),
                ("attempts", models.IntegerField(default=0)),
                ("code", models.IntegerField(default=0)),
                ("status", models.TextField(default="")),
                ("records", models.IntegerField(default=0)),
                ("bad_records", models.IntegerField(default=0)),
                ("boots", models.JSONField(default=dict)),
                ("claim_owner", models.CharField(max_length=200, null=True)),
                ("claim_expires", models.FloatField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="BusEvent",
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
                ("step", models.CharField(max_length=200)),
                ("event_id", models.CharField(max_length=255)),
                ("state", models.CharField(default="failing", max_length=10)),
                ("at", models.FloatField(default=0.0)),
                ("attempts", models.IntegerField(default=0)),
                ("error", models.TextField(default="")),
                ("topic", models.TextField(default="")),
                ("key", models.TextField(null=True)),
                ("value", models.BinaryField(null=True)),
                ("headers", models.JSONField(default=dict)),
                ("published", models.FloatField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["at"], name="xgen_busevent_at"),
                    models.Index(
                        condition=models.Q(("state", "done"), _negated=True),
                        fields=["step", "id"],
                        name="xgen_busevent_open",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("step", "event_id"), name="xgen_busevent_once"
                    )
                ],
            },
        ),
    ]

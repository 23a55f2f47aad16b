"""What changed in the models of shop.

- create Top
- create Big
- add Top.on
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Brings the tables up to the models."""

    dependencies = [("shop", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Top",
            fields=[
                (
                    "thing_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=models.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to="shop.thing",
                    ),
                ),
            ],
            options={"verbose_name": "Top"},
            bases=("shop.thing",),
            managers=[("objects", models.Manager()), ("all_objects", models.Manager())],
        ),
        migrations.CreateModel(
            name="Big",
            fields=[
                (
                    "thing_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=models.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to="shop.thing",
                    ),
                ),
                ("size", models.IntegerField(null=True, blank=True)),
                (
                    "above",
                    models.ForeignKey(
                        to="shop.top",
                        on_delete=models.SET_NULL,
                        related_name="+",
                        null=True,
                        blank=True,
                    ),
                ),
            ],
            options={"verbose_name": "Big"},
            bases=("shop.thing",),
            managers=[("objects", models.Manager()), ("all_objects", models.Manager())],
        ),
        migrations.AddField(
            model_name="top",
            name="on",
            field=models.ForeignKey(
                to="shop.big",
                on_delete=models.SET_NULL,
                related_name="+",
                null=True,
                blank=True,
            ),
        ),
    ]

    # What fields are known by: one that is renamed keeps its number.
    numbers: dict[str, dict[str, object]] = {
        "big": {"size": 1, "above": 2},
        "top": {"on": 1},
    }

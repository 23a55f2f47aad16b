"""What changed in the models of shop.

- add Thing.size
- add Thing.count
- add Thing.colour
- add Thing.kind
"""

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    """Brings the tables up to the models."""

    dependencies = [("shop", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="thing",
            name="size",
            field=models.IntegerField(null=True, blank=True),
        ),
        # Rows that exist get 1.
        migrations.AddField(
            model_name="thing",
            name="count",
            field=models.IntegerField(
                validators=[django.core.validators.MinValueValidator(1)],
                default=1,
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="thing",
            name="colour",
            field=models.CharField(max_length=8, default="red"),
        ),
        # Rows that exist get "a".
        migrations.AddField(
            model_name="thing",
            name="kind",
            field=models.CharField(
                max_length=8,
                choices=[("a", "A"), ("b", "B")],
                default="a",
            ),
            preserve_default=False,
        ),
    ]

    # What fields are known by: one that is renamed keeps its number.
    numbers: dict[str, dict[str, object]] = {
        "thing": {"size": 2, "count": 3, "colour": 4, "kind": 5},
    }

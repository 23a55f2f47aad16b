"""What changed in the models of shop.

- remove Thing.flag
- change Thing.size
- change Thing.weight
- add Thing.flag
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Brings the tables up to the models."""

    dependencies = [("shop", "0001_initial")]

    operations = [
        migrations.RemoveField(model_name="thing", name="flag"),
        # Rows that exist get 0.
        migrations.AlterField(
            model_name="thing",
            name="size",
            field=models.IntegerField(default=0),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name="thing",
            name="weight",
            field=models.IntegerField(null=True, blank=True),
        ),
        migrations.AddField(
            model_name="thing",
            name="flag",
            field=models.DateTimeField(null=True, blank=True),
        ),
    ]

    # What fields are known by: one that is renamed keeps its number.
    numbers: dict[str, dict[str, object]] = {"thing": {"flag": 4}}

"""What changed in the models of shop.

- add Thing.box
- require Thing.box
- add Thing.user
- add Thing.near
- change Box.thing
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Brings the tables up to the models."""

    dependencies = [("shop", "0001_initial"), ("xgen_core", "0002_initial")]

    operations = [
        migrations.AddField(
            model_name="thing",
            name="box",
            field=models.ForeignKey(
                to="shop.box",
                on_delete=models.PROTECT,
                related_name="things",
                null=True,
            ),
        ),
        # Rows that exist need a value before this: give them one here, with RunPython.
        migrations.AlterField(
            model_name="thing",
            name="box",
            field=models.ForeignKey(
                to="shop.box",
                on_delete=models.PROTECT,
                related_name="things",
            ),
        ),
        migrations.AddField(
            model_name="thing",
            name="user",
            field=models.ForeignKey(
                to="xgen_core.user",
                on_delete=models.SET_NULL,
                related_name="+",
                null=True,
                blank=True,
            ),
        ),
        migrations.AddField(
            model_name="thing",
            name="near",
            field=models.ManyToManyField(to="shop.thing", related_name="+", blank=True),
        ),
        migrations.AlterField(
            model_name="box",
            name="thing",
            field=models.OneToOneField(
                to="shop.thing",
                on_delete=models.SET_NULL,
                related_name="+",
                null=True,
                blank=True,
            ),
        ),
    ]

    # What fields are known by: one that is renamed keeps its number.
    numbers: dict[str, dict[str, object]] = {"thing": {"box": 2, "user": 3, "near": 4}}

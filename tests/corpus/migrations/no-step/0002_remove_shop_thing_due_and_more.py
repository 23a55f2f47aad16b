"""What changed in the models of shop.

- drop the index shop_thing_due
- change the options of Thing
"""

from django.db import migrations


class Migration(migrations.Migration):
    """Brings the tables up to the models."""

    dependencies = [("shop", "0001_initial")]

    operations = [
        migrations.RemoveIndex(model_name="thing", name="shop_thing_due"),
        migrations.AlterModelOptions(name="thing", options={"verbose_name": "A thing"}),
    ]

"""What changed in the models of shop.

- rename Thing to Item
- rename the index shop_thing_due to shop_item_due
- rename the index shop_thing_policy to shop_item_policy
- rename Big.thing_ptr to item_ptr
- change the options of Item
"""

import xgen.runtime.migrations
from django.db import migrations


class Migration(migrations.Migration):
    """Brings the tables up to the models."""

    dependencies = [("shop", "0001_initial")]

    operations = [
        xgen.runtime.migrations.RenameModel(old_name="Thing", new_name="Item"),
        migrations.RenameIndex(
            model_name="item",
            new_name="shop_item_due",
            old_name="shop_thing_due",
        ),
        migrations.RenameIndex(
            model_name="item",
            new_name="shop_item_policy",
            old_name="shop_thing_policy",
        ),
        xgen.runtime.migrations.RenameKey(
            model_name="big",
            old_name="thing_ptr",
            new_name="item_ptr",
        ),
        migrations.AlterModelOptions(name="item", options={"verbose_name": "Item"}),
    ]
